using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;
using Platform.Tests.Support;
using SocialAssistance.Campaign;

namespace SocialAssistance.Tests.Reports;

/// <summary>The report of a review campaign, from the campaign's own facts.</summary>
public sealed class CampaignReportTests : ReportTesting
{
    private static readonly RegionCode Rural = RegionCode.Hydrate("341503101201");
    private static readonly RegionCode Urban = RegionCode.Hydrate("341503001001");
    private static readonly Officer Clerk = Platform.Tests.Support.Officer.With(Roles.CountyOfficer).Named("clerk").In(County);
    private static readonly Officer Approver = Platform.Tests.Support.Officer.With(Roles.CountyApprover).Named("approver").In(County);

    [Fact]
    public async Task It_says_what_was_heard_cancelled_and_added_and_opens_to_every_household()
    {
        var id = await Carried();
        var report = (await Officer.Get($"/social-assistance/reports/campaign?campaign={id}")).Ok.Json;
        Assert.Equal((3, 2, 1, 2, 70, 61), ((int)report["heard"]!["villages"]!, (int)report["heard"]!["villagesHeard"]!, (int)report["heard"]!["villagesSupervised"]!, (int)report["heard"]!["hearings"]!, (int)report["heard"]!["casesHeard"]!, (int)report["heard"]!["upheld"]!));
        Assert.Equal((3, 6, "750.00"), Figures(Cell(report, "cancelled", null)));
        Assert.Equal((2, 4, "550.00"), Figures(Cell(report, "cancelled", "Rural")));
        Assert.Equal((1, 2, "200.00"), Figures(Cell(report, "cancelled", "Urban")));
        Assert.Equal((1, 4, "300.00"), Figures(Cell(report, "added", "Rural")));
        Assert.Equal((0, 0, "0.00"), Figures(Cell(report, "added", "Urban")));
        Assert.Equal([("Rural", "employed", 1), ("Rural", "owns-car", 1), ("Urban", "employed", 1)], report["causes"]!.AsArray().Select(c => ((string)c!["area"]!, (string)c["cause"]!, (int)c["households"]!)));
        Assert.Equal(70m, Sum(await Behind(report["heard"]!, 1), "casesHeard"));
        foreach (var cell in report["cells"]!.AsArray().Concat(report["causes"]!.AsArray()))
        {
            var lines = await Behind(cell!);
            Assert.Equal(((decimal)cell!["households"]!, (decimal)cell["persons"]!, (decimal)cell["monthlyAmount"]!), (Sum(lines, "households"), Sum(lines, "persons"), Sum(lines, "amount")));
            Assert.All(lines, l => Assert.EndsWith($"/{l["reference"]}/history", (string)l["href"]!, StringComparison.Ordinal));
        }

        static (int, int, string) Figures(System.Text.Json.Nodes.JsonNode c) => ((int)c["households"]!, (int)c["persons"]!, c["monthlyAmount"]!.ToJsonString());
    }

    [Fact]
    public async Task A_report_of_the_past_knows_only_what_was_recorded_then()
    {
        var id = await Carried();
        var path = $"/social-assistance/reports/campaign?campaign={id}&knownAt=";
        (await Officer.Get($"{path}2014-02-28T00:00:00Z")).Is(404, "E_NOT_FOUND");
        Assert.Equal(0, (int)Cell((await Officer.Get($"{path}2014-03-15T00:00:00Z")).Ok.Json, "cancelled", null)["households"]!);
        var april = (await Officer.Get($"{path}2014-04-01T00:00:00Z")).Ok.Json;
        Assert.Equal((2, 0), ((int)Cell(april, "cancelled", null)["households"]!, (int)Cell(april, "added", null)["households"]!));
        Assert.Equal(2, (await Behind(Cell(april, "cancelled", null))).Count);
        Assert.Equal(1, (int)Cell((await Officer.Get($"{path}2014-05-01T00:00:00Z")).Ok.Json, "added", null)["households"]!);
    }

