using Platform.Cases;
using SocialAssistance.Entitlement;

namespace SocialAssistance.Overpayment;

internal static class OverpaymentExchange
{
    /// <summary>The entitlement learns that nothing is being recovered any more.</summary>
    public static IEnumerable<Consequence> Then(Recorded<OverpaymentEvent> fact, OverpaymentCase after) =>
        fact.Fact is OverpaymentCancelled ? [new(Processes.Entitlement, after.Debt.Entitlement, new ReleaseDebt(fact.Id))] : [];
}
