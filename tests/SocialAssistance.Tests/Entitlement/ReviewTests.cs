using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.Entitlement.Entitled;

namespace SocialAssistance.Tests.Entitlement;

public sealed class ReviewTests
{
    private static readonly Act Today = Approver.On("2026-11-10");

    [Fact]
    public void A_reported_change_brings_the_review_forward_once()
    {
        var report = new ReportChange(ChangeKind.Income, new(2026, 10, 8), "已就业。");
        var reported = FromAugust().When(report, Reviewer.On("2026-10-10")).Twice();
        Assert.Equal(new(2026, 11, 9), reported.After.State().NextReview);
        FromAugust().When(report with { Since = new(2026, 10, 11) }, Reviewer.On("2026-10-10")).Refused("E_DATE_FUTURE");
        FromAugust().When(report with { Details = " " }, Reviewer.On("2026-10-10")).Refused("E_REASON");
    }

    [Fact]
    public void Spot_checks_and_complaints_order_a_review_once_each_and_leave_a_stopped_benefit_alone()
    {
        var check = new OrderRectification("CC-1", "AmountWrong", "少计收入");
        Assert.Equal(new(2026, 12, 10), FromAugust().When(check, Today).Twice().After.State().NextReview);
        FromAugust().When(new NoteComplaintSubstantiated("TS-1", "复核"), Today).Twice().Then(new ReviewScheduled(new(2026, 12, 10), ReviewKind.Complaint, "TS-1", "复核"));
        FromAugust().When(new StopEntitlement(StopReason.Declined, "本人放弃", Letter), Today).When(check, Today).NothingNew();
    }

    [Fact]
    public void A_review_can_be_scheduled_earlier_but_not_put_off()
    {
        FromAugust().When(new ScheduleReview(new(2026, 12, 1), "提前"), County.On("2026-11-10")).Twice();
        FromAugust().When(new ScheduleReview(new(2027, 6, 1), "推后"), County.On("2026-11-10")).NothingNew();
        FromAugust().When(new ScheduleReview(new(2026, 11, 9), "昨天"), County.On("2026-11-10")).Refused("E_DATE_RANGE");
    }

    [Fact]
    public void A_review_is_started_and_completed_and_the_next_one_follows_the_category()
    {
        FromAugust().When(new CompleteReview(Yuan(1), 12, ReviewResult.NoChange, "无"), Reviewer.On("2026-11-05")).Refused("E_REVIEW_MISSING");
        FromAugust().When(new StartReview(), Reviewer.On("2026-11-05")).Twice().When(new CompleteReview(Yuan(1), 0, ReviewResult.NoChange, "无"), Reviewer.On("2026-11-05")).Refused("E_AMOUNT_RANGE");
        Assert.Equal(new(2027, 5, 5), FromAugust().Found(ReviewResult.NoChange).State().NextReview);
    }

    [Fact]
    public void An_increase_follows_a_review_by_another_hand_and_begins_the_month_after()
    {
        var increase = new DecideIncrease(Reckoned(6000, 3), "收入下降", Letter);
        FromAugust().When(increase, Today).Refused("E_REVIEW_MISSING");
        FromAugust().Found(ReviewResult.Decrease).When(increase, Today).Refused("E_REVIEW_MISSING");
        var found = FromAugust().Found(ReviewResult.Increase);
        Assert.Equal(RefusalKind.NotYours, found.When(increase, Approver.Named("reviewer").On("2026-11-10")).Refused("E_SOD").Kind);
        var decided = found.When(increase, Today).Twice("E_REVIEW_MISSING");
        Assert.Equal([Yuan(1660), Yuan(1960)], [decided.After.Due(11), decided.After.Due(12)]);
        found.When(increase with { Reckoning = Reckoned(6000, 3, 2000) }, Today).Refused("E_AMOUNT_MISMATCH");
        found.When(increase with { Reckoning = Reckoned(12000, 3) }, Today).Refused("E_AMOUNT_MISMATCH");
        found.When(increase with { DecisionNumber = "" }, Today).Refused("E_DECISION_NUMBER");
        found.When(increase with { Reckoning = Reckoned(6000, 3, null, (Stranger, UpliftCategory.SevereDisability)) }, Today).Refused("E_NOT_MEMBER");
    }

    [Fact]
    public void A_decrease_begins_the_month_after_and_for_a_concealed_change_from_its_month()
    {
        var found = FromAugust().Found(ReviewResult.Decrease);
        var decrease = new DecideDecrease(Reckoned(12000, 3), "收入上升", Letter);
        var ordinary = found.When(decrease, Today).Twice("E_REVIEW_MISSING");
        Assert.Equal([Yuan(1660), Yuan(1460)], [ordinary.After.Due(11), ordinary.After.Due(12)]);
        Assert.Null(ordinary.After.State().ToAssess);
        var concealed = found.When(decrease with { ConcealedSince = new(2026, 9, 20) }, Today);
        Assert.Equal([Yuan(1660), Yuan(1460), Yuan(1460)], [concealed.After.Due(8), concealed.After.Due(9), concealed.After.Due(12)]);
        Assert.Equal(new(Month(9), "concealed-change", new(2026, 12, 10)), concealed.After.State().ToAssess);
        found.When(decrease with { ConcealedSince = new(2026, 11, 11) }, Today).Refused("E_DATE_FUTURE");
        found.When(decrease with { Reckoning = Reckoned(6000, 3) }, Today).Refused("E_AMOUNT_MISMATCH");
    }

