using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.DemocraticReview;

/// <summary>Who takes part, as numbers: a vote is nobody's personal record.</summary>
internal sealed record Participants(int TownshipStaff, int VillageOfficials, int VillageRepresentatives, int PartyMembers, int Supervisors)
{
    [JsonIgnore]
    public long All => (long)TownshipStaff + VillageOfficials + VillageRepresentatives + PartyMembers + Supervisors;

    /// <summary>Staff who investigated or supervise present the cases and do not vote (SOD-10).</summary>
    [JsonIgnore]
    public long Voters => All - TownshipStaff - Supervisors;
}

/// <summary>A case as it was presented.</summary>
internal sealed record HeardCase(CaseRef Case, string Statement, IReadOnlyList<string> Questions);

/// <summary>Votes on one case; applicants and near relatives are recused.</summary>
internal sealed record Ballot(CaseRef Case, int Agree, int Disagree, int Abstain, int Recused = 0);

internal sealed record CaseResult(CaseRef Case, int Agree, int Disagree, int Abstain, bool Upheld, bool Disputed);

[JsonDerivedType(typeof(ReviewConvened), "review_convened")]
[JsonDerivedType(typeof(ReviewCasesHeard), "review_cases_heard")]
[JsonDerivedType(typeof(ReviewVotesRecorded), "review_votes_recorded")]
[JsonDerivedType(typeof(ReviewConcluded), "review_concluded")]
[JsonDerivedType(typeof(ReviewInvalidated), "review_invalidated")]
internal abstract record ReviewEvent;

internal sealed record ReviewConvened(RegionCode Village, DateOnly Date, Participants Participants, IReadOnlyList<CaseRef> Agenda, string? Campaign, string By) : ReviewEvent;

internal sealed record ReviewCasesHeard(IReadOnlyList<HeardCase> Cases, DateOnly On) : ReviewEvent;

internal sealed record ReviewVotesRecorded(IReadOnlyList<Ballot> Ballots, bool Secret, DateOnly On) : ReviewEvent;

internal sealed record ReviewConcluded(DateOnly On, IReadOnlyList<CaseResult> Results, Document Minutes, int Signatures, bool SupervisorPresent, string By) : ReviewEvent;

internal sealed record ReviewInvalidated(string Reason, DateOnly On, string By) : ReviewEvent;

/// <summary>Who meets where, and about which cases.</summary>
internal sealed record Review(RegionCode Village, DateOnly Date, Participants Participants, IReadOnlyList<CaseRef> Agenda, string? Campaign, string ConvenedBy)
{
    public static readonly Review None = new(RegionCode.Nation, default, new(0, 0, 0, 0, 0), [], null, "");
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NotConvened), nameof(NotConvened))]
[JsonDerivedType(typeof(Convened), nameof(Convened))]
[JsonDerivedType(typeof(Hearing), nameof(Hearing))]
[JsonDerivedType(typeof(Concluded), nameof(Concluded))]
[JsonDerivedType(typeof(Invalidated), nameof(Invalidated))]
internal abstract record ReviewCase(Review Review);

internal sealed record NotConvened() : ReviewCase(Review.None);

internal sealed record Convened(Review Review) : ReviewCase(Review);

internal sealed record Hearing(Review Review, ImmutableList<HeardCase> Heard, ImmutableList<Ballot> Ballots) : ReviewCase(Review);

internal sealed record Concluded(Review Review, DateOnly On, IReadOnlyList<CaseResult> Results, Document Minutes, bool SupervisorPresent) : ReviewCase(Review);

/// <param name="Results">What had been concluded before; empty when nothing had.</param>
internal sealed record Invalidated(Review Review, string Reason, IReadOnlyList<CaseResult> Results) : ReviewCase(Review);

internal static class ReviewEvents
{
    public static ReviewCase Evolve(ReviewCase review, ReviewEvent fact) => (review, fact) switch
    {
        (_, ReviewConvened f) => new Convened(new(f.Village, f.Date, f.Participants, f.Agenda, f.Campaign, f.By)),
        (Convened c, ReviewCasesHeard f) => new Hearing(c.Review, [.. f.Cases], []),
        (Hearing h, ReviewCasesHeard f) => h with { Heard = h.Heard.AddRange(f.Cases) },
        (Hearing h, ReviewVotesRecorded f) => h with { Ballots = h.Ballots.AddRange(f.Ballots) },
        (Hearing h, ReviewConcluded f) => new Concluded(h.Review, f.On, f.Results, f.Minutes, f.SupervisorPresent),
        (Concluded c, ReviewInvalidated f) => new Invalidated(c.Review, f.Reason, c.Results),
        (_, ReviewInvalidated f) => new Invalidated(review.Review, f.Reason, []),
        _ => review,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReviewEvent))]
[JsonSerializable(typeof(ReviewCase))]
internal sealed partial class ReviewJson : JsonSerializerContext;
