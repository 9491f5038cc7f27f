using System.Text.Json.Serialization;
using Platform.Cases;
using SocialAssistance.PublicityNotice;

namespace SocialAssistance.SubsistenceAllowance;

[JsonDerivedType(typeof(AllowanceApplicationSubmitted), "allowance_application_submitted")]
[JsonDerivedType(typeof(AllowanceSupplementRequested), "allowance_supplement_requested")]
[JsonDerivedType(typeof(AllowanceApplicationAccepted), "allowance_application_accepted")]
[JsonDerivedType(typeof(AllowanceRelativeDeclared), "allowance_relative_declared")]
[JsonDerivedType(typeof(AllowanceCaseSeparatelyRegistered), "allowance_case_separately_registered")]
[JsonDerivedType(typeof(AllowanceInvestigationStarted), "allowance_investigation_started")]
[JsonDerivedType(typeof(AllowanceVisitAttached), "allowance_visit_attached")]
[JsonDerivedType(typeof(AllowanceReportAttached), "allowance_report_attached")]
[JsonDerivedType(typeof(AllowanceReviewAttached), "allowance_review_attached")]
[JsonDerivedType(typeof(CoInvestigationAttached), "co_investigation_attached")]
[JsonDerivedType(typeof(AllowanceCooperationRefused), "allowance_cooperation_refused")]
[JsonDerivedType(typeof(AllowanceIncomeAssessed), "allowance_income_assessed")]
[JsonDerivedType(typeof(AllowanceAssetsAssessed), "allowance_assets_assessed")]
[JsonDerivedType(typeof(AllowanceIneligibilityNotified), "allowance_ineligibility_notified")]
[JsonDerivedType(typeof(AllowanceFindingDisputed), "allowance_finding_disputed")]
[JsonDerivedType(typeof(AllowanceReexaminationCompleted), "allowance_reexamination_completed")]
[JsonDerivedType(typeof(AllowanceOpinionGiven), "allowance_opinion_given")]
[JsonDerivedType(typeof(AllowancePublicityOpened), "allowance_publicity_opened")]
[JsonDerivedType(typeof(AllowancePublicityClosed), "allowance_publicity_closed")]
[JsonDerivedType(typeof(AllowanceCaseReported), "allowance_case_reported")]
[JsonDerivedType(typeof(AllowanceCountyCheckRecorded), "allowance_county_check_recorded")]
[JsonDerivedType(typeof(AllowanceCaseReturned), "allowance_case_returned")]
[JsonDerivedType(typeof(AllowanceConfirmed), "allowance_confirmed")]
[JsonDerivedType(typeof(AllowanceRefused), "allowance_refused")]
[JsonDerivedType(typeof(AllowanceDecisionServed), "allowance_decision_served")]
[JsonDerivedType(typeof(AllowanceDeadlineExtended), "allowance_deadline_extended")]
[JsonDerivedType(typeof(AllowanceDeadlineWarned), "allowance_deadline_warned")]
[JsonDerivedType(typeof(AllowanceDeadlineMissed), "allowance_deadline_missed")]
[JsonDerivedType(typeof(AllowanceTerminated), "allowance_terminated")]
[JsonDerivedType(typeof(AllowanceWithdrawn), "allowance_withdrawn")]
[JsonDerivedType(typeof(AllowanceReconsiderationRecorded), "allowance_reconsideration_recorded")]
[JsonDerivedType(typeof(AllowanceDecisionRevoked), "allowance_decision_revoked")]
[JsonDerivedType(typeof(AllowanceDecisionAmended), "allowance_decision_amended")]
[JsonDerivedType(typeof(AllowanceComplaintNoted), "allowance_complaint_noted")]
[JsonDerivedType(typeof(AllowanceSpotCheckNoted), "allowance_spot_check_noted")]
internal abstract record AllowanceEvent;

internal sealed record AllowanceApplicationSubmitted(string Number, Application Application, DateOnly On, string By) : AllowanceEvent;

internal sealed record AllowanceSupplementRequested(IReadOnlyList<string> Missing, DateOnly DueOn, string By) : AllowanceEvent;

internal sealed record AllowanceApplicationAccepted(DateOnly On, Procedure Procedure, IReadOnlyList<Term> Terms, IReadOnlyList<Document> Supplied, string By) : AllowanceEvent;

internal sealed record AllowanceRelativeDeclared(NearRelative Relative, DateOnly On, string By) : AllowanceEvent;

internal sealed record AllowanceCaseSeparatelyRegistered(string RegisterNumber, DateOnly On, string By) : AllowanceEvent;

internal sealed record AllowanceInvestigationStarted(IReadOnlyList<string> Investigators, DateOnly On, bool InTime, string By) : AllowanceEvent;

internal sealed record AllowanceVisitAttached(string Visit, VisitKind Kind, DateOnly On, IReadOnlyList<string> Investigators, bool Conforms, string Findings) : AllowanceEvent;

