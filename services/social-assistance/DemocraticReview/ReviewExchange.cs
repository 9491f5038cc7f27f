using Platform.Cases;
using Platform.ServiceHost;
using SocialAssistance.Campaign;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.DemocraticReview;

internal static class ReviewExchange
{
    /// <summary>
    /// Each allowance case learns its result, the campaign learns that the village has been heard, in the same transaction.
    /// A concluded review that turns out invalid leaves its cases disputed: they are investigated again (民发〔2012〕220号 第24条).
    /// </summary>
    public static IEnumerable<Consequence> Then(Recorded<ReviewEvent> fact, ReviewCase after) => (after, fact.Fact) switch
    {
        (Concluded { Review: var r }, ReviewConcluded f) =>
        [
            .. f.Results.Where(x => x.Case.Process == Processes.SubsistenceAllowance)
                .Select(x => Attach(fact.Id, x, f.On, x.Upheld, x.Disputed)),
            .. r.Campaign is { } campaign
                ? [new Consequence(Processes.Campaign, campaign, new NoteHearing(fact.Id, r.Village, f.On, f.Results.Count, f.Results.Count(x => x.Upheld), f.SupervisorPresent))]
                : Array.Empty<Consequence>(),
        ],
        (Invalidated i, ReviewInvalidated f) => i.Results.Where(x => x.Case.Process == Processes.SubsistenceAllowance).Select(x => Attach(fact.Id, x, f.On, upheld: false, disputed: true)),
        _ => [],
    };

    /// <summary>Every case on the agenda exists and lies in the village.</summary>
    public static async ValueTask<(Prepared?, Refusal?)> Prepare(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var review = (ConveneReview)request;
        return await CaseLookup.Elsewhere(services, [.. review.Agenda], review.Village, cancel) is { } refusal ? (null, refusal) : (new(review, []), null);
    }

    private static Consequence Attach(string review, CaseResult result, DateOnly on, bool upheld, bool disputed) =>
        new(result.Case.Process, result.Case.Id, new AttachReview(review, on, result.Agree, result.Disagree, result.Abstain, upheld, disputed));
}
