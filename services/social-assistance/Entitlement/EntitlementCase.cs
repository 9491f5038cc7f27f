using System.Text.Json.Serialization;
using Platform.Cases;
using SocialAssistance.Overpayment;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Entitlement;

internal enum ChangeKind
{
    Income,
    Asset,
    Member,
    Residence,
    Health,
    Account,
}

internal enum ReviewKind
{
    Periodic,
    ReportedChange,
    Complaint,
    Rectification,
}

internal enum ReviewResult
{
    NoChange,
    Increase,
    Decrease,
    Stop,
    Category,
}

internal enum SuspendReason
{
    SurvivalCheck,
    AccountInvalid,
    Investigation,
    DeathSignal,
}

internal enum SurvivalMethod
{
    Face,
    Visit,
    Video,
}

/// <summary>What is due from a month on, and how it was reckoned.</summary>
internal sealed record MonthlyDue(YearMonth From, AmountBasis Basis);

internal sealed record ArrearsLine(YearMonth Month, Money Amount);

[JsonDerivedType(typeof(EntitlementGranted), "entitlement_granted")]
[JsonDerivedType(typeof(EntitlementImported), "entitlement_imported")]
[JsonDerivedType(typeof(EntitlementActivated), "entitlement_activated")]
[JsonDerivedType(typeof(ChangeReported), "change_reported")]
[JsonDerivedType(typeof(ReviewScheduled), "review_scheduled")]
[JsonDerivedType(typeof(ReviewStarted), "review_started")]
[JsonDerivedType(typeof(ReviewCompleted), "review_completed")]
[JsonDerivedType(typeof(AmountIncreased), "amount_increased")]
[JsonDerivedType(typeof(AmountDecreased), "amount_decreased")]
[JsonDerivedType(typeof(CategoryChanged), "category_changed")]
[JsonDerivedType(typeof(MemberAdded), "member_added")]
[JsonDerivedType(typeof(MemberRemoved), "member_removed")]
[JsonDerivedType(typeof(EntitlementStopped), "entitlement_stopped")]
[JsonDerivedType(typeof(EntitlementReinstated), "entitlement_reinstated")]
[JsonDerivedType(typeof(GradualExitStarted), "gradual_exit_started")]
[JsonDerivedType(typeof(EntitlementSuspended), "entitlement_suspended")]
[JsonDerivedType(typeof(EntitlementResumed), "entitlement_resumed")]
[JsonDerivedType(typeof(JobRefused), "job_refused")]
[JsonDerivedType(typeof(PersonalShareStopped), "personal_share_stopped")]
[JsonDerivedType(typeof(StandardUprated), "standard_uprated")]
[JsonDerivedType(typeof(MemberDeathNoted), "member_death_noted")]
[JsonDerivedType(typeof(AfterDeathDecided), "after_death_decided")]
[JsonDerivedType(typeof(MemberDeathRevoked), "member_death_revoked")]
[JsonDerivedType(typeof(SurvivalConfirmed), "survival_confirmed")]
[JsonDerivedType(typeof(AssessmentDue), "assessment_due")]
[JsonDerivedType(typeof(PaymentsCompared), "payments_compared")]
[JsonDerivedType(typeof(ArrearsRecorded), "arrears_recorded")]
[JsonDerivedType(typeof(OverpaymentFound), "overpayment_found")]
[JsonDerivedType(typeof(DebtReleased), "debt_released")]
internal abstract record EntitlementEvent;

internal sealed record EntitlementGranted(
    string Number, string Benefit, Area Area, RegionCode Region, string Household, PersonId Payee, IReadOnlyList<PersonId> Members, AmountBasis Basis, Category Category, YearMonth From,
    CaseRef Source, long SourceVersion, string? Campaign, DateOnly On, DateOnly NextReview) : EntitlementEvent;

internal sealed record EntitlementImported(
    string Number, string Benefit, Area Area, RegionCode Region, string Household, PersonId Payee, IReadOnlyList<PersonId> Members, AmountBasis Basis, Category Category, YearMonth From,
    string Import, int Row, string RowHash, DateOnly On, DateOnly NextReview) : EntitlementEvent;

internal sealed record EntitlementActivated(YearMonth From) : EntitlementEvent;

internal sealed record ChangeReported(ChangeKind Kind, DateOnly Since, string Details, DateOnly On, DateOnly ReviewBy) : EntitlementEvent;

/// <param name="Reference">What ordered it: a complaint, a spot check; null for a periodic review.</param>
internal sealed record ReviewScheduled(DateOnly DueOn, ReviewKind Kind, string? Reference, string Reason) : EntitlementEvent;

internal sealed record ReviewStarted(DateOnly On, string By) : EntitlementEvent;

