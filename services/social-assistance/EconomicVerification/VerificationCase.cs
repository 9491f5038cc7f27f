using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.EconomicVerification;

internal enum VerificationPurpose
{
    New,
    Periodic,
    Reexamination,
    CrossRegion,
}

/// <summary>Registers that are asked.</summary>
internal enum DataSource
{
    Hukou,
    Tax,
    SocialInsurance,
    RealEstate,
    MarketEntity,
    HousingFund,
    Vehicle,
    Vessel,
    Bank,
    Insurance,
    Securities,
    InternetFinance,
    Marriage,
    Funeral,
    Pension,
    Disability,
    Fiscal,
    Utilities,
}

/// <summary>What the household declared, yuan over the declared period or at the day of the check.</summary>
internal sealed record DeclaredItem(string Item, Money Declared);

/// <summary>What a register says of one person.</summary>
internal sealed record SourceLine(PersonId Person, string Kind, Money Amount, DateOnly AsOf);

/// <summary>Declared against verified; a difference is what was not declared, below zero what was declared too much.</summary>
internal sealed record ComparisonLine(string Item, Money Declared, Money Verified, Money Difference);

internal sealed record Authorisation(PersonId Person, DateOnly SignedOn, DateOnly ValidTo, Document Document, PersonId? Guardian);

internal sealed record Report(string ReportNumber, DateOnly IssuedOn, DateOnly ValidTo, VerificationConclusion Conclusion, IReadOnlyList<ComparisonLine> Comparison, IReadOnlyList<string> Alerts);

[JsonDerivedType(typeof(VerificationRequested), "verification_requested")]
[JsonDerivedType(typeof(AuthorisationRegistered), "authorisation_registered")]
[JsonDerivedType(typeof(QueryDispatched), "query_dispatched")]
[JsonDerivedType(typeof(VerificationStartOverdue), "verification_start_overdue")]
[JsonDerivedType(typeof(SourceResultReceived), "source_result_received")]
[JsonDerivedType(typeof(VerificationReportIssued), "verification_report_issued")]
[JsonDerivedType(typeof(VerificationDisputed), "verification_disputed")]
[JsonDerivedType(typeof(RecheckCompleted), "recheck_completed")]
[JsonDerivedType(typeof(VerificationReportExpired), "verification_report_expired")]
[JsonDerivedType(typeof(VerificationWithdrawn), "verification_withdrawn")]
internal abstract record VerificationEvent;

internal sealed record VerificationRequested(
    CaseRef Case, VerificationPurpose Purpose, IReadOnlyList<PersonId> Persons, RegionCode Region, DateOnly AsOf, IReadOnlyList<DeclaredItem> Items, DateOnly On, DateOnly StartDue, string By) : VerificationEvent;

internal sealed record AuthorisationRegistered(Authorisation Authorisation) : VerificationEvent;

internal sealed record QueryDispatched(DataSource Source, string RequestNumber, DateOnly On) : VerificationEvent;

internal sealed record VerificationStartOverdue(DateOnly DueOn) : VerificationEvent;

internal sealed record SourceResultReceived(string RequestNumber, DataSource Source, DateOnly ReturnedOn, bool Found, IReadOnlyList<SourceLine> Lines, string RawReference) : VerificationEvent;

internal sealed record VerificationReportIssued(Report Report, string By) : VerificationEvent;

internal sealed record VerificationDisputed(string Grounds, IReadOnlyList<Document> Evidence, DateOnly On) : VerificationEvent;

internal sealed record RecheckCompleted(Report Report, string Changes, string By) : VerificationEvent;

internal sealed record VerificationReportExpired(DateOnly On) : VerificationEvent;

internal sealed record VerificationWithdrawn(string Reason, DateOnly On) : VerificationEvent;

/// <summary>A question put to a register, and its answer when there is one.</summary>
internal sealed record Query(DataSource Source, string RequestNumber, DateOnly DispatchedOn, SourceResultReceived? Result);

