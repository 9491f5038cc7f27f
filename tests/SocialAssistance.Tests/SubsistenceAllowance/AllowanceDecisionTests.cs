using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Campaign;
using SocialAssistance.Entitlement;
using SocialAssistance.PublicityNotice;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.SubsistenceAllowance.Story;

namespace SocialAssistance.Tests.SubsistenceAllowance;

public sealed class AllowanceDecisionTests
{
    private static readonly Act Day = Approver.On("2026-11-02");

    [Fact]
    public void A_grant_freezes_how_its_amount_came_about()
    {
        var decided = Checked().When(AllowanceExamples.Confirm with { MonthlyAmount = new(1660.00m) }, Day).Twice();
        var fact = Assert.IsType<AllowanceConfirmed>(decided.Facts.Single());
        Assert.Equal((new YearMonth(2026, 12), new DateOnly(2027, 5, 2), new DateOnly(2026, 11, 5), Mother), (fact.EffectiveMonth, fact.FirstReviewDue, fact.NoticeDue, fact.Payee));
        Assert.Equal((new Money(820m), 266.666667m, 3, new Money(1660m)), (fact.Basis.Standard, fact.Basis.PerCapita, fact.Basis.Members, fact.Basis.Monthly));
        Assert.Contains("allowance-standard@341503#area=Urban from 2026-07-01", fact.Editions);
        Assert.DoesNotContain(fact.Editions, e => e.Contains("Rural", StringComparison.Ordinal));
        Assert.Contains("allowance-standard", decided.Policies!.Keys);
    }

    [Fact]
    public void A_grant_opens_the_entitlement_of_the_same_number_and_tells_the_campaign()
    {
        var found = Household with { Campaign = "TP-341503-2026-000001" };
        var told = Checked(found).When(AllowanceExamples.Confirm, Day).Consequences();
        Assert.Equal([("entitlement", "DB-341503-2026-000123"), ("campaign", "TP-341503-2026-000001")], told.Select(t => (t.Process, t.Id)));
        var grant = Assert.IsType<GrantEntitlement>(told[0].Command);
        Assert.Equal((new Money(1660m), new YearMonth(2026, 12), new CaseRef("subsistence-allowance", "DB-341503-2026-000123"), 13L), (grant.Basis.Monthly, grant.From, grant.Source, grant.SourceVersion));
        Assert.Equal(new NoteAddition("DB-341503-2026-000123", found.ResidenceRegion, Area.Urban, 3, new(1660m), new(2026, 11, 2)), told[1].Command);
        Assert.Single(Checked().When(AllowanceExamples.Confirm, Day).Consequences());
    }

    [Fact]
    public void A_grant_keeps_the_claims_of_persons_and_lets_the_household_go() =>
        Assert.Equal([Claims.OpenAllowanceCase], Checked().When(AllowanceExamples.Confirm, Day).Changes().OfType<Change.Release>().Select(r => r.Kind));

    [Fact]
    public void Golden_G3_income_equal_to_the_standard_is_not_eligible()
    {
        // 500 × 12 × 3 = 18,000
        var refusal = Established(book: Example, income: 18000m).When(AllowanceExamples.Opinion, Reviewer.On("2026-10-10")).Refused("E_NOT_ELIGIBLE");
        Assert.Equal([new FailedCondition("perCapita<standard", 500m, 500m)], (IEnumerable<FailedCondition>)refusal.Details["failed"]!);
        Assert.Equal((500m, 500m, true, 750m), ((decimal)refusal.Details["perCapita"]!, (decimal)refusal.Details["standard"]!, (bool)refusal.Details["marginalRoute"]!, (decimal)refusal.Details["marginalLimit"]!));
        Established(book: Example, income: 17999.99m).When(AllowanceExamples.Opinion, Reviewer.On("2026-10-10")).NothingRefused();
        Assert.False((bool)Established(book: Example, income: 27000m).When(AllowanceExamples.Opinion, Reviewer.On("2026-10-10")).Refused("E_NOT_ELIGIBLE").Details["marginalRoute"]!);
    }

