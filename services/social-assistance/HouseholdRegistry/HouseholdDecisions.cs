using Platform.Cases;
using SocialAssistance.PersonRegistry;

namespace SocialAssistance.HouseholdRegistry;

internal abstract record HouseholdCommand;

internal sealed record FormHousehold(IReadOnlyList<Member> Members, RegionCode HukouRegion, RegionCode ResidenceRegion, DateOnly Since) : HouseholdCommand;

/// <param name="RowHash">SHA-256 of the register rows this was taken from: imported, not witnessed.</param>
internal sealed record ImportHousehold(IReadOnlyList<Member> Members, RegionCode HukouRegion, RegionCode ResidenceRegion, DateOnly Since, string Import, int Row, string RowHash) : HouseholdCommand;

internal sealed record JoinMember(Member Member, DateOnly On, JoinReason Reason) : HouseholdCommand;

internal sealed record LeaveMember(PersonId Person, DateOnly On, LeaveReason Reason) : HouseholdCommand;

internal sealed record AppointHead(PersonId Person, DateOnly On) : HouseholdCommand;

internal sealed record MoveHousehold(RegionCode HukouRegion, RegionCode ResidenceRegion, DateOnly From) : HouseholdCommand;

/// <param name="Members">Who leaves, with their relation to the head of the new household.</param>
internal sealed record SplitHousehold(IReadOnlyList<Member> Members, DateOnly On) : HouseholdCommand;

internal sealed record DissolveHousehold(DateOnly On, string Reason) : HouseholdCommand;

internal sealed record DeclareMembersRelative(PersonId Person, string Official, Kinship Kinship) : HouseholdCommand;

internal sealed record NoteDeathInHousehold(PersonId Person, DateOnly DiedOn) : HouseholdCommand;

/// <summary>The record of a member's death has been revoked.</summary>
internal sealed record RestoreMember(PersonId Person) : HouseholdCommand;

/// <summary>The law of the register of households (domain section 1.8).</summary>
internal static class HouseholdDecisions
{
    private const string Basis = "民发〔2021〕57号 第7条";

    public static Decision<HouseholdEvent> Decide(HouseholdCase household, HouseholdCommand command, HouseholdPolicy policy, Act act) => (household, command) switch
    {
        (LivingTogether l, not (DeclareMembersRelative or NoteDeathInHousehold or RestoreMember)) when l.Household.Relatives.Exists(r => r.Official == act.Actor) => PersonDecisions.NearRelative,
        (NoHousehold, FormHousehold c) => (Incomplete(c.Members, policy) ?? Checks.NotAfter(c.Since, act, "since")) is { } refusal ? refusal : [new HouseholdFormed(c.Members, c.HukouRegion, c.ResidenceRegion, c.Since, act.Actor)],
        (NoHousehold, ImportHousehold c) => (Incomplete(c.Members, policy) ?? Checks.NotAfter(c.Since, act, "since")) is { } refusal ? refusal : [new HouseholdImported(c.Members, c.HukouRegion, c.ResidenceRegion, c.Since, c.Import, c.Row, c.RowHash)],
        (LivingTogether l, FormHousehold c) when l.Household.Members.SequenceEqual(c.Members) => [],
        (LivingTogether l, ImportHousehold c) when l.Household.Members.SequenceEqual(c.Members) => [],
        (not NoHousehold, FormHousehold or ImportHousehold) => Refusal.NotNow("E_HOUSEHOLD_EXISTS", "该家庭编号已登记。", "A household of this number is registered."),
        (LivingTogether l, JoinMember c) => Join(l, c, policy, act),
        (LivingTogether l, LeaveMember c) => Leave(l, c, act),
        (LivingTogether l, AppointHead c) => Appoint(l, c, act),
        (LivingTogether l, MoveHousehold c) => l.Household.HukouRegion == c.HukouRegion && l.Household.ResidenceRegion == c.ResidenceRegion ? [] : Checks.NotAfter(c.From, act, "from") is { } refusal ? refusal : [new HouseholdMoved(c.HukouRegion, c.ResidenceRegion, c.From)],
        (LivingTogether l, SplitHousehold c) => Split(l, c, policy, act),
        (LivingTogether l, DissolveHousehold c) => (Checks.NotAfter(c.On, act, "on") ?? Early(l, c.On) ?? Checks.Stated(c.Reason, "reason")) is { } refusal ? refusal : [new HouseholdDissolved(c.On, c.Reason)],
        (Dissolved, DissolveHousehold) => [],
        (LivingTogether l, DeclareMembersRelative c) => Declare(l, c, act),
        (LivingTogether l, NoteDeathInHousehold c) => l.Household.Find(c.Person) is not { } member ? [] : Left(l, member, c.DiedOn, LeaveReason.Death),
        (Dissolved, NoteDeathInHousehold) => [],
        (Dissolved { Household.Members.IsEmpty: false }, RestoreMember) => [],
        (LivingTogether or Dissolved, RestoreMember c) => Restore(household, c, act),
        _ => Refusal.NotNow(),
    };

