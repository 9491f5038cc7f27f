using System.Text.Json.Nodes;
using Platform.Cases;

namespace SocialAssistance.Tests.Reports;

/// <summary>Stock and flow of a benefit: figures, the facts behind them, and what was known when.</summary>
public sealed class StockAndFlowTests : ReportTesting
{
    private const string Year = "/social-assistance/reports/stock-and-flow?from=2014-01-01&to=2014-12-31";

    // Five households in payment before 2014; one stopped in June, one in December with effect from January; one raised;
    // one added; and one stop of November 2014 that was entered in March 2015 only.
    private const string Ledger = """
        insert into allowance_ledger (entitlement, version, benefit, area, region, kind, effective_month, occurred_on, recorded_at, households, persons, amount, cause, campaign) values
        ('DB-1', 1, 'subsistence-allowance', 'Urban', '341503001001', 'Added', '2013-02', '2013-01-10', '2013-01-10 02:00Z', 1, 2, 400.00, null, null),
        ('DB-2', 1, 'subsistence-allowance', 'Rural', '341503101201', 'Added', '2013-02', '2013-01-10', '2013-01-10 02:00Z', 1, 3, 250.50, null, null),
        ('DB-3', 1, 'subsistence-allowance', 'Rural', '341503101201', 'Added', '2013-02', '2013-01-10', '2013-01-10 02:00Z', 1, 1, 120.00, null, null),
        ('DB-4', 1, 'subsistence-allowance', 'Rural', '341503101202', 'Added', '2013-02', '2013-01-10', '2013-01-10 02:00Z', 1, 4, 300.00, null, null),
        ('DB-5', 1, 'subsistence-allowance', 'Rural', '341503101202', 'Added', '2014-01', '2013-12-31', '2013-12-31 02:00Z', 1, 5, 500.00, null, null),
        ('DB-1', 2, 'subsistence-allowance', 'Urban', '341503001001', 'Cancelled', '2014-07', '2014-06-20', '2014-06-20 02:00Z', -1, -2, -400.00, 'owns-car', 'ZX-1'),
        ('DB-2', 2, 'subsistence-allowance', 'Rural', '341503101201', 'Cancelled', '2015-01', '2014-12-31', '2014-12-31 02:00Z', -1, -3, -250.50, 'employed', null),
        ('DB-3', 2, 'subsistence-allowance', 'Rural', '341503101201', 'AmountChanged', '2014-05', '2014-04-02', '2014-04-02 02:00Z', 0, 0, 30.00, null, null),
        ('DB-3', 3, 'subsistence-allowance', 'Rural', '341503101201', 'MemberJoined', '2014-06', '2014-05-02', '2014-05-02 02:00Z', 0, 1, 100.00, null, null),
        ('DB-3', 3, 'subsistence-allowance', 'Rural', '341503101201', 'MemberJoined', '2014-07', '2014-05-02', '2014-05-02 02:00Z', 0, 0, 5.00, null, null),
        ('DB-6', 1, 'subsistence-allowance', 'Rural', '341503101201', 'Added', '2014-05', '2014-04-20', '2014-04-20 02:00Z', 1, 2, 210.00, null, 'ZX-1'),
        ('DB-4', 2, 'subsistence-allowance', 'Rural', '341503101202', 'Cancelled', '2014-12', '2014-11-03', '2015-03-05 02:00Z', -1, -4, -300.00, 'died', null),
        ('DB-8', 1, 'subsistence-allowance', 'Rural', '341504101202', 'Added', '2014-05', '2014-04-20', '2014-04-20 02:00Z', 1, 9, 999.00, null, null),
        ('TK-1', 1, 'extreme-poverty', 'Rural', '341503101202', 'Added', '2014-05', '2014-04-20', '2014-04-20 02:00Z', 1, 1, 999.00, null, null)
        """;

