using Platform.Cases;
using SocialAssistance.PersonRegistry;

namespace SocialAssistance.HouseholdRegistry;

/// <summary>Who has belonged to which household, and still does.</summary>
[Row("household_members", nameof(Household), nameof(Person))]
internal sealed record HouseholdMemberRow(string Household, PersonId Person, Relation Relation, bool Active);

internal static class HouseholdViews
{
    /// <summary>A register is no worklist: a household is open only while it has no head. Whom it concerns stands in the rows below.</summary>
    public static CaseSummary Summary(HouseholdCase household) => new(
        Name(household), household.Household.ResidenceRegion, $"{household.Household.Members.Count} 人", household is LivingTogether { Household.HasHead: false });

    public static IEnumerable<Change> Changes(Recorded<HouseholdEvent> fact, HouseholdCase after) => fact.Fact switch
    {
        HouseholdFormed f => f.Members.SelectMany(m => In(fact.Id, m, f.Since)),
        HouseholdImported f => f.Members.SelectMany(m => In(fact.Id, m, f.Since)),
        MemberJoined f => In(fact.Id, f.Member, f.On),
        MemberRestored f => In(fact.Id, f.Member, f.On),
        MemberLeft f => Out(fact.Id, f.Member, f.On),
        HouseholdSplit f => f.Members.SelectMany(m => Out(fact.Id, m, f.On)),
        HouseholdDissolved f => after.Household.Members.SelectMany(m => Out(fact.Id, m, f.On)),
        HeadAppointed => after.Household.Members.Select(m => new Change.Put(new HouseholdMemberRow(fact.Id, m.Person, m.Relation, Active: true))),
        MembersRelativeDeclared f => [new Change.Put(new NearRelativeRow($"{Processes.Household}/{fact.Id}", f.Person, f.Official, f.Kinship))],
        _ => [],
    };

    private static IEnumerable<Change> In(string household, Member member, DateOnly from) =>
    [
        new Change.Put(new HouseholdMemberRow(household, member.Person, member.Relation, Active: true)),
        new Change.Reserve(Claims.ActiveHousehold, member.Person.ToString(), household, from,
            Refusal.Taken("E_PERSON_IN_HOUSEHOLD", "该人员已属于另一共同生活家庭。", "The person belongs to another household.", "民发〔2021〕57号 第7条").With("person", member.Person.ToString())),
    ];

    /// <summary>The claim ends on the day before: elsewhere the person may belong from this day on.</summary>
    private static IEnumerable<Change> Out(string household, Member member, DateOnly on) =>
    [
        new Change.Put(new HouseholdMemberRow(household, member.Person, member.Relation, Active: false)),
        new Change.Release(Claims.ActiveHousehold, member.Person.ToString(), household, on == DateOnly.MinValue ? on : on.AddDays(-1)),
    ];

    private static Text Name(HouseholdCase household) => household switch
    {
        LivingTogether => new("共同生活", "Living together"),
        Dissolved => new("已解散", "Dissolved"),
        _ => new("未登记", "Not registered"),
    };
}
