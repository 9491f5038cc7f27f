using Platform.Cases;
using Platform.Contracts.SocialAssistance;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using static SocialAssistance.Tests.Entitlement.Entitled;

namespace SocialAssistance.Tests.Entitlement;

public sealed class StopTests
{
    private static readonly Act Today = Approver.On("2026-11-10");

    [Fact]
    public void A_stop_ends_with_the_month_of_the_decision_and_frees_everybody_then()
    {
        var stopped = FromAugust().When(Stop(StopReason.ReviewCampaign) with { Campaign = "HD-1" }, Today).Twice();
        stopped.After.Is<Stopped>();
        Assert.Equal([Yuan(1660), Yuan(0)], [stopped.After.Due(11), stopped.After.Due(12)]);
        var row = Assert.Single(Ledger(stopped));
        Assert.Equal(("Cancelled", Month(12), new DateOnly(2026, 11, 10), -1, -3, -Yuan(1660), "ReviewCampaign", "HD-1"),
            (row.Kind, row.EffectiveMonth, row.OccurredOn, row.Households, row.Persons, row.Amount, row.Cause, row.Campaign));
        Assert.All(stopped.Changes().OfType<Change.Release>(), r => Assert.Equal(new DateOnly(2026, 11, 30), r.LastDay));
        Assert.Equal(3, stopped.Changes().OfType<Change.Release>().Count());
        Assert.Equal("2026-11", Assert.IsType<AllowanceStopped>(Assert.Single(stopped.Told())).LastMonth);
        Assert.Null(stopped.After.State().ToAssess);
    }

    [Fact]
    public void Fraud_reaches_back_to_the_month_of_the_change_and_is_put_before_the_county()
    {
        var stopped = FromAugust().When(Stop(StopReason.Fraud) with { Since = new(2026, 9, 20) }, Today);
        Assert.Equal([Yuan(1660), Yuan(0)], [stopped.After.Due(8), stopped.After.Due(9)]);
        Assert.Equal(Month(9), stopped.After.State().ToAssess!.From);
        Assert.True(EntitlementProcess.Type.Summarise(stopped.State).Open);
        Assert.Equal(Month(10), FromAugust().When(Stop(StopReason.Fraud), Today).After.State().LastMonth);
        FromAugust().When(Stop(StopReason.Fraud) with { Since = new(2026, 11, 11) }, Today).Refused("E_DATE_FUTURE");
    }

    [Fact]
    public void What_never_began_ends_before_its_first_month_and_leaves_no_stock()
    {
        var stopped = New.When(Grant(Month(12)), Approver.On("2026-11-02")).When(Stop(StopReason.DecisionRevoked) with { Since = new(2026, 1, 1) }, Approver.On("2026-11-09"));
        Assert.Equal(Month(11), stopped.After.State().LastMonth);
        Assert.Equal((Month(12), -1, -3, -Yuan(1660)), Ledger(stopped).Select(r => (r.EffectiveMonth, r.Households, r.Persons, r.Amount)).Single());
    }

    [Fact]
    public void A_stop_states_cause_and_number_and_comes_from_another_hand_than_the_review()
    {
        FromAugust().When(Stop(StopReason.Declined) with { Cause = "" }, Today).Refused("E_REASON");
        FromAugust().When(Stop(StopReason.Declined) with { DecisionNumber = "" }, Today).Refused("E_DECISION_NUMBER");
        FromAugust().Found(ReviewResult.Stop).When(Stop(StopReason.IncomeAboveStandard), Approver.Named("reviewer").On("2026-11-10")).Refused("E_SOD");
    }

    [Fact]
    public void A_transfer_leaves_no_gap_and_no_overlap()
    {
        var transferred = FromAugust().When(new TransferToOtherBenefit("extreme-poverty", Letter), Today).Twice();
        Assert.Equal(StopReason.TransferredToOtherBenefit, transferred.After.Is<Stopped>().Reason);
        Assert.All(transferred.Changes().OfType<Change.Release>(), r => Assert.Equal(new DateOnly(2026, 11, 30), r.LastDay));
    }

    [Fact]
    public void A_revoked_stop_brings_the_benefit_back_without_a_hole_by_another_hand()
    {
        var stopped = FromAugust().When(Stop(StopReason.NotCooperating), Today);
        stopped.When(new ReinstateEntitlement("复议撤销", Letter), Approver.On("2027-01-12")).Refused("E_SOD");
        var back = stopped.When(new ReinstateEntitlement("复议撤销", Letter), Approver.Named("other").On("2027-01-12")).Twice("E_STATE");
        back.After.Is<Active>();
        Assert.Equal(new(Month(12), "reinstated", new(2027, 2, 11)), back.After.State().ToAssess);
        Assert.Equal(("Reinstated", Month(12), 1), Ledger(back).Select(r => (r.Kind, r.EffectiveMonth, r.Households)).Single());
        Assert.Equal(3, back.Changes().OfType<Change.Reserve>().Count());
    }

    [Fact]
    public void A_gradual_exit_lasts_at_most_six_months_and_ends_by_itself()
    {
        FromAugust().When(new StartGradualExit(7, "就业", Letter), Today).Refused("E_GRADUAL_EXIT");
        FromAugust().When(new StartGradualExit(0, "就业", Letter), Today).Refused("E_GRADUAL_EXIT");
        var exit = FromAugust().When(new StartGradualExit(6, "就业", Letter), Today).Twice();
        Assert.Equal(new(2027, 5), exit.After.Is<GradualExit>().Until);
        Assert.Contains(new Change.Due(EntitlementDecisions.GradualExitOver, new(2027, 6, 1)), exit.Changes());
        exit.When(new EndGradualExit(), Officer.System("2027-05-31")).Refused("E_STATE");
        var over = exit.When(new EndGradualExit(), Officer.System("2027-06-01")).Twice();
        Assert.Empty(Ledger(over));
        Assert.Equal(new DateOnly(2027, 5, 31), over.Changes().OfType<Change.Release>().First().LastDay);
    }

    [Fact]
    public void Suspended_months_are_owed_when_the_suspension_is_lifted()
    {
        var suspend = new SuspendEntitlement(Month(11), SuspendReason.SurvivalCheck, "两次未通过");
        FromAugust().When(suspend with { From = Month(10) }, Today).Refused("E_PERIOD_CLOSED");
        FromAugust().When(suspend with { From = new(2027, 1) }, Today).Refused("E_MONTH_RANGE");
        var suspended = FromAugust().When(suspend, Today).Twice();
        Assert.Empty(Ledger(suspended));
        var paid = Paid(new(2027, 1), (8, 1660), (9, 1660), (10, 1660));
        suspended.When(new ResumeEntitlement("已认证", paid), Approver.On("2027-02-03"))
            .Then(new EntitlementResumed(Month(11), "已认证", "approver"), new ArrearsRecorded([new(Month(11), Yuan(1660)), new(Month(12), Yuan(1660)), new(new(2027, 1), Yuan(1660))], "suspension-lifted", null))
            .Twice().After.Is<Active>();
        Assert.Equal(Month(10), suspended.When(Stop(StopReason.NotCooperating), Approver.On("2027-01-15")).After.State().LastMonth);
        FromAugust().When(new StartGradualExit(3, "就业", Letter), Today).When(suspend, Today).When(new ResumeEntitlement("已认证", Payments.None), Today).After.Is<GradualExit>();
    }

    private static StopEntitlement Stop(StopReason reason) => new(reason, "复核结果", Letter);

    private static List<LedgerRow> Ledger(Scenario.Decided decided) => [.. decided.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<LedgerRow>()];
}