internal sealed record AllowanceReportAttached(string Order, VerificationConclusion Conclusion, DateOnly IssuedOn, DateOnly ValidTo) : AllowanceEvent;

internal sealed record AllowanceReviewAttached(string Review, DateOnly On, int Agree, int Disagree, int Abstain, bool Upheld, bool Disputed) : AllowanceEvent;

internal sealed record CoInvestigationAttached(RegionCode AskedRegion, DateOnly RepliedOn, bool ReceivesAidThere, Document Reply, string By) : AllowanceEvent;

internal sealed record AllowanceCooperationRefused(string Findings, DateOnly On, string By) : AllowanceEvent;

/// <param name="HouseholdCountable">Yuan over the period, recognised rigid expenses taken off.</param>
/// <param name="PerCapitaExact">Yuan per person and month, to six places.</param>
/// <param name="PerCapitaMonthly">The same to the fen, for show.</param>
internal sealed record AllowanceIncomeAssessed(
    YearMonth From, YearMonth To, int Months, IReadOnlyList<IncomeLine> Lines, Money RecognisedExpenses, Money HouseholdCountable, int Members, decimal PerCapitaExact, Money PerCapitaMonthly,
    string By) : AllowanceEvent;

internal sealed record AllowanceAssetsAssessed(IReadOnlyList<AssetLine> Lines, IReadOnlyList<AssetResult> Results, bool WithinLimit, string By) : AllowanceEvent;

internal sealed record AllowanceIneligibilityNotified(string? Order, DateOnly On, string By) : AllowanceEvent;

internal sealed record AllowanceFindingDisputed(string Statement, IReadOnlyList<Document> Evidence, DateOnly On) : AllowanceEvent;

internal sealed record AllowanceReexaminationCompleted(bool Cleared, string Findings, DateOnly On, string By) : AllowanceEvent;

/// <param name="Calculation">How the suggested amount came about; null when refusal is proposed.</param>
internal sealed record AllowanceOpinionGiven(bool Grant, Category Category, IReadOnlyList<UpliftClaim> Uplifts, AmountBasis? Calculation, IReadOnlyList<string> Reasons, DateOnly On, string By) : AllowanceEvent;

internal sealed record AllowancePublicityOpened(string Notice, NoticeKind Kind, DateOnly PostedOn, DateOnly LastDay) : AllowanceEvent;

/// <param name="Term">The term for deciding that starts with the end of the approval notice.</param>
internal sealed record AllowancePublicityClosed(string Notice, NoticeKind Kind, NoticeOutcome Outcome, DateOnly On, Term? Term = null) : AllowanceEvent;

internal sealed record AllowanceCaseReported(IReadOnlyList<Document> Files, DateOnly On, Term? Term, string By) : AllowanceEvent;

internal sealed record AllowanceCountyCheckRecorded(bool Conforms, bool Sampled, string Findings, DateOnly On, string By) : AllowanceEvent;

internal sealed record AllowanceCaseReturned(IReadOnlyList<string> Defects, DateOnly DueOn, DateOnly On, string By) : AllowanceEvent;

/// <param name="IncomeVersion">Version of the assessment the amount rests on.</param>
/// <param name="Editions">Policy values that reckoned the amount.</param>
internal sealed record AllowanceConfirmed(
    DocumentNumber DecisionNumber, DateOnly DecidedOn, YearMonth EffectiveMonth, Area Area, IReadOnlyList<PersonId> Members, PersonId Payee, AmountBasis Basis, CalculationMode Mode, Category Category,
    DateOnly FirstReviewDue, string? CertificateNumber, DateOnly NoticeDue, int IncomeVersion, IReadOnlyList<string> Editions, string By) : AllowanceEvent;

internal sealed record AllowanceRefused(
    DocumentNumber DecisionNumber, DateOnly DecidedOn, IReadOnlyList<Reason> Reasons, IReadOnlyList<FailedCondition> Failed, string Remedies, DateOnly NoticeDue, string By) : AllowanceEvent;

internal sealed record AllowanceDecisionServed(ServiceMethod Method, DateOnly On, Document Receipt, bool InTime, string By) : AllowanceEvent;

internal sealed record AllowanceDeadlineExtended(Term Term, ExtensionReason Reason, string Explanation, string By) : AllowanceEvent;

internal sealed record AllowanceDeadlineWarned(Clock Clock, DateOnly Due, DateOnly On) : AllowanceEvent;

internal sealed record AllowanceDeadlineMissed(Clock Clock, DateOnly Due, DateOnly On) : AllowanceEvent;

internal sealed record AllowanceTerminated(TerminationReason Reason, string Explanation, DateOnly On, string By) : AllowanceEvent;

internal sealed record AllowanceWithdrawn(string Reason, DateOnly On, string By) : AllowanceEvent;

internal sealed record AllowanceReconsiderationRecorded(ReconsiderationOrgan Organ, DocumentNumber Document, ReconsiderationResult Result, DateOnly On, string By) : AllowanceEvent;

