using Platform.Cases;
using Platform.Tests.Support;

namespace Platform.Benchmarks;

/// <summary>Who enters what: the same on both sides.</summary>
internal static class Acts
{
    private static readonly Act Officer = Tests.Support.Officer.With(Roles.WindowOfficer).In("341503000000").Of("341503000000-office").On(History.Day);
    private static readonly IReadOnlyDictionary<string, string>? Editions = Used();
    private static long vouchers;

    /// <summary>An act under this request, now.</summary>
    public static Act By(string request) => Officer with { Request = request, At = CivilTime.Stored(TimeProvider.System.GetUtcNow()) };

    /// <summary>An entry under a voucher that nobody has used.</summary>
    public static EnterAmount Entry() => new($"V-{Interlocked.Increment(ref vouchers)}", new(12.50m), "Monthly entry, checked against the voucher");

    /// <summary>What an entry comes to.</summary>
    public static AmountEntered Fact(EnterAmount entry, Act act) => new(entry.Voucher, entry.Amount, act.Today, entry.Remark);

    /// <summary>The policy editions that an entry's headers name.</summary>
    public static IReadOnlyDictionary<string, string>? Policies(CaseType type) => type == Ledgers.WithRows ? Editions : null;

    private static IReadOnlyDictionary<string, string>? Used()
    {
        var opened = Ledgers.WithRows.Apply(Ledgers.WithRows.InitialState, new LedgerOpened(Officer.Region, "Somebody", History.Day));
        _ = Ledgers.WithRows.Decided(opened, new EnterAmount("V", new(1), ""), Ledgers.Book, Officer, out var policies);
        return policies;
    }
}
