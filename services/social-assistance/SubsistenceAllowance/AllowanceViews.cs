using Platform.Cases;

namespace SocialAssistance.SubsistenceAllowance;

/// <summary>Every allowance case as it stands: separately registered cases, refusals by reason, overdue cases, what a campaign found.</summary>
/// <param name="Number">Case number.</param>
/// <param name="DueOn">End of the whole term, where the profile sets one.</param>
/// <param name="MonthlyAmount">Yuan per household and month, when granted.</param>
/// <param name="Reasons">Codes of the reasons, when refused.</param>
/// <param name="Overdue">A running term has been missed.</param>
[Row("allowance_cases", nameof(Number))]
internal sealed record AllowanceRow(
    string Number, string State, string Household, RegionCode Region, RegionCode Village, Area Area, int Persons, string? Campaign, string Profile, DateOnly? SubmittedOn, DateOnly? AcceptedOn,
    DateOnly? DueOn, DateOnly? DecidedOn, string? DecisionNumber, decimal? PerCapita, Money? MonthlyAmount, IReadOnlyList<string> Reasons, bool SeparatelyRegistered, bool CountyVisitMandatory, int Returns, bool Overdue);

/// <summary>Near relatives of officials among the members of applying households.</summary>
[Row("allowance_relatives", nameof(Number), nameof(Member), nameof(Official), nameof(OfficialUser))]
internal sealed record RelativeRow(string Number, PersonId Member, OfficialKind Official, string OfficialUser, Relation Relation, RegionCode Region, DateOnly DeclaredOn);

internal static class AllowanceViews
{
    private static readonly Refusal ActiveCase = Refusal.Taken("E_HOUSEHOLD_ACTIVE_CASE", "该家庭已有在办的最低生活保障申请。", "The household has an open case already.");
    private static readonly Refusal OtherBenefit = Refusal.Taken("E_BENEFIT_CONFLICT", "家庭成员已享受或正在申请其他基本生活救助。", "A member receives or applies for another basic benefit.", "社会救助暂行办法 第9条, 第14条");

    public static CaseSummary Summary(AllowanceCase aid) => new(
        Name(aid), aid.File.Application.HukouRegion, aid.File.Application.Household, aid.Open, aid.File.Terms.IsEmpty ? null : aid.File.Terms.Min(t => t.Due),
        [.. aid.File.Application.Members.Select(m => m.Person)]);

    public static IEnumerable<Change> Changes(Recorded<AllowanceEvent> fact, AllowanceCase after)
    {
        yield return new Change.Put(Row(fact.Id, after));
        if (fact.Fact is AllowanceRelativeDeclared { Relative: var r } declared)
        {
            yield return new Change.Put(new RelativeRow(fact.Id, r.Member, r.Official, r.User ?? "", r.Relation, after.File.Application.HukouRegion, declared.On));
        }

        foreach (var change in Claimed(fact, after).Concat(Running(fact.Fact, after)))
        {
            yield return change;
        }
    }

    /// <summary>The command when a term is four fifths over, or over.</summary>
    public static AllowanceCommand? WhenDue(AllowanceCase aid, string kind) =>
        Enum.GetValues<Clock>().SelectMany(c => new[] { new NoteDeadline(c, Missed: false), new NoteDeadline(c, Missed: true) }).FirstOrDefault(n => Kind(n.Clock, n.Missed) == kind);

    /// <summary>How the monthly amount came about: the assessment by its fact, the standard by its edition.</summary>
    public static Explanation? Explain(AllowanceCase aid, string line)
    {
        var (decision, version) = aid switch
        {
            Confirmed c => (c.Decision, c.DecisionVersion),
            Revoked r => (r.Decision, 0),
            _ => (null, aid.File.OpinionVersion),
        };
        var basis = decision?.Basis ?? aid.File.Opinion?.Calculation;
        if (line != "amount" || basis is null || aid.File.Income is not { } income)
        {
            return null;
        }

        var editions = decision?.Editions ?? [];
        return new("amount", decision is null ? new("拟保障金额", "Suggested monthly amount") : new("月保障金额", "Monthly amount"), basis.Formula, basis.Monthly,
        [
            new("standard", basis.Standard.ToString(), "yuan/person/month", Policy: Edition("allowance-standard")),
            Of("countable income", income.HouseholdCountable.ToString(), "yuan/household/period", aid.File.IncomeVersion),
            Of("months", $"{income.Months}", "months", aid.File.IncomeVersion),
            Of("members", $"{basis.Members}", "persons", 1),
            Of("per-capita income", FormattableString.Invariant($"{basis.PerCapita}"), "yuan/person/month", aid.File.IncomeVersion),
            Of("category", $"{decision?.Category ?? aid.File.Opinion?.Category}", "category", aid.File.OpinionVersion),
            new("base", basis.Base.ToString(), "yuan/household/month", Policy: Edition("allowance-calculation-mode")),
            .. basis.Uplifts.Select(u => Of($"uplift {u.Category} {u.Person}", u.Amount.ToString(), "yuan/person/month", aid.File.OpinionVersion) with { Policy = Edition("allowance-uplift-share") }),
            Of("monthly amount", basis.Monthly.ToString(), "yuan/household/month", version),
        ]);

        ExplainedInput Of(string name, string value, string unit, int of) =>
            of == 0 ? new(name, value, unit) : new(name, value, unit, Processes.SubsistenceAllowance, aid.File.Number, of);

        string? Edition(string code) => string.Join("; ", editions.Where(e => e.StartsWith(code + "@", StringComparison.Ordinal))) is { Length: > 0 } found ? found : null;
    }

