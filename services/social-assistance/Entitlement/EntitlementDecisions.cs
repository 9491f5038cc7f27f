using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Entitlement;

internal abstract record EntitlementCommand;

/// <summary>Why a benefit ends.</summary>
internal enum StopReason
{
    IncomeAboveStandard,
    AssetsAboveLimit,
    ReviewCampaign,
    Death,
    MovedAway,
    Declined,
    NotCooperating,
    Fraud,
    DecisionRevoked,
    TransferredToOtherBenefit,
}

// What other processes tell an entitlement; the first two open it: from a decision, or from a register of the past.
internal sealed record GrantEntitlement(
    string Benefit, Area Area, RegionCode Region, string Household, PersonId Payee, IReadOnlyList<PersonId> Members, AmountBasis Basis, Category Category, YearMonth From,
    CaseRef Source, long SourceVersion, string? Campaign) : EntitlementCommand;

/// <param name="RowHash">SHA-256 of the register row this was taken from: imported, not witnessed.</param>
internal sealed record ImportEntitlement(
    string Benefit, Area Area, RegionCode Region, string Household, PersonId Payee, IReadOnlyList<PersonId> Members, AmountBasis Basis, Category Category, YearMonth From,
    string Import, int Row, string RowHash) : EntitlementCommand;

/// <param name="Since">For fraud, a revoked grant and a death: the day from which it was so.</param>
internal sealed record StopEntitlement(StopReason Reason, string Cause, string DecisionNumber, string? Campaign = null, DateOnly? Since = null) : EntitlementCommand;

internal sealed record NoteMemberDeath(PersonId Person, DateOnly DiedOn) : EntitlementCommand;

internal sealed record RevokeMemberDeath(PersonId Person) : EntitlementCommand;

internal sealed record OrderRectification(string Plan, string Finding, string Detail) : EntitlementCommand;

internal sealed record NoteComplaintSubstantiated(string Complaint, string Measures) : EntitlementCommand;

/// <summary>An overpayment has been cancelled (told by its case): nothing is being recovered any more.</summary>
internal sealed record ReleaseDebt(string Debt) : EntitlementCommand;

internal sealed record ActivateEntitlement : EntitlementCommand;

internal sealed record ReportChange(ChangeKind Kind, DateOnly Since, string Details) : EntitlementCommand;

internal sealed record ScheduleReview(DateOnly DueOn, string Reason) : EntitlementCommand;

internal sealed record StartReview : EntitlementCommand;

/// <param name="Countable">The household's countable income over the months, yuan.</param>
internal sealed record CompleteReview(Money Countable, int Months, ReviewResult Result, string Findings, string? Visit = null, string? Report = null) : EntitlementCommand;

internal sealed record UpliftedMember(PersonId Person, UpliftCategory Category);

/// <summary>What a new amount is reckoned from, and what the officer expects it to be: the service reckons again.</summary>
internal sealed record Reckoning(Money Countable, int Months, IReadOnlyList<UpliftedMember> Uplifted, Money MonthlyAmount);

internal sealed record DecideIncrease(Reckoning Reckoning, string Reason, string DecisionNumber) : EntitlementCommand;

/// <param name="ConcealedSince">Day of a change that was concealed: the amount falls from that month on.</param>
internal sealed record DecideDecrease(Reckoning Reckoning, string Reason, string DecisionNumber, DateOnly? ConcealedSince = null) : EntitlementCommand;

internal sealed record DecideCategory(Category Category, Reckoning Reckoning, string Reason, string DecisionNumber) : EntitlementCommand;

internal sealed record AddMember(PersonId Person, Reckoning Reckoning, string Reason, string DecisionNumber) : EntitlementCommand;

internal sealed record RemoveMember(PersonId Person, Reckoning Reckoning, string Reason, string DecisionNumber) : EntitlementCommand;

internal sealed record StartGradualExit(int Months, string Reason, string DecisionNumber) : EntitlementCommand;

internal sealed record EndGradualExit : EntitlementCommand;

internal sealed record TransferToOtherBenefit(string Benefit, string DecisionNumber) : EntitlementCommand;

internal sealed record ReinstateEntitlement(string Reason, string DecisionNumber) : EntitlementCommand;

internal sealed record SuspendEntitlement(YearMonth From, SuspendReason Reason, string Cause) : EntitlementCommand;

internal sealed record RecordJobRefusal(PersonId Person, string Offer, DateOnly On, bool Justified) : EntitlementCommand;

internal sealed record ConfirmSurvival(DateOnly On, SurvivalMethod Method) : EntitlementCommand;

