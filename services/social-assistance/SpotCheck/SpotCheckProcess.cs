using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.SpotCheck;

/// <summary>抽查: the system draws a sample that anybody can draw again; two checkers who had no part in a case look at it.</summary>
internal static class SpotCheckProcess
{
    public static readonly CaseType<SpotCheckCase, SpotCheckCommand, SpotCheckEvent, SpotCheckPolicy> Type = new(SpotCheckJson.Default)
    {
        Name = Processes.SpotCheck,
        Numbered = "CC",
        Initial = new NotPlanned(),
        Policy = SpotCheckPolicy.Read,
        Decide = SpotCheckDecisions.Decide,
        Evolve = SpotCheckEvents.Evolve,
        Region = (check, command) => command is PlanSpotCheck plan ? plan.Region : check.Plan.Region,
        Summary = SpotCheckViews.Summary,
        Views = SpotCheckViews.Changes,
        Then = SpotCheckExchange.Then,
    };

    public static Process Page => new Process(Type, "spot-checks", new("抽查", "Spot checks"))
        .OpensWith(new("制定抽查计划并抽样", "Plan a spot check and draw the sample"), [CountyApprover, CitySupervisor], SpotCheckExamples.Order, SpotCheckExchange.Plan)
        .DoesWith("assign-checkers", new("指定抽查人员", "Assign the checkers"), [CountyApprover, CitySupervisor], SpotCheckExamples.Assignment, SpotCheckExchange.Assign, SpotCheckExamples.Assign)
        .DoesWith("record-finding", new("登记抽查结果", "Record a finding"), [CountyOfficer, CitySupervisor], SpotCheckExamples.Report, SpotCheckExchange.Record, SpotCheckExamples.Record)
        .Does(new("结束抽查", "Close the spot check"), [CountyApprover, CitySupervisor], SpotCheckExamples.Close);
}