    [Fact]
    public void Income_at_the_standard_is_a_matter_for_stopping()
    {
        var found = FromAugust().Found(ReviewResult.Decrease);
        found.When(new DecideDecrease(Reckoned(29520, 3), "收入上升", Letter), Today).Refused("E_NOT_ELIGIBLE");
        found.When(new DecideDecrease(Reckoned(29519.64m, 3), "收入上升", Letter), Today).After.Is<Active>();
    }

    [Fact]
    public void A_category_changes_after_a_review_said_so()
    {
        var decide = new DecideCategory(Category.A, Reckoned(9600, 3), "丧失劳动能力", Letter);
        FromAugust().When(decide, Today).Refused("E_REVIEW_MISSING");
        Assert.Equal(Category.A, FromAugust().Found(ReviewResult.Category).When(decide, Today).Twice("E_REVIEW_MISSING").After.State().Category);
    }

    [Fact]
    public void A_member_joins_with_a_claim_and_leaves_with_a_release_at_month_end()
    {
        var born = Person('d');
        var added = FromAugust().When(new AddMember(born, Reckoned(9600, 4), "新生儿", Letter), Today).Twice();
        Assert.Equal(new(2026, 12, 1), Assert.Single(added.Changes().OfType<Change.Reserve>()).From);
        Assert.Equal(["MemberJoined"], Ledger(added).Select(r => r.Kind));
        Assert.Equal((0, 1, Yuan(820)), Ledger(added).Select(r => (r.Households, r.Persons, r.Amount)).Single());
        var removed = added.When(new RemoveMember(born, Reckoned(9600, 3), "更正", Letter), Approver.On("2026-12-08")).Twice();
        Assert.Equal(new(2026, 12, 31), Assert.Single(removed.Changes().OfType<Change.Release>()).LastDay);
        Assert.Equal([Yuan(2480), Yuan(1660)], [removed.After.Due(12), removed.After.State().Due(new(2027, 1))]);
        FromAugust().When(new RemoveMember(Stranger, Reckoned(9600, 3), "误", Letter), Today).Refused("E_NOT_MEMBER");
        FromAugust().When(new RemoveMember(Zhang, Reckoned(9600, 2), "分户", Letter), Today).Refused("E_PAYEE");
        FromAugust(Basis(1200, 1), Zhang).When(new RemoveMember(Zhang, Reckoned(1200, 1), "误", Letter), Today).Refused("E_LAST_MEMBER");
    }

    [Fact]
    public void Three_refusals_of_work_in_a_row_end_only_the_person_s_own_share()
    {
        var twice = FromAugust().When(Offer("1"), County.On("2026-11-10")).Twice().When(Offer("2"), County.On("2026-11-10"));
        Assert.Equal(Yuan(1660), twice.After.Due(12));
        var third = twice.When(Offer("3"), County.On("2026-11-10")).Twice();
        Assert.Equal((Yuan(1660), Yuan(1106.67m), 3), (third.After.Due(11), third.After.Due(12), third.After.State().Members.Count));
        Assert.Equal("Decreased", Assert.Single(Ledger(third)).Kind);
        Assert.Single(third.When(Offer("4"), County.On("2026-11-10")).Facts);
        var justified = twice.When(Offer("3") with { Justified = true }, County.On("2026-11-10")).When(Offer("4"), County.On("2026-11-10"));
        Assert.Equal(Yuan(1660), justified.After.Due(12));
        FromAugust().When(Offer("1") with { Person = Stranger }, County.On("2026-11-10")).Refused("E_NOT_MEMBER");
    }

    [Fact]
    public void Survival_is_confirmed_once_a_day() =>
        FromAugust().When(new ConfirmSurvival(new(2026, 11, 9), SurvivalMethod.Video), Reviewer.On("2026-11-10")).Then(new SurvivalConfirmed(new(2026, 11, 9), SurvivalMethod.Video, "reviewer")).Twice()
            .When(new ConfirmSurvival(new(2026, 11, 11), SurvivalMethod.Video), Reviewer.On("2026-11-10")).Refused("E_DATE_FUTURE");

    private static RecordJobRefusal Offer(string number) => new(Li, $"JY-{number}", new(2026, 11, 3), Justified: false);

    private static List<LedgerRow> Ledger(Scenario.Decided decided) => [.. decided.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<LedgerRow>()];
}
