using Platform.Cases;
using SocialAssistance.Entitlement;

namespace SocialAssistance.Campaign;

internal static class CampaignExchange
{
    /// <summary>Each household's entitlement stops in the same transaction: all of a list, or none.</summary>
    public static IEnumerable<Consequence> Then(Recorded<CampaignEvent> fact, CampaignCase after) => fact.Fact is HouseholdsCancelled cancelled
        ? cancelled.Items.Select(i => new Consequence(Processes.Entitlement, i.Entitlement, new StopEntitlement(StopReason.ReviewCampaign, i.Cause, i.DecisionNumber, fact.Id)))
        : [];
}