    private static AllowanceRow Row(string id, AllowanceCase after)
    {
        var (file, a) = (after.File, after.File.Application);
        var granted = (after as Confirmed)?.Decision;
        var refused = (after as Refused)?.Decision;
        return new(
            id, after.GetType().Name, a.Household, a.HukouRegion, a.ResidenceRegion, a.Area, a.Members.Count, a.Campaign, file.Procedure.Profile, file.SubmittedOn, file.AcceptedOn, file.DueOn,
            granted?.DecidedOn ?? refused?.DecidedOn, granted?.DecisionNumber.ToString() ?? refused?.DecisionNumber.ToString(), file.Income?.PerCapitaExact, granted?.Basis.Monthly,
            [.. refused?.Reasons.Select(r => $"{r.Code}") ?? []], file.SeparateRegister is not null, file.CountyVisitMandatory, file.Returns, file.Terms.Any(t => t.Missed));
    }

    /// <summary>
    /// One open case per household from application, one basic benefit per person from acceptance (domain section 9.4). A
    /// grant keeps the members' claims: the entitlement has the case's number and lets them go when it ends.
    /// </summary>
    private static IEnumerable<Change> Claimed(Recorded<AllowanceEvent> fact, AllowanceCase after)
    {
        var application = after.File.Application;
        var members = application.Members.Select(m => m.Person.ToString());
        var household = new Change.Reserve(Claims.OpenAllowanceCase, application.Household, fact.Id, fact.By.On, ActiveCase);
        var benefits = members.Select(m => new Change.Reserve(Claims.BasicBenefit, m, fact.Id, fact.By.On, OtherBenefit));
        return (fact.Fact, after) switch
        {
            (AllowanceApplicationSubmitted, _) => [household],
            (AllowanceApplicationAccepted, _) => benefits,
            (AllowanceDecisionRevoked, Returned) => [household, .. benefits],
            (AllowanceConfirmed, _) => [LetGo(Claims.OpenAllowanceCase, application.Household)],
            (AllowanceRefused or AllowanceTerminated or AllowanceWithdrawn, _) =>
                [LetGo(Claims.OpenAllowanceCase, application.Household), .. members.Select(m => LetGo(Claims.BasicBenefit, m))],
            _ => [],
        };

        // A closed case stands in nobody's way from the very day on which it is closed.
        Change LetGo(string kind, string key) => new Change.Release(kind, key, fact.Id, fact.By.On.AddDays(-1));
    }

    /// <summary>Reminders of the terms that run, after a fact that may have changed them.</summary>
    private static IEnumerable<Change> Running(AllowanceEvent fact, AllowanceCase after)
    {
        if (fact is AllowanceApplicationSubmitted or AllowanceSupplementRequested or AllowanceRelativeDeclared or AllowanceCaseSeparatelyRegistered or AllowanceReportAttached
            or AllowanceComplaintNoted or AllowanceSpotCheckNoted or AllowanceDecisionServed || (!after.Open && fact is AllowancePublicityOpened))
        {
            yield break;
        }

        foreach (var clock in Enum.GetValues<Clock>())
        {
            var term = after.File.Terms.Find(t => t.Clock == clock);
            yield return term is { Warned: false } ? new Change.Due(Kind(clock, missed: false), term.WarnOn) : new Change.NotDue(Kind(clock, missed: false));
            yield return term is { Missed: false } ? new Change.Due(Kind(clock, missed: true), term.Due.AddDays(1)) : new Change.NotDue(Kind(clock, missed: true));
        }
    }

    private static string Kind(Clock clock, bool missed) => (clock, missed) switch
    {
        (Clock.Investigation, false) => "investigation-warned",
        (Clock.Investigation, true) => "investigation-missed",
        (Clock.DemocraticReview, false) => "democratic-review-warned",
        (Clock.DemocraticReview, true) => "democratic-review-missed",
        (Clock.CountyReview, false) => "county-review-warned",
        (Clock.CountyReview, true) => "county-review-missed",
        (Clock.Decision, false) => "decision-warned",
        (Clock.Decision, true) => "decision-missed",
        (_, false) => "whole-term-warned",
        _ => "whole-term-missed",
    };

    private static Text Name(AllowanceCase aid) => aid switch
    {
        Submitted => new("已提交", "Submitted"),
        SupplementAwaited => new("待补正", "Supplement awaited"),
        Accepted => new("已受理", "Accepted"),
        Investigating => new("调查核对中", "Under investigation"),
        OpinionGiven => new("已提出初审意见", "Opinion given"),
        InPublicity => new("公示中", "In publicity"),
        PublicityEnded => new("公示期满", "Publicity ended"),
        ObjectionHandling => new("异议处理中", "Objection being handled"),
        ReportedToCounty => new("县级审查中", "Under county review"),
        Returned => new("退回乡镇", "Returned to the township"),
        InApprovalPublicity => new("审批公示中", "In approval publicity"),
        Confirmed => new("已确认", "Confirmed"),
        Refused => new("不予确认", "Refused"),
        Terminated => new("已终止", "Terminated"),
        Withdrawn => new("已撤回", "Withdrawn"),
        Revoked => new("决定已撤销", "Decision revoked"),
        _ => new("未提交", "Not submitted"),
    };
}