    [Theory]
    [InlineData("decision", null, "opening", 5, 15, "1570.50", "added", 1, 2, "210.00", "cancelled", 3, 9, "950.50", "other", 0, 1, "135.00", "closing", 3, 9, "965.00")]
    [InlineData("decision", "Urban", "opening", 1, 2, "400.00", "added", 0, 0, "0.00", "cancelled", 1, 2, "400.00", "other", 0, 0, "0.00", "closing", 0, 0, "0.00")]
    [InlineData("decision", "Rural", "opening", 4, 13, "1170.50", "added", 1, 2, "210.00", "cancelled", 2, 7, "550.50", "other", 0, 1, "135.00", "closing", 3, 9, "965.00")]
    [InlineData("month", null, "opening", 4, 10, "1070.50", "added", 2, 7, "710.00", "cancelled", 2, 6, "700.00", "other", 0, 1, "135.00", "closing", 4, 12, "1215.50")]
    public async Task Figures_count_by_the_day_of_decision_or_by_the_month_paid(string basis, string? area, params object[] expected)
    {
        await Service.Database.Do(Ledger, Cancel);
        var report = (await Officer.Get($"{Year}&basis={basis}")).Ok.Json;
        for (var i = 0; i < expected.Length; i += 4)
        {
            var cell = Cell(report, (string)expected[i], area);
            Assert.Equal((expected[i], expected[i + 1], expected[i + 2], expected[i + 3]), ((object)(string)cell["row"]!, (object)(int)cell["households"]!, (object)(int)cell["persons"]!, (object)cell["monthlyAmount"]!.ToJsonString()));
        }

        foreach (var part in new[] { "Urban", "Rural", null })
        {
            foreach (var figure in new[] { "households", "persons", "monthlyAmount" })
            {
                decimal Of(string row) => (decimal)Cell(report, row, part)[figure]!;
                Assert.Equal(Of("opening") + Of("added") - Of("cancelled") + Of("other"), Of("closing"));
            }
        }
    }

    [Theory]
    [InlineData("decision")]
    [InlineData("month")]
    public async Task Every_cell_is_the_sum_of_the_facts_behind_it(string basis)
    {
        await Service.Database.Do(Ledger, Cancel);
        var report = (await Officer.Get($"{Year}&basis={basis}")).Ok.Json;
        Assert.Equal(15, report["cells"]!.AsArray().Count);
        foreach (var cell in report["cells"]!.AsArray())
        {
            var lines = await Behind(cell!);
            Assert.Equal(
                ((decimal)cell!["households"]!, (decimal)cell["persons"]!, (decimal)cell["monthlyAmount"]!), (Sum(lines, "households"), Sum(lines, "persons"), Sum(lines, "amount")));
            Assert.All(lines, l => Assert.Equal($"/social-assistance/entitlements/{l["entitlement"]}/history", (string)l["href"]!));
        }
    }

    [Fact]
    public async Task A_report_of_the_past_leaves_out_what_was_entered_since()
    {
        await Service.Database.Do(Ledger, Cancel);
        var printed = (await Officer.Get($"{Year}&knownAt=2015-01-05T00:00:00Z")).Ok.Json;
        var now = (await Officer.Get(Year)).Ok.Json;
        Assert.Equal((4, 13, "1265.00"), Closing(printed));
        Assert.Equal((3, 9, "965.00"), Closing(now));
        Assert.DoesNotContain(await Behind(Cell(printed, "closing", null)), l => (string)l["entitlement"]! == "DB-4" && (long)l["version"]! == 2);
        Assert.Equal((3, 9, "965.00"), Closing((await Officer.Get($"{Year}&knownAt=2015-03-05T02:00:00Z")).Ok.Json));
        Assert.Equal((4, 13, "1265.00"), Closing((await Officer.Get($"{Year}&knownAt=2015-03-05T01:59:59.999999Z")).Ok.Json));

        static (int, int, string) Closing(JsonNode report) => Cell(report, "closing", null) is var c ? ((int)c["households"]!, (int)c["persons"]!, c["monthlyAmount"]!.ToJsonString()) : default;
    }

