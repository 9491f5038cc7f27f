using Platform.Cases;
using Platform.EventStore;
using Platform.Tests.Support;
using SocialAssistance.DemocraticReview;

namespace SocialAssistance.Tests.DemocraticReview;

public sealed class ReviewRowsTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seventy_five_households_of_a_village_are_heard_in_five_requests()
    {
        var clock = TestClock.On("2026-10-09");
        await using var service = await ServiceUnderTest.Start(Contents.Service, clock);
        var chair = service.As("u-102", "341503101000", Roles.TownshipOfficer);
        List<CaseRef> agenda = [.. Enumerable.Range(1, 75).Select(i => new CaseRef(Processes.Entitlement, $"E-{i}"))];
        var convene = ReviewExamples.Convene with { Agenda = agenda, Campaign = null };
        (await chair.Post("/social-assistance/democratic-reviews", convene)).Is(404, "E_NOT_FOUND");
        await service.Database.Do("insert into case_list select 'entitlement/E-' || i, 'entitlement', 'E-' || i, '341503101201', 'Active', '', '', '', true, null, '2014-01-01' from generate_series(1, 75) i", Stop);
        (await chair.Post("/social-assistance/democratic-reviews", convene with { Village = RegionCode.Hydrate("341503101202") })).Is(403, "E_REGION_SCOPE");
        var review = $"/social-assistance/democratic-reviews/{(await chair.Post("/social-assistance/democratic-reviews", convene)).Id}";

        clock.GoTo("2026-10-12");
        _ = (await chair.Post($"{review}/hear-cases", new HearCases([.. agenda.Select(c => new HeardCase(c, "介绍", []))]))).Ok;
        // One vote more against for every household: 16 to 0 for the first, 8 to 8 for the ninth, and then below half.
        _ = (await chair.Post($"{review}/record-votes", new RecordVotes([.. agenda.Select((c, i) => new Ballot(c, Math.Max(0, 16 - i), Math.Min(16, i), 0))], Secret: true))).Ok;
        _ = (await chair.Post($"{review}/conclude-review", ReviewExamples.Conclude with { Disputed = [agenda[8]] })).Ok;

        Assert.Equal("75 8 1", await service.Database.Ask<string>("select concat_ws(' ', cases, upheld, disputed) from democratic_reviews", Stop));
        Assert.Equal("8 8 E-9", await service.Database.Ask<string>("select concat_ws(' ', agree, disagree, case_id) from review_agenda where disputed", Stop));
        Assert.Equal(8L, await service.Database.Ask<long>("select count(*) from review_agenda where upheld", Stop));
        var rebuilt = await new ViewRebuild(service.Database.AsOwner, (CaseStore)service.Services.GetService(typeof(CaseStore))!).Run(acceptDifferences: false, Stop);
        Assert.All(["democratic_reviews", "review_agenda"], t => Assert.True(Assert.Single(rebuilt, r => r.Table == t).Equal, t));
    }
}
