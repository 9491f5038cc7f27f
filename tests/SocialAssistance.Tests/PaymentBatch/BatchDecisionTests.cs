using Platform.Cases;
using Platform.Contracts.SocialAssistance;
using Platform.Tests.Support;
using SocialAssistance.PaymentBatch;
using static SocialAssistance.Tests.PaymentBatch.Batches;

namespace SocialAssistance.Tests.PaymentBatch;

public sealed class BatchDecisionTests
{
    [Fact]
    public void A_batch_freezes_its_lines_and_adds_them_up_by_area()
    {
        var batch = New.When(Calculation, Maker).Twice("E_BATCH_DUP");

        Assert.IsType<BatchOpened>(batch.Facts[0]);
        Assert.Equal(new DateOnly(2014, 1, 10), ((BatchOpened)batch.Facts[0]).PayBy);
        Assert.Equal(Maker.At, ((BatchOpened)batch.Facts[0]).CutOff);
        var sums = Assert.IsType<BatchCalculated>(batch.Facts[^1]);
        Assert.Equal((3, new Money(450.00m)), (sums.Count, sums.Sum));
        Assert.Equal([new AreaTotal(Area.Urban, 1, 2, new(200.00m)), new AreaTotal(Area.Rural, 2, 4, new(250.00m))], sums.Areas);
        Assert.Equal("payment-day", Assert.Single(batch.Policies!.Keys));
    }

    [Fact]
    public void Lines_stand_at_most_five_hundred_to_a_fact_and_are_numbered_through()
    {
        var facts = New.When(Of([.. Enumerable.Range(1, 1_201).Select(n => Due(n, Area.Rural, 1.00m))]), Maker).Facts;

        var chunks = facts.OfType<LinesCalculated>().Select(f => f.Lines).ToList();
        Assert.Equal([500, 500, 201], chunks.Select(c => c.Count));
        Assert.Equal(Enumerable.Range(1, 1_201), chunks.SelectMany(c => c).Select(l => l.Id));
        var lines = New.Given(facts).Is<Calculated>().Batch.Lines;
        Assert.All(new[] { 1, 500, 501, 1_201 }, id => Assert.Equal(id, lines[id]?.Id));
        Assert.All(new[] { -1, 0, 1_202 }, id => Assert.Null(lines[id]));
        Assert.Equal([2L, 3L, 4L], new[] { 1, 501, 1_001 }.Select(lines.VersionOf));
    }

    [Fact]
    public void What_is_on_hold_and_whoever_would_be_paid_twice_is_held_from_the_start()
    {
        var batch = New.When(Of(Due(1, Area.Urban, 1m), Due(2, Area.Rural, 1m, "death-signal"), Due(3, Area.Rural, 1m, members: [$"{Person(3)}", $"{Person(1)}"])), Maker);

        var held = Assert.IsType<LinesHeld>(batch.Facts[^1]);
        Assert.Equal([new HeldLine(2, HoldReason.DeathSignal), new HeldLine(3, HoldReason.Duplicate)], held.Lines);
        Assert.Equal(new Total(1, new(1m)), batch.After.Is<Calculated>().Batch.Payable);
    }

    [Theory]
    [InlineData("no lines", "E_BATCH_EMPTY")]
    [InlineData("benefit", "E_BENEFIT")]
    [InlineData("village", "E_REGION_LEVEL")]
    [InlineData("march", "E_MONTH_AHEAD")]
    [InlineData("a trillion", "E_BATCH_SUM")]
    public void A_batch_that_cannot_be_is_refused(string what, string code)
    {
        var calculation = what switch
        {
            "no lines" => Of(),
            "benefit" => Calculation with { Benefit = "winter-fuel" },
            "village" => Calculation with { Region = RegionCode.Hydrate("341503101201") },
            "march" => Calculation with { Month = new(2014, 3) },
            _ => Of([.. Enumerable.Range(1, 11).Select(n => Due(n, Area.Rural, 99_999_999_999m))]),
        };

        New.When(calculation, Maker).Refused(code);
    }

    [Fact]
    public void Next_month_may_be_prepared() => Assert.Null(New.When(Calculation with { Month = new(2014, 2) }, Maker).Refusal);

