using Platform.Cases;

namespace SocialAssistance.SpotCheck;

internal abstract record SpotCheckCommand;

/// <param name="Rate">A rate of its own; the mandated one when none is given.</param>
/// <param name="Population">Looked up when the plan is made, and frozen in it.</param>
/// <param name="Seed">Drawn by the system, never by an officer (SOD-7).</param>
internal sealed record PlanSpotCheck(SpotCheckScope Scope, RegionCode Region, Area? Area, DateOnly DueOn, decimal? Rate, IReadOnlyList<Stratum> Population, string Seed) : SpotCheckCommand;

/// <param name="Actors">Everybody who has acted in that case.</param>
internal sealed record AssignCheckers(string Case, IReadOnlyList<string> Checkers, IReadOnlyList<string> Actors) : SpotCheckCommand;

/// <param name="Visit">The home visit made for it, when there was one.</param>
/// <param name="Actors">Everybody who has acted in that case.</param>
internal sealed record RecordFinding(string Case, CheckFinding Finding, string Detail, string? Visit, IReadOnlyList<string> Actors) : SpotCheckCommand;

/// <param name="Reason">Why fewer were checked than were drawn.</param>
internal sealed record CloseSpotCheck(string? Reason = null) : SpotCheckCommand;

internal static class SpotCheckDecisions
{
    private const int Checkers = 2;
    private const string Basis = "民发〔2012〕220号: 县级民政部门入户抽查";

    public static Decision<SpotCheckEvent> Decide(SpotCheckCase check, SpotCheckCommand command, SpotCheckPolicy policy, Act act) => (check, command) switch
    {
        (NotPlanned, PlanSpotCheck c) => Plan(c, policy, act),
        (Drawn d, AssignCheckers c) => Assign(d.Plan, c, act),
        (Drawn d, RecordFinding c) => Record(d.Plan, c, act),
        (Drawn d, CloseSpotCheck) when BelowMandate(d.Plan) && !act.Roles.Contains(Roles.CitySupervisor) =>
            Refusal.NotYours("E_RATE_NOT_MET", "抽查比例未达到规定要求,须由市级监督人员结束。", "Fewer were checked than is mandated: only the city may close the plan.", Basis)
                .With("recorded", d.Plan.Recorded).With("mandated", Draw.SizeOf(d.Plan.Size, d.Plan.MandatedRate)),
        (Drawn d, CloseSpotCheck c) => Close(d.Plan, c, act),
        (Closed, CloseSpotCheck) => [],
        _ => Refusal.NotNow(),
    };

    private static Decision<SpotCheckEvent> Plan(PlanSpotCheck c, SpotCheckPolicy policy, Act act)
    {
        var rate = c.Rate ?? policy.MandatedRate;
        List<Stratum> population = [.. c.Population
            .GroupBy(s => s.Township)
            .Select(g => new Stratum(g.Key, [.. g.SelectMany(s => s.Cases).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]))
            .OrderBy(s => s.Township.ToString(), StringComparer.Ordinal)];
        return rate is <= 0 or > 1 ? Refusal.Rule("E_RATE", "抽查比例应大于0且不超过1。", "The rate lies above 0 and not above 1.").With("rate", rate)
            : c.Scope == SpotCheckScope.OpenCases && c.Area is not null ? Refusal.Rule("E_AREA", "在办案件不区分城乡。", "Cases under way are not told apart by area.")
            : c.DueOn < act.Today ? Refusal.Rule("E_DATE_PAST", "完成期限不能早于办理日。", "The plan is due before the day of the act.").With("dueOn", c.DueOn)
            : c.Seed.Length == 0 ? Refusal.Rule("E_SEED", "缺少随机种子。", "The seed is missing.")
            : population.All(s => s.Cases.Count == 0) ? Refusal.Rule("E_POPULATION_EMPTY", "所选范围内没有可抽查的对象。", "There is nothing to draw from.")
            : [new SpotCheckPlanned(c.Scope, c.Region, c.Area, act.Today, c.DueOn, rate, policy.MandatedRate, c.Seed, population, Draw.Sample(Draw.Of(population, rate, c.Seed)), act.Actor)];
    }

    private static Decision<SpotCheckEvent> Assign(Plan plan, AssignCheckers c, Act act) =>
        plan.Checks.Find(x => x.Case == c.Case) is not { } check ? NotSampled(c.Case)
        : c.Checkers.Intersect(c.Actors, StringComparer.Ordinal).ToList() is { Count: > 0 } acted ? Acted(acted)
        : check.Checkers.SequenceEqual(c.Checkers, StringComparer.Ordinal) ? []
        : check.Recorded is not null ? Refusal.Rule("E_RECORDED", "该对象已登记抽查结果。", "The finding on this case has been recorded.")
        : c.Checkers.Count != Checkers || c.Checkers.Distinct(StringComparer.Ordinal).Count() != Checkers || c.Checkers.Any(string.IsNullOrWhiteSpace)
            ? Refusal.Rule("E_CHECKERS", "须指定两名不同的抽查人员。", "Two different checkers are assigned.", Basis)
        : [new SpotCheckAssigned(c.Case, c.Checkers, act.Actor)];

    private static Decision<SpotCheckEvent> Record(Plan plan, RecordFinding c, Act act) =>
        plan.Checks.Find(x => x.Case == c.Case) is not { } check ? NotSampled(c.Case)
        : !check.Checkers.Contains(act.Actor, StringComparer.Ordinal) ? Refusal.NotYours("E_CHECKER", "只有指定的抽查人员可以登记结果。", "Only an assigned checker records a finding.", Basis)
        : c.Actors.Contains(act.Actor, StringComparer.Ordinal) ? Acted([act.Actor])
        : check.Recorded is { } before
            ? before.Finding == c.Finding && before.Detail == c.Detail ? [] : Refusal.Rule("E_RECORDED", "该对象已登记抽查结果。", "The finding on this case has been recorded.")
        : Checks.Stated(c.Detail, "detail") is { } refusal ? refusal
        : [new SpotCheckRecorded(c.Case, c.Finding, c.Detail, c.Visit, act.Today, act.Actor)];

    private static Decision<SpotCheckEvent> Close(Plan plan, CloseSpotCheck c, Act act) =>
        plan.Recorded < plan.Checks.Count && Checks.Stated(c.Reason ?? "", "reason") is { } refusal ? refusal
        : [new SpotCheckClosed(
            act.Today, plan.Size, plan.Checks.Count, plan.Recorded, decimal.Round((decimal)plan.Recorded / Math.Max(1, plan.Size), 6, MidpointRounding.AwayFromZero), plan.MandatedRate, plan.Problems, c.Reason, act.Actor)];

    private static bool BelowMandate(Plan plan) => plan.Recorded < Draw.SizeOf(plan.Size, plan.MandatedRate);

    private static Refusal NotSampled(string id) => Refusal.Rule("E_NOT_SAMPLED", "该对象不在抽查样本内。", "This case was not drawn.").With("case", id);

    private static Refusal Acted(IReadOnlyList<string> checkers) =>
        Refusal.Duties("SOD-7", "抽查人员不得参与过该案件的办理。", "A checker has not acted in the case that is checked.", "民发〔2012〕220号 第14条").With("checkers", checkers);
}
