using Platform.Cases;
using SocialAssistance.Entitlement;
using SocialAssistance.HouseholdRegistry;

namespace SocialAssistance.PersonRegistry;

internal static class PersonExchange
{
    /// <summary>A death reaches every benefit and the household in the transaction that records it; so does its revocation.</summary>
    public static IEnumerable<Consequence> Then(Recorded<PersonEvent> fact, PersonCase after) => fact.Fact switch
    {
        DeathRecorded f =>
        [
            .. f.Benefits.Select(b => new Consequence(Processes.Entitlement, b.Entitlement, new NoteMemberDeath(b.Person, f.DiedOn))),
            .. Household(f.Household, h => new NoteDeathInHousehold(h.Person, f.DiedOn)),
        ],
        DeathRecordRevoked f =>
        [
            .. f.Benefits.Select(b => new Consequence(Processes.Entitlement, b.Entitlement, new RevokeMemberDeath(b.Person))),
            .. Household(f.Household, h => new RestoreMember(h.Person)),
        ],
        IdentityLinked f => [new(Processes.Person, f.Into.ToString(), new AbsorbPerson(PersonId.Hydrate(fact.Id), Known(after.Person, f)))],
        PersonsMerged f => [new(Processes.Person, f.Survivor.ToString(), new AbsorbPerson(PersonId.Hydrate(fact.Id), null))],
        _ => [],
    };

    private static IEnumerable<Consequence> Household(BelongsTo? household, Func<BelongsTo, HouseholdCommand> command) =>
        household is null ? [] : [new(Processes.Household, household.Household, command(household))];

    private static KnownPerson Known(Person person, IdentityLinked link) => new(link.Sex, link.BornOn, person.HukouRegion, person.HukouType, person.ResidenceRegion);
}
