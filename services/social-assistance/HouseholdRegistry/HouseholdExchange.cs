using Platform.Cases;
using Platform.Contracts.SocialAssistance;

namespace SocialAssistance.HouseholdRegistry;

internal static class HouseholdExchange
{
    /// <summary>Those who split off form their own household in the same transaction.</summary>
    public static IEnumerable<Consequence> Then(Recorded<HouseholdEvent> fact, HouseholdCase after) => fact.Fact is HouseholdSplit f
        ? [new(Processes.Household, f.NewHousehold, new FormHousehold(f.Members, after.Household.HukouRegion, after.Household.ResidenceRegion, f.On))]
        : [];

    public static object? Publish(Recorded<HouseholdEvent> fact) => fact.Fact switch
    {
        HouseholdFormed f => Told(fact.Id, f.Members, f.ResidenceRegion, f.Since),
        HouseholdImported f => Told(fact.Id, f.Members, f.ResidenceRegion, f.Since),
        _ => null,
    };

    private static HouseholdRegistered Told(string household, IReadOnlyList<Member> members, RegionCode region, DateOnly since) =>
        new(household, [.. members.Select(m => m.Person.ToString())], region.ToString(), since);
}