internal sealed record ReviewCompleted(
    string? Visit, string? Report, Money Countable, int Months, ReviewResult Result, string Findings, DateOnly NextDue, DateOnly On, string By) : EntitlementEvent;

/// <summary>A fact that sets what is due from a month on; whatever was due from that month or a later one before no longer is.</summary>
/// <param name="Members">Members covered from then on.</param>
internal abstract record DueChanged(string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due) : EntitlementEvent;

internal sealed record AmountIncreased(
    string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due, Money Before, Money After, string Reason, string DecisionNumber, string By) : DueChanged(Benefit, Members, Due);

internal sealed record AmountDecreased(
    string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due, Money Before, Money After, string Reason, DateOnly? ConcealedSince, string DecisionNumber, string By) : DueChanged(Benefit, Members, Due);

internal sealed record CategoryChanged(
    string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due, Category Category, string Reason, string DecisionNumber, string By) : DueChanged(Benefit, Members, Due);

internal sealed record MemberAdded(
    string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due, PersonId Person, string Reason, string DecisionNumber, string By) : DueChanged(Benefit, Members, Due);

internal sealed record MemberRemoved(
    string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due, PersonId Person, string Reason, string DecisionNumber, string By) : DueChanged(Benefit, Members, Due);

internal sealed record EntitlementStopped(
    string Benefit, IReadOnlyList<PersonId> Members, YearMonth LastMonth, StopReason Reason, string Cause, string DecisionNumber, string? Campaign, DateOnly On, string By) : EntitlementEvent;

internal sealed record EntitlementReinstated(string Benefit, IReadOnlyList<PersonId> Members, YearMonth From, string Reason, string DecisionNumber, string By) : EntitlementEvent;

internal sealed record GradualExitStarted(YearMonth Until, string Reason, string DecisionNumber, string By) : EntitlementEvent;

internal sealed record EntitlementSuspended(YearMonth From, SuspendReason Reason, string Cause, string By) : EntitlementEvent;

internal sealed record EntitlementResumed(YearMonth SuspendedFrom, string Cause, string By) : EntitlementEvent;

internal sealed record JobRefused(PersonId Person, string Offer, DateOnly On, bool Justified) : EntitlementEvent;

internal sealed record PersonalShareStopped(string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due, PersonId Person, int Refusals) : DueChanged(Benefit, Members, Due);

internal sealed record StandardUprated(string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due, Money Standard, string Policy) : DueChanged(Benefit, Members, Due);

/// <param name="DecideBy">Day by which the county decides what the death means for those who remain.</param>
internal sealed record MemberDeathNoted(
    string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due, PersonId Person, DateOnly DiedOn, YearMonth From, DateOnly DecideBy) : DueChanged(Benefit, Members, Due);

internal sealed record AfterDeathDecided(
    string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due, PersonId Payee, string DecisionNumber, string By) : DueChanged(Benefit, Members, Due);

/// <param name="Debts">Numbers of the overpayments that the death had led to; they are cancelled.</param>
internal sealed record MemberDeathRevoked(
    string Benefit, IReadOnlyList<PersonId> Members, IReadOnlyList<MonthlyDue> Due, PersonId Person, IReadOnlyList<int> Debts) : DueChanged(Benefit, Members, Due);

internal sealed record SurvivalConfirmed(DateOnly On, SurvivalMethod Method, string By) : EntitlementEvent;

/// <summary>What is due has changed for months that may be paid already: the county compares payments with what is due.</summary>
internal sealed record AssessmentDue(YearMonth From, string Cause, DateOnly By) : EntitlementEvent;

internal sealed record PaymentsCompared(YearMonth From, YearMonth Through, DateOnly On, string By) : EntitlementEvent;

internal sealed record ArrearsRecorded(IReadOnlyList<ArrearsLine> Months, string Reason, string? DecisionNumber) : EntitlementEvent;

internal sealed record OverpaymentFound(int Number, string Cause, IReadOnlyList<OverpaidMonth> Months) : EntitlementEvent;

internal sealed record DebtReleased(int Number) : EntitlementEvent;

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NoEntitlement), nameof(NoEntitlement))]
[JsonDerivedType(typeof(Pending), nameof(Pending))]
[JsonDerivedType(typeof(Active), nameof(Active))]
[JsonDerivedType(typeof(Suspended), nameof(Suspended))]
[JsonDerivedType(typeof(GradualExit), nameof(GradualExit))]
[JsonDerivedType(typeof(Stopped), nameof(Stopped))]
internal abstract record EntitlementCase(Grant Grant);

internal sealed record NoEntitlement() : EntitlementCase(Grant.None);

