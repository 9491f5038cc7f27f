using System.Text.Json.Serialization;
using Platform.Cases;

namespace Platform.Benchmarks;

/// <summary>The process that is measured: amounts are entered in a ledger, each under a voucher that no other entry may carry.</summary>
internal abstract record LedgerCommand;

internal sealed record EnterAmount(string Voucher, Money Amount, string Remark) : LedgerCommand;

[JsonDerivedType(typeof(LedgerOpened), "ledger_opened")]
[JsonDerivedType(typeof(AmountEntered), "amount_entered")]
[JsonDerivedType(typeof(ReviewHeld), "review_held")]
internal abstract record LedgerEvent;

internal sealed record LedgerOpened(RegionCode Region, string Holder, DateOnly On) : LedgerEvent;

internal sealed record AmountEntered(string Voucher, Money Amount, DateOnly On, string Remark) : LedgerEvent;

internal sealed record ReviewHeld(DateOnly On, string Finding) : LedgerEvent;

internal sealed record Ledger(RegionCode Region, string Holder, Money Balance, int Entries, int Reviews);

internal sealed record LedgerPolicy(Money LargestEntry);

[Row("ledgers", nameof(Ledger))]
internal sealed record LedgerRow(string Ledger, string Holder, RegionCode Region, Money Balance, int Entries);

internal static class Ledgers
{
    public const int ReviewAfterDays = 90;

    /// <summary>Writes nothing beside its stream but the worklist row that every case has.</summary>
    public static readonly CaseType Plain = Type("plain-ledger", _ => new(Money.Zero), null);

    /// <summary>Each entry writes a view row, a reservation and a deadline, under a policy.</summary>
    public static readonly CaseType WithRows = Type("ledger", reading => new(reading.Money("largest-entry")), Views);

    public static readonly PolicyBook Book = PolicyBook.Load([("ledgers.json", new MemoryStream(
        """
        { "parameters": [{ "code": "largest-entry", "unit": "yuan/entry", "values": [
          { "region": "341503000000", "from": "2026-01-01", "value": 5000, "basis": "Benchmark", "status": "Local" } ] }] }
        """u8.ToArray()))]);

    private static CaseType<Ledger, LedgerCommand, LedgerEvent, LedgerPolicy> Type(string name, Func<PolicyReading, LedgerPolicy> policy, Func<Recorded<LedgerEvent>, Ledger, IEnumerable<Change>>? views) =>
        new(LedgerJson.Default)
        {
            Name = name,
            Initial = new(RegionCode.Nation, "", Money.Zero, 0, 0),
            Policy = policy,
            Region = (ledger, _) => ledger.Region,
            Summary = ledger => new(new("使用中", "In use"), ledger.Region, ledger.Holder, Open: true),
            Decide = (ledger, command, allowed, act) => command switch
            {
                _ when ledger.Holder.Length == 0 => Refusal.NotNow(),
                EnterAmount c when name == "ledger" && c.Amount > allowed.LargestEntry => Refusal.Rule("E_TOO_LARGE", "金额过大。", "The amount is too large."),
                EnterAmount c => [new AmountEntered(c.Voucher, c.Amount, act.Today, c.Remark)],
                _ => Refusal.NotNow(),
            },
            Evolve = (ledger, fact) => fact switch
            {
                LedgerOpened f => ledger with { Region = f.Region, Holder = f.Holder },
                AmountEntered f => ledger with { Balance = ledger.Balance + f.Amount, Entries = ledger.Entries + 1 },
                ReviewHeld => ledger with { Reviews = ledger.Reviews + 1 },
                _ => ledger,
            },
            Views = views,
        };

    private static IEnumerable<Change> Views(Recorded<LedgerEvent> fact, Ledger after)
    {
        yield return new Change.Put(new LedgerRow(fact.Id, after.Holder, after.Region, after.Balance, after.Entries));
        yield return new Change.Due("review", fact.By.On.AddDays(ReviewAfterDays));
        if (fact.Fact is AmountEntered f)
        {
            yield return new Change.Reserve("voucher", f.Voucher, fact.Id, f.On, Refusal.Taken("E_VOUCHER", "凭证号已使用。", "The voucher is in use."));
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LedgerEvent))]
[JsonSerializable(typeof(Ledger))]
internal sealed partial class LedgerJson : JsonSerializerContext;
