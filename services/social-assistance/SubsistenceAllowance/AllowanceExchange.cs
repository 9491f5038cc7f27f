using Platform.Cases;
using SocialAssistance.Campaign;
using SocialAssistance.Entitlement;

namespace SocialAssistance.SubsistenceAllowance;

internal static class AllowanceExchange
{
    /// <summary>A grant becomes an entitlement under the case's number; a campaign counts it; a revoked grant stops the entitlement.</summary>
    public static IEnumerable<Consequence> Then(Recorded<AllowanceEvent> fact, AllowanceCase after) => (fact.Fact, after.File.Application) switch
    {
        (AllowanceConfirmed f, var a) =>
        [
            new(Processes.Entitlement, fact.Id, new GrantEntitlement(
                Processes.SubsistenceAllowance, f.Area, a.HukouRegion, a.Household, f.Payee, f.Members, f.Basis, f.Category, f.EffectiveMonth,
                new(Processes.SubsistenceAllowance, fact.Id), fact.Version, a.Campaign)),
            .. a.Campaign is { } campaign
                ? [new Consequence(Processes.Campaign, campaign, new NoteAddition(fact.Id, a.ResidenceRegion, f.Area, f.Members.Count, f.Basis.Monthly, f.DecidedOn))]
                : Array.Empty<Consequence>(),
        ],
        (AllowanceDecisionRevoked f, _) when after is Revoked =>
            [new(Processes.Entitlement, fact.Id, new StopEntitlement(StopReason.DecisionRevoked, f.Document.ToString(), f.Document.ToString(), null))],
        _ => [],
    };
}
