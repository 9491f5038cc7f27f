using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Platform.Local.Demonstration;

/// <summary>
/// Loads the bureau's year 2014 through the gateway, with the officers whose role it is to enter acts of the past: the
/// register is imported, the campaign is heard, decided and announced, twelve batches are paid. Loading twice changes
/// nothing: every request carries a key of its own.
/// </summary>
internal sealed partial class Loader(BureauClient client, ProgressContext progress)
{
    private const string County = "341503000000";
    private const string Window = "history-window.1";
    private const string VillageAssistant = "history-village-assistant.1";
    private const string TownshipOfficer = "history-township-officer.1";
    private const string SecondTownshipOfficer = "history-township-officer.2";
    private const string TownshipReviewer = "history-township-reviewer.1";
    private const string CountyOfficer = "history-county-officer.1";
    private const string CountyApprover = "history-county-approver.1";
    private const string SecondCountyApprover = "history-county-approver.2";
    private const string CountyFinance = "history-county-finance.1";
    private const string Treasury = "history-treasury.1";
    private const string VerificationCentre = "history-verification-centre.1";
    private const string Bank = "history-bank.1";

    private readonly Dictionary<string, TimeSpan> timings = new(StringComparer.Ordinal);

    /// <summary>The demonstration that a start of the platform shows.</summary>
    public static async Task<DemonstrationResult> Demonstrate(RunningPlatform platform, ProgressContext progress, CancellationToken stop)
    {
        using var client = new BureauClient(platform);
        var loader = new Loader(client, progress);
        var bureau = loader.Timed("bureau invented", () => DemonstrationBureau.Generate(BureauPlan.Printed, DemonstrationBureau.DefaultSeed));
        var campaign = await loader.FinishedCampaign(stop) ?? await loader.Load(bureau, stop);
        return await loader.Timed("reports", () => new Comparison(client, campaign).Run(loader.timings, stop));
    }

    private async Task<string> Load(DemonstrationBureau bureau, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        await Timed("register imported", () => Import(bureau, stop));
        var campaign = await OpenCampaign(bureau, stop);
        var cases = await Timed("additions applied for and investigated", () => Investigate(bureau, campaign, stop));
        await Timed("villages heard", () => Hear(bureau, campaign, cases, stop));
        await Timed("additions announced and decided", () => Decide(cases, stop));
        await Timed("cancellations decided", () => Cancel(bureau, campaign, stop));
        await Timed("twelve months paid", () => Pay(bureau, stop));
        await client.Post(CountyApprover, $"/social-assistance/campaigns/{campaign}/close-campaign", new { }, "demo-campaign-close", WorkingDays.On(12, 31), stop);
        timings["loading"] = clock.Elapsed;
        return campaign;
    }

    /// <summary>The campaign's number when an earlier start has loaded everything.</summary>
    private async Task<string?> FinishedCampaign(CancellationToken stop)
    {
        var page = await client.Get(CountyOfficer, "/social-assistance/campaigns?open=false&limit=1", stop);
        return (string?)page["items"]!.AsArray().FirstOrDefault()?["id"];
    }

    private async Task<string> OpenCampaign(DemonstrationBureau bureau, CancellationToken stop)
    {
        var answer = await client.Post(CountyOfficer, "/social-assistance/campaigns", new
        {
            region = County,
            title = "城乡低保专项整治",
            category = "County",
            from = WorkingDays.On(2, 7),
            until = WorkingDays.On(12, 31),
            basis = "2014年城乡低保专项整治工作方案",
            villages = bureau.Villages.Select(v => new { region = v.Code, area = v.Residents ? Area.Urban.ToString() : Area.Rural.ToString() }),
        }, "demo-campaign-open", WorkingDays.On(2, 7), stop);
        return (string)answer["id"]!;
    }

    /// <summary>Many commands under one progress bar.</summary>
    private async Task<IReadOnlyList<string>> Many(string title, string officer, string process, IReadOnlyList<Command> commands, CancellationToken stop, int underWay = BureauClient.UnderWay)
    {
        var bar = progress.AddTask(title, maxValue: Math.Max(1, commands.Count));
        var clock = Stopwatch.StartNew();
        var ids = await client.Many(officer, process, commands, underWay, done =>
        {
            bar.Increment(done);
            bar.Description = string.Create(CultureInfo.InvariantCulture, $"{title}: {client.CarriedOut} commands, {bar.Value / Math.Max(0.001, clock.Elapsed.TotalSeconds):0}/s");
        }, stop);
        bar.StopTask();
        return ids;
    }

    private T Timed<T>(string step, Func<T> work)
    {
        var clock = Stopwatch.StartNew();
        var result = work();
        timings[step] = clock.Elapsed;
        return result;
    }

    private async Task<T> Timed<T>(string step, Func<Task<T>> work)
    {
        var clock = Stopwatch.StartNew();
        var result = await work();
        timings[step] = clock.Elapsed;
        return result;
    }

    private Task<bool> Timed(string step, Func<Task> work) => Timed(step, async () =>
    {
        await work();
        return true;
    });

    /// <summary>A paper of the demonstration: its hash is that of its name.</summary>
    private static object Paper(string kind, string name) =>
        new { kind, fileId = name, sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))) };

    private static JsonObject Ref(string process, string id) => new JsonObject { ["process"] = process, ["id"] = id };
}
