using Platform.Cases;
using Platform.Contracts.SocialAssistance;
using Platform.Tests.Support;
using SocialAssistance.HouseholdRegistry;
using SocialAssistance.PersonRegistry;

namespace SocialAssistance.Tests.HouseholdRegistry;

/// <summary>Who lives together, since when, and in which one household (domain section 1.8).</summary>
public sealed class HouseholdTests
{
    private const string Id = "HH-341503-2026-000001";
    private static readonly PersonId Head = PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob");
    private static readonly PersonId Spouse = PersonId.Hydrate("orsxg5dfojqxiy3imvzhizltoq");
    private static readonly PersonId Child = PersonId.Hydrate("nbswy3dpeb3w64tmmqqhi2djom");
    private static readonly RegionCode Village = RegionCode.Hydrate("341503101201");
    private static readonly DateOnly Since = new(2020, 1, 1);
    private static readonly DateOnly Day = new(2026, 3, 1);
    private static readonly IReadOnlyList<Member> Family = [new(Head, Relation.Head), new(Child, Relation.Child)];
    private static readonly FormHousehold Form = new(Family, Village, Village, Since);
    private static readonly HouseholdFormed Formed = new(Family, Village, Village, Since, "u-1");
    private static readonly Act Officer = Platform.Tests.Support.Officer.With(Roles.CountyOfficer).Named("u-1").On("2026-03-10");

    private static Scenario None => Scenario.Of(HouseholdProcess.Type, PolicyFiles.Shipped, Id);

    private static Scenario Home => None.Given(Formed);

    [Fact]
    public void A_household_is_formed_and_told()
    {
        var formed = None.When(Form, Officer).Then(Formed).Twice();
        Assert.Equal(2, formed.Changes().OfType<Change.Reserve>().Count(r => r.Kind == Claims.ActiveHousehold && r.Holder == Id && r.From == Since));
        var told = Assert.IsType<HouseholdRegistered>(Assert.Single(formed.Told()));
        Assert.Equal((Id, "341503101201", Since), (told.Household, told.Region, told.Since));
        Assert.Equal([$"{Head}", $"{Child}"], told.Members);
        formed.When(Form with { Members = [new(Head, Relation.Head)] }, Officer).Refused("E_HOUSEHOLD_EXISTS");
    }

    [Fact]
    public void A_household_is_taken_from_a_register_once()
    {
        var import = new ImportHousehold(Family, Village, Village, Since, "DR-341503-2026-000001", 2, new('a', 64));
        var imported = None.When(import, Officer).Then(new HouseholdImported(Family, Village, Village, Since, "DR-341503-2026-000001", 2, new('a', 64))).Twice();
        Assert.IsType<HouseholdRegistered>(Assert.Single(imported.Told()));
        imported.When(import with { Members = [new(Head, Relation.Head)] }, Officer).Refused("E_HOUSEHOLD_EXISTS");
    }

    [Fact]
    public void A_household_has_members_and_exactly_one_head()
    {
        None.When(Form with { Members = [] }, Officer).Refused("E_MEMBER_INCOMPLETE");
        None.When(Form with { Members = [new(Head, Relation.Spouse)] }, Officer).Refused("E_MEMBER_INCOMPLETE");
        None.When(Form with { Members = [new(Head, Relation.Head), new(Child, Relation.Head)] }, Officer).Refused("E_MEMBER_INCOMPLETE");
        None.When(Form with { Members = [new(Head, Relation.Head), new(Head, Relation.Child)] }, Officer).Refused("E_MEMBER_TWICE");
        None.When(Form with { Since = new(2026, 3, 11) }, Officer).Refused("E_DATE_FUTURE");
        Member[] many = [new(Head, Relation.Head), .. Enumerable.Range(0, 30).Select(i => new Member(PersonId.Hydrate($"{i:00}"), Relation.Other))];
        None.When(Form with { Members = many }, Officer).Refused("E_MEMBERS_MANY");
        Assert.Null(None.When(Form with { Members = [.. many.Take(30)] }, Officer).Refusal);
    }

