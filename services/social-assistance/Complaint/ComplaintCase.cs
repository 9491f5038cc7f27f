using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.Complaint;

internal enum ComplaintChannel
{
    Hotline12349,
    Letter,
    Visit,
    Web,
    Board,
}

internal enum ComplaintResult
{
    Substantiated,
    Partly,
    Unfounded,
    CannotVerify,
}

/// <summary>What is complained about: a case, an officer (user id), an institution; at least one.</summary>
internal sealed record ComplaintTarget(CaseRef? Case = null, string? Staff = null, string? Institution = null);

[JsonDerivedType(typeof(ComplaintReceived), "complaint_received")]
[JsonDerivedType(typeof(ComplaintRegistered), "complaint_registered")]
[JsonDerivedType(typeof(ComplaintNotAccepted), "complaint_not_accepted")]
[JsonDerivedType(typeof(ComplaintAssigned), "complaint_assigned")]
[JsonDerivedType(typeof(ComplaintEvidenceAdded), "complaint_evidence_added")]
[JsonDerivedType(typeof(ComplaintConcluded), "complaint_concluded")]
[JsonDerivedType(typeof(ReporterReplied), "reporter_replied")]
[JsonDerivedType(typeof(ComplaintTransferred), "complaint_transferred")]
[JsonDerivedType(typeof(SupervisionOrderIssued), "supervision_order_issued")]
[JsonDerivedType(typeof(ComplaintOverdue), "complaint_overdue")]
[JsonDerivedType(typeof(ComplaintClosed), "complaint_closed")]
internal abstract record ComplaintEvent;

/// <param name="Reporter">Where the reporter's details are sealed: drawn anew for each complaint, not the person's id. Null when anonymous.</param>
internal sealed record ComplaintReceived(ComplaintChannel Channel, bool RealName, PersonId? Reporter, ComplaintTarget Target, RegionCode Region, string Content, DateOnly On) : ComplaintEvent;

/// <param name="CaseUndecided">True when the case complained about was still under way.</param>
internal sealed record ComplaintRegistered(DateOnly On, DateOnly DueOn, bool CaseUndecided) : ComplaintEvent;

internal sealed record ComplaintNotAccepted(string Reason, DateOnly On) : ComplaintEvent;

internal sealed record ComplaintAssigned(string Handler, DateOnly On, string By) : ComplaintEvent;

internal sealed record ComplaintEvidenceAdded(int Number, string Note, IReadOnlyList<Document> Documents, DateOnly On) : ComplaintEvent;

internal sealed record ComplaintConcluded(ComplaintResult Result, IReadOnlyList<string> Measures, string Findings, DateOnly On, string By) : ComplaintEvent;

internal sealed record ReporterReplied(string Method, DateOnly On, string By) : ComplaintEvent;

internal sealed record ComplaintTransferred(string ToOrganisation, string Reason, DateOnly On) : ComplaintEvent;

internal sealed record SupervisionOrderIssued(string Content, DateOnly DueOn, DateOnly On, string By) : ComplaintEvent;

internal sealed record ComplaintOverdue(DateOnly DueOn) : ComplaintEvent;

internal sealed record ComplaintClosed(DateOnly On, string By) : ComplaintEvent;

/// <summary>What is complained about, who looks into it, and by when.</summary>
internal sealed record Matter(
    ComplaintChannel Channel, bool RealName, PersonId? Reporter, ComplaintTarget Target, RegionCode Region, string Content, DateOnly ReceivedOn,
    DateOnly? DueOn, DateOnly? OverdueSince, string? Handler, ImmutableList<SupervisionOrderIssued> Orders)
{
    public static readonly Matter None = new(default, false, null, new(), RegionCode.Nation, "", default, null, null, null, []);
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NotReceived), nameof(NotReceived))]
[JsonDerivedType(typeof(Received), nameof(Received))]
[JsonDerivedType(typeof(NotAccepted), nameof(NotAccepted))]
[JsonDerivedType(typeof(Registered), nameof(Registered))]
[JsonDerivedType(typeof(Assigned), nameof(Assigned))]
[JsonDerivedType(typeof(Investigating), nameof(Investigating))]
[JsonDerivedType(typeof(Concluded), nameof(Concluded))]
[JsonDerivedType(typeof(RepliedToReporter), nameof(RepliedToReporter))]
[JsonDerivedType(typeof(Closed), nameof(Closed))]
[JsonDerivedType(typeof(Transferred), nameof(Transferred))]
internal abstract record ComplaintCase(Matter Matter);

internal sealed record NotReceived() : ComplaintCase(Matter.None);

internal sealed record Received(Matter Matter) : ComplaintCase(Matter);

internal sealed record NotAccepted(Matter Matter, string Reason) : ComplaintCase(Matter);

internal sealed record Registered(Matter Matter) : ComplaintCase(Matter);

internal sealed record Assigned(Matter Matter) : ComplaintCase(Matter);

internal sealed record Investigating(Matter Matter, ImmutableList<ComplaintEvidenceAdded> Evidence) : ComplaintCase(Matter);

internal sealed record Concluded(Matter Matter, ComplaintConcluded Conclusion) : ComplaintCase(Matter);

internal sealed record RepliedToReporter(Matter Matter, ComplaintConcluded Conclusion, ReporterReplied Reply) : ComplaintCase(Matter);

internal sealed record Closed(Matter Matter, ComplaintConcluded Conclusion, ReporterReplied? Reply, DateOnly On) : ComplaintCase(Matter);

internal sealed record Transferred(Matter Matter, string ToOrganisation, string Reason) : ComplaintCase(Matter);

internal static class ComplaintEvents
{
    public static ComplaintCase Evolve(ComplaintCase complaint, ComplaintEvent fact) => (complaint, fact) switch
    {
        (_, ComplaintReceived f) => new Received(new(f.Channel, f.RealName, f.Reporter, f.Target, f.Region, f.Content, f.On, null, null, null, [])),
        (Received r, ComplaintRegistered f) => new Registered(r.Matter with { DueOn = f.DueOn }),
        (_, ComplaintNotAccepted f) => new NotAccepted(complaint.Matter, f.Reason),
        (Registered r, ComplaintAssigned f) => new Assigned(r.Matter with { Handler = f.Handler }),
        (_, ComplaintAssigned f) => complaint with { Matter = complaint.Matter with { Handler = f.Handler } },
        (Assigned a, ComplaintEvidenceAdded f) => new Investigating(a.Matter, [f]),
        (Investigating i, ComplaintEvidenceAdded f) => i with { Evidence = i.Evidence.Add(f) },
        (_, ComplaintConcluded f) => new Concluded(complaint.Matter, f),
        (Concluded c, ReporterReplied f) => new RepliedToReporter(c.Matter, c.Conclusion, f),
        (Concluded c, ComplaintClosed f) => new Closed(c.Matter, c.Conclusion, null, f.On),
        (RepliedToReporter r, ComplaintClosed f) => new Closed(r.Matter, r.Conclusion, r.Reply, f.On),
        (_, ComplaintTransferred f) => new Transferred(complaint.Matter, f.ToOrganisation, f.Reason),
        (_, SupervisionOrderIssued f) => complaint with { Matter = complaint.Matter with { DueOn = f.DueOn, Orders = complaint.Matter.Orders.Add(f) } },
        (_, ComplaintOverdue f) => complaint with { Matter = complaint.Matter with { OverdueSince = f.DueOn } },
        _ => complaint,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ComplaintEvent))]
[JsonSerializable(typeof(ComplaintCase))]
internal sealed partial class ComplaintJson : JsonSerializerContext;
