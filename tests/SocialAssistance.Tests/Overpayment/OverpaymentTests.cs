using FsCheck;
using FsCheck.Fluent;
using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.Overpayment;
using SocialAssistance.Tests.Entitlement;
using static SocialAssistance.Tests.Entitlement.Entitled;

namespace SocialAssistance.Tests.Overpayment;

public sealed class OverpaymentTests
{
    private static readonly Officer Finance = Officer.With(Roles.CountyFinance).In("341503000000").Named("finance");
    private static readonly Officer City = Officer.With(Roles.CitySupervisor).In("341500000000").Named("city");
    private static readonly IReadOnlyList<OverpaidMonth> TwoMonths = [new(Month(4), Yuan(300), Yuan(0)), new(Month(5), Yuan(300), Yuan(0))];

    [Fact]
    public void What_an_entitlement_found_is_a_debt_of_paid_less_due_and_found_twice_is_one()
    {
        var detected = New.When(new DetectOverpayment(Number, Village, Zhang, "death", TwoMonths), County.On("2026-06-08")).Twice();
        Assert.Equal((Yuan(600), Yuan(600)), (detected.After.Is<Detected>().Debt.Amount, detected.After.Is<Detected>().Debt.Balance));
        New.When(new DetectOverpayment(Number, Village, Zhang, "death", []), County.On("2026-06-08")).Refused("E_OVERPAID_MONTHS");
        New.When(new DetectOverpayment(Number, Village, Zhang, "death", [TwoMonths[0], TwoMonths[0]]), County.On("2026-06-08")).Refused("E_OVERPAID_MONTHS");
        New.When(new DetectOverpayment(Number, Village, Zhang, "death", [new(Month(4), Yuan(300), Yuan(300))]), County.On("2026-06-08")).Refused("E_NOTHING_OVERPAID");
        Assert.Equal(Yuan(300), OverpaymentProcess.Type.Explained(detected.State, "2026-04")!.Result);
        Assert.Null(OverpaymentProcess.Type.Explained(detected.State, "2026-06"));
    }

    [Fact]
    public void The_assessment_reckons_what_was_due_again_but_not_what_was_paid()
    {
        var assess = new AssessOverpayment([TwoMonths[0], TwoMonths[1] with { Due = Yuan(100) }], Fault.Beneficiary, "应发部分");
        Assert.Equal(Yuan(500), Found().When(assess, County.On("2026-06-09")).Twice().After.Is<Assessed>().Debt.Amount);
        Found().When(assess with { Months = [TwoMonths[0] with { Paid = Yuan(200) }] }, County.On("2026-06-09")).Refused("E_AMOUNT_MISMATCH");
        Found().When(assess with { Months = [new(Month(6), Yuan(300), Yuan(0))] }, County.On("2026-06-09")).Refused("E_AMOUNT_MISMATCH");
        Found().When(assess with { Reason = "" }, County.On("2026-06-09")).Refused("E_REASON");
        Assert.Equal("E_STATE", Found().When(OverpaymentExamples.Repay, Finance.On("2026-11-09")).Refused("E_STATE").Code);
    }

    [Fact]
    public void Repayments_never_exceed_the_balance_and_the_last_fen_settles_it()
    {
        var notified = Noticed();
        notified.When(Repay("1", 600.01m), Finance.On("2026-07-01")).Refused("E_BEYOND_BALANCE");
        notified.When(Repay("1", 0), Finance.On("2026-07-01")).Refused("E_AMOUNT_RANGE");
        notified.When(Repay("1", 1) with { On = new(2026, 7, 2) }, Finance.On("2026-07-01")).Refused("E_DATE_FUTURE");
        var part = notified.When(Repay("1", 599.99m), Finance.On("2026-07-01")).Twice();
        Assert.Equal(Yuan(0.01m), part.After.Is<Repaying>().Debt.Balance);
        part.When(Repay("1", 0.01m), Finance.On("2026-07-01")).Refused("E_REFERENCE");
        var whole = part.When(Repay("2", 0.01m), Finance.On("2026-07-01")).Twice();
        whole.After.Is<Settled>();
        whole.When(Repay("3", 1), Finance.On("2026-07-01")).Refused("E_STATE");
    }

