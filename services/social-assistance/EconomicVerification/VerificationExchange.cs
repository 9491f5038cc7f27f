using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.EconomicVerification;

internal static class VerificationExchange
{
    /// <summary>The case that asked gets the report, in the same transaction.</summary>
    public static IEnumerable<Consequence> Then(Recorded<VerificationEvent> fact, VerificationCase after) => (after.Commission.Case, fact.Fact) switch
    {
        ({ Process: Processes.SubsistenceAllowance } c, VerificationReportIssued { Report: var r }) => [new(c.Process, c.Id, new AttachReport(fact.Id, r.Conclusion, r.IssuedOn, r.ValidTo))],
        ({ Process: Processes.SubsistenceAllowance } c, RecheckCompleted { Report: var r }) => [new(c.Process, c.Id, new AttachReport(fact.Id, r.Conclusion, r.IssuedOn, r.ValidTo))],
        _ => [],
    };

    /// <summary>Only a case that exists, in the region of the order, can be checked: no commission, no check.</summary>
    public static async ValueTask<(Platform.ServiceHost.Prepared?, Refusal?)> Prepare(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var order = (RequestVerification)request;
        return await CaseLookup.Elsewhere(services, [order.Case], order.Region, cancel) is { } refusal ? (null, refusal) : (new(order, []), null);
    }
}