    [Fact]
    public void The_amount_is_reckoned_again_under_the_standard_of_the_day_of_the_decision()
    {
        var june = New().Do(Apply(), Window.On("2026-05-20")).Do(AllowanceExamples.Accept, Window.On("2026-05-21")).Do(AllowanceExamples.Start, Township.On("2026-05-22"))
            .Do(AllowanceExamples.TownshipVisit, Township.On("2026-05-25")).Do(AllowanceExamples.AttachedReport, Township.On("2026-05-26"))
            .Do(AllowanceExamples.Income with { From = new(2025, 5), To = new(2026, 4) }, Township.On("2026-05-27")).Do(AllowanceExamples.Assets, Township.On("2026-05-27"))
            .Do(AllowanceExamples.Opinion, Reviewer.On("2026-05-28"));
        Assert.Equal(new Money(580m), june.Is<OpinionGiven>().File.Opinion!.Calculation!.Monthly); // 460 × 3 − 800
        var reported = june.Do(new OpenPublicity("GS-1", NoticeKind.Initial, new(2026, 5, 29), new(2026, 6, 5)), Township.On("2026-05-29"))
            .Do(new ClosePublicity("GS-1", NoticeKind.Initial, NoticeOutcome.NoObjection, new(2026, 6, 6)), Officer.System("2026-06-06"))
            .Do(AllowanceExamples.Report, Reviewer.On("2026-06-08")).Do(AllowanceExamples.Check, County.On("2026-06-10"));
        Money On(string day) => Assert.IsType<AllowanceConfirmed>(reported.When(AllowanceExamples.Confirm, Approver.On(day)).Facts.Single()).Basis.Monthly;
        Assert.Equal((new Money(580m), new Money(1660m)), (On("2026-06-30"), On("2026-07-01")));
        Assert.Equal(1660m, reported.When(AllowanceExamples.Confirm with { MonthlyAmount = new(580m) }, Approver.On("2026-07-01")).Refused("E_AMOUNT_MISMATCH").Details["computed"]);
    }

    [Theory]
    [InlineData("u-102")] // investigated
    [InlineData("u-103")]
    [InlineData("u-104")] // gave the opinion
    [InlineData("u-201")] // visited for the county
    public void Golden_G17_whoever_has_acted_in_another_step_does_not_confirm(string user) =>
        Assert.Equal("SOD-1", Checked().When(AllowanceExamples.Confirm, Approver.Named(user).On("2026-11-02")).Refused("E_SOD").Details["rule"]);

    [Fact]
    public void Golden_G18_a_relative_of_the_village_committee_is_visited_by_the_county()
    {
        var declared = Reported().Do(AllowanceExamples.Relative, Window.On("2026-10-20")).Do(AllowanceExamples.Check, County.On("2026-10-26"));
        declared.When(AllowanceExamples.Confirm, Day).Refused("E_MANDATORY_VISIT");
        var visited = declared.Do(AllowanceExamples.CountyVisit, County.On("2026-10-27"));
        visited.When(AllowanceExamples.Confirm, Day).Refused("E_SEPARATE_REGISTER");
        visited.Do(AllowanceExamples.Register, Window.On("2026-10-28")).When(AllowanceExamples.Confirm, Day).NothingRefused();
    }

    [Fact]
    public void A_complaint_forces_a_visit() =>
        Reported().Do(AllowanceExamples.Check, County.On("2026-10-26")).Do(new NoteComplaint("TS-1", "case"), Officer.System("2026-10-28")).When(AllowanceExamples.Confirm, Day).Refused("E_MANDATORY_VISIT");

    [Fact]
    public void The_county_checks_before_it_confirms()
    {
        Reported().When(AllowanceExamples.Confirm, Day).Refused("E_CHECK_MISSING");
        Reported().When(AllowanceExamples.Check, County.On("2026-10-26")).Twice();
        Reported().When(AllowanceExamples.Check, County.Named("u-104").On("2026-10-26")).Refused("E_SOD");
        Reported().Do(AllowanceExamples.Check with { Conforms = false }, County.On("2026-10-26")).When(AllowanceExamples.Confirm, Day).Refused("E_CHECK_FAILED");
        Reported().When(AllowanceExamples.Check with { Findings = "" }, County.On("2026-10-26")).Refused("E_REASON");
    }

    [Fact]
    public void The_county_confirms_and_no_township() => Checked().When(AllowanceExamples.Confirm, SecondReviewer.On("2026-11-02")).Refused("E_ROLE");

    [Fact]
    public void Neither_before_the_report_nor_in_publicity()
    {
        PublicityEnded().When(AllowanceExamples.Confirm, Day).Refused("E_NOT_REPORTED");
        InPublicity().When(AllowanceExamples.Confirm, Day).Refused("E_PUBLICITY_OPEN");
        Objected().When(AllowanceExamples.Confirm, Day).Refused("E_OBJECTION_PENDING");
        Accepted().When(AllowanceExamples.Confirm, Day).Refused("E_STATE");
    }

    [Fact]
    public void The_payee_is_a_member_and_the_decision_is_numbered()
    {
        Checked().When(AllowanceExamples.Confirm with { Payee = PersonId.Hydrate(new('a', 26)) }, Day).Refused("E_MEMBER_UNKNOWN");
        Checked().When(new ConfirmAllowance(default), Day).Refused("E_DOCUMENT_NUMBER");
        Checked().When(AllowanceExamples.Confirm with { CertificateNumber = new('1', 41) }, Day).Refused("E_CERTIFICATE");
        Checked().When(AllowanceExamples.Confirm with { Payee = Grandfather }, Day).NothingRefused();
    }

