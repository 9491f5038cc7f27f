using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.SubsistenceAllowance.Story;

namespace SocialAssistance.Tests.SubsistenceAllowance;

public sealed class AllowanceApplicationTests
{
    private static readonly Act Day = Window.On("2026-09-21");

    [Fact]
    public void A_whole_household_applies_and_the_case_knows_its_number() =>
        New().When(Apply(), Day).Then(new AllowanceApplicationSubmitted("DB-341503-2026-000123", Household, new(2026, 9, 21), "u-101")).Twice("E_STATE");

    [Fact]
    public void Submission_claims_the_household_and_acceptance_a_basic_benefit_for_every_member()
    {
        var household = Assert.Single(New().When(Apply(), Day).Changes().OfType<Change.Reserve>());
        Assert.Equal((Claims.OpenAllowanceCase, Household.Household, "E_HOUSEHOLD_ACTIVE_CASE"), (household.Kind, household.Key, household.Taken.Code));
        var members = Submitted().When(AllowanceExamples.Accept, Window.On("2026-09-22")).Changes().OfType<Change.Reserve>().ToList();
        Assert.Equal([$"{Mother}", $"{Son}", $"{Grandfather}"], members.Select(c => c.Key));
        Assert.All(members, c => Assert.Equal(
            (Claims.BasicBenefit, "DB-341503-2026-000123", new DateOnly(2026, 9, 22), "E_BENEFIT_CONFLICT"), (c.Kind, c.Holder, c.From, c.Taken.Code)));
    }

    [Fact]
    public void A_member_of_the_register_may_not_be_left_out()
    {
        var refusal = New().When(Apply() with { Application = Household with { Members = [.. Household.Members.Take(2)] } }, Day).Refused("E_MEMBER_INCOMPLETE");
        Assert.Equal([$"{Grandfather}"], (IEnumerable<string>)refusal.Details["omitted"]!);
    }

    [Fact]
    public void A_person_outside_the_register_may_not_be_added() =>
        New().When(Apply() with { RegisteredMembers = [Mother, Son] }, Day).Refused("E_MEMBER_INCOMPLETE");

    [Fact]
    public void A_household_that_is_not_registered_cannot_apply() => New().When(Apply() with { RegisteredMembers = [] }, Day).Refused("E_MEMBER_INCOMPLETE");

    [Fact]
    public void A_household_has_members() => New().When(Apply(Household with { Members = [] }), Day).Refused("E_MEMBER_INCOMPLETE");

    [Fact]
    public void Nobody_is_named_twice() => New().When(Apply(Household with { Members = [.. Household.Members, Household.Members[0]] }), Day).Refused("E_MEMBER_INCOMPLETE");

    [Fact]
    public void The_applicant_is_a_member() =>
        New().When(Apply(Household with { Applicant = PersonId.Hydrate(new('a', 26)) }), Day).Refused("E_MEMBER_INCOMPLETE");

    [Fact]
    public void Any_member_may_apply_since_2021() => New().When(Apply(Household with { Applicant = Grandfather }), Day).NothingRefused();

    [Fact]
    public void Before_2021_the_head_applies() => New().When(Apply(Household with { Applicant = Grandfather }), Window.On("2014-05-04")).Refused("E_APPLICANT");

    [Fact]
    public void Minors_alone_need_a_guardian()
    {
        var child = Household with { Applicant = Son, Members = [Household.Members[1]], Authorisations = [], DeclaredIncome = [], DeclaredAssets = [] };
        New().When(Apply(child), Day).Refused("E_MEMBER_INCOMPLETE");
        New().When(Apply(child with { Agent = new(null, "村民委员会", Household.Commitment) }), Day).NothingRefused();
    }

    [Fact]
    public void Every_adult_authorises()
    {
        var refusal = New().When(Apply(Household with { Authorisations = [Household.Authorisations[0]] }), Day).Refused("E_AUTH_MISSING");
        Assert.Equal([$"{Grandfather}"], (IEnumerable<string>)refusal.Details["missing"]!);
    }

    [Fact]
    public void The_commitment_carries_its_hash() => New().When(Apply(Household with { Commitment = new("commitment", "f", "no hash") }), Day).Refused("E_DOCUMENTS");

    [Theory]
    [InlineData(999_999.99, null)]
    [InlineData(1_000_000.00, "E_AMOUNT_RANGE")]
    public void Declared_amounts_stay_below_a_million(double yuan, string? refused) =>
        New().When(Apply(Household with { DeclaredAssets = [new(Mother, AssetKind.Housing, new((decimal)yuan))] }), Day).Ends(refused);

    [Fact]
    public void Declared_income_belongs_to_a_member() =>
        New().When(Apply(Household with { DeclaredIncome = [new(PersonId.Hydrate(new('b', 26)), IncomeKind.Wage, new(1m), 12)] }), Day).Refused("E_DECLARATION");

    [Fact]
    public void No_income_with_two_able_members_is_explained()
    {
        var idle = Household with { DeclaredIncome = [], Members = [.. Household.Members.Select(m => m with { Adult = true, Labour = Labour.Full, Studying = false })], Authorisations = [.. Household.Members.Select(m => new Authorisation(m.Person, Household.Commitment))] };
        New().When(Apply(idle), Day).Refused("E_EXPLANATION");
        New().When(Apply(idle with { Explanation = "长期照料卧床老人。" }), Day).NothingRefused();
    }

