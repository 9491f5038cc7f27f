using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.Support;
using SocialAssistance.Campaign;
using SocialAssistance.Reports;

namespace SocialAssistance.Tests.Reports;

/// <summary>A service with the reports, whose rows a test writes itself or through the campaign's facts.</summary>
public abstract class ReportTesting : IAsyncLifetime
{
    protected const string County = "341503000000";

    internal ServiceUnderTest Service { get; private set; } = null!;

    internal SignedIn Officer => Service.As("officer", County, Roles.CountyOfficer);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Service = await ServiceUnderTest.Start(
        new Service("social-assistance", new("社会救助", "Social assistance"), typeof(Contents).Assembly).Add(Page).Map(ReportRoutes.Map),
        TestClock.On("2015-06-01"));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The campaign by itself: the entitlements it would stop are another test's concern.</summary>
    internal static readonly CaseType<CampaignCase, CampaignCommand, CampaignEvent, CampaignPolicy> Alone = new(CampaignJson.Default)
    {
        Name = CampaignProcess.Type.Name,
        Numbered = CampaignProcess.Type.Numbered,
        Initial = CampaignProcess.Type.Initial,
        Policy = CampaignProcess.Type.Policy,
        Decide = CampaignProcess.Type.Decide,
        Evolve = CampaignProcess.Type.Evolve,
        Region = CampaignProcess.Type.Region,
        Summary = CampaignProcess.Type.Summary,
        Views = CampaignProcess.Type.Views,
    };

    private static Process Page => new Process(Alone, "campaigns", new("专项整治", "Review campaigns")).Does(new("结束专项整治", "Close the campaign"), [Roles.CountyApprover], CampaignExamples.Close);

    /// <summary>Everything behind a cell, page by page.</summary>
    protected async Task<List<JsonNode>> Behind(JsonNode cell, int limit = 2)
    {
        var lines = new List<JsonNode>();
        for (var next = $"{cell["href"]}&limit={limit.ToString(CultureInfo.InvariantCulture)}"; next is not null;)
        {
            var page = (await Officer.Get(next)).Ok.Json;
            Assert.InRange(page["items"]!.AsArray().Count, 0, limit);
            Assert.True((bool)page["countIsExact"]!);
            lines.AddRange(page["items"]!.AsArray().Select(i => i!));
            next = (string?)page["next"];
            Assert.True(lines.Count <= (int)page["count"]! && (next is not null || lines.Count == (int)page["count"]!));
        }

        return lines;
    }

    protected static decimal Sum(IEnumerable<JsonNode> nodes, string name) => nodes.Sum(n => (decimal)n[name]!);

    protected static JsonNode Cell(JsonNode report, string row, string? area, string? month = null) =>
        report["cells"]!.AsArray().Single(c => (string)c!["row"]! == row && (string?)c["area"] == area && (string?)c["month"] == month)!;
}