    [Fact]
    public void Instalments_stay_within_the_longest_plan()
    {
        Noticed().When(new AgreeInstalments(25), County.On("2026-06-20")).Refused("E_INSTALMENTS");
        Noticed().When(new AgreeInstalments(0), County.On("2026-06-20")).Refused("E_INSTALMENTS");
        Noticed().When(new AgreeInstalments(24), County.On("2026-06-20")).Then(new InstalmentPlanAgreed(24, Yuan(25), new(2028, 6, 20))).Twice();
    }

    [Fact]
    public void A_notice_is_due_after_the_day_it_is_served()
    {
        Assess().When(new ServeRecoveryNotice(Letter, new(2026, 6, 10), "可复议"), County.On("2026-06-10")).Refused("E_DATE_RANGE");
        Assess().When(new ServeRecoveryNotice(Letter, new(2026, 6, 11), "可复议"), County.On("2026-06-10")).Twice().After.Is<Notified>();
        Assess().When(new ServeRecoveryNotice("", new(2026, 6, 11), "可复议"), County.On("2026-06-10")).Refused("E_DECISION_NUMBER");
    }

    [Fact]
    public void Up_to_the_limit_one_waives_and_above_it_county_and_city_in_either_order()
    {
        var waive = OverpaymentExamples.Waive;
        var small = Noticed().When(Repay("1", 100), Finance.On("2026-07-01"));
        small.When(waive, Approver.On("2026-07-02")).Twice().After.Is<Waived>();
        small.When(waive, Officer.With(Roles.CountyApprover).In("341503000000").Named("county").On("2026-07-02")).Refused("E_SOD");
        small.When(waive, City.On("2026-07-02")).When(waive, Approver.On("2026-07-03")).After.Is<Waived>();
        var first = Noticed().When(waive, Approver.On("2026-07-02")).Twice();
        first.After.Is<Notified>();
        first.When(waive, Approver.Named("another").On("2026-07-03")).Refused("E_SOD");
        Assert.Equal(["approver", "city"], Assert.IsType<OverpaymentWaived>(first.When(waive, City.On("2026-07-03")).Facts.Single()).Approvals);
        Assert.Equal(["city", "approver"], Assert.IsType<OverpaymentWaived>(Noticed().When(waive, City.On("2026-07-02")).When(waive, Approver.On("2026-07-03")).Facts.Single()).Approvals);
        var both = Officer.With(Roles.CountyApprover, Roles.CitySupervisor).In("341500000000").Named("both").On("2026-07-02");
        Noticed().When(waive, both).When(waive, both).NothingNew();
    }

    [Fact]
    public void Only_fraud_is_fined_once_one_to_three_times_by_another_hand()
    {
        var fine = OverpaymentExamples.Fine;
        Noticed().When(fine, Approver.On("2026-07-02")).Refused("E_NOT_FRAUD");
        var fraud = Noticed(Fault.Fraud);
        fraud.When(fine with { Multiple = 0.99m }, Approver.On("2026-07-02")).Refused("E_FINE_RANGE");
        fraud.When(fine with { Multiple = 3.01m }, Approver.On("2026-07-02")).Refused("E_FINE_RANGE");
        fraud.When(fine with { Multiple = decimal.MaxValue }, Approver.On("2026-07-02")).Refused("E_FINE_RANGE");
        fraud.When(fine, Approver.Named("county").On("2026-07-02")).Refused("E_SOD");
        Assert.Equal(Yuan(1500), fraud.When(fine, Approver.On("2026-07-02")).Twice("E_FINED").After.Is<Notified>().Debt.Balance);
        Assert.Equal(Yuan(2400), fraud.When(fine with { Multiple = 3 }, Approver.On("2026-07-02")).After.Is<Notified>().Debt.Balance);
    }

    [Fact]
    public void A_refusal_to_pay_is_referred_and_money_still_comes_in()
    {
        var referred = Noticed().When(OverpaymentExamples.Refer, Approver.On("2027-01-05")).Twice();
        referred.When(Repay("1", 100), Finance.On("2027-02-01")).After.Is<Referred>();
        referred.When(Repay("1", 600), Finance.On("2027-02-01")).After.Is<Settled>();
    }

