using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;
using Platform.Tests.Support;
using SocialAssistance.Campaign;
using SocialAssistance.Entitlement;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Tests.Campaign;

/// <summary>A campaign on a running service: what it cancels stops being paid, and both reports say the same.</summary>
public sealed class CampaignJourneyTests : IAsyncLifetime
{
    private const string County = "341503000000";
    private const string Village = "341503101201";
    private static readonly Officer Township = Officer.With(Roles.CountyOfficer).Named("township").In(County);
    private readonly TestClock clock = TestClock.On("2014-01-10");
    private ServiceUnderTest service = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private SignedIn Clerk => service.As("clerk", County, Roles.CountyOfficer);

    private SignedIn Approver => service.As("approver", County, Roles.CountyApprover);

    public async ValueTask InitializeAsync()
    {
        service = await ServiceUnderTest.Start(Contents.Service, clock);
        await Grant("DB-341503-2013-000001", "a", 3);
        await Grant("DB-341503-2013-000002", "b", 2);
        await Grant("DB-341503-2013-000003", "c", 4);
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Cancelled_households_stop_being_paid_and_the_reports_agree()
    {
        var id = await Opened();
        var opened = (await Clerk.Get($"/social-assistance/campaigns/{id}")).Ok.Json;
        Assert.Equal((3, 9), ((int)opened["case"]!["plan"]!["baseline"]![0]!["households"]!, (int)opened["case"]!["plan"]!["baseline"]![0]!["persons"]!));

        clock.GoTo("2014-03-17");
        var list = Decisions(("DB-341503-2013-000001", "owns-car"), ("DB-341503-2013-000002", "employed"));
        (await Approver.Post(Cancel(id), list)).Is(409, "E_NOT_HEARD");
        await Do(CampaignProcess.Type, id, new NoteHearing("PY-1", RegionCode.Hydrate(Village), new(2014, 3, 10), 3, 1, SupervisorPresent: true), Township.On("2014-03-17"));
        (await Approving("township").Post(Cancel(id), list)).Is(403, "E_SOD");
        _ = (await Approver.Post(Cancel(id), list)).Ok;

        var stopped = (await Approver.Get("/social-assistance/entitlements/DB-341503-2013-000001")).Ok.Json;
        Assert.Equal("Stopped", (string)stopped["state"]!);
        var campaign = (await Clerk.Get($"/social-assistance/reports/campaign?campaign={id}")).Ok.Json;
        var stock = (await Clerk.Get("/social-assistance/reports/stock-and-flow?from=2014-03-01&to=2014-03-31")).Ok.Json;
        Assert.Equal((2, 5), Figures(campaign, "cancelled"));
        Assert.Equal((2, 5), Figures(stock, "cancelled"));
        Assert.Equal((1, 4), Figures(stock, "closing"));
        Assert.Equal(3, (int)Cell((await Clerk.Get("/social-assistance/reports/stock-and-flow?from=2014-03-01&to=2014-03-31&basis=month")).Ok.Json, "closing")["households"]!);
        var lines = (await Clerk.Get((string)Cell(stock, "cancelled")["href"]!)).Ok.Json["items"]!.AsArray();
        Assert.All(lines, l => Assert.Equal(id, (string)l!["campaign"]!));
        var history = (await Clerk.Get((string)lines[0]!["href"]!)).Ok.Json.AsArray().Single(h => (long)h!["version"]! == (long)lines[0]!["version"]!)!;
        Assert.Equal("entitlement_stopped", (string)history["fact"]!);
        Assert.Equal((string)(await Clerk.Get($"/social-assistance/campaigns/{id}/history")).Ok.Json[0]!["correlation"]!, (string)history["correlation"]!);
    }

    [Fact]
    public async Task One_household_that_cannot_be_stopped_keeps_the_whole_list_from_being_cancelled()
    {
        var id = await Opened();
        clock.GoTo("2014-03-17");
        await Do(CampaignProcess.Type, id, new NoteHearing("PY-1", RegionCode.Hydrate(Village), new(2014, 3, 10), 3, 1, SupervisorPresent: true), Township.On("2014-03-17"));
        _ = (await Approver.Post(Cancel(id), Decisions(("DB-341503-2013-000003", "moved-away")))).Ok;
        var before = await service.Database.Ask<long>("select count(*) from mt_events", Stop);
        (await Approver.Post(Cancel(id), Decisions(("DB-341503-2013-000001", "owns-car"), ("DB-341503-2013-000009", "employed")))).Is(422, "E_NOT_ON_ROLL");
        (await Approver.Post(Cancel(id), Decisions(("DB-341503-2013-000001", "owns-car"), ("DB-341503-2013-000003", "employed")))).Is(422, "E_CANCELLED_ALREADY");
        Assert.Equal(before, await service.Database.Ask<long>("select count(*) from mt_events", Stop));
        var again = (await Approver.Post(Cancel(id), Decisions(("DB-341503-2013-000003", "moved-away")))).Ok.Json;
        Assert.Equal((long)again["since"]!, (long)again["version"]!);
    }

    [Fact]
    public async Task Whoever_reads_the_campaign_is_told_what_they_may_do()
    {
        var id = await Opened();
        Assert.Equal([("cancel-households", false), ("close-campaign", true)], await Acts(Approver));
        await Do(CampaignProcess.Type, id, new NoteHearing("PY-1", RegionCode.Hydrate(Village), new(2014, 3, 1), 3, 1, SupervisorPresent: true), Township.On("2014-03-01"));
        Assert.Equal([("cancel-households", true), ("close-campaign", true)], await Acts(Approver));
        Assert.Equal([("cancel-households", false), ("close-campaign", false)], await Acts(Clerk));
        clock.GoTo("2014-10-31");
        (await Approver.Post($"/social-assistance/campaigns/{id}/close-campaign", "{}")).Is(422, "E_REASON");
        _ = (await Approver.Post($"/social-assistance/campaigns/{id}/close-campaign", """{"reason":"未开展听证"}""")).Ok;
        Assert.Equal([("cancel-households", false), ("close-campaign", true)], await Acts(Approver));

        async Task<IEnumerable<(string, bool)>> Acts(SignedIn who) =>
            (await who.Get($"/social-assistance/campaigns/{id}")).Ok.Json["acts"]!.AsArray().Select(a => ((string)a!["name"]!, (bool)a["may"]!)).ToList();
    }

    private SignedIn Approving(string user) => service.As(user, County, Roles.CountyApprover);

    private async Task<string> Opened()
    {
        clock.GoTo("2014-03-01");
        return (await Clerk.Post("/social-assistance/campaigns", new
        {
            region = County, title = "城乡低保专项整治", category = "County", from = "2014-03-01", until = "2014-10-31", basis = "区政府通知",
            villages = new[] { new { region = "341503101299", area = "Rural" }, new { region = Village, area = "Rural" } },
        })).Id;
    }

    private static string Cancel(string id) => $"/social-assistance/campaigns/{id}/cancel-households";

    private static object Decisions(params IReadOnlyList<(string Entitlement, string Cause)> decisions) => new
    {
        village = Village,
        decisions = decisions.Select(d => new { entitlement = d.Entitlement, cause = d.Cause, explanation = "听证评议认定不符合条件", decisionNumber = $"决-{d.Entitlement}" }).ToList(),
    };

    private static JsonNode Cell(JsonNode report, string row) => report["cells"]!.AsArray().Single(c => (string)c!["row"]! == row && (string?)c["area"] == "Rural")!;

    private static (int, int) Figures(JsonNode report, string row) => Cell(report, row) is var c ? ((int)c["households"]!, (int)c["persons"]!) : default;

    private Task Grant(string id, string letter, int members)
    {
        List<PersonId> people = [.. Enumerable.Range(0, members).Select(i => PersonId.Hydrate(new string(letter[0], 25) + (char)('a' + i)))];
        var basis = new AmountBasis("测试", new(220.00m), 100m, members, new(120.00m * members), [], new(120.00m * members));
        return Do(EntitlementProcess.Type, id, new GrantEntitlement(
            Processes.SubsistenceAllowance, Area.Rural, RegionCode.Hydrate(Village), $"HH-{letter}", people[0], people, basis, Category.B, new(2014, 2), new(Processes.SubsistenceAllowance, id), 9, null),
            Township.On("2014-01-10"));
    }

    private async Task Do(CaseType type, string id, object command, Act act)
    {
        var outcome = await service.Services.GetRequiredService<CaseStore>().Execute(new Order(type, id, command, act) { Opens = true }, Stop);
        Assert.True(outcome is Outcome.Done, $"{outcome}");
    }
}
