using Platform.Cases;

namespace SocialAssistance.SpotCheck;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class SpotCheckExamples
{
    public static readonly SpotCheckOrder Order = new(SpotCheckScope.Entitlements, RegionCode.Hydrate("341503000000"), new(2026, 12, 31), Area.Rural);

    public static readonly PlanSpotCheck Plan = new(
        SpotCheckScope.Entitlements, RegionCode.Hydrate("341503000000"), Area.Rural, new(2026, 12, 31), null, [new(RegionCode.Hydrate("341503101000"), ["DB-341503-2026-000123"])], "0");

    public static readonly CheckerAssignment Assignment = new("DB-341503-2026-000123", ["u-301", "u-302"]);

    public static readonly AssignCheckers Assign = new(Assignment.Case, Assignment.Checkers, []);

    public static readonly FindingReport Report = new("DB-341503-2026-000123", CheckFinding.Correct, "保障金额与家庭情况相符。");

    public static readonly RecordFinding Record = new(Report.Case, Report.Finding, Report.Detail, null, []);

    public static readonly CloseSpotCheck Close = new();
}