    [Fact]
    public void A_member_joins_and_leaves_and_is_free_from_that_day_on()
    {
        var joined = Home.When(new JoinMember(new(Spouse, Relation.Spouse), Day, JoinReason.Marriage), Officer).Then(new MemberJoined(new(Spouse, Relation.Spouse), Day, JoinReason.Marriage)).Twice();
        Assert.Contains(joined.Changes(), c => c is Change.Reserve { Kind: Claims.ActiveHousehold } r && r.Key == $"{Spouse}" && r.From == Day);
        joined.When(new JoinMember(new(Spouse, Relation.Parent), Day, JoinReason.Other), Officer).Refused("E_MEMBER_RELATION");
        Home.When(new JoinMember(new(Spouse, Relation.Head), Day, JoinReason.Marriage), Officer).Refused("E_HEAD");
        Home.When(new JoinMember(new(Spouse, Relation.Spouse), new(2019, 12, 31), JoinReason.Marriage), Officer).Refused("E_DATE_ORDER");
        Home.When(new JoinMember(new(Spouse, Relation.Spouse), new(2026, 3, 11), JoinReason.Marriage), Officer).Refused("E_DATE_FUTURE");

        var left = Home.When(new LeaveMember(Child, Day, LeaveReason.Marriage), Officer).Then(new MemberLeft(new(Child, Relation.Child), Day, LeaveReason.Marriage)).Twice();
        Assert.Equal(
            [new Change.Put(new HouseholdMemberRow(Id, Child, Relation.Child, Active: false)), new Change.Release(Claims.ActiveHousehold, $"{Child}", Id, new(2026, 2, 28))], left.Changes());
        Home.When(new LeaveMember(Child, new(2026, 3, 11), LeaveReason.Marriage), Officer).Refused("E_DATE_FUTURE");
        Home.When(new LeaveMember(Child, new(2019, 12, 31), LeaveReason.Marriage), Officer).Refused("E_DATE_ORDER");
        left.When(new LeaveMember(Head, Day, LeaveReason.Other), Officer).Then(new MemberLeft(new(Head, Relation.Head), Day, LeaveReason.Other), new HouseholdDissolved(Day, "Other"));
    }

    [Fact]
    public void A_head_who_leaves_is_followed_by_another()
    {
        var headless = Home.When(new LeaveMember(Head, Day, LeaveReason.Divorce), Officer);
        Assert.True(HouseholdProcess.Type.Summarise(headless.State).Open);
        var again = headless.When(new AppointHead(Child, Day), Officer).Then(new HeadAppointed(Child, Day)).Twice();
        Assert.False(HouseholdProcess.Type.Summarise(again.State).Open);
        Home.When(new AppointHead(Spouse, Day), Officer).Refused("E_NOT_MEMBER");
        Assert.Equal(Relation.Other, ((LivingTogether)Home.When(new AppointHead(Child, Day), Officer).State).Household.Find(Head)!.Relation);
        Home.When(new AppointHead(Child, new(2026, 3, 11)), Officer).Refused("E_DATE_FUTURE");
    }