internal sealed record AllowanceDecisionRevoked(DocumentNumber Document, DateOnly On) : AllowanceEvent;

internal sealed record AllowanceDecisionAmended(DocumentNumber Document, string Amendment, DateOnly On) : AllowanceEvent;

internal sealed record AllowanceComplaintNoted(string Complaint, string Target, DateOnly On) : AllowanceEvent;

internal sealed record AllowanceSpotCheckNoted(string Plan, string Finding, string Detail, DateOnly On) : AllowanceEvent;

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NoApplication), nameof(NoApplication))]
[JsonDerivedType(typeof(Submitted), nameof(Submitted))]
[JsonDerivedType(typeof(SupplementAwaited), nameof(SupplementAwaited))]
[JsonDerivedType(typeof(Accepted), nameof(Accepted))]
[JsonDerivedType(typeof(Investigating), nameof(Investigating))]
[JsonDerivedType(typeof(OpinionGiven), nameof(OpinionGiven))]
[JsonDerivedType(typeof(InPublicity), nameof(InPublicity))]
[JsonDerivedType(typeof(PublicityEnded), nameof(PublicityEnded))]
[JsonDerivedType(typeof(ObjectionHandling), nameof(ObjectionHandling))]
[JsonDerivedType(typeof(ReportedToCounty), nameof(ReportedToCounty))]
[JsonDerivedType(typeof(Returned), nameof(Returned))]
[JsonDerivedType(typeof(InApprovalPublicity), nameof(InApprovalPublicity))]
[JsonDerivedType(typeof(Confirmed), nameof(Confirmed))]
[JsonDerivedType(typeof(Refused), nameof(Refused))]
[JsonDerivedType(typeof(Terminated), nameof(Terminated))]
[JsonDerivedType(typeof(Withdrawn), nameof(Withdrawn))]
[JsonDerivedType(typeof(Revoked), nameof(Revoked))]
internal abstract record AllowanceCase(AllowanceFile File)
{
    /// <summary>Handed in and not decided.</summary>
    [JsonIgnore]
    public bool Open => this is not (NoApplication or Confirmed or Refused or Terminated or Withdrawn or Revoked);

    /// <summary>Accepted and not decided.</summary>
    [JsonIgnore]
    public bool Underway => Open && this is not (Submitted or SupplementAwaited);

    /// <summary>The township is establishing facts, for the first time or again.</summary>
    [JsonIgnore]
    public bool UnderInvestigation => this is Investigating or Returned or ObjectionHandling { Kind: NoticeKind.Initial };
}

internal sealed record NoApplication() : AllowanceCase(new AllowanceFile("", Application.None));

internal sealed record Submitted(AllowanceFile File) : AllowanceCase(File);

internal sealed record SupplementAwaited(AllowanceFile File, IReadOnlyList<string> Missing, DateOnly DueOn) : AllowanceCase(File);

internal sealed record Accepted(AllowanceFile File) : AllowanceCase(File);

internal sealed record Investigating(AllowanceFile File) : AllowanceCase(File);

internal sealed record OpinionGiven(AllowanceFile File) : AllowanceCase(File);

internal sealed record InPublicity(AllowanceFile File, string Notice, DateOnly LastDay) : AllowanceCase(File);

internal sealed record PublicityEnded(AllowanceFile File, DateOnly On) : AllowanceCase(File);

/// <param name="Kind">Which notice was objected to: the township's opinion, or the county's intended approval.</param>
internal sealed record ObjectionHandling(AllowanceFile File, NoticeKind Kind) : AllowanceCase(File);

internal sealed record ReportedToCounty(AllowanceFile File, DateOnly On) : AllowanceCase(File);

internal sealed record Returned(AllowanceFile File, IReadOnlyList<string> Defects, DateOnly? DueOn) : AllowanceCase(File);

internal sealed record InApprovalPublicity(AllowanceFile File, string Notice, DateOnly LastDay) : AllowanceCase(File);

internal sealed record Confirmed(AllowanceFile File, AllowanceConfirmed Decision, int DecisionVersion, AllowanceDecisionServed? Served, AllowancePublicityOpened? Result) : AllowanceCase(File);

internal sealed record Refused(AllowanceFile File, AllowanceRefused Decision, AllowanceDecisionServed? Served) : AllowanceCase(File);

internal sealed record Terminated(AllowanceFile File, TerminationReason Reason) : AllowanceCase(File);

internal sealed record Withdrawn(AllowanceFile File, string Reason) : AllowanceCase(File);

/// <summary>Granted, and revoked by reconsideration or a court.</summary>
internal sealed record Revoked(AllowanceFile File, AllowanceConfirmed Decision, DocumentNumber Document) : AllowanceCase(File);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AllowanceEvent))]
[JsonSerializable(typeof(AllowanceCase))]
internal sealed partial class AllowanceJson : JsonSerializerContext;
