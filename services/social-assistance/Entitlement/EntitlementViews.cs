using Platform.Cases;

namespace SocialAssistance.Entitlement;

/// <summary>The roll: every entitlement as it stands. Payment batches, reviews and reports read it.</summary>
/// <param name="MonthlyAmount">The amount decided last, which may begin in a later month; what is due for a month is in the slices.</param>
[Row("entitlement_roll", nameof(Entitlement))]
internal sealed record RollRow(
    string Entitlement, string Benefit, Area Area, RegionCode Region, string Household, PersonId Payee, IReadOnlyList<string> Members, Category Category, string State,
    YearMonth FirstMonth, YearMonth? LastMonth, Money MonthlyAmount, string? OnHold, DateOnly? NextReview, long Version);

/// <summary>What is due from a month on, until the next slice of the same entitlement; how it was reckoned, and by which fact.</summary>
[Row("entitlement_slices", nameof(Entitlement), nameof(FromMonth))]
internal sealed record SliceRow(
    string Entitlement, YearMonth FromMonth, Money Amount, int Persons, Money Standard, decimal PerCapita, Money Base, Money Uplift, string Formula, string? Policy,
    string SourceProcess, string SourceId, long SourceVersion, long Version);

/// <summary>What is owed for a month that has been paid too little or not at all; paid with the next batch.</summary>
[Row("entitlement_arrears", nameof(Entitlement), nameof(Month), nameof(Version))]
internal sealed record ArrearsRow(string Entitlement, YearMonth Month, Money Amount, string Reason, long Version);

/// <summary>
/// Stock and flow: what each fact moves, from which month on. The sum of rows up to a month is the stock of that month; the
/// sum of rows by the day of the decision, or of recording, is the stock as it was decided, or known, on that day.
/// </summary>
[Row("allowance_ledger", nameof(Entitlement), nameof(Version), nameof(EffectiveMonth))]
internal sealed record LedgerRow(
    string Entitlement, long Version, string Benefit, Area Area, RegionCode Region, string Kind, YearMonth EffectiveMonth, DateOnly OccurredOn, DateTimeOffset RecordedAt,
    int Households, int Persons, Money Amount, string? Cause, string? Campaign);

internal static class EntitlementViews
{
    public static CaseSummary Summary(EntitlementCase e) => new(Name(e), e.Grant.Region, e.Grant.Household, e is not Stopped || e.Grant.ToAssess is not null, Due(e.Grant), e.Grant.Members);

    public static IEnumerable<Change> Changes(Recorded<EntitlementEvent> fact, EntitlementCase after)
    {
        var grant = after.Grant;
        yield return new Change.Put(Roll(fact, after));
        foreach (var change in grant.Slices.Where(s => s.Version == fact.Version).Select(s => (Change)new Change.Put(Slice(fact, grant, s)))
            .Concat(grant.Dropped.Select(m => new Change.Remove(new SliceRow(fact.Id, m, default, 0, default, 0, default, default, "", null, "", "", 0, 0))))
            .Concat(grant.Moves.Select(m => new Change.Put(Ledger(fact, grant, m))))
            .Concat(Particular(fact, after)))
        {
            yield return change;
        }
    }

    private static IEnumerable<Change> Particular(Recorded<EntitlementEvent> fact, EntitlementCase after) => fact.Fact switch
    {
        EntitlementGranted f when after is Pending => [new Change.Due(EntitlementDecisions.FirstMonthBegins, f.From.First)],
        EntitlementImported f => [.. f.Members.Select(m => Claim(fact.Id, m, f.From.First)), .. after is Pending ? [new Change.Due(EntitlementDecisions.FirstMonthBegins, f.From.First)] : Array.Empty<Change>()],
        EntitlementActivated => [new Change.NotDue(EntitlementDecisions.FirstMonthBegins)],
        MemberAdded f => [Claim(fact.Id, f.Person, f.Due[0].From.First)],
        MemberRemoved f => [Freed(fact.Id, f.Person, f.Due[0].From.AddMonths(-1))],
        MemberDeathNoted f => [Freed(fact.Id, f.Person, f.From.AddMonths(-1))],
        MemberDeathRevoked f => [Claim(fact.Id, f.Person, after.Grant.FirstMonth.First)],
        EntitlementStopped f => [.. f.Members.Select(m => Freed(fact.Id, m, f.LastMonth)), new Change.NotDue(EntitlementDecisions.FirstMonthBegins), new Change.NotDue(EntitlementDecisions.GradualExitOver)],
        EntitlementReinstated f => f.Members.Select(m => Claim(fact.Id, m, f.From.First)),
        GradualExitStarted f => [new Change.NotDue(EntitlementDecisions.FirstMonthBegins), new Change.Due(EntitlementDecisions.GradualExitOver, f.Until.Last.AddDays(1))],
        ArrearsRecorded f => f.Months.Select(m => new Change.Put(new ArrearsRow(fact.Id, m.Month, m.Amount, f.Reason, fact.Version))),
        _ => [],
    };

