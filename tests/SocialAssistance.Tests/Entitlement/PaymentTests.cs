using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.Overpayment;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.Entitlement.Entitled;

namespace SocialAssistance.Tests.Entitlement;

public sealed class PaymentTests
{
    private static readonly Act Today = Approver.On("2026-11-10");

    [Fact]
    public void Nothing_is_compared_unless_something_has_changed() =>
        FromAugust().When(new AssessPayments(Paid(Month(10), (8, 9999))), County.On("2026-11-10")).NothingNew();

    [Fact]
    public void Back_pay_for_the_agency_s_error_never_exceeds_what_was_due()
    {
        var owe = new RecordArrears([new(Month(8), Yuan(660))], "迟发", Letter, Paid(Month(10), (8, 1000), (9, 1660), (10, 1660)));
        var owed = FromAugust().When(owe, Today).Then(new ArrearsRecorded([new(Month(8), Yuan(660))], "迟发", Letter)).Twice();
        Assert.Equal(("entitlement_arrears", Yuan(660)), owed.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<ArrearsRow>().Select(r => ("entitlement_arrears", r.Amount)).Single());
        FromAugust().When(owe with { Months = [new(Month(8), Yuan(660.01m))] }, Today).Refused("E_AMOUNT_MISMATCH");
        FromAugust().When(owe with { Months = [] }, Today).Refused("E_ARREARS");
        FromAugust().When(owe with { Months = [new(Month(12), Yuan(1))] }, Today).Refused("E_ARREARS");
        owed.When(owe with { Months = [new(Month(8), Yuan(1))] }, Today).Refused("E_AMOUNT_MISMATCH");
    }

    [Fact]
    public void A_month_before_the_first_may_be_owed_at_the_first_amount()
    {
        FromAugust().When(new RecordArrears([new(Month(7), Yuan(1660))], "应自七月起", Letter, Payments.None), Today).After.Is<Active>();
        FromAugust().When(new RecordArrears([new(Month(7), Yuan(1661))], "应自七月起", Letter, Payments.None), Today).Refused("E_AMOUNT_MISMATCH");
    }

    [Fact]
    public void Arrears_recorded_and_not_yet_paid_count_as_settled_and_paid_ones_are_not_counted_twice()
    {
        var owed = FromAugust().When(new RecordArrears([new(Month(8), Yuan(660))], "迟发", Letter, Paid(Month(8), (8, 1000))), Today).After.State();
        Assert.Empty(Paid(Month(8), (8, 1000)).Against(owed, Month(8), new(2026, 11, 10)).Owed);
        var later = new Payments([new(Month(8), Yuan(1660), Yuan(660))], Month(8)).Against(owed, Month(8), new(2026, 11, 10));
        Assert.Empty(later.Owed);
        Assert.Empty(later.Overpaid);
    }

    [Fact]
    public void What_is_being_recovered_is_not_recovered_twice()
    {
        var stopped = FromAugust().When(new StopEntitlement(StopReason.Fraud, "隐瞒", Letter, null, new(2026, 9, 1)), Today)
            .When(new AssessPayments(Paid(Month(10), (8, 1660), (9, 1660), (10, 1660))), County.On("2026-11-11")).After;
        var (owed, overpaid, _) = Paid(Month(10), (8, 1660), (9, 1660), (10, 1660)).Against(stopped.State(), Month(8), new(2026, 11, 11));
        Assert.Empty(owed);
        Assert.Empty(overpaid);
        var released = stopped.When(new ReleaseDebt($"CY-{Number}-1"), Today).Twice().After;
        Assert.Equal(2, Paid(Month(10), (8, 1660), (9, 1660), (10, 1660)).Against(released.State(), Month(8), new(2026, 11, 11)).Overpaid.Count);
        stopped.When(new ReleaseDebt($"CY-{Number}-7"), Today).NothingNew();
    }

    [Fact]
    public void Held_and_suspended_months_are_not_owed_until_that_is_lifted()
    {
        var noted = FromAugust().When(new NoteMemberDeath(Child, new(2026, 8, 31)), Officer.System("2026-11-10"));
        noted.When(new AssessPayments(Paid(Month(10), (8, 1660))), County.On("2026-11-11")).Then(new PaymentsCompared(Month(9), Month(10), new(2026, 11, 11), "county"));
    }

    [Fact]
    public void An_uprating_raises_from_its_month_and_owes_the_difference_for_months_paid()
    {
        var old = Old();
        var uprate = Uprate(Paid(Month(10), (8, 800), (9, 800)));
        var uprated = old.When(uprate, Today).Twice();
        Assert.Equal(Yuan(1660), uprated.After.Due(8));
        Assert.Equal([new ArrearsLine(Month(8), Yuan(860)), new ArrearsLine(Month(9), Yuan(860))], uprated.Facts.OfType<ArrearsRecorded>().Single().Months);
        Assert.Contains("allowance-standard@341503#area=Urban from 2026-07-01", uprated.Facts.OfType<StandardUprated>().Single().Policy, StringComparison.Ordinal);
        Assert.Equal("Uprated", uprated.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<LedgerRow>().Single().Kind);
        Assert.DoesNotContain(uprated.Facts, f => f is OverpaymentFound);
    }

    [Fact]
    public void An_amount_that_does_not_follow_the_formula_rises_by_the_difference_of_the_standards()
    {
        var own = Old(Basis(9600, 3) with { Standard = Yuan(533.33m), Base = Yuan(500), Monthly = Yuan(500), PerCapita = 0 });
        Assert.Equal(Yuan(500 + (3 * (820 - 533.33m))), own.When(Uprate(Payments.None), Today).After.Due(8));
    }

    [Fact]
    public void A_lower_amount_is_no_uprating_and_what_has_ended_is_left_alone()
    {
        var floor = Entitled.Amounts("2026-07-01") with { Rounding = Rounding.YuanHalfUp };
        var odd = Old(Basis(9601, 3) with { Standard = Yuan(819.99m), Base = Yuan(1659.89m), Monthly = Yuan(5000) });
        odd.When(Uprate(Payments.None) with { Amounts = floor }, Today).Refused("E_STANDARD_LOWER");
        Old().When(new StopEntitlement(StopReason.Declined, "放弃", Letter), Approver.On("2026-06-10")).When(Uprate(Payments.None), Today).NothingNew();
    }

    [Fact]
    public void A_benefit_stopped_since_is_still_owed_the_months_of_the_new_standard()
    {
        var stopped = Old().When(new StopEntitlement(StopReason.Declined, "放弃", Letter), Approver.On("2026-08-10"));
        var uprated = stopped.When(Uprate(Paid(Month(10), (7, 800), (8, 800))), Today);
        Assert.Equal([Month(7), Month(8)], uprated.Facts.OfType<ArrearsRecorded>().Single().Months.Select(m => m.Month));
        uprated.After.Is<Stopped>();
    }

    /// <summary>The same household under a standard of 533.33: 800 yuan a month, from March.</summary>
    private static Scenario Old(AmountBasis? basis = null) =>
        New.When(Grant(Month(3), basis ?? Basis(9600, 3) with { Standard = Yuan(533.33m), Base = Yuan(799.99m), Monthly = Yuan(800) }), Approver.On("2026-03-02")).After;

    private static UprateStandard Uprate(Payments payments) => new(Month(7), Entitled.Amounts("2026-07-01"), "allowance-standard@341503#area=Urban from 2026-07-01", payments);
}
