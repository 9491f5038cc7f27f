using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.PublicityNotice;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.SubsistenceAllowance.Story;

namespace SocialAssistance.Tests.SubsistenceAllowance;

public sealed class AllowanceOpinionTests
{
    private static readonly Act Day = Reviewer.On("2026-10-10");
    private static readonly GiveInitialOpinion Against = new(Grant: false, Category.C, [], ["家庭月人均收入不低于标准。"]);

    [Fact]
    public void The_server_reckons_the_suggested_amount()
    {
        var opinion = Assert.IsType<AllowanceOpinionGiven>(Established(book: Example).When(AllowanceExamples.Opinion with { SuggestedAmount = new(700.00m) }, Day).Twice("E_STATE").Facts.Single());
        Assert.Equal((new Money(500m), 266.666667m, new Money(700.00m)), (opinion.Calculation!.Standard, opinion.Calculation.PerCapita, opinion.Calculation.Monthly));
    }

    [Fact]
    public void Another_amount_than_the_reckoned_one_is_refused() =>
        Assert.Equal(700.00m, Established(book: Example).When(AllowanceExamples.Opinion with { SuggestedAmount = new(700.01m) }, Day).Refused("E_AMOUNT_MISMATCH").Details["computed"]);

    [Fact]
    public void Nobody_gives_an_opinion_on_an_investigation_of_his_own() =>
        Assert.Equal("SOD-1", Established().When(AllowanceExamples.Opinion, Reviewer.Named("u-103").On("2026-10-10")).Refused("E_SOD").Details["rule"]);

    [Fact]
    public void Visit_report_and_assessments_come_first()
    {
        var visited = Investigating().Do(AllowanceExamples.TownshipVisit, Township.On("2026-09-29"));
        Investigating().When(AllowanceExamples.Opinion, Day).Refused("E_VISIT_MISSING");
        visited.When(AllowanceExamples.Opinion, Day).Refused("E_REPORT_MISSING");
        visited.Do(AllowanceExamples.AttachedReport, Day).When(AllowanceExamples.Opinion, Day).Refused("E_ASSESSMENT_MISSING");
    }

    [Theory]
    [InlineData("2027-01-07", null)]
    [InlineData("2027-01-08", "E_REPORT_STALE")]
    public void A_report_supports_an_opinion_to_its_last_day(string on, string? refused) => Established().When(AllowanceExamples.Opinion, Reviewer.On(on)).Ends(refused);

    [Fact]
    public void A_refusal_to_cooperate_leads_only_to_refusal()
    {
        var refused = Investigating().Do(AllowanceExamples.NotCooperating, Township.On("2026-10-09"));
        refused.When(AllowanceExamples.Opinion, Day).Refused("E_NOT_COOPERATING");
        refused.When(Against, Day).Twice("E_STATE").After.Is<OpinionGiven>();
        refused.When(Against with { Reasons = [] }, Day).Refused("E_REASON");
        refused.Do(AllowanceExamples.TownshipVisit, Township.On("2026-10-10")).When(AllowanceExamples.Opinion, Day).Refused("E_REPORT_MISSING");
    }

    [Fact]
    public void What_the_report_says_must_carry_a_grant()
    {
        Scenario With(VerificationConclusion conclusion) => Established().Do(AllowanceExamples.AttachedReport with { Conclusion = conclusion }, Day);
        With(VerificationConclusion.Incomplete).When(AllowanceExamples.Opinion, Day).Refused("E_REPORT_INCOMPLETE");
        With(VerificationConclusion.Discrepant).When(AllowanceExamples.Opinion, Day).Refused("E_EXPLANATION");
        With(VerificationConclusion.Discrepant).When(AllowanceExamples.Opinion with { Reasons = ["差额为已过户车辆。"] }, Day).NothingRefused();
        var exceeds = With(VerificationConclusion.ExceedsLimit);
        exceeds.When(AllowanceExamples.Opinion, Day).Refused("E_REPORT_EXCEEDS");
        var disputed = exceeds.Do(AllowanceExamples.Notify, Township.On("2026-10-10")).Do(AllowanceExamples.Dispute, Window.On("2026-10-11"));
        disputed.When(AllowanceExamples.Opinion, Day).Refused("E_REEXAMINATION_PENDING");
        disputed.Do(AllowanceExamples.Reexamine, Township.On("2026-10-12")).When(AllowanceExamples.Opinion, Reviewer.On("2026-10-12")).NothingRefused();
        disputed.Do(AllowanceExamples.Reexamine with { Cleared = false }, Township.On("2026-10-12")).When(AllowanceExamples.Opinion, Reviewer.On("2026-10-12")).Refused("E_REPORT_EXCEEDS");
    }

    [Fact]
    public void Assets_above_a_limit_are_not_eligible()
    {
        var refusal = Established().Do(new AssessAssets([new(Mother, AssetKind.Vehicle, new(20000m))]), Township.On("2026-10-10")).When(AllowanceExamples.Opinion, Day).Refused("E_NOT_ELIGIBLE");
        Assert.Equal([new FailedCondition("asset:vehicles", 1, 0)], (IEnumerable<FailedCondition>)refusal.Details["failed"]!);
    }

