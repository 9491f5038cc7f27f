using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Local.Demonstration;

/// <summary>Asks the platform for its reports and puts them beside the printed figures.</summary>
internal sealed class Comparison(BureauClient client, string campaign)
{
    private const string Officer = "county-officer.1";
    private readonly List<ComparedFigure> figures = [];

    public async Task<DemonstrationResult> Run(IReadOnlyDictionary<string, TimeSpan> timings, CancellationToken stop)
    {
        var stock = await client.Get(Officer, "/social-assistance/reports/stock-and-flow?region=341503000000&benefit=subsistence-allowance&from=2014-01-01&to=2014-12-31&basis=decision", stop);
        var review = await client.Get(Officer, $"/social-assistance/reports/campaign?campaign={campaign}", stop);
        var payments = await client.Get(Officer, "/social-assistance/reports/payments?region=341503000000&benefit=subsistence-allowance&from=2014-01&to=2014-12", stop);
        foreach (var (area, printed) in new[] { (Area.Urban, PrintedFigures.Urban), (Area.Rural, PrintedFigures.Rural) })
        {
            Stock("opening", "households", Derived(printed.ClosingHouseholds, printed.CancelledHouseholds, printed.AddedHouseholds));
            Stock("opening", "persons", Derived(printed.ClosingPersons, printed.CancelledPersons, printed.AddedPersons));
            Stock("cancelled", "households", printed.CancelledHouseholds);
            Stock("cancelled", "persons", printed.CancelledPersons);
            Stock("added", "households", printed.AddedHouseholds);
            Stock("added", "persons", printed.AddedPersons);
            Stock("closing", "households", printed.ClosingHouseholds);
            Stock("closing", "persons", printed.ClosingPersons);
            Put("专项整治 / campaign", $"{area} cancelled households", Cell(review["cells"]!, "cancelled", area, "households"), printed.CancelledHouseholds);
            Put("专项整治 / campaign", $"{area} cancelled persons", Cell(review["cells"]!, "cancelled", area, "persons"), printed.CancelledPersons);
            Put("专项整治 / campaign", $"{area} added households", Cell(review["cells"]!, "added", area, "households"), printed.AddedHouseholds);
            Put("专项整治 / campaign", $"{area} added persons", Cell(review["cells"]!, "added", area, "persons"), printed.AddedPersons);
            Put("资金发放 / payments", $"{area} paid in the year", Cell(payments["cells"]!, "paid", area, "amount"), printed.PaidInYear);

            void Stock(string row, string column, PrintedFigure figure) =>
                Put("在保动态 / stock and flow", $"{area} {row} {column}", Cell(stock["cells"]!, row, area, column), figure);
        }

        Put("专项整治 / campaign", "villages heard", (decimal)review["heard"]!["villagesHeard"]!, PrintedFigures.VillagesHeard);
        Put("专项整治 / campaign", "cancelled persons", Cell(review["cells"]!, "cancelled", null, "persons"), PrintedFigures.CancelledPersons);
        Put("专项整治 / campaign", "added persons", Cell(review["cells"]!, "added", null, "persons"), PrintedFigures.AddedPersons);
        return new(figures.All(f => f.Equal), new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { ["stockAndFlow"] = stock, ["campaign"] = review, ["payments"] = payments }, timings, figures);
    }

    /// <summary>The document prints the closing stock and the year's changes; what stood before follows from them.</summary>
    private static PrintedFigure Derived(PrintedFigure closing, PrintedFigure cancelled, PrintedFigure added) =>
        new(closing.Value + cancelled.Value - added.Value, closing.Unit, $"{closing.Quote} + {cancelled.Quote} − {added.Quote}");

    /// <summary>The yearly figure of a report: of one area, or of both together.</summary>
    private static decimal Cell(JsonNode cells, string row, Area? area, string column) => cells.AsArray()
        .Where(c => (string)c!["row"]! == row && (string?)c["area"] == area?.ToString() && c["month"] is null)
        .Select(c => (decimal)c![column]!)
        .Single();

    private void Put(string report, string what, decimal computed, PrintedFigure printed) =>
        figures.Add(new(report, what, printed.Value, computed, printed.Unit, printed.Quote));
}