    [Fact]
    public void Registration_is_known_to_the_township_and_residence_to_the_village()
    {
        New().When(Apply(Household with { HukouRegion = RegionCode.Hydrate("341503000000") }), Day).Refused("E_REGION_LEVEL");
        New().When(Apply(Household with { ResidenceRegion = RegionCode.Hydrate("341503101000") }), Day).Refused("E_REGION_LEVEL");
    }

    [Fact]
    public void A_supplement_is_asked_for_once_only() => Submitted().When(AllowanceExamples.Supplement, Day).Twice("E_SECOND_SUPPLEMENT");

    [Fact]
    public void A_supplement_names_what_is_missing_and_a_day_to_come()
    {
        Submitted().When(AllowanceExamples.Supplement with { Missing = [] }, Day).Refused("E_SUPPLEMENT");
        Submitted().When(AllowanceExamples.Supplement with { DueOn = new(2026, 9, 20) }, Day).Refused("E_DATE_PAST");
    }

    [Fact]
    public void After_a_supplement_the_papers_come_with_the_acceptance()
    {
        var awaited = Submitted().Do(AllowanceExamples.Supplement, Day);
        awaited.When(new AcceptApplication([]), Window.On("2026-09-24")).Refused("E_DOCUMENTS");
        awaited.When(new AcceptApplication([Household.Commitment]), Window.On("2026-09-24")).Twice().After.Is<Accepted>();
    }

    [Fact]
    public void Golden_G1_terms_of_the_2021_profile()
    {
        var file = Accepted().Is<Accepted>().File;
        Assert.Equal("2021", file.Procedure.Profile);
        Assert.Equal([(Clock.Investigation, new DateOnly(2026, 9, 28)), (Clock.Total, new DateOnly(2026, 11, 10))], file.Terms.Select(t => (t.Clock, t.Due)));
        Assert.Equal(new DateOnly(2026, 11, 10), file.DueOn);
    }

    [Fact]
    public void Golden_G2_terms_of_the_2012_profile()
    {
        var file = New().Do(Apply(), Window.On("2014-05-04")).Do(AllowanceExamples.Accept, Window.On("2014-05-05")).Is<Accepted>().File;
        Assert.Equal("2012", file.Procedure.Profile);
        Assert.Equal([(Clock.Investigation, new DateOnly(2014, 5, 19)), (Clock.DemocraticReview, new DateOnly(2014, 5, 26))], file.Terms.Select(t => (t.Clock, t.Due)));
        Assert.Null(file.DueOn);
    }

    [Fact]
    public void The_delegated_profile_has_twenty_working_days()
    {
        var file = Accepted(Delegated).Is<Accepted>().File;
        Assert.Equal(("2022-delegated", new DateOnly(2026, 10, 27)), (file.Procedure.Profile, file.DueOn));
    }

    [Theory]
    [InlineData("2021-06-30", "2012")]
    [InlineData("2021-07-01", "2021")]
    public void The_profile_goes_by_the_day_of_acceptance(string on, string profile) =>
        Assert.Equal(profile, New().Do(Apply(), Window.On("2021-06-30")).Do(AllowanceExamples.Accept, Window.On(on)).Is<Accepted>().File.Procedure.Profile);

    [Fact]
    public void A_year_without_a_holiday_schedule_refuses_acceptance() =>
        New().Do(Apply(), Window.On("2031-03-02")).When(AllowanceExamples.Accept, Window.On("2031-03-03")).Refused("E_CALENDAR_MISSING");

    [Fact]
    public void A_region_without_a_standard_refuses() =>
        New().When(Apply(Household with { HukouRegion = RegionCode.Hydrate("110101001001") }), Day).Refused("E_PARAM_MISSING");

    [Fact]
    public void Accepting_sets_the_reminders()
    {
        var due = Submitted().When(AllowanceExamples.Accept, Window.On("2026-09-22")).Changes().OfType<Change.Due>().ToDictionary(d => d.Kind, d => d.On, StringComparer.Ordinal);
        Assert.Equal(new DateOnly(2026, 9, 24), due["investigation-warned"]);
        Assert.Equal(new DateOnly(2026, 9, 29), due["investigation-missed"]);
        Assert.Equal(new DateOnly(2026, 11, 2), due["whole-term-warned"]);
        Assert.Equal(new DateOnly(2026, 11, 11), due["whole-term-missed"]);
    }

    [Fact]
    public void A_near_relative_is_declared_once_and_makes_the_county_visit()
    {
        var declared = Accepted().When(AllowanceExamples.Relative, Window.On("2026-09-22")).Twice();
        Assert.True(declared.After.Is<Accepted>().File.CountyVisitMandatory);
        Assert.Single(declared.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<RelativeRow>());
    }

    [Fact]
    public void Only_members_have_relatives_and_only_near_ones_count()
    {
        Accepted().When(AllowanceExamples.Relative with { Member = PersonId.Hydrate(new('a', 26)) }, Day).Refused("E_MEMBER_UNKNOWN");
        Accepted().When(AllowanceExamples.Relative with { Relation = Relation.Other }, Day).Refused("E_RELATION");
    }

    [Fact]
    public void A_case_is_separately_registered_once()
    {
        Accepted().When(AllowanceExamples.Register, Day).Twice().When(new RegisterSeparately("另一号"), Day).Refused("E_REGISTERED");
        Accepted().When(new RegisterSeparately(" "), Day).Refused("E_REASON");
    }
}
