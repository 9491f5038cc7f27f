using Platform.Cases;
using Platform.Contracts.SocialAssistance;
using Platform.Tests.Support;
using SocialAssistance.PaymentBatch;
using static SocialAssistance.Tests.PaymentBatch.Batches;

namespace SocialAssistance.Tests.PaymentBatch;

public sealed class BatchReturnTests
{
    private static readonly DateOnly Day = new(2014, 1, 10);

    private static RecordReturns All => new("HD-1", Day, 3, new(450.00m), []);

    private static RecordReturns One => new("HD-1", Day, 2, new(299.50m), [new(2, "1034", "账户已销户")]);

    [Fact]
    public void What_the_bank_does_not_turn_back_is_paid()
    {
        var paid = OnceReleased.When(One, Teller).Then(new ReturnsRecorded("HD-1", Day, [new(2, "1034", "账户已销户")], 2, new(299.50m), Late: false, Teller.At)).Twice();

        Assert.Equal(new Total(2, new(299.50m)), paid.After.Is<Paid>().Batch.Payable);
        var rows = paid.Changes().OfType<Change.Put>().Select(p => p.Row).ToList();
        Assert.Equal(LineStatus.Returned, Assert.Single(rows.OfType<PaymentLineRow>()).Status);
        Assert.Equal((2, new Money(150.50m)), Assert.Single(rows.OfType<ReturnRow>()) is var r ? (r.Line, r.Amount) : default);
        var batch = Assert.Single(rows.OfType<BatchRow>());
        Assert.Equal((1, 200.00m, 1, 99.50m), (batch.PaidUrbanCount, batch.PaidUrbanSum.Yuan, batch.PaidRuralCount, batch.PaidRuralSum.Yuan));
        Assert.Equal((Day, Teller.At), (batch.PaidOn, batch.PaidKnownAt));
    }

    [Fact]
    public void One_bank_reference_means_one_report()
    {
        var paid = OnceReleased.When(One, Teller);

        paid.When(One with { PaidCount = 3 }, Teller).Refused("E_RETURN_DUP");
        paid.When(new RecordReturns("HD-2", Day, 1, new(99.50m), [new(1, "1035", "户名不符")]), Teller).Twice();
        paid.When(new RecordReturns("HD-2", Day, 1, new(99.50m), [new(2, "1035", "户名不符")]), Teller).Refused("E_LINE");
    }

    [Theory]
    [InlineData("sum", "E_BATCH_SUM")]
    [InlineData("count", "E_BATCH_SUM")]
    [InlineData("unknown line", "E_LINE")]
    [InlineData("line twice", "E_LINE")]
    [InlineData("tomorrow", "E_DATE_FUTURE")]
    [InlineData("before release", "E_DATE_ORDER")]
    [InlineData("no reference", "E_REFERENCE")]
    [InlineData("no code", "E_BANK_CODE")]
    [InlineData("account in words", "E_PRIVACY_FIELD")]
    public void A_report_that_does_not_fit_is_refused(string what, string code) => OnceReleased.When(what switch
    {
        "sum" => One with { PaidSum = new(299.51m) },
        "count" => One with { PaidCount = 3 },
        "unknown line" => One with { Rejected = [new(4, "1", "")] },
        "line twice" => One with { Rejected = [new(2, "1", ""), new(2, "1", "")] },
        "tomorrow" => One with { PaidOn = Day.AddDays(1) },
        "before release" => One with { PaidOn = new(2014, 1, 7) },
        "no reference" => One with { Reference = " " },
        "no code" => One with { Rejected = [new(2, "", "")] },
        _ => One with { Rejected = [new(2, "1034", "账号6217999900000000016已销户")] },
    }, Teller).Refused(code);

    [Theory]
    [InlineData("2014-01-10", false)]
    [InlineData("2014-01-11", true)]
    public void Paid_after_the_pay_day_is_late(string day, bool late)
    {
        var on = DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(late, Assert.IsType<ReturnsRecorded>(Assert.Single(OnceReleased.When(All with { PaidOn = on }, Teller with { Today = on }).Facts)).Late);
    }