    [Fact]
    public void A_line_is_held_and_let_go_again()
    {
        var held = OnceCalculated.When(new HoldLine(2, HoldReason.Complaint, "举报待查"), Checker).Then(new LinesHeld([new(2, HoldReason.Complaint)], "举报待查", "checker")).Twice();
        held.When(new HoldLine(2, HoldReason.DeathSignal, "x"), Checker).Refused("E_LINE_HELD");

        held.When(new ReleaseLine(2, "查无实据"), Checker).Then(new LineReleased(2, HoldReason.Complaint, "查无实据", "checker")).Twice();
    }

    [Fact]
    public void A_hold_names_an_existing_line_a_reason_of_the_officers_and_a_note()
    {
        OnceCalculated.When(new HoldLine(4, HoldReason.Complaint, "x"), Checker).Refused("E_LINE");
        OnceCalculated.When(new HoldLine(1, HoldReason.EntitlementStopped, "x"), Checker).Refused("E_HOLD_REASON");
        OnceCalculated.When(new HoldLine(1, HoldReason.Complaint, " "), Checker).Refused("E_REASON");
        OnceCalculated.When(new ReleaseLine(4, "x"), Checker).Refused("E_LINE");
        OnceCalculated.When(new HoldLine(1, HoldReason.Complaint, "x"), Checker).When(new ReleaseLine(1, ""), Checker).Refused("E_REASON");
    }

    [Fact]
    public void The_checker_counts_and_adds_up_for_himself()
    {
        OnceCalculated.When(new CheckBatch(3, new(450.00m), []), Checker).Then(new BatchChecked(3, new(450.00m), "checker")).Twice();
        Assert.Equal(450.00m, OnceCalculated.When(new CheckBatch(3, new(450.01m), []), Checker).Refused("E_BATCH_SUM").Details["sum"]);
        OnceCalculated.When(new CheckBatch(2, new(450.00m), []), Checker).Refused("E_BATCH_SUM");
        OnceChecked.When(new CheckBatch(2, new(450.00m), []), Checker).Refused("E_STATE");
    }

    [Fact]
    public void What_has_changed_since_the_cut_off_is_held_at_the_check()
    {
        var check = new CheckBatch(3, new(450.00m), [new(1, HoldReason.DeathSignal), new(2, HoldReason.EntitlementChanged), new(9, HoldReason.DeathSignal)]);
        var done = OnceCalculated.When(check, Checker).Then(new LinesHeld([new(1, HoldReason.DeathSignal), new(2, HoldReason.EntitlementChanged)], null, "checker"), new BatchChecked(3, new(450.00m), "checker"));

        // A changed amount may be let go for good; a death signal comes back as long as it stands.
        var released = done.When(new ReleaseLine(1, "x"), Checker).When(new ReleaseLine(2, "x"), Checker).After;
        var again = released.When(Approval(2, 250.00m, held: [new(1, HoldReason.DeathSignal), new(2, HoldReason.EntitlementChanged)]), Approver);
        Assert.Equal([new HeldLine(1, HoldReason.DeathSignal)], Assert.IsType<LinesHeld>(again.Facts[0]).Lines);
    }

    [Fact]
    public void The_treasury_approves_files_that_hold_exactly_the_lines_to_be_paid()
    {
        var approved = OnceChecked.When(Approval(2, 250.00m, held: [new HeldLine(1, HoldReason.AccountInvalid)]), Approver);

        Assert.Equal(new HeldLine(1, HoldReason.AccountInvalid), Assert.Single(Assert.IsType<LinesHeld>(approved.Facts[0]).Lines));
        Assert.Equal((2, new Money(250.00m)), Assert.IsType<BatchApproved>(approved.Facts[1]) is var f ? (f.Count, f.Sum) : default);
        approved.Twice();
        OnceChecked.When(Approval(2, 450.00m), Approver).Refused("E_FILE_STALE");
        OnceChecked.When(Approval(3, 450.00m) with { Files = [] }, Approver).Refused("E_FILE_STALE");
        OnceChecked.When(Approval(3, 450.00m) with { Voucher = "" }, Approver).Refused("E_REFERENCE");
        OnceChecked.When(Approval(0, 0m, held: [new(1, HoldReason.AccountInvalid), new(2, HoldReason.AccountInvalid), new(3, HoldReason.AccountInvalid)]), Approver).Refused("E_BATCH_EMPTY");
    }

