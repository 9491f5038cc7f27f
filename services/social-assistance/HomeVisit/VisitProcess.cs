using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.HomeVisit;

/// <summary>入户调查: two investigators see how a household lives, sign, and report to its case (民发〔2012〕220号; 民发〔2021〕57号).</summary>
internal static class VisitProcess
{
    private static readonly IReadOnlyList<string> Investigators = [VillageAssistant, TownshipOfficer, CountyOfficer];

    public static readonly CaseType<VisitCase, VisitCommand, VisitEvent, VisitPolicy> Type = new(VisitJson.Default)
    {
        Name = Processes.HomeVisit,
        Numbered = "RH",
        Initial = new NotPlanned(),
        Policy = VisitPolicy.Read,
        Decide = VisitDecisions.Decide,
        Evolve = VisitEvents.Evolve,
        Region = (visit, command) => command is PlanVisit plan ? plan.Region : visit.Visit.Region,
        Summary = VisitViews.Summary,
        Views = VisitViews.Changes,
        Then = VisitExchange.Then,
    };

    public static Process Page => new Process(Type, "home-visits", new("入户调查", "Home visits"))
        .OpensWith(new("安排入户调查", "Plan a visit"), [TownshipOfficer, CountyOfficer], VisitExamples.Plan, VisitExchange.Prepare)
        .Does(new("登记上门未果", "Record that nobody could be met"), Investigators, VisitExamples.Attempt)
        .Does(new("登记入户调查", "Conduct the visit"), Investigators, VisitExamples.Conduct)
        .Does(new("邻里访问", "Interview a neighbour"), Investigators, VisitExamples.Interview)
        .Does(new("信函索证", "Send an inquiry"), Investigators, VisitExamples.Inquire)
        .Does(new("登记函询回复", "Record the answer to an inquiry"), Investigators, VisitExamples.Answer)
        .Does(new("签字确认", "Sign the record"), Investigators, VisitExamples.Sign)
        .Does(new("提交调查结果", "Submit the visit"), [TownshipOfficer, CountyOfficer], VisitExamples.Submit)
        .Does(new("入户失败", "Record that the visit failed"), [TownshipOfficer, CountyOfficer], VisitExamples.Fail);
}
