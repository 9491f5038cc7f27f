using System.Text.Json.Serialization;
using Platform.Cases;

namespace Platform.Tests.EventStore;

/// <summary>A small business process for the tests of store and host: a key is lent, extended, labelled, brought back.</summary>
internal abstract record KeyLoanCommand;

internal sealed record LendKey(RegionCode Region, string Key, PersonId Borrower, DateOnly LastDay, string? Board = null) : KeyLoanCommand;

internal sealed record ExtendLoan(DateOnly LastDay) : KeyLoanCommand;

internal sealed record LabelKey(IReadOnlyList<string> Tags) : KeyLoanCommand;

internal sealed record ReturnKey : KeyLoanCommand;

/// <summary>Brings the key back and lends it on at once, in a case that is named.</summary>
internal sealed record PassOn(string Loan) : KeyLoanCommand;

internal sealed record RemindBorrower : KeyLoanCommand;

internal sealed record LoseLedger : KeyLoanCommand;

[JsonDerivedType(typeof(KeyLent), "key_lent")]
[JsonDerivedType(typeof(LoanExtended), "loan_extended")]
[JsonDerivedType(typeof(KeyLabelled), "key_labelled")]
[JsonDerivedType(typeof(KeyReturned), "key_returned")]
[JsonDerivedType(typeof(KeyPassedOn), "key_passed_on")]
[JsonDerivedType(typeof(BorrowerReminded), "borrower_reminded")]
internal abstract record KeyLoanEvent;

internal sealed record KeyLent(RegionCode Region, string Key, PersonId Borrower, DateOnly On, DateOnly LastDay, Money Fee, string? Board) : KeyLoanEvent;

internal sealed record LoanExtended(DateOnly LastDay) : KeyLoanEvent;

internal sealed record KeyLabelled(string Tag) : KeyLoanEvent;

internal sealed record KeyReturned(DateOnly On) : KeyLoanEvent;

internal sealed record KeyPassedOn(DateOnly On, string Loan) : KeyLoanEvent;

internal sealed record BorrowerReminded(DateOnly On) : KeyLoanEvent;

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NoLoan), nameof(NoLoan))]
[JsonDerivedType(typeof(Out), nameof(Out))]
[JsonDerivedType(typeof(Back), nameof(Back))]
internal abstract record KeyLoan;

internal sealed record NoLoan : KeyLoan;

internal sealed record Out(KeyLent Loan, DateOnly LastDay, int Reminders = 0) : KeyLoan;

internal sealed record Back(KeyLent Loan) : KeyLoan;

internal sealed record KeyPolicy(Money Fee);

[Row("keys_out", nameof(Loan))]
internal sealed record KeyOutRow(string Loan, string Key, PersonId Borrower, RegionCode Region, Money Fee, DateOnly LastDay);

[Row("key_tags", nameof(Tag))]
internal sealed record KeyTagRow(string Tag, string Loan);

/// <summary>Who holds a key: a row that one loan after the other describes.</summary>
[Row("key_holders", nameof(Key))]
internal sealed record KeyHolderRow(string Key, string Loan);

/// <summary>What other services are told.</summary>
internal sealed record KeyWasLent(string Loan, string Key, DateOnly LastDay);

internal static class KeyLoans
{
    public const string Unspeakable = "the fault's own words";

    public static readonly CaseType<KeyLoan, KeyLoanCommand, KeyLoanEvent, KeyPolicy> Type = Create();

    /// <param name="seen">Told of every fact whose rows are asked for.</param>
    public static CaseType<KeyLoan, KeyLoanCommand, KeyLoanEvent, KeyPolicy> Create(Action<Recorded<KeyLoanEvent>, KeyLoan>? seen = null) => new(KeyLoanJson.Default)
    {
        Name = "key-loan",
        Numbered = "KEY",
        Initial = new NoLoan(),
        Former = new Dictionary<string, FormerFact>(StringComparer.Ordinal)
        {
            ["key_handed_out"] = new("key_lent"),
            ["loan_prolonged"] = new("loan_put_off", loan => new() { ["until"] = loan["lastDay"]!["until"]!.DeepClone() }),
            ["loan_put_off"] = new("loan_extended", loan => new() { ["lastDay"] = loan["until"]!.DeepClone() }),
        },
        Policy = reading => new(reading.Money("key-fee")),
        Decide = Decide,
        Evolve = Evolve,
        Region = (loan, command) => (loan, command) switch { (Out o, _) => o.Loan.Region, (Back b, _) => b.Loan.Region, (_, LendKey c) => c.Region, _ => RegionCode.Nation },
        Summary = loan => loan switch
        {
            Out o => new(new("已借出", "Out"), o.Loan.Region, o.Loan.Key, Open: true, Due: o.LastDay, People: [o.Loan.Borrower]),
            Back b => new(new("已归还", "Back"), b.Loan.Region, b.Loan.Key, Open: false),
            _ => throw new InvalidOperationException("Nothing to show."),
        },
        Views = (fact, after) =>
        {
            seen?.Invoke(fact, after);
            return Views(fact, after);
        },
        Then = (fact, _) => fact.Fact switch
        {
            KeyLent { Board: { } board } f => [new Consequence("key-board", board, new TakeOff(f.Key))],
            KeyPassedOn f => [new Consequence("key-loan", f.Loan, new LendKey(Region("341503002000"), "K-passed", KeyTesting.Borrower, f.On.AddDays(9)))],
            _ => [],
        },
        Publish = fact => fact.Fact is KeyLent f ? new KeyWasLent(fact.Id, f.Key, f.LastDay) : null,
        WhenDue = (loan, kind) => (loan, kind) is (Out, "return") ? new RemindBorrower() : null,
        Explain = (loan, line) => loan is Out o && line == "fee"
            ? new("fee", new("借用费", "Fee"), "fee = key-fee", o.Loan.Fee, [new("key", o.Loan.Key, "", "key-loan", KeyTesting.Explained, 1), new("last-day", "2026-04-01", "", "key-loan", KeyTesting.Explained, 2), new("key-fee", "12.50", "yuan/loan", Policy: "key-fee@341503 from 2026-01-01")])
            : null,
    };