    [Fact]
    public async Task Every_village_is_listed_heard_or_not()
    {
        var id = await Carried();
        var page = (await Officer.Get($"/social-assistance/reports/campaign/villages?campaign={id}&limit=2")).Ok.Json;
        var rest = (await Officer.Get((string)page["next"]!)).Ok.Json;
        Assert.Equal([1, 1, 0], page["items"]!.AsArray().Concat(rest["items"]!.AsArray()).Select(v => (int)v!["hearings"]!));
        Assert.Null(rest["next"]);
        var rural = page["items"]!.AsArray().Single(v => (string)v!["village"]! == Rural.ToString())!;
        Assert.Equal((2, 4, 1, 2), ((int)rural["cancelledRural"]!["households"]!, (int)rural["cancelledRural"]!["persons"]!, (int)rural["cancelledUrban"]!["households"]!, (int)rural["cancelledUrban"]!["persons"]!));
    }

    [Fact]
    public async Task Another_county_reads_none_of_it_and_a_reader_leaves_a_trace()
    {
        var id = await Carried();
        foreach (var part in new[] { "", "/hearings", "/villages" })
        {
            var path = $"/social-assistance/reports/campaign{part}?campaign=";
            (await Service.As("stranger", "341502000000", Roles.CountyOfficer).Get(path + id)).Is(403, "E_REGION_SCOPE");
            (await Officer.Get(path + "ZX-9")).Is(404, "E_NOT_FOUND");
            (await Officer.Get(path)).Is(400, "E_MISSING");
            (await Officer.Get(path + "%00")).Is(400, "E_TEXT");
        }

        Assert.Equal(0, await Service.Database.Ask<long>("select count(*) from read_log", Cancel));
        _ = (await Officer.Get($"/social-assistance/reports/campaign?campaign={id}")).Ok;
        Assert.Equal(1, await Service.Database.Ask<long>($"select count(*) from read_log where subject = 'campaign/{id}'", Cancel));
    }

    [Fact]
    public async Task A_rebuild_from_the_facts_finds_the_same_rows()
    {
        await Carried();
        await using var owner = Npgsql.NpgsqlDataSource.Create(Service.Database.Owner);
        var tables = await new ViewRebuild(owner, Service.Services.GetRequiredService<CaseStore>()).Run(acceptDifferences: false, Cancel);
        Assert.Superset(new HashSet<string>(["campaign_results", "campaign_hearings", "campaign_changes"], StringComparer.Ordinal), tables.Select(t => t.Table).ToHashSet(StringComparer.Ordinal));
        Assert.All(tables, t => Assert.True(t.Equal, t.Table));
    }

    /// <summary>A campaign of three villages: two heard, one of them under supervision; three households cancelled on two days, one added.</summary>
    private async Task<string> Carried()
    {
        var open = new OpenCampaign(
            RegionCode.Hydrate(County), "城乡低保专项整治", CampaignCategory.County, new(2014, 3, 1), new(2014, 10, 31), "区政府通知",
            [new(Rural, Area.Rural), new(Urban, Area.Urban), new(RegionCode.Hydrate("341503101202"), Area.Rural)], []);
        var id = await Do(null, open, Clerk.On("2014-03-01"));
        await Do(id, new NoteHearing("PY-1", Rural, new(2014, 3, 10), 50, 45, SupervisorPresent: true), Clerk.On("2014-03-10"));
        await Do(id, new NoteHearing("PY-2", Urban, new(2014, 3, 11), 20, 16, SupervisorPresent: false), Clerk.On("2014-03-11"));
        await Do(id, new CancelHouseholds(Rural, [Household("DB-1", Area.Rural, 3, 350.00m, "owns-car"), Household("DB-2", Area.Urban, 2, 200.00m, "employed")]), Approver.On("2014-03-17"));
        await Do(id, new NoteAddition("DB-9", Rural, Area.Rural, 4, new(300.00m), new(2014, 4, 20)), Approver.On("2014-04-20"));
        await Do(id, new CancelHouseholds(Rural, [Household("DB-3", Area.Rural, 1, 200.00m, "employed")]), Approver.On("2014-05-06"));
        return id;

        static CancelledHousehold Household(string entitlement, Area area, int persons, decimal amount, string cause) =>
            new(entitlement, Rural, area, persons, new(amount), cause, "听证评议认定不符合条件", $"决-{entitlement}");
    }

    private async Task<string> Do(string? id, CampaignCommand command, Act act)
    {
        var outcome = await Service.Services.GetRequiredService<CaseStore>().Execute(new Order(Alone, id, command, act) { Opens = id is null }, Cancel);
        return Assert.IsType<Outcome.Done>(outcome).Id;
    }
}
