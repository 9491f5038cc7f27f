using System.Text.Json.Nodes;

namespace SocialAssistance.Tests.Reports;

/// <summary>Payments by month and area: figures, the lines behind them, and what the bank had reported when.</summary>
public sealed class PaymentReportTests : ReportTesting
{
    private const string Quarter = "/social-assistance/reports/payments?from=2014-01&to=2014-03";

    // January is paid on the 10th; one line comes back on the 20th and is paid again in February's batch, which also pays
    // arrears for January. February's batch holds one line. March is released, but the bank has not reported.
    private const string Rows = """
        insert into payment_batches
          (batch, benefit, region, month, supplementary, state, count, sum, urban_count, urban_persons, urban_sum, rural_count, rural_persons, rural_sum, held_count, held_sum, rejected_count, rejected_sum,
           paid_urban_count, paid_urban_persons, paid_urban_sum, paid_rural_count, paid_rural_persons, paid_rural_sum, pay_by, late, calculated_at, paid_known_at)
        select b, 'subsistence-allowance', '341503000000', m, 0, 'Paid', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '2014-01-10', false, '2014-01-01', k::timestamptz
        from (values ('B1', '2014-01', '2014-01-10 02:00Z'), ('B2', '2014-02', '2014-02-10 02:00Z'), ('B3', '2014-03', null)) v (b, m, k);
        insert into payment_lines (entitlement, month, component, batch, line, area, region, payee, household, persons, amount, status, version, recorded_at) values
        ('DB-1', '2014-01', 'Regular',    'B1', 1, 'Urban', '341503001001', 'p', 'h', 2, 400.00, 'Drawn',    1, '2014-01-05'),
        ('DB-2', '2014-01', 'Regular',    'B1', 2, 'Rural', '341503101201', 'p', 'h', 3, 250.50, 'Returned', 1, '2014-01-05'),
        ('DB-3', '2014-01', 'Regular',    'B1', 3, 'Rural', '341503101201', 'p', 'h', 1, 120.00, 'Drawn',    1, '2014-01-05'),
        ('DB-1', '2014-02', 'Regular',    'B2', 1, 'Urban', '341503001001', 'p', 'h', 2, 400.00, 'Drawn',    1, '2014-02-05'),
        ('DB-2', '2014-01', 'Reissue:B1', 'B2', 2, 'Rural', '341503101201', 'p', 'h', 3, 250.50, 'Drawn',    1, '2014-02-05'),
        ('DB-2', '2014-02', 'Regular',    'B2', 2, 'Rural', '341503101201', 'p', 'h', 3, 250.50, 'Drawn',    1, '2014-02-05'),
        ('DB-3', '2014-01', 'Arrears:4',  'B2', 3, 'Rural', '341503101201', 'p', 'h', 1,  30.00, 'Drawn',    1, '2014-02-05'),
        ('DB-3', '2014-02', 'Regular',    'B2', 3, 'Rural', '341503101201', 'p', 'h', 1, 150.00, 'Drawn',    1, '2014-02-05'),
        ('DB-4', '2014-02', 'Regular',    'B2', 4, 'Rural', '341503101202', 'p', 'h', 4, 300.00, 'Held',     1, '2014-02-05'),
        ('DB-1', '2014-03', 'Regular',    'B3', 1, 'Urban', '341503001001', 'p', 'h', 2, 400.00, 'Drawn',    1, '2014-03-05');
        insert into payment_returns (batch, line, entitlement, reference, code, message, area, region, persons, amount, recorded_at) values
        ('B1', 2, 'DB-2', 'R1', 'E05', 'account closed', 'Rural', '341503101201', 3, 250.50, '2014-01-20 02:00Z')
        """;