    [Theory]
    [InlineData(450.00, null)]
    [InlineData(449.99, "E_BUDGET")]
    public void The_budget_must_cover_the_sum_to_the_fen(double budget, string? refusal) =>
        Assert.Equal(refusal, OnceChecked.When(Approval(3, 450.00m, (decimal)budget), Approver).Refusal?.Code);

    [Fact]
    public void A_hold_after_the_approval_voids_the_file()
    {
        var held = OnceApproved.When(new HoldLine(3, HoldReason.DeathSignal, "殡葬反馈"), Checker).After;

        held.Is<Checked>();
        held.When(Release, Releaser).Refused("E_STATE");
        Assert.Null(held.When(Approval(2, 350.50m), Approver).Refusal);
    }

    [Fact]
    public void Only_the_approved_bytes_are_released_and_nobody_who_has_died_since()
    {
        OnceApproved.When(Release, Releaser).Then(new BatchReleased(new(2014, 1, 8), "releaser")).Twice();
        OnceApproved.When(Release with { Files = new Dictionary<BankFormat, string> { [BankFormat.Csv] = new('c', 64), [BankFormat.Gb18030] = "" } }, Releaser).Refused("E_FILE_HASH");
        OnceApproved.When(Release with { Changed = [new(2, HoldReason.DeathSignal)] }, Releaser).Refused("E_DEAD_PERSON");
        OnceApproved.When(Release with { Changed = [new(2, HoldReason.EntitlementChanged)] }, Releaser).Refused("E_ROLL_CHANGED");
        // Approved again without the line, it goes out.
        Assert.Null(OnceApproved.When(Approval(2, 299.50m, held: [new HeldLine(2, HoldReason.DeathSignal)]), Approver).When(Release, Releaser).Refusal);
    }

    [Fact]
    public void Maker_checker_and_releaser_are_three_persons()
    {
        Sod(OnceCalculated.When(new CheckBatch(3, new(450.00m), []), Checker with { Actor = "maker" }));
        Sod(OnceChecked.When(Approval(3, 450.00m), Approver with { Actor = "maker" }));
        Sod(OnceChecked.When(Approval(3, 450.00m), Approver with { Actor = "checker" }));
        Sod(OnceApproved.When(Release, Releaser with { Actor = "maker" }));
        Sod(OnceApproved.When(Release, Releaser with { Actor = "checker" }));
        // Before anything about the content.
        Sod(OnceCalculated.When(new CheckBatch(0, default, []), Checker with { Actor = "maker" }));

        static void Sod(Scenario.Decided decided)
        {
            var refusal = decided.Refused("E_SOD");
            Assert.Equal((RefusalKind.NotYours, "SOD-6"), (refusal.Kind, refusal.Details["rule"]));
        }
    }

    [Fact]
    public void A_batch_is_cancelled_before_its_release_and_then_calculated_anew()
    {
        foreach (var before in new[] { OnceCalculated, OnceChecked, OnceApproved })
        {
            var cancelled = before.When(new CancelBatch("月份有误"), Maker).Then(new BatchCancelled("月份有误", "maker")).Twice();
            Assert.Equal(3, cancelled.Changes().OfType<Change.Remove>().Count());
            var again = cancelled.When(Calculation, Maker);
            Assert.Equal(new Total(3, new(450.00m)), again.After.Is<Calculated>().Batch.Total);
        }

        OnceReleased.When(new CancelBatch("x"), Maker).Refused("E_STATE");
        OnceCalculated.When(new CancelBatch(""), Maker).Refused("E_REASON");
    }

    [Fact]
    public void Every_component_is_inserted_once_and_only_exceptions_are_written_again()
    {
        var rows = New.When(Calculation, Maker).Changes().OfType<Change.Insert>().ToList();
        Assert.Equal(3, rows.Count);
        Assert.All(rows, r => Assert.Equal("E_BATCH_DUP", r.Taken.Code));
        Assert.Equal("Regular", ((PaymentLineRow)rows[0].Row).Component);

        var held = OnceCalculated.When(new HoldLine(2, HoldReason.Complaint, "x"), Checker).Changes().OfType<Change.Put>().Select(p => p.Row).ToList();
        Assert.Equal(LineStatus.Held, Assert.Single(held.OfType<PaymentLineRow>()).Status);
        Assert.Equal((1, new Money(150.50m)), held.OfType<BatchRow>().Single() is var row ? (row.HeldCount, row.HeldSum) : default);
    }
}