// These compare what is due with what was paid; the payments are looked up before (EntitlementPayments).
internal sealed record ResumeEntitlement(string Cause, Payments Payments) : EntitlementCommand;

internal sealed record DecideAfterDeath(Reckoning Reckoning, PersonId? Payee, string DecisionNumber, Payments Payments) : EntitlementCommand;

internal sealed record AssessPayments(Payments Payments) : EntitlementCommand;

internal sealed record RecordArrears(IReadOnlyList<ArrearsLine> Months, string Reason, string DecisionNumber, Payments Payments) : EntitlementCommand;

/// <param name="From">Month from which the standard holds.</param>
/// <param name="Amounts">The parameters in force on the standard's first day.</param>
/// <param name="Edition">The standard's edition, for the record.</param>
internal sealed record UprateStandard(YearMonth From, AmountPolicy Amounts, string Edition, Payments Payments) : EntitlementCommand;

internal static partial class EntitlementDecisions
{
    /// <summary>Deadline: the first day of the first month.</summary>
    public const string FirstMonthBegins = "entitlement-first-month";

    /// <summary>Deadline: the day after the last month of a gradual exit.</summary>
    public const string GradualExitOver = "entitlement-gradual-exit-over";

    private const string Management = "社会救助暂行办法 第13条; 民发〔2021〕57号 第31条";
    private const int LargestHousehold = 50;
    private static readonly Money LargestAmount = new(1_000_000_000m);
    private static readonly YearMonth Earliest = new(1999, 10);

    public static Decision<EntitlementEvent> Decide(EntitlementCase entitlement, EntitlementCommand command, EntitlementPolicy policy, Act act) => (entitlement, command) switch
    {
        (NoEntitlement, GrantEntitlement c) => Granted(c, policy, act),
        (NoEntitlement, ImportEntitlement c) => Imported(c, policy, act),
        (NoEntitlement, _) => Refusal.NotNow(),
        (_, GrantEntitlement c) when entitlement.Grant.Origin is { RowHash: null } o && o.Id == c.Source.Id => [],
        (_, ImportEntitlement c) when entitlement.Grant.Origin.RowHash == c.RowHash => [],
        (Pending p, ActivateEntitlement) => YearMonth.From(act.Today) < p.Grant.FirstMonth ? Refusal.NotNow() : [new EntitlementActivated(p.Grant.FirstMonth)],
        (_, ActivateEntitlement) => [],

        (_, NoteMemberDeath c) => DeathNoted(entitlement, c, policy, act),
        (_, RevokeMemberDeath c) => DeathRevoked(entitlement, c, policy, act),
        (not Stopped, DecideAfterDeath c) => AfterDeath(entitlement, c, policy, act),

        (Stopped, StopEntitlement or TransferToOtherBenefit or EndGradualExit) => [],
        (_, StopEntitlement c) => Stop(entitlement, c, policy, act),
        (_, TransferToOtherBenefit c) => Transfer(entitlement, c, policy, act),
        (Stopped s, ReinstateEntitlement c) => Reinstate(s, c, policy, act),
        (Pending or Active, StartGradualExit c) => Exit(entitlement, c, policy, act),
        (GradualExit, StartGradualExit) => [],
        (GradualExit x, EndGradualExit) => ExitOver(x, act),
        (Pending or Active or GradualExit, SuspendEntitlement c) => Suspend(entitlement, c, act),
        (Suspended, SuspendEntitlement) => [],
        (Suspended s, ResumeEntitlement c) => Resume(s, c, policy, act),
        (Pending or Active or GradualExit, ResumeEntitlement) => [],

        (Stopped, OrderRectification or NoteComplaintSubstantiated) => [],
        (_, OrderRectification c) => Ordered(entitlement, ReviewKind.Rectification, $"{c.Plan}/{c.Finding}", c.Detail, policy, act),
        (_, NoteComplaintSubstantiated c) => Ordered(entitlement, ReviewKind.Complaint, c.Complaint, c.Measures, policy, act),
        (not Stopped, ReportChange c) => Report(entitlement, c, policy, act),
        (not Stopped, ScheduleReview c) => Schedule(entitlement, c, act),
        (not Stopped, StartReview) => entitlement.Grant.Review is { Result: null } ? [] : [new ReviewStarted(act.Today, act.Actor)],
        (not Stopped, CompleteReview c) => Complete(entitlement, c, policy, act),
        (not Stopped, DecideIncrease c) => Increase(entitlement, c, policy, act),
        (not Stopped, DecideDecrease c) => Decrease(entitlement, c, policy, act),
        (not Stopped, DecideCategory c) => Recategorise(entitlement, c, policy, act),
        (not Stopped, AddMember c) => Add(entitlement, c, policy, act),
        (not Stopped, RemoveMember c) => Remove(entitlement, c, policy, act),
        (not Stopped, RecordJobRefusal c) => RefuseJob(entitlement, c, policy, act),
        (not Stopped, ConfirmSurvival c) => Survived(entitlement, c, act),

        (_, ReleaseDebt c) => [.. entitlement.Grant.Debts.Where(d => !d.Cancelled && Grant.DebtNumber(act.Case, d.Number) == c.Debt).Select(d => new DebtReleased(d.Number))],
        (_, AssessPayments c) => Assess(entitlement, c, act),
        (_, RecordArrears c) => Owe(entitlement, c, act),
        (_, UprateStandard c) => Uprate(entitlement, c, act),
        _ => Refusal.NotNow(),
    };