    [Fact]
    public void A_stale_report_supports_no_decision() => Checked().When(AllowanceExamples.Confirm, Approver.On("2027-01-08")).Refused("E_REPORT_STALE");

    [Fact]
    public void A_household_living_elsewhere_waits_for_the_answer_of_that_place()
    {
        var elsewhere = Household with { ResidenceRegion = RegionCode.Hydrate("341504101201") };
        Checked(elsewhere).When(AllowanceExamples.Confirm, Day).Refused("E_CO_INVESTIGATION");
        Checked(elsewhere).Do(AllowanceExamples.CoInvestigation, Township.On("2026-10-28")).When(AllowanceExamples.Confirm, Day).NothingRefused();
        Checked(elsewhere).Do(AllowanceExamples.CoInvestigation with { RepliedOn = new(2026, 5, 1) }, Township.On("2026-10-28")).When(AllowanceExamples.Confirm, Day).Refused("E_CO_INVESTIGATION");
        Checked(elsewhere).Do(AllowanceExamples.CoInvestigation with { ReceivesAidThere = true }, Township.On("2026-10-28")).When(AllowanceExamples.Confirm, Day).Refused("E_BENEFIT_CONFLICT");
    }

    [Fact]
    public void A_case_is_returned_twice_at_most_and_reported_again()
    {
        var once = Checked().Do(AllowanceExamples.Return, Day);
        once.Is<Returned>();
        var twice = once.Do(AllowanceExamples.Report, Reviewer.On("2026-11-03")).Do(AllowanceExamples.Return, Day);
        twice.Do(AllowanceExamples.Report, Reviewer.On("2026-11-05")).When(AllowanceExamples.Return, Day).Refused("E_RETURNS");
        once.Do(Income(9700m), Township.On("2026-11-03")).When(AllowanceExamples.Report, Reviewer.On("2026-11-03")).Refused("E_STATE");
        Checked().When(AllowanceExamples.Return with { Defects = [] }, Day).Refused("E_REASON");
        Checked().When(AllowanceExamples.Return with { DueOn = new(2026, 11, 1) }, Day).Refused("E_DATE_PAST");
    }

    [Fact]
    public void A_refusal_states_reasons_and_remedies_and_frees_the_members()
    {
        var decided = Checked().When(AllowanceExamples.Refuse, Day).Twice();
        Assert.Equal(new DateOnly(2026, 11, 5), Assert.IsType<AllowanceRefused>(decided.Facts.Single()).NoticeDue);
        Assert.Equal(4, decided.Changes().OfType<Change.Release>().Count());
        Assert.All(decided.Changes().OfType<Change.Release>(), r => Assert.Equal(new DateOnly(2026, 11, 1), r.LastDay));
        Checked().When(AllowanceExamples.Refuse with { Reasons = [] }, Day).Refused("E_REASON");
        Checked().When(AllowanceExamples.Refuse with { Remedies = "" }, Day).Refused("E_REASON");
        Checked().When(AllowanceExamples.Refuse, Approver.Named("u-104").On("2026-11-02")).Refused("E_SOD");
    }

    [Fact]
    public void The_amount_is_explained_by_facts_and_editions()
    {
        var explained = AllowanceProcess.Type.Explained(Confirmed().State, "amount")!;
        Assert.Equal(new Money(1660m), explained.Result);
        var inputs = explained.Inputs.ToDictionary(i => i.Name, StringComparer.Ordinal);
        Assert.Equal(("9600.00", "DB-341503-2026-000123", 6L), (inputs["countable income"].Value, inputs["countable income"].Id, inputs["countable income"].Version));
        Assert.Equal("allowance-standard@341503#area=Urban from 2026-07-01", inputs["standard"].Policy);
        Assert.Equal(13L, inputs["monthly amount"].Version);
        Assert.Null(AllowanceProcess.Type.Explained(Confirmed().State, "other"));
        Assert.Null(AllowanceProcess.Type.Explained(Accepted().State, "amount"));
    }

    [Fact]
    public void The_result_is_published_without_moving_the_case()
    {
        var open = new OpenPublicity("GS-9", NoticeKind.Result, new(2026, 11, 3), new(2026, 11, 10));
        Confirmed().When(open, Township.On("2026-11-03")).Twice().After.Is<Confirmed>();
        Confirmed().When(new ClosePublicity("GS-9", NoticeKind.Result, NoticeOutcome.NoObjection, new(2026, 11, 11)), Officer.System("2026-11-11")).NothingNew();
    }
}
