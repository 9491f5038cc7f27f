using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.PublicityNotice;

/// <summary>Which notice it is; days and fields that may be shown go by kind.</summary>
internal enum NoticeKind
{
    Initial,
    Approval,
    Result,
    Termination,
    LongTerm,
}

internal enum NoticeOutcome
{
    NoObjection,
    ObjectionRejected,
    ObjectionUpheld,
}

/// <summary>One published field; the applicant is shown by person id and printed from the vault.</summary>
internal sealed record NoticeField(string Label, string Value);

[JsonDerivedType(typeof(NoticeDrafted), "notice_drafted")]
[JsonDerivedType(typeof(NoticePosted), "notice_posted")]
[JsonDerivedType(typeof(ObjectionRaised), "objection_raised")]
[JsonDerivedType(typeof(ObjectionResolved), "objection_resolved")]
[JsonDerivedType(typeof(NoticeFoundMissing), "notice_found_missing")]
[JsonDerivedType(typeof(NoticeClosed), "notice_closed")]
[JsonDerivedType(typeof(NoticeWithdrawn), "notice_withdrawn")]
internal abstract record NoticeEvent;

internal sealed record NoticeDrafted(CaseRef Case, NoticeKind Kind, RegionCode Region, IReadOnlyList<NoticeField> Fields, IReadOnlyList<string> Places, string By) : NoticeEvent;

internal sealed record NoticePosted(DateOnly On, DateOnly LastDay, IReadOnlyList<Document> Photos, string By) : NoticeEvent;

internal sealed record ObjectionRaised(int Number, string Content, bool Anonymous, DateOnly On) : NoticeEvent;

internal sealed record ObjectionResolved(int Number, bool Upheld, string Findings, string By) : NoticeEvent;

internal sealed record NoticeFoundMissing(string Place, DateOnly On, DateOnly LastDay) : NoticeEvent;

internal sealed record NoticeClosed(DateOnly On, NoticeOutcome Outcome) : NoticeEvent;

internal sealed record NoticeWithdrawn(string Reason) : NoticeEvent;

/// <summary>What is announced, and who has handled it so far.</summary>
internal sealed record Notice(CaseRef Case, NoticeKind Kind, RegionCode Region, IReadOnlyList<NoticeField> Fields, IReadOnlyList<string> Places, ImmutableList<string> Handlers);

internal sealed record Objection(int Number, string Content, DateOnly On, bool? Upheld);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NoNotice), nameof(NoNotice))]
[JsonDerivedType(typeof(Drafted), nameof(Drafted))]
[JsonDerivedType(typeof(Posted), nameof(Posted))]
[JsonDerivedType(typeof(Closed), nameof(Closed))]
[JsonDerivedType(typeof(Withdrawn), nameof(Withdrawn))]
internal abstract record NoticeCase(Notice Notice);

internal sealed record NoNotice() : NoticeCase(new Notice(new("", ""), default, default, [], [], []));

internal sealed record Drafted(Notice Notice) : NoticeCase(Notice);

internal sealed record Posted(Notice Notice, DateOnly PostedOn, DateOnly LastDay, ImmutableList<Objection> Objections) : NoticeCase(Notice)
{
    [JsonIgnore]
    public IEnumerable<Objection> Pending => Objections.Where(o => o.Upheld is null);

    [JsonIgnore]
    public NoticeOutcome Outcome => Objections.IsEmpty ? NoticeOutcome.NoObjection
        : Objections.Any(o => o.Upheld == true) ? NoticeOutcome.ObjectionUpheld
        : NoticeOutcome.ObjectionRejected;
}

internal sealed record Closed(Notice Notice, DateOnly LastDay, DateOnly ClosedOn, NoticeOutcome Outcome) : NoticeCase(Notice);

internal sealed record Withdrawn(Notice Notice, string Reason) : NoticeCase(Notice);

internal static class NoticeEvents
{
    public static NoticeCase Evolve(NoticeCase notice, NoticeEvent fact) => (notice, fact) switch
    {
        (_, NoticeDrafted f) => new Drafted(new(f.Case, f.Kind, f.Region, f.Fields, f.Places, [f.By])),
        (_, NoticePosted f) => new Posted(notice.Notice with { Handlers = notice.Notice.Handlers.Add(f.By) }, f.On, f.LastDay, []),
        (Posted p, ObjectionRaised f) => p with { Objections = p.Objections.Add(new(f.Number, f.Content, f.On, null)) },
        (Posted p, ObjectionResolved f) => p with { Objections = [.. p.Objections.Select(o => o.Number == f.Number ? o with { Upheld = f.Upheld } : o)] },
        (Posted p, NoticeFoundMissing f) => p with { LastDay = f.LastDay },
        (Posted p, NoticeClosed f) => new Closed(p.Notice, p.LastDay, f.On, f.Outcome),
        (_, NoticeWithdrawn f) => new Withdrawn(notice.Notice, f.Reason),
        _ => notice,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NoticeEvent))]
[JsonSerializable(typeof(NoticeCase))]
internal sealed partial class NoticeJson : JsonSerializerContext;
