using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.DemocraticReview;

/// <summary>民主评议: villagers hear the cases of their village and vote on what the investigation found (民发〔2012〕220号 第22条).</summary>
internal static class ReviewProcess
{
    public static readonly CaseType<ReviewCase, ReviewCommand, ReviewEvent, ReviewPolicy> Type = new(ReviewJson.Default)
    {
        Name = Processes.DemocraticReview,
        Numbered = "PY",
        Initial = new NotConvened(),
        Policy = ReviewPolicy.Read,
        Decide = ReviewDecisions.Decide,
        Evolve = ReviewEvents.Evolve,
        Region = (review, command) => command is ConveneReview convene ? convene.Village : review.Review.Village,
        Summary = ReviewViews.Summary,
        Views = ReviewViews.Changes,
        Then = ReviewExchange.Then,
    };

    public static Process Page => new Process(Type, "democratic-reviews", new("民主评议", "Democratic reviews"))
        .OpensWith(new("召集评议", "Convene a review"), [TownshipOfficer, CountyOfficer], ReviewExamples.Convene, ReviewExchange.Prepare)
        .Does(new("介绍案件", "Hear cases"), [TownshipOfficer, CountyOfficer], ReviewExamples.Hear)
        .Does(new("登记表决", "Record the votes"), [TownshipOfficer, CountyOfficer], ReviewExamples.Vote)
        .Does(new("形成评议结论", "Conclude the review"), [TownshipOfficer, CountyOfficer], ReviewExamples.Conclude)
        .Does(new("宣布评议无效", "Declare the review invalid"), [TownshipReviewer, CountyApprover, CitySupervisor], ReviewExamples.Invalidate);
}