    public static RegionCode Region(string code) => RegionCode.TryCreate(code, out var region, out _) ? region : throw new ArgumentException(code, nameof(code));

    private static Decision<KeyLoanEvent> Decide(KeyLoan loan, KeyLoanCommand command, KeyPolicy policy, Act act) => (loan, command) switch
    {
        (NoLoan, LendKey { LastDay: var last }) when last < act.Today => Refusal.Rule("E_PAST", "日期已过。", "That day is over.", "钥匙管理办法第3条"),
        (NoLoan, LendKey c) => [new KeyLent(c.Region, c.Key, c.Borrower, act.Today, c.LastDay, policy.Fee, c.Board)],
        (Out o, ExtendLoan c) when c.LastDay <= o.LastDay => [],
        (Out, ExtendLoan c) => [new LoanExtended(c.LastDay)],
        (Out, LabelKey c) => [.. c.Tags.Select(t => new KeyLabelled(t))],
        (Out, ReturnKey) => [new KeyReturned(act.Today)],
        (Out, PassOn c) => [new KeyPassedOn(act.Today, c.Loan)],
        (Out { Loan.Key: "K-stuck" }, RemindBorrower) => Refusal.NotNow("E_STUCK", "不能催还。", "Nobody can be reminded."),
        (Out { Loan.Key: "K-cursed" }, RemindBorrower) => throw new InvalidOperationException(Unspeakable),
        (Out, RemindBorrower) => [new BorrowerReminded(act.Today)],
        (Out, LoseLedger) => throw new InvalidOperationException(Unspeakable),
        (Back, ReturnKey) => [],
        _ => Refusal.NotNow(),
    };

    private static KeyLoan Evolve(KeyLoan loan, KeyLoanEvent fact) => (loan, fact) switch
    {
        (_, KeyLent f) => new Out(f, f.LastDay),
        (Out o, LoanExtended f) => o with { LastDay = f.LastDay },
        (Out o, BorrowerReminded) => o with { Reminders = o.Reminders + 1 },
        (Out o, KeyReturned or KeyPassedOn) => new Back(o.Loan),
        _ => loan,
    };

    private static IEnumerable<Change> Views(Recorded<KeyLoanEvent> fact, KeyLoan after) => (fact.Fact, after) switch
    {
        (KeyLent f, Out o) =>
        [
            new Change.Put(Row(fact.Id, o)), new Change.Put(new KeyHolderRow(f.Key, fact.Id)), new Change.Due("return", f.LastDay),
            new Change.Reserve("key", f.Key, fact.Id, f.On, Refusal.Taken("E_KEY_OUT", "钥匙已借出。", "The key is out.")),
        ],
        (LoanExtended f, Out o) => [new Change.Put(Row(fact.Id, o)), new Change.Due("return", f.LastDay)],
        (KeyLabelled f, _) => [new Change.Insert(new KeyTagRow(f.Tag, fact.Id), Refusal.Taken("E_TAG", "标签已使用。", "The tag is in use."))],
        (KeyReturned or KeyPassedOn, Back b) =>
        [
            new Change.Remove(new KeyOutRow(fact.Id, "", default, default, default, default)), new Change.Remove(new KeyHolderRow(b.Loan.Key, "")), new Change.NotDue("return"),
            new Change.Release("key", b.Loan.Key, fact.Id, fact.Fact is KeyPassedOn ? fact.By.On.AddDays(-1) : fact.By.On),
        ],
        _ => [],
    };

    private static KeyOutRow Row(string id, Out o) => new(id, o.Loan.Key, o.Loan.Borrower, o.Loan.Region, o.Loan.Fee, o.LastDay);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyLoanEvent))]
[JsonSerializable(typeof(KeyLoan))]
[JsonSerializable(typeof(LendKey))]
[JsonSerializable(typeof(ExtendLoan))]
[JsonSerializable(typeof(LabelKey))]
[JsonSerializable(typeof(ReturnKey))]
[JsonSerializable(typeof(LoseLedger))]
internal sealed partial class KeyLoanJson : JsonSerializerContext;
