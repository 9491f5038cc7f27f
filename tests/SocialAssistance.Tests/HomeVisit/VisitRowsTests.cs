using Platform.Cases;
using Platform.EventStore;
using Platform.Tests.Support;
using SocialAssistance.HomeVisit;

namespace SocialAssistance.Tests.HomeVisit;

public sealed class VisitRowsTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_visit_goes_from_plan_to_submission_and_its_row_with_it()
    {
        var clock = TestClock.On("2026-09-24");
        await using var service = await ServiceUnderTest.Start(Contents.Service, clock);
        var plan = VisitExamples.Plan with { Case = new("temporary-aid", "LS-341503-2026-000001") };
        var first = service.As("u-102", "341503101000", Roles.TownshipOfficer);
        (await first.Post("/social-assistance/home-visits", plan)).Is(404, "E_NOT_FOUND");
        await service.Database.Do("insert into case_list values ('temporary-aid/LS-341503-2026-000001', 'temporary-aid', 'LS-341503-2026-000001', '341503101201', 'x', '', '', '', true, null, '2026-09-01')", Stop);
        var visit = $"/social-assistance/home-visits/{(await first.Post("/social-assistance/home-visits", plan)).Id}";

        clock.GoTo("2026-09-29");
        _ = (await service.As("u-103", "341503101000", Roles.VillageAssistant).Post($"{visit}/conduct-visit", VisitExamples.Conduct)).Ok;
        (await service.As("u-103", "341503101000", Roles.VillageAssistant).Post($"{visit}/submit-visit", VisitExamples.Submit)).Is(403, "E_ROLE");
        var acts = (await first.Get(visit)).Ok.Json["acts"]!.AsArray().ToDictionary(a => (string)a!["name"]!, a => (bool)a!["may"]!);
        Assert.True(acts["sign-visit"] && acts["interview-neighbour"]);
        Assert.False(acts["submit-visit"] || acts["fail-visit"]);
        _ = (await first.Post($"{visit}/sign-visit", VisitExamples.Sign)).Ok;
        _ = (await first.Post($"{visit}/submit-visit", VisitExamples.Submit)).Ok;

        Assert.Equal("Township OnSite 2026-09-29 true Submitted", await service.Database.Ask<string>("select concat_ws(' ', kind, method, visited_on, case when conforms then 'true' end, state) from home_visits", Stop));
        var rebuilt = await new ViewRebuild(service.Database.AsOwner, (CaseStore)service.Services.GetService(typeof(CaseStore))!).Run(acceptDifferences: false, Stop);
        Assert.True(Assert.Single(rebuilt, r => r.Table == "home_visits").Equal);
    }
}
