using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.Overpayment;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.Entitlement.Entitled;

namespace SocialAssistance.Tests.Entitlement;

public sealed class DeathTests
{
    private static readonly Act Known = Officer.System("2026-10-20");

    [Fact]
    public void A_share_ends_the_month_after_the_death_even_when_it_is_known_later()
    {
        var noted = FromAugust().When(new NoteMemberDeath(Child, new(2026, 8, 31)), Known).Twice();
        Assert.Equal([Yuan(1660), Yuan(1106.67m)], [noted.After.Due(8), noted.After.Due(9)]);
        Assert.Equal(("death-signal", new DateOnly(2027, 1, 20)), (noted.After.State().OnHold, noted.After.State().DecideBy));
        Assert.Equal(new(Month(9), $"death:{Child}", new(2026, 11, 19)), noted.After.State().ToAssess);
        Assert.Equal(new(2026, 8, 31), Assert.Single(noted.Changes().OfType<Change.Release>()).LastDay);
        var row = Assert.Single(Ledger(noted));
        Assert.Equal(("MemberLeft", Month(9), 0, -1, -Yuan(553.33m)), (row.Kind, row.EffectiveMonth, row.Households, row.Persons, row.Amount));
    }

    [Fact]
    public void A_death_known_in_its_own_month_leaves_nothing_to_compare()
    {
        var noted = FromAugust().When(new NoteMemberDeath(Child, new(2026, 10, 2)), Known);
        Assert.Null(noted.After.State().ToAssess);
        Assert.Equal([Yuan(1660), Yuan(1106.67m)], [noted.After.Due(10), noted.After.Due(11)]);
    }

    [Fact]
    public void The_uplift_of_the_dead_ends_and_others_keep_theirs()
    {
        var basis = Basis(9600, 3, (Child, UpliftCategory.SevereDisability), (Li, UpliftCategory.SeriousIllness));
        Assert.Equal(Yuan(1988), basis.Monthly);
        Assert.Equal(Yuan(1270.67m), FromAugust(basis).When(new NoteMemberDeath(Child, new(2026, 10, 2)), Known).After.Due(11));
    }

    [Fact]
    public void The_last_member_s_death_stops_the_benefit_with_the_month_of_death()
    {
        var alone = FromAugust(Basis(1200, 1), Zhang).When(new NoteMemberDeath(Zhang, new(2026, 8, 3)), Known).Twice();
        Assert.Equal(StopReason.Death, alone.After.Is<Stopped>().Reason);
        Assert.Equal((Month(8), Month(9)), (alone.After.State().LastMonth!.Value, alone.After.State().ToAssess!.From));
        alone.When(new ReinstateEntitlement("误", Letter), Approver.On("2026-11-01")).Refused("E_DEAD_PERSON");
        Assert.Single(alone.Told());
    }

    [Fact]
    public void Nobody_else_s_death_and_none_after_the_end_matters()
    {
        FromAugust().When(new NoteMemberDeath(Stranger, new(2026, 8, 3)), Known).NothingNew();
        FromAugust().When(new StopEntitlement(StopReason.Declined, "放弃", Letter), Approver.On("2026-09-03")).When(new NoteMemberDeath(Zhang, new(2026, 9, 20)), Known).NothingNew();
        FromAugust().When(new NoteMemberDeath(Zhang, new(2026, 10, 21)), Known).Refused("E_DATE_FUTURE");
        var late = FromAugust().When(new StopEntitlement(StopReason.Declined, "放弃", Letter), Approver.On("2026-10-03")).When(new NoteMemberDeath(Child, new(2026, 8, 20)), Known);
        Assert.Equal((Yuan(1106.67m), Yuan(0), (string?)null), (late.After.Due(10), late.After.Due(11), late.After.State().OnHold));
    }