    private static Decision<HouseholdEvent> Join(LivingTogether l, JoinMember c, HouseholdPolicy policy, Act act) =>
        l.Household.Find(c.Member.Person) is { } there ? (there == c.Member ? [] : Refusal.NotNow("E_MEMBER_RELATION", "该成员已在本家庭,关系不同。", "The person is a member already, in another relation."))
        : c.Member.Relation == Relation.Head && l.Household.HasHead ? Refusal.Rule("E_HEAD", "家庭只能有一名户主。", "A household has one head.", Basis)
        : l.Household.Members.Count >= policy.MostMembers ? TooMany(policy)
        : (Checks.NotAfter(c.On, act, "on") ?? Early(l, c.On)) is { } refusal ? refusal
        : [new MemberJoined(c.Member, c.On, c.Reason)];

    private static Decision<HouseholdEvent> Leave(LivingTogether l, LeaveMember c, Act act) =>
        l.Household.Find(c.Person) is not { } member ? []
        : (Checks.NotAfter(c.On, act, "on") ?? Early(l, c.On)) is { } refusal ? refusal
        : Left(l, member, c.On, c.Reason);

    /// <summary>A household without members is none.</summary>
    private static Decision<HouseholdEvent> Left(LivingTogether l, Member member, DateOnly on, LeaveReason reason) =>
        l.Household.Members.Count == 1
            ? [new MemberLeft(member, on, reason), new HouseholdDissolved(on, $"{reason}")]
            : [new MemberLeft(member, on, reason)];

    private static Decision<HouseholdEvent> Appoint(LivingTogether l, AppointHead c, Act act) =>
        l.Household.Find(c.Person) is not { } member ? NotMember
        : member.Relation == Relation.Head ? []
        : (Checks.NotAfter(c.On, act, "on") ?? Early(l, c.On)) is { } refusal ? refusal
        : [new HeadAppointed(c.Person, c.On)];

    private static Decision<HouseholdEvent> Split(LivingTogether l, SplitHousehold c, HouseholdPolicy policy, Act act) =>
        Incomplete(c.Members, policy) is { } incomplete ? incomplete
        : c.Members.Any(m => l.Household.Find(m.Person) is null) ? NotMember
        : c.Members.Count == l.Household.Members.Count ? Refusal.Rule("E_SPLIT_ALL", "至少须有一人留在原家庭。", "Somebody must stay.", Basis)
        : (Checks.NotAfter(c.On, act, "on") ?? Early(l, c.On)) is { } refusal ? refusal
        : [new HouseholdSplit($"{act.Case}-{l.Household.Splits + 1}", c.Members, c.On)];

    private static Decision<HouseholdEvent> Declare(LivingTogether l, DeclareMembersRelative c, Act act) =>
        l.Household.Find(c.Person) is null ? NotMember
        : l.Household.Relatives.Contains(new(c.Person, c.Official, c.Kinship)) ? []
        : Checks.Stated(c.Official, "official") is { } refusal ? refusal
        : [new MembersRelativeDeclared(c.Person, c.Official, c.Kinship, act.Actor)];

    private static Decision<HouseholdEvent> Restore(HouseholdCase household, RestoreMember c, Act act) =>
        household.Household.Died.Find(m => m.Person == c.Person) is not { } member ? []
        // Somebody else may be head by now.
        : [new MemberRestored(member.Relation == Relation.Head && household.Household.HasHead ? member with { Relation = Relation.Other } : member, act.Today)];

    private static Refusal? Incomplete(IReadOnlyList<Member> members, HouseholdPolicy policy) =>
        members.Count == 0 ? Refusal.Rule("E_MEMBER_INCOMPLETE", "至少须有一名成员。", "A household has at least one member.", Basis)
        : members.Count > policy.MostMembers ? TooMany(policy)
        : members.Count(m => m.Relation == Relation.Head) != 1 ? Refusal.Rule("E_MEMBER_INCOMPLETE", "须有且只有一名户主。", "A household has exactly one head.", Basis).With("field", "relation")
        : members.Select(m => m.Person).Distinct().Count() < members.Count ? Refusal.Rule("E_MEMBER_TWICE", "同一人员重复列入。", "A person is listed twice.")
        : null;

    private static Refusal TooMany(HouseholdPolicy policy) =>
        Refusal.Rule("E_MEMBERS_MANY", $"家庭成员超过{policy.MostMembers}人,请核实。", $"More than {policy.MostMembers} members; check the list.").With("most", policy.MostMembers);

    private static Refusal? Early(LivingTogether l, DateOnly day) =>
        day < l.Household.Since ? Refusal.Rule("E_DATE_ORDER", "日期早于家庭共同生活之日。", "The day lies before the household's first day.").With("since", l.Household.Since) : null;

    private static readonly Refusal NotMember = Refusal.Rule("E_NOT_MEMBER", "该人员不是本家庭成员。", "The person is not a member.");
}