    private static Decision<EntitlementEvent> Granted(GrantEntitlement c, EntitlementPolicy policy, Act act) =>
        Openable(c.Members, c.Basis, c.From, act) is { } refusal ? refusal
        : !policy.NextReview(act.Today, c.Category, c.Area, out var review, out var missing) ? missing
        : [new EntitlementGranted(act.Case, c.Benefit, c.Area, c.Region, c.Household, c.Payee, c.Members, c.Basis, c.Category, c.From, c.Source, c.SourceVersion, c.Campaign, act.Today, review)];

    private static Decision<EntitlementEvent> Imported(ImportEntitlement c, EntitlementPolicy policy, Act act) =>
        Openable(c.Members, c.Basis, c.From, act) is { } refusal ? refusal
        : !policy.NextReview(act.Today, c.Category, c.Area, out var review, out var missing) ? missing
        : [new EntitlementImported(act.Case, c.Benefit, c.Area, c.Region, c.Household, c.Payee, c.Members, c.Basis, c.Category, c.From, c.Import, c.Row, c.RowHash, act.Today, review)];

    private static Refusal? Openable(IReadOnlyList<PersonId> members, AmountBasis basis, YearMonth from, Act act) =>
        members.Count is 0 or > LargestHousehold || members.Distinct().Count() != members.Count || basis.Members != members.Count
            ? Refusal.Rule("E_MEMBER_INCOMPLETE", "保障人员名单为空、重复或与保障人数不符。", "The members are none, repeated, or not as many as the amount is for.").With("members", members.Count).With("reckonedFor", basis.Members)
        : basis.Monthly > LargestAmount || basis.Standard > LargestAmount || basis.Base > LargestAmount || basis.PerCapita is < 0 or > 1_000_000_000m || basis.Uplifts.Any(u => u.Amount > LargestAmount)
          || basis.Monthly.IsNegative || basis.Standard.IsNegative || basis.Base.IsNegative || basis.Uplifts.Any(u => u.Amount.IsNegative)
            ? Refusal.Rule("E_AMOUNT_RANGE", "金额超出合理范围。", "An amount is out of range.")
        : from < Earliest || from > YearMonth.From(act.Today).AddMonths(13)
            ? Refusal.Rule("E_MONTH_RANGE", "起始月份超出范围。", "The first month lies before October 1999 or more than 13 months ahead.").With("from", from.ToString())
        : null;

    private static Refusal? Numbered(string decisionNumber) =>
        string.IsNullOrWhiteSpace(decisionNumber) || decisionNumber.Length > 100
            ? Refusal.Rule("E_DECISION_NUMBER", "须填写决定文号。", "State the number of the decision.", Management)
            : null;

    /// <summary>Who reviewed may not decide (SOD-1).</summary>
    private static Refusal? Reviewer(EntitlementCase e, Act act) => Checks.SameHand(act, "SOD-1", e.Grant.Review?.By ?? []);

    private static YearMonth NextMonth(Act act) => YearMonth.From(act.Today).AddMonths(1);

    /// <summary>When a change reaches back into months that may be paid, payments are to be compared with what is due.</summary>
    private static Decision<EntitlementEvent> AndAssess(EntitlementEvent fact, YearMonth from, string cause, EntitlementPolicy policy, Act act) => AndAssess([fact], from, cause, policy, act);

    private static Decision<EntitlementEvent> AndAssess(EntitlementEvent[] facts, YearMonth from, string cause, EntitlementPolicy policy, Act act) =>
        from > YearMonth.From(act.Today) ? [.. facts]
        : policy.TaskDue(act.Today, out var by, out var missing) ? [.. facts, new AssessmentDue(from, cause, by)]
        : missing;
}
