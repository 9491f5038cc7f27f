using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.SubsistenceAllowance;

internal enum Labour
{
    Full,
    Partial,
    None,
}

internal enum Health
{
    Good,
    ChronicIllness,
    SeriousIllness,
    Disability,
    SevereDisability,
}

internal enum IncomeKind
{
    Wage,
    Business,
    Property,
    Transfer,
    Support,
    Imputed,
    Other,
}

internal enum AssetKind
{
    Deposits,
    Securities,
    Housing,
    NonResidentialProperty,
    Vehicle,
    Enterprise,
    Other,
}

/// <summary>Steps that one officer may not combine in one case (SOD-1).</summary>
internal enum Step
{
    Investigate,
    Opinion,
    CountyCheck,
    Confirm,
}

/// <summary>Terms that run while a case is open.</summary>
internal enum Clock
{
    Investigation,
    DemocraticReview,
    CountyReview,
    Decision,
    Total,
}

internal sealed record HouseholdMember(PersonId Person, Relation Relation, bool Adult, Labour Labour, Health Health, bool Studying)
{
    /// <summary>Grown up, able to work and not at school.</summary>
    [JsonIgnore]
    public bool Able => Adult && Labour == Labour.Full && !Studying;
}

/// <param name="Amount">Yuan over the months.</param>
internal sealed record DeclaredIncome(PersonId Person, IncomeKind Kind, Money Amount, int Months);

internal sealed record DeclaredAsset(PersonId Person, AssetKind Kind, Money Value);

/// <summary>Somebody outside the household who owes support to a member (法定赡养、抚养、扶养义务人).</summary>
internal sealed record Obligor(PersonId Person, Relation Relation, Money MonthlySupport);

/// <summary>A member lets the bureau check the household's means.</summary>
internal sealed record Authorisation(PersonId Person, Document Document);

/// <summary>Who applies in the applicant's place: a person, or the village committee.</summary>
internal sealed record Agent(PersonId? Person, string? Organisation, Document Mandate);

/// <summary>What a household declares when it applies.</summary>
/// <param name="Household">Number of the registered household.</param>
/// <param name="Applicant">The member who applies.</param>
/// <param name="HukouRegion">Where the household is registered and the case is handled: township or village.</param>
/// <param name="ResidenceRegion">The village or community where it lives.</param>
/// <param name="Explanation">Why there is no income although members can work.</param>
/// <param name="Campaign">The review campaign in which the household was found.</param>
internal sealed record Application(
    string Household, PersonId Applicant, Area Area, RegionCode HukouRegion, RegionCode ResidenceRegion, IReadOnlyList<HouseholdMember> Members,
    IReadOnlyList<DeclaredIncome> DeclaredIncome, IReadOnlyList<DeclaredAsset> DeclaredAssets, IReadOnlyList<Obligor> Obligors, IReadOnlyList<Authorisation> Authorisations,
    Document Commitment, Agent? Agent = null, string? Explanation = null, string? Campaign = null)
{
    public static readonly Application None = new("", default, default, default, default, [], [], [], [], [], new("", "", ""));

    /// <summary>Registered in one county and living in another: the other county is asked (domain section 2.5).</summary>
    [JsonIgnore]
    public bool SplitResidence => Members.Count > 0 && HukouRegion.County != ResidenceRegion.County;
}

/// <param name="Gross">Yuan over the whole period.</param>
/// <param name="Deduction">Cost of earning it.</param>
/// <param name="Excluded">Not counted by rule (民发〔2021〕57号 第13条).</param>
/// <param name="Basis">Evidence, and the rule of the exclusion.</param>
internal sealed record IncomeLine(PersonId Person, IncomeKind Kind, Money Gross, Money Deduction, Money Excluded, string Basis)
{
    public Money Countable => Gross - Deduction - Excluded;
}

internal sealed record AssetLine(PersonId Person, AssetKind Kind, Money Value);

/// <param name="Value">What the household has, in the rule's measure.</param>
internal sealed record AssetResult(string Rule, decimal Value, decimal Limit, bool Pass);

/// <summary>A condition that is not met, with its numbers.</summary>
internal sealed record FailedCondition(string Condition, decimal Value, decimal Limit);

internal enum OfficialKind
{
    AllowanceStaff,
    VillageCommittee,
}