/// <summary>What is to be checked, for whom, and what has come back.</summary>
internal sealed record Commission(
    CaseRef Case, VerificationPurpose Purpose, IReadOnlyList<PersonId> Persons, RegionCode Region, DateOnly AsOf, IReadOnlyList<DeclaredItem> Items,
    DateOnly RequestedOn, DateOnly StartDue, bool StartOverdue, ImmutableList<Authorisation> Authorisations, ImmutableList<Query> Queries)
{
    public static readonly Commission None = new(new("", ""), default, [], RegionCode.Nation, default, [], default, default, false, [], []);

    /// <summary>Persons without an authorisation that holds on this day; nobody may be checked until the list is empty.</summary>
    public IEnumerable<PersonId> Unauthorised(DateOnly day) =>
        Persons.Where(p => !Authorisations.Any(a => a.Person == p && a.SignedOn <= day && day <= a.ValidTo));

    [JsonIgnore]
    public IEnumerable<Query> Unanswered => Queries.Where(q => q.Result is null);
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NotRequested), nameof(NotRequested))]
[JsonDerivedType(typeof(Requested), nameof(Requested))]
[JsonDerivedType(typeof(Authorised), nameof(Authorised))]
[JsonDerivedType(typeof(Dispatched), nameof(Dispatched))]
[JsonDerivedType(typeof(PartiallyReturned), nameof(PartiallyReturned))]
[JsonDerivedType(typeof(Reported), nameof(Reported))]
[JsonDerivedType(typeof(Disputed), nameof(Disputed))]
[JsonDerivedType(typeof(Rechecked), nameof(Rechecked))]
[JsonDerivedType(typeof(Expired), nameof(Expired))]
[JsonDerivedType(typeof(Withdrawn), nameof(Withdrawn))]
internal abstract record VerificationCase(Commission Commission);

internal sealed record NotRequested() : VerificationCase(Commission.None);

internal sealed record Requested(Commission Commission) : VerificationCase(Commission);

/// <summary>Everybody has authorised the check at some time; whether it still holds is asked on the day of each query.</summary>
internal sealed record Authorised(Commission Commission) : VerificationCase(Commission);

internal sealed record Dispatched(Commission Commission) : VerificationCase(Commission);

internal sealed record PartiallyReturned(Commission Commission) : VerificationCase(Commission);

internal sealed record Reported(Commission Commission, Report Report) : VerificationCase(Commission);

internal sealed record Disputed(Commission Commission, Report Report, string Grounds) : VerificationCase(Commission);

internal sealed record Rechecked(Commission Commission, Report Report, Report Before) : VerificationCase(Commission);

internal sealed record Expired(Commission Commission, Report Report) : VerificationCase(Commission);

internal sealed record Withdrawn(Commission Commission, string Reason) : VerificationCase(Commission);

internal static class VerificationEvents
{
    public static VerificationCase Evolve(VerificationCase verification, VerificationEvent fact) => (verification, fact) switch
    {
        (_, VerificationRequested f) => new Requested(new(f.Case, f.Purpose, f.Persons, f.Region, f.AsOf, f.Items, f.On, f.StartDue, false, [], [])),
        (_, VerificationStartOverdue) => verification with { Commission = verification.Commission with { StartOverdue = true } },
        (Requested, AuthorisationRegistered f) when With(verification.Commission, f.Authorisation) is var commission && commission.Persons.All(p => commission.Authorisations.Exists(a => a.Person == p)) => new Authorised(commission),
        (_, AuthorisationRegistered f) => verification with { Commission = With(verification.Commission, f.Authorisation) },
        (_, QueryDispatched f) => WithQueries(verification, verification.Commission.Queries.Add(new(f.Source, f.RequestNumber, f.On, null))),
        (_, SourceResultReceived f) => WithQueries(verification, [.. verification.Commission.Queries.Select(q => q.RequestNumber == f.RequestNumber ? q with { Result = f } : q)]),
        (_, VerificationReportIssued f) => new Reported(verification.Commission, f.Report),
        (Reported r, VerificationDisputed f) => new Disputed(r.Commission, r.Report, f.Grounds),
        (Rechecked r, VerificationDisputed f) => new Disputed(r.Commission, r.Report, f.Grounds),
        (Reported r, RecheckCompleted f) => new Rechecked(r.Commission, f.Report, r.Report),
        (Disputed d, RecheckCompleted f) => new Rechecked(d.Commission, f.Report, d.Report),
        (Rechecked r, RecheckCompleted f) => new Rechecked(r.Commission, f.Report, r.Report),
        (Reported r, VerificationReportExpired) => new Expired(r.Commission, r.Report),
        (Disputed d, VerificationReportExpired) => new Expired(d.Commission, d.Report),
        (Rechecked r, VerificationReportExpired) => new Expired(r.Commission, r.Report),
        (_, VerificationWithdrawn f) => new Withdrawn(verification.Commission, f.Reason),
        _ => verification,
    };

    private static Commission With(Commission commission, Authorisation authorisation) =>
        commission with { Authorisations = commission.Authorisations.RemoveAll(a => a.Person == authorisation.Person).Add(authorisation) };

    private static VerificationCase WithQueries(VerificationCase verification, ImmutableList<Query> queries)
    {
        var commission = verification.Commission with { Queries = queries };
        return verification is Authorised or Dispatched or PartiallyReturned
            ? queries.Exists(q => q.Result is not null) ? new PartiallyReturned(commission) : new Dispatched(commission)
            : verification with { Commission = commission };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VerificationEvent))]
[JsonSerializable(typeof(VerificationCase))]
internal sealed partial class VerificationJson : JsonSerializerContext;
