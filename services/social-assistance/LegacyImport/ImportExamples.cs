using System.Globalization;
using Platform.Cases;

namespace SocialAssistance.LegacyImport;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class ImportExamples
{
    public static readonly OpenImport Open = new("2013年底在保登记册", RegionCode.Hydrate("341503000000"), DateOnly.ParseExact("2013-12-31", "yyyy-MM-dd", CultureInfo.InvariantCulture), Processes.SubsistenceAllowance, AmountMustMatch: true);

    public static readonly DryRunRequest DryRun = new();
    public static readonly CompleteDryRun DryRunProbe = new("", 0, 0, Money.Zero, [], "", []);

    public static readonly StartRequest Start = new(Run: 1, AcceptedCodes: []);
    public static readonly StartImport StartProbe = new(1, [], []);

    public static readonly AbandonImport Abandon = new("登记册不是最终稿。");
}
