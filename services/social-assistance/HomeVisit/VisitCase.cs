using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.HomeVisit;

internal enum VisitMethod
{
    OnSite,
    Phone,
    Video,
}

/// <summary>The dwelling as seen.</summary>
/// <param name="Area">Square metres.</param>
internal sealed record Housing(decimal Area, int Rooms, string Structure, string Condition);

/// <summary>An income or expense found, yuan per month.</summary>
internal sealed record AmountFinding(string Kind, Money Monthly);

/// <summary>A signature of an investigator on the visit's record.</summary>
internal sealed record InvestigatorSignature(string Investigator, Document Signature);

[JsonDerivedType(typeof(VisitPlanned), "visit_planned")]
[JsonDerivedType(typeof(VisitAttempted), "visit_attempted")]
[JsonDerivedType(typeof(VisitConducted), "visit_conducted")]
[JsonDerivedType(typeof(NeighbourInterviewed), "neighbour_interviewed")]
[JsonDerivedType(typeof(LetterInquirySent), "letter_inquiry_sent")]
[JsonDerivedType(typeof(LetterInquiryAnswered), "letter_inquiry_answered")]
[JsonDerivedType(typeof(InvestigationSigned), "investigation_signed")]
[JsonDerivedType(typeof(InvestigationSubmitted), "investigation_submitted")]
[JsonDerivedType(typeof(VisitFailed), "visit_failed")]
internal abstract record VisitEvent;

internal sealed record VisitPlanned(CaseRef Case, VisitKind Kind, RegionCode Region, IReadOnlyList<string> Investigators, DateOnly Date, string By) : VisitEvent;

internal sealed record VisitAttempted(DateOnly On, string Reason, string By) : VisitEvent;

internal sealed record VisitConducted(
    DateOnly On, VisitMethod Method, IReadOnlyList<PersonId> Present, Housing? Housing, IReadOnlyList<string> Durables, IReadOnlyList<AmountFinding> Income, IReadOnlyList<AmountFinding> Expenditure,
    IReadOnlyList<Document> Photos, string Findings, bool Conforms, string By) : VisitEvent;

internal sealed record NeighbourInterviewed(int Number, string Relation, string Findings, DateOnly On) : VisitEvent;

internal sealed record LetterInquirySent(int Number, string To, string Content, DateOnly On) : VisitEvent;

internal sealed record LetterInquiryAnswered(int Number, string Answer, DateOnly On) : VisitEvent;

internal sealed record InvestigationSigned(IReadOnlyList<InvestigatorSignature> Investigators, Document? Household, string? RefusalReason, DateOnly On) : VisitEvent;

internal sealed record InvestigationSubmitted(string Conclusion, DateOnly On, string By) : VisitEvent;

internal sealed record VisitFailed(string Reason, DateOnly On, string By) : VisitEvent;

internal sealed record Inquiry(int Number, string To, string? Answer);

/// <summary>Who visits whom, and how often nobody could be met.</summary>
internal sealed record Visit(CaseRef Case, VisitKind Kind, RegionCode Region, IReadOnlyList<string> Investigators, DateOnly Date, ImmutableList<VisitAttempted> Attempts)
{
    public static readonly Visit None = new(new("", ""), default, RegionCode.Nation, [], default, []);
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NotPlanned), nameof(NotPlanned))]
[JsonDerivedType(typeof(Planned), nameof(Planned))]
[JsonDerivedType(typeof(Visited), nameof(Visited))]
[JsonDerivedType(typeof(Signed), nameof(Signed))]
[JsonDerivedType(typeof(Submitted), nameof(Submitted))]
[JsonDerivedType(typeof(Failed), nameof(Failed))]
internal abstract record VisitCase(Visit Visit);

internal sealed record NotPlanned() : VisitCase(Visit.None);

internal sealed record Planned(Visit Visit) : VisitCase(Visit);

internal sealed record Visited(Visit Visit, VisitConducted Record, ImmutableList<NeighbourInterviewed> Neighbours, ImmutableList<Inquiry> Inquiries) : VisitCase(Visit);

internal sealed record Signed(Visit Visit, VisitConducted Record, InvestigationSigned Signatures) : VisitCase(Visit);

internal sealed record Submitted(Visit Visit, VisitConducted Record, string Conclusion, DateOnly On) : VisitCase(Visit);

internal sealed record Failed(Visit Visit, string Reason, DateOnly On) : VisitCase(Visit);

internal static class VisitEvents
{
    public static VisitCase Evolve(VisitCase visit, VisitEvent fact) => (visit, fact) switch
    {
        (_, VisitPlanned f) => new Planned(new(f.Case, f.Kind, f.Region, f.Investigators, f.Date, [])),
        (Planned p, VisitAttempted f) => p with { Visit = p.Visit with { Attempts = p.Visit.Attempts.Add(f) } },
        (Planned p, VisitConducted f) => new Visited(p.Visit, f, [], []),
        (Visited v, NeighbourInterviewed f) => v with { Neighbours = v.Neighbours.Add(f) },
        (Visited v, LetterInquirySent f) => v with { Inquiries = v.Inquiries.Add(new(f.Number, f.To, null)) },
        (Visited v, LetterInquiryAnswered f) => v with { Inquiries = [.. v.Inquiries.Select(i => i.Number == f.Number ? i with { Answer = f.Answer } : i)] },
        (Visited v, InvestigationSigned f) => new Signed(v.Visit, v.Record, f),
        (Signed s, InvestigationSubmitted f) => new Submitted(s.Visit, s.Record, f.Conclusion, f.On),
        (Planned p, VisitFailed f) => new Failed(p.Visit, f.Reason, f.On),
        _ => visit,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VisitEvent))]
[JsonSerializable(typeof(VisitCase))]
internal sealed partial class VisitJson : JsonSerializerContext;
