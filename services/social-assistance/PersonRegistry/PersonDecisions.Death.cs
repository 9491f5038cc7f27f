using Platform.Cases;

namespace SocialAssistance.PersonRegistry;

/// <param name="Benefits">Benefits in payment that cover the person, looked up when the command was prepared.</param>
/// <param name="Household">The household that the person belongs to.</param>
internal sealed record RecordDeath(DateOnly DiedOn, DeathSource Source, bool Declared, IReadOnlyList<Document> Evidence, IReadOnlyList<CoveredBy> Benefits, BelongsTo? Household) : PersonCommand;

internal sealed record RevokeDeath(string Reason) : PersonCommand;

/// <summary>A provisional number turns out to be that of somebody with a resident ID number.</summary>
internal sealed record LinkIdentity(PersonId Into, Sex Sex, DateOnly BornOn) : PersonCommand;

internal sealed record MergePerson(PersonId Survivor, string Reason) : PersonCommand;

/// <summary>What is known of somebody who is not yet in the register under this id.</summary>
internal sealed record KnownPerson(Sex Sex, DateOnly BornOn, RegionCode HukouRegion, HukouType HukouType, RegionCode? ResidenceRegion);

/// <summary>The other half of a link or merger: told by the stream that goes to the one that stays.</summary>
internal sealed record AbsorbPerson(PersonId Merged, KnownPerson? Known) : PersonCommand;

/// <param name="Benefits">Benefits in payment that cover the person.</param>
/// <param name="Household">The household that the person belongs to.</param>
internal sealed record ErasePerson(string Reason, IReadOnlyList<CoveredBy> Benefits, BelongsTo? Household) : PersonCommand;

internal static partial class PersonDecisions
{
    private static Decision<PersonEvent> Die(Registered r, RecordDeath c, Act act) =>
        Unfounded(r.Person, c, act) is { } refusal ? refusal
        : [new DeathRecorded(c.DiedOn, c.Source, c.Declared, c.Evidence, c.Benefits, c.Household, act.Actor)];

    /// <summary>
    /// A second date: the better founded source wins (Court, Police and Health before Funeral before Village); the other
    /// claim stays on record as a conflict.
    /// </summary>
    private static Decision<PersonEvent> DieAgain(Deceased d, RecordDeath c, Act act) =>
        c.DiedOn == d.DiedOn ? []
        : d.Conflicts.Contains(new(c.DiedOn, c.Source)) ? []
        : Unfounded(d.Person, c, act) is { } refusal ? refusal
        : Weight(c.Source) <= Weight(d.Source) ? [new DeathConflictFound(c.DiedOn, c.Source, c.Evidence, act.Actor)]
        :
        [
            new DeathRecordRevoked(act.Today, $"{d.Source} {d.DiedOn:yyyy-MM-dd} → {c.Source} {c.DiedOn:yyyy-MM-dd}", d.Benefits, d.Household, act.Actor),
            new DeathRecorded(c.DiedOn, c.Source, c.Declared, c.Evidence, c.Benefits.Count > 0 ? c.Benefits : d.Benefits, c.Household ?? d.Household, act.Actor),
            new DeathConflictFound(d.DiedOn, d.Source, [], act.Actor),
        ];

    private static Decision<PersonEvent> Revive(Deceased d, RevokeDeath c, Act act) =>
        Checks.SameHand(act, "H1", [d.RecordedBy]) is { } sameHand ? sameHand
        : Checks.Stated(c.Reason, "reason") is { } refusal ? refusal
        : [new DeathRecordRevoked(act.Today, c.Reason, d.Benefits, d.Household, act.Actor)];

    private static Refusal? Unfounded(Person person, RecordDeath c, Act act) =>
        act.Roles.Count == 1 && act.Roles.Contains(Roles.VillageAssistant) && c.Source != DeathSource.Village
            ? Refusal.Rule("E_DEATH_SOURCE", "村(居)协理员只能登记村(居)来源的死亡信息。", "A village assistant records what the village knows.")
        : Checks.NotAfter(c.DiedOn, act, "diedOn")
        ?? (c.DiedOn < person.BornOn ? Refusal.Rule("E_DEATH_BEFORE_BIRTH", "死亡日期早于出生日期。", "The day of death lies before the day of birth.").With("diedOn", c.DiedOn) : null)
        ?? Checks.Hashed(c.Evidence, 1, "evidence");

    private static int Weight(DeathSource source) => source switch
    {
        DeathSource.Village => 1,
        DeathSource.Funeral => 2,
        _ => 3,
    };

    private static Decision<PersonEvent> Merge(PersonCase person, MergePerson c, Act act) =>
        c.Survivor == person.Person.Id ? Refusal.Rule("E_MERGE_SELF", "不能并入自身。", "A person cannot be merged into the same person.")
        : Checks.Stated(c.Reason, "reason") is { } refusal ? refusal
        : [new PersonsMerged(c.Survivor, c.Reason, act.Actor)];

    /// <summary>Erasure is refused while the details are needed for what is being paid.</summary>
    private static Decision<PersonEvent> Erase(ErasePerson c, Act act) =>
        c.Benefits.Count > 0 || c.Household is not null
            ? Refusal.NotNow("E_ERASE_IN_USE", "该人员仍在享受待遇或属于共同生活家庭,不能删除。", "The person is covered by a benefit or belongs to a household; the details are still needed.", "个人信息保护法 第47条")
                .With("entitlements", c.Benefits.Select(b => b.Entitlement).ToArray()).With("household", c.Household?.Household)
        : Checks.Stated(c.Reason, "reason") is { } refusal ? refusal
        : [new PersonErased(act.Today, c.Reason, act.Actor)];
}