    [Fact]
    public void What_was_paid_beyond_the_death_becomes_an_overpayment_when_the_county_compares()
    {
        // G8 for the allowance: one person, death in March known in June, paid to May.
        var alone = New.When(Grant(Month(1), Basis(6240, 1), Zhang), Approver.On("2025-12-20")).When(new ActivateEntitlement(), Officer.System("2026-01-01"))
            .When(new NoteMemberDeath(Zhang, new(2026, 3, 28)), Officer.System("2026-06-05"));
        var paid = Paid(Month(5), (1, 300), (2, 300), (3, 300), (4, 300), (5, 300));
        var assessed = alone.When(new AssessPayments(paid), County.On("2026-06-08")).Twice();
        Assert.Equal([new PaymentsCompared(Month(4), Month(5), new(2026, 6, 8), "county")], assessed.Facts.OfType<PaymentsCompared>());
        var found = Assert.IsType<OverpaymentFound>(assessed.Facts[^1]);
        Assert.Equal([new(Month(4), Yuan(300), Yuan(0)), new(Month(5), Yuan(300), Yuan(0))], found.Months);
        var opened = Assert.Single(assessed.Consequences());
        Assert.Equal((Processes.Overpayment, $"CY-{Number}-1"), (opened.Process, opened.Id));
        Assert.Equal($"death:{Zhang}", Assert.IsType<DetectOverpayment>(opened.Command).Cause);
        Assert.False(EntitlementProcess.Type.Summarise(assessed.State).Open);
    }

    [Fact]
    public void The_county_decides_what_is_due_to_those_who_remain_from_the_month_after_the_death()
    {
        var noted = FromAugust().When(new NoteMemberDeath(Zhang, new(2026, 8, 3)), Known);
        var decide = new DecideAfterDeath(Reckoned(4800, 2), Li, Letter, Paid(Month(10), (8, 1660), (9, 1660)));
        noted.When(decide with { Payee = null }, Approver.On("2026-11-03")).Refused("E_DEAD_PERSON");
        noted.When(decide with { Reckoning = Reckoned(4800, 2, 1) }, Approver.On("2026-11-03")).Refused("E_AMOUNT_MISMATCH");
        FromAugust().When(decide, Approver.On("2026-11-03")).Refused("E_NO_DEATH");
        var decided = noted.When(decide, Approver.On("2026-11-03")).Twice("E_NO_DEATH");
        // 820 × 2 − 400 = 1,240: September was paid 420 too much, October was held and is owed whole.
        Assert.Equal([new ArrearsLine(Month(10), Yuan(1240))], decided.Facts.OfType<ArrearsRecorded>().Single().Months);
        Assert.Equal([new OverpaidMonth(Month(9), Yuan(1660), Yuan(1240))], decided.Facts.OfType<OverpaymentFound>().Single().Months);
        Assert.Equal((null, Li, Yuan(1240)), (decided.After.State().OnHold, decided.After.State().Payee, decided.After.Due(9)));
    }

    [Fact]
    public void A_revoked_death_brings_back_what_stood_and_cancels_the_overpayment()
    {
        var assessed = FromAugust().When(new NoteMemberDeath(Child, new(2026, 8, 31)), Known).When(new AssessPayments(Paid(Month(10), (8, 1660), (9, 1660), (10, 1660))), County.On("2026-10-21"));
        var revoked = assessed.When(new RevokeMemberDeath(Child), Officer.System("2026-10-25")).Twice();
        Assert.Equal([Yuan(1660), Yuan(1660)], [revoked.After.Due(9), revoked.After.Due(12)]);
        Assert.Equal((3, null), (revoked.After.State().Members.Count, revoked.After.State().OnHold));
        var cancel = Assert.Single(revoked.Consequences());
        Assert.Equal($"CY-{Number}-1", cancel.Id);
        Assert.IsType<CancelOverpayment>(cancel.Command);
        revoked.When(new AssessPayments(Paid(Month(10), (8, 1660), (9, 1660), (10, 1660))), County.On("2026-10-26")).Then(new PaymentsCompared(Month(9), Month(10), new(2026, 10, 26), "county"));
    }

    [Fact]
    public void A_revoked_death_of_the_last_member_resumes_with_back_months()
    {
        var back = FromAugust(Basis(1200, 1), Zhang).When(new NoteMemberDeath(Zhang, new(2026, 8, 3)), Known).When(new RevokeMemberDeath(Zhang), Officer.System("2026-11-25"));
        back.After.Is<Active>();
        Assert.Equal([Zhang], back.After.State().Members);
        Assert.Contains(back.Changes(), c => c is Change.Reserve);
        var compared = back.When(new AssessPayments(Paid(Month(11), (8, 720))), County.On("2026-11-26"));
        Assert.Equal([new(Month(9), Yuan(720)), new(Month(10), Yuan(720)), new(Month(11), Yuan(720))], compared.Facts.OfType<ArrearsRecorded>().Single().Months);
    }

    private static List<LedgerRow> Ledger(Scenario.Decided decided) => [.. decided.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<LedgerRow>()];
}