    [Fact]
    public void A_household_moves_splits_and_dissolves()
    {
        var town = RegionCode.Hydrate("341503102201");
        Home.When(new MoveHousehold(Village, town, Day), Officer).Then(new HouseholdMoved(Village, town, Day)).Twice();
        Home.When(new MoveHousehold(Village, town, new(2026, 3, 11)), Officer).Refused("E_DATE_FUTURE");

        var split = Home.When(new SplitHousehold([new(Child, Relation.Head)], Day), Officer).Then(new HouseholdSplit($"{Id}-1", [new(Child, Relation.Head)], Day));
        var form = Assert.IsType<FormHousehold>(Assert.Single(split.Consequences()).Command);
        Assert.Equal((Day, Village), (form.Since, form.ResidenceRegion));
        split.When(new SplitHousehold([new(Child, Relation.Head)], Day), Officer).Refused("E_NOT_MEMBER");
        Home.When(new SplitHousehold([new(Head, Relation.Head), new(Child, Relation.Child)], Day), Officer).Refused("E_SPLIT_ALL");
        Home.When(new SplitHousehold([], Day), Officer).Refused("E_MEMBER_INCOMPLETE");

        var dissolved = Home.When(new DissolveHousehold(Day, "迁出"), Officer).Then(new HouseholdDissolved(Day, "迁出")).Twice();
        Assert.Equal(2, dissolved.Changes().OfType<Change.Release>().Count());
        dissolved.When(new JoinMember(new(Spouse, Relation.Spouse), Day, JoinReason.Marriage), Officer).Refused("E_STATE");
        dissolved.When(new RestoreMember(Child), Officer).NothingNew();
        Home.When(new DissolveHousehold(Day, ""), Officer).Refused("E_REASON");
    }

    [Fact]
    public void The_dead_leave_and_come_back_when_they_are_not_dead()
    {
        var died = Home.When(new NoteDeathInHousehold(Child, Day), Officer).Then(new MemberLeft(new(Child, Relation.Child), Day, LeaveReason.Death)).Twice();
        died.When(new RestoreMember(Child), Officer).Then(new MemberRestored(new(Child, Relation.Child), new(2026, 3, 10))).Twice();
        Home.When(new RestoreMember(Child), Officer).NothingNew();
        Home.When(new NoteDeathInHousehold(Spouse, Day), Officer).NothingNew();

        var alone = None.Given(Formed with { Members = [new(Head, Relation.Head)] }).When(new NoteDeathInHousehold(Head, Day), Officer);
        Assert.IsType<Dissolved>(alone.State);
        alone.When(new NoteDeathInHousehold(Head, Day), Officer).NothingNew();
        Assert.IsType<LivingTogether>(alone.When(new RestoreMember(Head), Officer).State);

        var followed = Home.When(new NoteDeathInHousehold(Head, Day), Officer).When(new AppointHead(Child, Day), Officer);
        followed.When(new RestoreMember(Head), Officer).Then(new MemberRestored(new(Head, Relation.Other), new(2026, 3, 10)));
    }

    [Fact]
    public void A_members_near_relative_may_not_act()
    {
        var declared = Home.When(new DeclareMembersRelative(Child, "u-1", Kinship.Parent), Officer).Then(new MembersRelativeDeclared(Child, "u-1", Kinship.Parent, "u-1")).Twice();
        Assert.Equal([new Change.Put(new NearRelativeRow($"household/{Id}", Child, "u-1", Kinship.Parent))], declared.Changes());
        Assert.Equal("SOD-2", declared.When(new DissolveHousehold(Day, "迁出"), Officer).Refused("E_SOD").Details["rule"]);
        Assert.Null(declared.When(new NoteDeathInHousehold(Child, Day), Officer).Refusal);
        Home.When(new DeclareMembersRelative(Spouse, "u-1", Kinship.Parent), Officer).Refused("E_NOT_MEMBER");
        Home.When(new DeclareMembersRelative(Child, "", Kinship.Parent), Officer).Refused("E_REASON");
    }

    [Fact]
    public void Every_command_is_decided_in_every_state() => Totality.Holds(HouseholdProcess.Type, PolicyFiles.Shipped,
        [HouseholdExamples.Form, HouseholdExamples.Join, HouseholdExamples.Leave, HouseholdExamples.Appoint, HouseholdExamples.Move, HouseholdExamples.Split, HouseholdExamples.Dissolve, HouseholdExamples.Declare],
        [Formed, new MemberLeft(new(Head, Relation.Head), Day, LeaveReason.Death), new HouseholdDissolved(Day, "x")]);
}