    // Every benefit granted so far is one of which a person may have only one (domain section 3.0).
    private static Change.Reserve Claim(string entitlement, PersonId person, DateOnly from) => new(Claims.BasicBenefit, person.ToString(), entitlement, from,
        Refusal.Taken("E_BENEFIT_CONFLICT", "此人已享受其他基本生活救助待遇。", "The person already has a basic benefit.", "社会救助暂行办法; domain section 3.0").With("person", person.ToString()));

    private static Change.Release Freed(string entitlement, PersonId person, YearMonth last) => new(Claims.BasicBenefit, person.ToString(), entitlement, last.Last);

    private static RollRow Roll(Recorded<EntitlementEvent> fact, EntitlementCase e)
    {
        var g = e.Grant;
        return new(
            fact.Id, g.Benefit, g.Area, g.Region, g.Household, g.Payee, [.. g.Members.Select(m => m.ToString())], g.Category, e.GetType().Name, g.FirstMonth, g.LastMonth,
            g.Last?.Basis.Monthly ?? Money.Zero, g.OnHold, g.NextReview, fact.Version);
    }

    private static SliceRow Slice(Recorded<EntitlementEvent> fact, Grant g, Slice s)
    {
        var (process, id, version) = s.Version == 1 ? (g.Origin.Process, g.Origin.Id, g.Origin.Version) : (Processes.Entitlement, fact.Id, s.Version);
        return new(
            fact.Id, s.From, s.Basis.Monthly, s.Basis.Members, s.Basis.Standard, s.Basis.PerCapita, s.Basis.Base, s.Basis.Uplifts.Sum(u => u.Amount), s.Basis.Formula,
            s.Basis.Policy, process, id, version, fact.Version);
    }

    private static LedgerRow Ledger(Recorded<EntitlementEvent> fact, Grant g, Move m) => new(
        fact.Id, fact.Version, g.Benefit, g.Area, g.Region, Kind(fact.Fact, m), m.Month, fact.By.On, fact.By.At, m.Households, m.Persons, m.Amount, Cause(fact.Fact),
        (fact.Fact as EntitlementStopped)?.Campaign ?? (fact.Fact as EntitlementGranted)?.Campaign);

    private static string Kind(EntitlementEvent fact, Move m) => fact switch
    {
        EntitlementImported => "Opening",
        EntitlementGranted => "Added",
        EntitlementStopped or GradualExitStarted => "Cancelled",
        MemberAdded => "MemberJoined",
        MemberRemoved or MemberDeathNoted => "MemberLeft",
        StandardUprated => "Uprated",
        EntitlementReinstated or MemberDeathRevoked => "Reinstated",
        _ => m.Amount.IsNegative ? "Decreased" : "Increased",
    };

    private static string? Cause(EntitlementEvent fact) => fact switch
    {
        EntitlementStopped f => f.Reason.ToString(),
        GradualExitStarted => nameof(GradualExit),
        MemberDeathNoted => nameof(StopReason.Death),
        PersonalShareStopped => nameof(JobRefused),
        CategoryChanged => nameof(Category),
        AfterDeathDecided => nameof(AfterDeathDecided),
        _ => null,
    };

    private static DateOnly? Due(Grant g) => new[] { g.NextReview, g.DecideBy, g.ToAssess?.By }.Min();

    private static Text Name(EntitlementCase e) => e switch
    {
        Pending => new("待发放", "Pending"),
        Active => new("在保", "Active"),
        Suspended => new("暂停发放", "Suspended"),
        GradualExit => new("渐退期", "Gradual exit"),
        Stopped => new("已停止", "Stopped"),
        _ => new("未批准", "Not granted"),
    };
}