    [Fact]
    public void A_cancelled_debt_says_what_is_to_be_given_back_and_tells_the_entitlement()
    {
        var cancelled = Noticed().When(Repay("1", 250), Finance.On("2026-07-01")).When(OverpaymentExamples.Cancel, Approver.On("2026-07-02")).Twice();
        Assert.Equal(Yuan(250), cancelled.After.Is<Cancelled>().Refund);
        var told = Assert.Single(cancelled.Consequences());
        Assert.Equal((Processes.Entitlement, Number, new ReleaseDebt($"CY-{Number}-1")), (told.Process, told.Id, Assert.IsType<ReleaseDebt>(told.Command)));
        New.When(OverpaymentExamples.Cancel, Approver.On("2026-07-02")).Refused("E_STATE");
    }

    [Fact]
    public void Every_act_s_example_is_decided_in_every_state()
    {
        Scenario[] states = [New, Found(), Assess(), Noticed(), Noticed(Fault.Fraud), Noticed().When(Repay("1", 1), Finance.On("2026-07-01")).After, Noticed().When(Repay("1", 600), Finance.On("2026-07-01")).After,
            Noticed().When(OverpaymentExamples.Refer, Approver.On("2026-07-01")).After, Noticed().When(OverpaymentExamples.Cancel, Approver.On("2026-07-01")).After];
        foreach (var state in states)
        {
            foreach (var act in OverpaymentProcess.Page.Acts)
            {
                var by = Officer.With([.. act.Roles]).In("341500000000").Named("prober").On("2026-11-20");
                var decided = state.When(act.Probe!, by);
                if (decided.Refusal is null && decided.Facts.Count > 0)
                {
                    var again = decided.After.When(act.Probe!, by);
                    Assert.True(again.Refusal is not null || again.Facts.Count == 0, $"{act.Name} twice in {state.State.GetType().Name}");
                }
            }
        }
    }

    [Fact]
    public void Whatever_is_repaid_fined_and_waived_the_balance_is_amount_and_fine_less_repayments_and_never_below_zero() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
            Gen.Choose(0, 5).SelectMany(act => Gen.Choose(0, 40_000).Select(fen => (act, fen))).ListOf().ToArbitrary(),
            acts =>
            {
                var (scenario, repaid, fine) = (Noticed(Fault.Fraud), Money.Zero, Money.Zero);
                foreach (var ((act, fen), i) in acts.Select((a, i) => (a, i)))
                {
                    var decided = act switch
                    {
                        0 => scenario.When(OverpaymentExamples.Fine with { Multiple = fen / 10_000m }, Approver.On("2026-07-02")),
                        1 => scenario.When(new AgreeInstalments(fen % 30), County.On("2026-07-02")),
                        2 when fen % 5 == 0 => scenario.When(OverpaymentExamples.Refer, Approver.On("2026-07-02")),
                        _ => scenario.When(Repay($"{i}", fen / 100m), Finance.On("2026-07-02")),
                    };
                    if (decided.Refusal is null)
                    {
                        repaid += decided.Facts.OfType<RepaymentReceived>().Sum(r => r.Amount);
                        fine += decided.Facts.OfType<FineDecided>().Sum(f => f.Amount);
                        scenario = decided.After;
                    }
                }

                var debt = ((OverpaymentCase)scenario.State).Debt;
                return debt.Balance == debt.Amount + fine - repaid && debt.Balance >= Money.Zero && (scenario.State is Settled) == (debt.Balance == Money.Zero);
            }));

    private static Scenario New => Scenario.Of(OverpaymentProcess.Type, Book, $"CY-{Number}-1");

    private static Scenario Found() => New.When(new DetectOverpayment(Number, Village, Zhang, "death", TwoMonths), County.On("2026-06-08")).After;

    private static Scenario Assess(Fault fault = Fault.None) => Found().When(new AssessOverpayment(TwoMonths, fault, "核定"), County.On("2026-06-09")).After;

    private static Scenario Noticed(Fault fault = Fault.None) => Assess(fault).When(new ServeRecoveryNotice(Letter, new(2026, 8, 31), "可复议"), County.On("2026-06-10")).After;

    private static RecordRepayment Repay(string reference, decimal yuan) => new(reference, new(yuan), new(2026, 7, 1), RepaymentMethod.Bank);
}