    [Fact]
    public void Paid_returned_and_held_make_up_the_batch_and_others_are_told_what_was_paid()
    {
        var held = OnceCalculated.When(new HoldLine(3, HoldReason.SurvivalCheckMissing, "x"), Checker).When(new CheckBatch(3, new(450.00m), []), Checker)
            .When(Approval(2, 350.50m), Approver).When(Release, Releaser).When(new RecordReturns("HD-1", Day, 1, new(200.00m), [new(2, "1034", "")]), Teller).After;

        var reconciled = held.When(new ReconcileBatch(1, new(200.00m), 1, new(150.50m)), Maker)
            .Then(new BatchReconciled(Processes.SubsistenceAllowance, January, Day, new(1, new(200.00m)), new(1, new(150.50m)), new(1, new(99.50m)), "maker")).Twice();
        Assert.Equal(new PaymentMade(Id, Processes.SubsistenceAllowance, "2014-01", 1, 200.00m, Day), Assert.Single(reconciled.Told()));
        held.When(new ReconcileBatch(1, new(200.00m), 0, Money.Zero), Maker).Refused("E_BATCH_SUM");
        held.When(new ReconcileBatch(2, new(200.00m), 1, new(150.50m)), Maker).Refused("E_BATCH_SUM");
        reconciled.When(new CloseBatch(), Maker).Then(new BatchClosed(new(2014, 1, 3))).Twice();
    }

    [Fact]
    public void A_line_held_out_of_the_file_is_let_go_for_the_next_supplementary_batch()
    {
        var held = OnceChecked.When(Approval(2, 350.50m, held: [new HeldLine(3, HoldReason.AccountInvalid)]), Approver).When(Release, Releaser);

        var released = held.When(new ReleaseLine(3, "账户已更正"), Checker).Twice();
        var row = Assert.Single(released.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<PaymentLineRow>());
        Assert.Equal(LineStatus.LetGo, row.Status);
        Assert.Equal(new Total(2, new(350.50m)), released.After.Is<Released>().Batch.Payable);
        released.When(new RecordReturns("HD-1", Day, 2, new(350.50m), [new(3, "1", "")]), Teller).Refused("E_LINE");
    }

    [Fact]
    public void A_line_is_explained_by_what_was_frozen()
    {
        var explanation = BatchProcess.Type.Explained(OnceCalculated.State, "2")!;

        Assert.Equal((new Money(150.50m), Monthly.Formula), (explanation.Result, explanation.Formula));
        Assert.Equal(
            ["2014-01 Regular 150.50", "2014-01 standard 220.00", "2014-01 perCapita 120.000001", "2014-01 members 2", "2014-01 base 150.50", "2014-01 uplift 0.00"],
            explanation.Inputs.Select(i => $"{i.Name} {i.Value}"));
        Assert.Equal(Monthly.Policy, explanation.Inputs[1].Policy);
        Assert.Equal((Processes.SubsistenceAllowance, "DB-341503-2013-000002", 12L), (explanation.Inputs[2].Process, explanation.Inputs[2].Id, explanation.Inputs[2].Version));
        Assert.Null(BatchProcess.Type.Explained(OnceCalculated.State, "4"));
        Assert.Null(BatchProcess.Type.Explained(OnceCalculated.State, "two"));
    }

    [Fact]
    public void Every_act_finds_an_answer_in_every_state()
    {
        var paid = OnceReleased.When(All, Teller);
        var reconciled = paid.When(new ReconcileBatch(3, new(450.00m), 0, Money.Zero), Maker);
        Scenario[] states =
        [
            New, OnceCalculated, OnceChecked, OnceApproved, OnceReleased, paid.After, reconciled.After, reconciled.When(new CloseBatch(), Maker).After, OnceCalculated.When(new CancelBatch("x"), Maker).After,
            New.Given(new BatchOpened("x", default, default, 0, default, 0, default, [], "x")),
        ];
        BatchCommand[] commands =
        [
            Calculation, new CalculateBatch("", default, default, 0, 0, [], []), Of(Due(1, Area.Rural, 1m) with { Components = [], Members = [] }), BatchExamples.Hold, BatchExamples.Release,
            BatchExamples.CheckProbe, BatchExamples.ApproveProbe, BatchExamples.SendOutProbe, BatchExamples.Returns, BatchExamples.Reconcile, BatchExamples.Close, BatchExamples.Cancel,
            new RecordReturns("x", default, int.MaxValue, new(999_999_999_999.99m), []), new HoldLine(int.MinValue, (HoldReason)99, ""),
        ];

        Assert.All(states, state => Assert.All(commands, command => _ = state.When(command, Maker).Facts));
    }
}