/// <summary>A member is a near relative of somebody who handles allowances or sits on the village committee (民发〔2012〕220号 第14条).</summary>
/// <param name="User">The official's user id, when there is one.</param>
internal sealed record NearRelative(PersonId Member, OfficialKind Official, Relation Relation, string? User);

internal sealed record UpliftClaim(PersonId Person, UpliftCategory Category);

internal enum RefusalReason
{
    IncomeNotBelowStandard,
    AssetsAboveLimit,
    NotCooperating,
    FalseDeclaration,
    OtherBenefit,
    NotResident,
    Other,
}

internal sealed record Reason(RefusalReason Code, string Text);

/// <summary>A term with the day of its warning (four fifths of it) and its last day.</summary>
internal sealed record Term(Clock Clock, DateOnly From, DateOnly WarnOn, DateOnly Due, bool Warned = false, bool Missed = false);

/// <summary>Who has acted in a step.</summary>
internal sealed record Hand(Step Step, string User);

/// <param name="Version">Version of the fact that attached it.</param>
internal sealed record Visit(string Number, VisitKind Kind, DateOnly On, bool Conforms, int Version);

internal enum Reexamination
{
    NotAsked,
    Notified,
    Disputed,
    Cleared,
    Upheld,
}

/// <summary>Everything a case has gathered, whatever its state; versions are those of the facts it came from.</summary>
internal sealed record AllowanceFile(string Number, Application Application)
{
    /// <summary>How many facts the case has: the version of the last one.</summary>
    public int Version { get; init; }

    public DateOnly? SubmittedOn { get; init; }

    public DateOnly? AcceptedOn { get; init; }

    /// <summary>The end of the whole term, as extended; null where the profile sets none.</summary>
    public DateOnly? DueOn { get; init; }

    public Procedure Procedure { get; init; } = Procedure.NotChosen;

    public ImmutableList<NearRelative> Relatives { get; init; } = [];

    public string? SeparateRegister { get; init; }

    public ImmutableList<string> Complaints { get; init; } = [];

    public ImmutableList<string> SpotChecks { get; init; } = [];

    public ImmutableList<string> Investigators { get; init; } = [];

    public ImmutableList<Visit> Visits { get; init; } = [];

    public AllowanceReportAttached? Report { get; init; }

    public AllowanceReviewAttached? Review { get; init; }

    public int ReviewVersion { get; init; }

    public CoInvestigationAttached? CoInvestigation { get; init; }

    public bool CooperationRefused { get; init; }

    public AllowanceIncomeAssessed? Income { get; init; }

    public int IncomeVersion { get; init; }

    public AllowanceAssetsAssessed? Assets { get; init; }

    public int AssetsVersion { get; init; }

    public Reexamination Reexamination { get; init; }

    public AllowanceOpinionGiven? Opinion { get; init; }

    public int OpinionVersion { get; init; }

    public int ObjectionVersion { get; init; }

    public bool ApprovalNoticeStood { get; init; }

    /// <summary>The last check by the county since the case was reported: whether it conforms; null before one.</summary>
    public bool? CountyCheckConforms { get; init; }

    public int CountyCheckVersion { get; init; }

    /// <summary>The last check, when it was one of the file and not a visit.</summary>
    public AllowanceCountyCheckRecorded? CountyCheck { get; init; }

    public int Returns { get; init; }

    public ImmutableList<Hand> Hands { get; init; } = [];

    public ImmutableList<Term> Terms { get; init; } = [];

    public ImmutableList<AllowanceReconsiderationRecorded> Reconsiderations { get; init; } = [];

    /// <summary>The county must visit: near relatives of officials, and cases complained about (民发〔2012〕220号 第26条; 民发〔2021〕57号 第20条).</summary>
    [JsonIgnore]
    public bool CountyVisitMandatory => Relatives.Count > 0 || SeparateRegister is not null || Complaints.Count > 0;

    [JsonIgnore]
    public int LastTownshipVisit => Visits.LastOrDefault(v => v.Kind == VisitKind.Township)?.Version ?? 0;

    /// <summary>The latest finding of fact: visit, review, assessment.</summary>
    [JsonIgnore]
    public int LastFinding => Math.Max(Math.Max(IncomeVersion, ReviewVersion), Visits.LastOrDefault()?.Version ?? 0);
}