    [Fact]
    public void Category_A_and_uplifts_fit_the_members()
    {
        var able = Household with { Members = [Household.Members[0] with { Labour = Labour.Full }, .. Household.Members.Skip(1)] };
        Established(able).When(AllowanceExamples.Opinion with { Category = Category.A }, Day).Refused("E_CATEGORY");
        Established().When(AllowanceExamples.Opinion with { Category = Category.A }, Day).NothingRefused();
        Established().When(AllowanceExamples.Opinion with { Uplifts = [new(Mother, UpliftCategory.SevereDisability)] }, Day).Refused("E_UPLIFT");
        Established().When(AllowanceExamples.Opinion with { Uplifts = [new(Grandfather, UpliftCategory.SevereDisability), new(Grandfather, UpliftCategory.SevereDisability)] }, Day).Refused("E_UPLIFT");
    }

    [Fact]
    public void An_uplift_of_a_fifth_of_the_standard_is_added()
    {
        // 820 × 3 − 800 = 1660; 20 % of 820 = 164.
        var opinion = Assert.IsType<AllowanceOpinionGiven>(Established().When(AllowanceExamples.Opinion with { Uplifts = [new(Grandfather, UpliftCategory.SevereDisability)] }, Day).Facts.Single());
        Assert.Equal((new Money(1660m), new Money(1824m)), (opinion.Calculation!.Base, opinion.Calculation.Monthly));
    }

    [Fact]
    public void The_notice_opens_moves_its_last_day_and_closes()
    {
        var open = new OpenPublicity("GS-1", NoticeKind.Initial, new(2026, 10, 12), new(2026, 10, 19));
        var opened = OpinionGiven().When(open, Township.On("2026-10-12")).Twice().After;
        opened.When(open with { LastDay = new(2026, 10, 25) }, County.On("2026-10-18")).Twice().After.When(Closed(), Officer.System("2026-10-25")).Refused("E_PUBLICITY_OPEN");
        opened.When(Closed(), Officer.System("2026-10-19")).Refused("E_PUBLICITY_OPEN");
        opened.When(Closed(), Officer.System("2026-10-20")).Twice().After.Is<PublicityEnded>();
        opened.When(open with { Notice = "GS-2", LastDay = new(2026, 10, 27) }, Township.On("2026-10-20")).NothingRefused();
    }

    [Fact]
    public void A_proposal_to_refuse_is_not_posted() =>
        Established().Do(Against, Day).When(new OpenPublicity("GS-1", NoticeKind.Initial, new(2026, 10, 12), new(2026, 10, 19)), Day).Refused("E_STATE");

    [Fact]
    public void A_case_is_reported_after_the_notice_and_with_its_files()
    {
        InPublicity().When(AllowanceExamples.Report, Reviewer.On("2026-10-19")).Refused("E_PUBLICITY_OPEN");
        PublicityEnded().When(new ReportToCounty([]), Reviewer.On("2026-10-20")).Refused("E_DOCUMENTS");
        var file = PublicityEnded().When(AllowanceExamples.Report, Reviewer.On("2026-10-20")).Twice().After.Is<ReportedToCounty>().File;
        Assert.Equal(new DateOnly(2026, 11, 3), file.Terms.Single(t => t.Clock == Clock.CountyReview).Due); // golden G1
        Established().Do(Against, Day).When(AllowanceExamples.Report, Day).NothingRefused();
        PublicityEnded(Delegated).When(AllowanceExamples.Report, Reviewer.On("2026-10-20")).Refused("E_PROFILE");
    }

    [Fact]
    public void An_upheld_objection_needs_a_new_finding_a_new_opinion_and_a_new_notice()
    {
        Objected().Is<ObjectionHandling>();
        Objected().When(AllowanceExamples.Report, Reviewer.On("2026-10-20")).Refused("E_OBJECTION_PENDING");
        Objected().When(AllowanceExamples.Opinion, Reviewer.On("2026-10-21")).Refused("E_OBJECTION_PENDING");
        var again = Objected().Do(AllowanceExamples.Review, Township.On("2026-10-22")).Do(AllowanceExamples.Opinion, Reviewer.On("2026-10-23"));
        again.When(AllowanceExamples.Report, Reviewer.On("2026-10-23")).Refused("E_STATE");
        again.Do(new OpenPublicity("GS-2", NoticeKind.Initial, new(2026, 10, 23), new(2026, 10, 30)), Day)
            .Do(new ClosePublicity("GS-2", NoticeKind.Initial, NoticeOutcome.NoObjection, new(2026, 10, 31)), Officer.System("2026-10-31"))
            .When(AllowanceExamples.Report, Reviewer.On("2026-11-02")).NothingRefused();
    }

    [Fact]
    public void The_same_assessment_after_an_objection_is_a_new_finding() =>
        Objected().When(Income(9600m), Township.On("2026-10-22")).After.When(AllowanceExamples.Opinion, Reviewer.On("2026-10-23")).NothingRefused();
}