/// <summary>Granted; the first month has not begun.</summary>
internal sealed record Pending(Grant Grant) : EntitlementCase(Grant);

internal sealed record Active(Grant Grant) : EntitlementCase(Grant);

internal sealed record Suspended(Grant Grant, YearMonth From, SuspendReason Reason) : EntitlementCase(Grant);

internal sealed record GradualExit(Grant Grant, YearMonth Until) : EntitlementCase(Grant);

internal sealed record Stopped(Grant Grant, StopReason Reason, string By) : EntitlementCase(Grant);

internal static class EntitlementEvents
{
    /// <summary>Adds the fact, and what it moves in the stock: the difference of what was due before and after it.</summary>
    public static EntitlementCase Evolve(EntitlementCase entitlement, EntitlementEvent fact)
    {
        var after = Fold(entitlement, fact);
        return after with { Grant = after.Grant.Counted(entitlement.Grant) };
    }

    private static EntitlementCase Fold(EntitlementCase e, EntitlementEvent fact) => (e, fact) switch
    {
        (_, EntitlementGranted f) => Opened(Grant.Of(f), f.On),
        (_, EntitlementImported f) => Opened(Grant.Of(f), f.On),
        (Pending p, EntitlementActivated) => new Active(p.Grant),
        (_, ReviewScheduled f) => e with { Grant = e.Grant.Scheduled(f.DueOn, f.Reference) },
        (_, ChangeReported f) => e with { Grant = e.Grant.Scheduled(f.ReviewBy, Grant.KeyOf(f)) },
        (_, ReviewStarted f) => e with { Grant = e.Grant with { Review = new([f.By], null) } },
        (_, ReviewCompleted f) => e with { Grant = e.Grant with { Review = new([.. e.Grant.Review?.By ?? [], f.By], f.Result), NextReview = f.NextDue } },
        (Stopped { Reason: StopReason.Death, Grant.Members.IsEmpty: true }, MemberDeathRevoked f) => Running(e.Grant.Revived(f)),
        (_, MemberDeathRevoked f) => e with { Grant = e.Grant.Revived(f) },
        (Stopped, MemberDeathNoted f) => e with { Grant = e.Grant.Mourned(f) with { DecideBy = null } },
        (_, MemberDeathNoted f) => e with { Grant = e.Grant.Mourned(f) },
        (_, AfterDeathDecided f) => e with { Grant = e.Grant.Changed(f) with { Payee = f.Payee, DecideBy = null } },
        (_, CategoryChanged f) => e with { Grant = e.Grant.Changed(f) with { Category = f.Category, Review = null } },
        (_, AmountIncreased or AmountDecreased) => e with { Grant = e.Grant.Changed((DueChanged)fact) with { Review = null } },
        (_, DueChanged f) => e with { Grant = e.Grant.Changed(f) },
        (_, EntitlementStopped f) => new Stopped(e.Grant with { LastMonth = f.LastMonth, NextReview = null, DecideBy = null, Review = null }, f.Reason, f.By),
        (_, EntitlementReinstated) => new Active(e.Grant with { LastMonth = null }),
        (_, GradualExitStarted f) => new GradualExit(e.Grant with { LastMonth = f.Until }, f.Until),
        (_, EntitlementSuspended f) => new Suspended(e.Grant, f.From, f.Reason),
        (Suspended s, EntitlementResumed) => Running(s.Grant),
        (_, JobRefused f) => e with { Grant = e.Grant with { Offers = e.Grant.Offers.Add(new(f.Person, f.Offer, f.Justified)) } },
        (_, SurvivalConfirmed f) => e with { Grant = e.Grant with { SurvivalOn = f.On } },
        (_, AssessmentDue f) => e with { Grant = e.Grant.ToCompare(f) },
        (_, PaymentsCompared) => e with { Grant = e.Grant with { ToAssess = null } },
        (_, ArrearsRecorded f) => e with { Grant = e.Grant with { Owed = e.Grant.Owed.AddRange(f.Months) } },
        (_, OverpaymentFound f) => e with { Grant = e.Grant with { Debts = e.Grant.Debts.Add(new(f.Number, f.Cause, f.Months, Cancelled: false)) } },
        (_, DebtReleased f) => e with { Grant = e.Grant.Released([f.Number]) },
        _ => e,
    };

    private static EntitlementCase Running(Grant grant) => grant.LastMonth is { } until ? new GradualExit(grant, until) : new Active(grant);

    private static EntitlementCase Opened(Grant grant, DateOnly on) => grant.FirstMonth > YearMonth.From(on) ? new Pending(grant) : new Active(grant);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EntitlementEvent))]
[JsonSerializable(typeof(EntitlementCase))]
internal sealed partial class EntitlementJson : JsonSerializerContext;
