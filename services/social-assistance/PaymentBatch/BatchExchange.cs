using Platform.Cases;
using Platform.Contracts.SocialAssistance;

namespace SocialAssistance.PaymentBatch;

internal static class BatchExchange
{
    /// <summary>Told once, when what the bank paid agrees with what was ordered.</summary>
    public static object? Publish(Recorded<BatchEvent> fact) => fact.Fact is BatchReconciled f
        ? new PaymentMade(fact.Id, f.Benefit, f.Month.ToString(), f.Paid.Lines, f.Paid.Sum.Yuan, f.PaidOn)
        : null;
}