    [Fact]
    public async Task What_was_taken_over_from_a_register_is_stock_and_never_an_addition()
    {
        await Service.Database.Do("insert into allowance_ledger values ('DB-7', 1, 'subsistence-allowance', 'Rural', '341503101201', 'Opening', '2014-01', '2014-01-01', '2014-01-01 02:00Z', 1, 3, 100.00)", Cancel);
        foreach (var basis in new[] { "decision", "month" })
        {
            var report = (await Officer.Get($"{Year}&basis={basis}")).Ok.Json;
            Assert.Equal((1, 0, 1), ((int)Cell(report, "opening", "Rural")["households"]!, (int)Cell(report, "added", "Rural")["households"]!, (int)Cell(report, "closing", "Rural")["households"]!));
            Assert.Single(await Behind(Cell(report, "opening", "Rural")));
        }
    }

    [Fact]
    public async Task A_figure_opens_to_what_was_summed_even_when_more_is_recorded_afterwards()
    {
        await Service.Database.Do(Ledger, Cancel);
        var closing = Cell((await Officer.Get(Year)).Ok.Json, "closing", "Rural");
        await Service.Database.Do("insert into allowance_ledger values ('DB-9', 1, 'subsistence-allowance', 'Rural', '341503101201', 'Added', '2014-05', '2014-04-20', '2015-06-01 02:00:00.000001Z', 1, 9, 999.00)", Cancel);
        Assert.Equal((decimal)closing["persons"]!, Sum(await Behind(closing), "persons"));
    }

    [Fact]
    public async Task A_township_is_a_part_of_its_county_and_another_county_is_closed()
    {
        await Service.Database.Do(Ledger, Cancel);
        Assert.Equal(2, (int)Cell((await Officer.Get($"{Year}&region=341503101202")).Ok.Json, "opening", null)["households"]!);
        (await Officer.Get($"{Year}&region=341504")).Is(403, "E_REGION_SCOPE");
        Assert.Equal(1, (int)Cell((await Service.As("city", "341500000000", Roles.CitySupervisor).Get($"{Year}&region=341504")).Ok.Json, "closing", null)["households"]!);
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_told()
    {
        (await Officer.Get("/social-assistance/reports/stock-and-flow?from=2014-01-01")).Is(400, "E_DATE");
        (await Officer.Get("/social-assistance/reports/stock-and-flow?from=01%2F02%2F2014&to=2014-12-31")).Is(400, "E_DATE");
        (await Officer.Get("/social-assistance/reports/stock-and-flow?from=2014-12-31&to=2014-01-01")).Is(400, "E_PERIOD");
        (await Officer.Get($"{Year}&basis=year")).Is(400, "E_CHOICE");
        (await Officer.Get($"{Year}&region=9")).Is(400, "E_REGION_CODE");
        (await Officer.Get($"{Year}&benefit=%00")).Is(400, "E_TEXT");
        var cell = Year.Replace("?", "/cell?", StringComparison.Ordinal);
        (await Officer.Get(cell)).Is(400, "E_MISSING");
        (await Officer.Get($"{cell}&row=sum")).Is(400, "E_CHOICE");
        (await Officer.Get($"{cell}&row=closing&area=Both")).Is(400, "E_CHOICE");
        (await Officer.Get($"{cell}&row=closing&limit=201")).Is(400, "E_LIMIT");
        (await Officer.Get($"{cell}&row=closing&after=x")).Is(400, "E_AFTER");
        (await Officer.Get($"{cell}&row=closing&after=x~y~z")).Is(400, "E_AFTER");
        (await Officer.Get($"{cell}&row=closing&after=x~99999999999999999999~z")).Is(400, "E_AFTER");
        (await Officer.Get($"{cell}&row=closing&after=%00~1~z")).Is(400, "E_TEXT");
    }

    [Fact]
    public async Task Reading_a_report_needs_a_role_and_leaves_a_trace()
    {
        (await Service.As("township", "341503101000", Roles.TownshipOfficer).Get(Year)).Is(403, "E_ROLE");
        _ = (await Service.As("auditor", County, Roles.Auditor).Get(Year, "annual audit")).Ok;
        Assert.Equal("auditor annual audit", await Service.Database.Ask<string>("select actor || ' ' || purpose from read_log where subject = 'reports/stock-and-flow'", Cancel));
        Assert.Equal(["I03", "I04", "I07"], (await Officer.Get("/social-assistance/reports")).Ok.Json.AsArray().Select(i => (string)i!["code"]!));
    }
}