    [Fact]
    public async Task Paid_is_what_the_bank_has_reported_and_not_turned_back()
    {
        await Service.Database.Do(Rows, Cancel);
        var report = (await Officer.Get(Quarter)).Ok.Json;
        Assert.Equal((4, 6, "800.50", "133.42"), Paid(report, "2014-01", null));
        Assert.Equal((3, 4, "400.50", "100.13"), Paid(report, "2014-01", "Rural"));
        Assert.Equal((3, 6, "800.50", "133.42"), Paid(report, "2014-02", null));
        Assert.Equal((7, 12, "1601.00", "133.42"), Paid(report, null, null));
        Assert.Equal((2, 4, "800.00", "200.00"), Paid(report, null, "Urban"));
        Assert.DoesNotContain(report["cells"]!.AsArray(), c => (string?)c!["month"] == "2014-03");
        var returned = Cell(report, "returned", "Rural", "2014-01");
        Assert.Equal((1, 0, "250.50", true), ((int)returned["lines"]!, (int)returned["personMonths"]!, returned["amount"]!.ToJsonString(), returned["average"] is null));
    }

    [Fact]
    public async Task A_report_of_the_past_counts_a_line_as_the_bank_had_reported_it_by_then()
    {
        await Service.Database.Do(Rows, Cancel);
        var before = (await Officer.Get($"{Quarter}&knownAt=2014-01-19T00:00:00Z")).Ok.Json;
        Assert.Equal((3, 6, "770.50", "128.42"), Paid(before, "2014-01", null));
        Assert.Equal(0, (int)Cell(before, "returned", null)["lines"]!);
        var after = (await Officer.Get($"{Quarter}&knownAt=2014-01-20T02:00:00Z")).Ok.Json;
        Assert.Equal((2, 3, "520.00", "173.33"), Paid(after, "2014-01", null));
        Assert.Equal("250.50", Cell(after, "returned", null)["amount"]!.ToJsonString());
        Assert.DoesNotContain((await Officer.Get($"{Quarter}&knownAt=2014-01-10T01:59:59Z")).Ok.Json["cells"]!.AsArray(), c => (int)c!["lines"]! > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&knownAt=2014-01-19T00:00:00Z")]
    [InlineData("&region=341503101201")]
    public async Task Every_cell_is_the_sum_of_the_lines_behind_it(string more)
    {
        await Service.Database.Do(Rows, Cancel);
        var cells = (await Officer.Get(Quarter + more)).Ok.Json["cells"]!.AsArray();
        Assert.Contains(cells, c => (int)c!["lines"]! > 1);
        foreach (var cell in cells)
        {
            var lines = await Behind(cell!, 1);
            Assert.Equal(((decimal)cell!["lines"]!, (decimal)cell["personMonths"]!, (decimal)cell["amount"]!), (lines.Count, Sum(lines, "personMonths"), Sum(lines, "amount")));
            Assert.All(lines, l => Assert.Equal($"/social-assistance/payment-batches/{l["batch"]}/history", (string)l["batchHref"]!));
        }
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_told_and_another_county_is_closed()
    {
        (await Officer.Get("/social-assistance/reports/payments?from=2014-01")).Is(400, "E_MONTH");
        (await Officer.Get("/social-assistance/reports/payments?from=2014-02&to=2014-01")).Is(400, "E_PERIOD");
        (await Officer.Get($"{Quarter}&region=341504")).Is(403, "E_REGION_SCOPE");
        var cell = Quarter.Replace("?", "/cell?", StringComparison.Ordinal);
        (await Officer.Get($"{cell}&row=held")).Is(400, "E_CHOICE");
        (await Officer.Get($"{cell}&row=paid&month=2014")).Is(400, "E_MONTH");
        (await Officer.Get($"{cell}&row=paid&after=a~b")).Is(400, "E_AFTER");
    }

    private static (int, int, string, string?) Paid(JsonNode report, string? month, string? area) =>
        Cell(report, "paid", area, month) is var c ? ((int)c["lines"]!, (int)c["personMonths"]!, c["amount"]!.ToJsonString(), c["average"]?.ToJsonString()) : default;
}
