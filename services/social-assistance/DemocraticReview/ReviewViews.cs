using Platform.Cases;

namespace SocialAssistance.DemocraticReview;

/// <summary>Reviews: where, when, how many cases, what came of them.</summary>
[Row("democratic_reviews", nameof(Review))]
internal sealed record ReviewRow(
    string Review, RegionCode Village, DateOnly HeldOn, string? Campaign, int Participants, int Voters, int Cases, int? Upheld, int? Disputed, bool? Supervised, string State);

/// <summary>One case on one agenda.</summary>
[Row("review_agenda", nameof(Review), nameof(CaseProcess), nameof(CaseId))]
internal sealed record AgendaRow(
    string Review, string CaseProcess, string CaseId, RegionCode Village, DateOnly HeldOn, int? Agree, int? Disagree, int? Abstain, bool? Upheld, bool? Disputed, string State);

internal static class ReviewViews
{
    public static CaseSummary Summary(ReviewCase review) => new(
        Name(review), review.Review.Village, $"{review.Review.Agenda.Count} 件 / cases", review is Convened or Hearing, review is Convened or Hearing ? review.Review.Date : null);

    public static IEnumerable<Change> Changes(Recorded<ReviewEvent> fact, ReviewCase after)
    {
        var review = after.Review;
        var concluded = after as Concluded;
        var results = (concluded?.Results ?? (after as Invalidated)?.Results ?? []).ToDictionary(r => r.Case);
        var state = after.GetType().Name;
        yield return new Change.Put(new ReviewRow(
            fact.Id, review.Village, concluded?.On ?? review.Date, review.Campaign, (int)review.Participants.All, (int)review.Participants.Voters, review.Agenda.Count,
            concluded?.Results.Count(r => r.Upheld), concluded?.Results.Count(r => r.Disputed), concluded?.SupervisorPresent, state));
        if (fact.Fact is ReviewConvened or ReviewConcluded or ReviewInvalidated)
        {
            foreach (var item in review.Agenda)
            {
                var result = results.GetValueOrDefault(item);
                yield return new Change.Put(new AgendaRow(
                    fact.Id, item.Process, item.Id, review.Village, concluded?.On ?? review.Date, result?.Agree, result?.Disagree, result?.Abstain, result?.Upheld, result?.Disputed, state));
            }
        }
    }

    private static Text Name(ReviewCase review) => review switch
    {
        Convened => new("已召集", "Convened"),
        Hearing => new("评议中", "Hearing"),
        Concluded => new("已形成结论", "Concluded"),
        Invalidated => new("已宣布无效", "Invalidated"),
        _ => new("未召集", "Not convened"),
    };
}
