using Platform.Cases;

namespace SocialAssistance.SpotCheck;

/// <summary>Plans, and how far they are.</summary>
[Row("spot_checks", nameof(Plan))]
internal sealed record PlanRow(
    string Plan, SpotCheckScope Scope, RegionCode Region, Area? Area, DateOnly PlannedOn, DateOnly DueOn, int Population, decimal Rate, int Sample, int Recorded, int Problems, string State);

/// <summary>One sampled case: who checks it, and what was found (错保, 漏保).</summary>
[Row("spot_check_sample", nameof(Plan), nameof(CaseId))]
internal sealed record SampleRow(string Plan, string CaseId, SpotCheckScope Scope, RegionCode Township, IReadOnlyList<string> Checkers, CheckFinding? Finding, DateOnly? RecordedOn);

internal static class SpotCheckViews
{
    public static CaseSummary Summary(SpotCheckCase check) => new(
        Name(check), check.Plan.Region, $"{check.Plan.Recorded}/{check.Plan.Checks.Count}", check is Drawn, check is Drawn ? check.Plan.DueOn : null);

    public static IEnumerable<Change> Changes(Recorded<SpotCheckEvent> fact, SpotCheckCase after)
    {
        var plan = after.Plan;
        yield return new Change.Put(new PlanRow(
            fact.Id, plan.Scope, plan.Region, plan.Area, plan.On, plan.DueOn, plan.Size, plan.Rate, plan.Checks.Count, plan.Recorded, plan.Problems, after.GetType().Name));
        var touched = fact.Fact switch
        {
            SpotCheckAssigned f => f.Case,
            SpotCheckRecorded f => f.Case,
            _ => null,
        };
        foreach (var check in plan.Checks.Where(c => fact.Fact is SpotCheckPlanned || c.Case == touched))
        {
            yield return new Change.Put(new SampleRow(fact.Id, check.Case, plan.Scope, check.Township, check.Checkers, check.Recorded?.Finding, check.Recorded?.On));
        }
    }

    private static Text Name(SpotCheckCase check) => check switch
    {
        Drawn => new("已抽样", "Drawn"),
        Closed => new("已结束", "Closed"),
        _ => new("未制定", "Not planned"),
    };
}
