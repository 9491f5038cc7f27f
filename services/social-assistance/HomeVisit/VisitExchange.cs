using Platform.Cases;
using Platform.ServiceHost;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.HomeVisit;

internal static class VisitExchange
{
    /// <summary>The case gets the visit when its record is submitted, in the same transaction.</summary>
    public static IEnumerable<Consequence> Then(Recorded<VisitEvent> fact, VisitCase after) => (after, fact.Fact) switch
    {
        (Submitted { Visit: { Case: { Process: Processes.SubsistenceAllowance } c } v, Record: var r }, InvestigationSubmitted) =>
            [new(c.Process, c.Id, new AttachVisit(fact.Id, v.Kind, r.On, v.Investigators, r.Conforms, r.Findings))],
        _ => [],
    };

    /// <summary>Only households with a case in the stated region are visited.</summary>
    public static async ValueTask<(Prepared?, Refusal?)> Prepare(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var plan = (PlanVisit)request;
        return await CaseLookup.Elsewhere(services, [plan.Case], plan.Region, cancel) is { } refusal ? (null, refusal) : (new(plan, []), null);
    }
}
