using Platform.Cases;

namespace SocialAssistance.PaymentBatch;

internal abstract record BatchCommand;

/// <summary>What is due to one household, as the roll stood at the cut-off.</summary>
/// <param name="OnHold">Why the entitlement is on hold, if it is.</param>
internal sealed record DueLine(
    string Entitlement, string Household, PersonId Payee, RegionCode Region, Area Area, IReadOnlyList<string> Members, string? OnHold, IReadOnlyList<Component> Components);

internal sealed record CalculateBatch(
    string Benefit, RegionCode Region, YearMonth Month, int Supplementary, int Seen, IReadOnlyList<Ground> Grounds, IReadOnlyList<DueLine> Lines) : BatchCommand;

internal sealed record HoldLine(int Line, HoldReason Reason, string Note) : BatchCommand;

internal sealed record ReleaseLine(int Line, string Reason) : BatchCommand;

/// <param name="Changed">Lines whose entitlement is no longer as it was at the cut-off.</param>
internal sealed record CheckBatch(int Count, Money ControlSum, IReadOnlyList<HeldLine> Changed) : BatchCommand;

/// <param name="Budget">Yuan available.</param>
/// <param name="Voucher">Number of the treasury's voucher.</param>
/// <param name="Held">Lines that may not be paid now: changed since the cut-off, or without an account that can be paid to.</param>
/// <param name="Files">The bank files as built without those lines.</param>
internal sealed record ApproveBatch(Money Budget, string Voucher, IReadOnlyList<HeldLine> Held, IReadOnlyList<BankFile> Files) : BatchCommand;

/// <param name="Changed">Lines whose entitlement has changed since the file was built.</param>
/// <param name="Files">SHA-256 of the files as they are kept; empty for one that cannot be opened.</param>
internal sealed record ReleaseBatch(IReadOnlyList<HeldLine> Changed, IReadOnlyDictionary<BankFormat, string> Files) : BatchCommand;

internal sealed record RecordReturns(string Reference, DateOnly PaidOn, int PaidCount, Money PaidSum, IReadOnlyList<RejectedLine> Rejected) : BatchCommand;

internal sealed record ReconcileBatch(int PaidCount, Money PaidSum, int RejectedCount, Money RejectedSum) : BatchCommand;

internal sealed record CloseBatch : BatchCommand;

internal sealed record CancelBatch(string Reason) : BatchCommand;

internal static partial class BatchDecisions
{
    public static Decision<BatchEvent> Decide(BatchCase batch, BatchCommand command, BatchPolicy policy, Act act) => (batch, command) switch
    {
        (NoBatch or Cancelled, CalculateBatch c) => Calculate(c, policy, act),
        (_, CalculateBatch) => Standing,
        (Calculated or Checked or Approved, HoldLine c) => Hold(batch.Batch, c, act),
        (Calculated or Checked or Approved or Released or Paid or Reconciled or Closed, ReleaseLine c) => Release(batch.Batch, c, act),
        (Calculated, CheckBatch c) => Check(batch.Batch, c, act),
        (Checked s, CheckBatch c) when s.Control == new Total(c.Count, c.ControlSum) => [],
        (Checked s, ApproveBatch c) => Approve(s.Batch, s.Checker, c, act),
        (Approved s, ApproveBatch c) => StillHeld(s.Batch, c.Held).Count == 0 ? [] : Approve(s.Batch, s.Checker, c, act),
        (Approved s, ReleaseBatch c) => SendOut(s, c, act),
        (Released, ReleaseBatch) => [],
        (Released s, RecordReturns c) => Report(s.Batch, s.On, [], c, act),
        (Paid s, RecordReturns c) => Report(s.Batch, s.Payment.PaidOn, s.Payment.Reports, c, act),
        (Reconciled s, RecordReturns c) when s.Payment.Reports.Exists(r => Same(r, c)) => [],
        (Paid s, ReconcileBatch c) => Reconcile(s, c, act),
        (Reconciled or Closed, ReconcileBatch) => [],
        (Reconciled, CloseBatch) => [new BatchClosed(act.Today)],
        (Closed, CloseBatch) => [],
        (Calculated or Checked or Approved, CancelBatch c) => Checks.Stated(c.Reason, "reason") is { } refusal ? refusal : [new BatchCancelled(c.Reason, act.Actor)],
        (Cancelled, CancelBatch) => [],
        _ => Refusal.NotNow(),
    };

    /// <summary>The month has its batch, or a component its line: nothing is paid twice (domain section 9.4).</summary>
    public static readonly Refusal Standing = Refusal.Taken("E_BATCH_DUP", "该月该项资金已有发放批次,或其中款项已列入其他批次。", "There is a batch for this benefit, county and month, or something in it is in another batch.");

    private static Refusal Empty => Refusal.Rule("E_BATCH_EMPTY", "没有可发放的款项。", "There is nothing to pay.");

    private static Refusal NoLine(int line) => Refusal.Rule("E_LINE", "批次中没有这一行,或该行不在可办理状态。", "The batch has no such line, or the line is not in a state for this.").With("line", line);

    private static Refusal Sum(Total stated, Total found) => Refusal.Rule("E_BATCH_SUM", "笔数或金额与批次不符。", "Count or sum differ from the batch.")
        .With("statedCount", stated.Lines).With("statedSum", stated.Sum.Yuan).With("count", found.Lines).With("sum", found.Sum.Yuan);

    /// <summary>SOD-6: maker, checker and releaser are three persons.</summary>
    private static Refusal? SameHand(Act act, params ReadOnlySpan<string> earlier) =>
        !act.BySystem && earlier.Contains(act.Actor) ? Refusal.Duties("SOD-6", "发放批次的制单、复核、拨付不得由同一人办理。", "One person may not make, check and release a batch.") : null;

    private static Decision<BatchEvent> Hold(Batch batch, HoldLine c, Act act) =>
        batch.Lines[c.Line] is null ? NoLine(c.Line)
        : c.Reason > HoldReason.Duplicate ? Refusal.Rule("E_HOLD_REASON", "该原因只由系统核对得出。", "This reason is found by the batch itself.").With("reason", $"{c.Reason}")
        : batch.Exceptions.TryGetValue(c.Line, out var held) ? (held.Code == $"{c.Reason}" ? [] : Refusal.Rule("E_LINE_HELD", "该行已暂停发放。", "The line is held already.").With("reason", held.Code))
        : Checks.Stated(c.Note, "note") is { } refusal ? refusal
        : [new LinesHeld([new(c.Line, c.Reason)], c.Note, act.Actor)];

    private static Decision<BatchEvent> Release(Batch batch, ReleaseLine c, Act act) => (batch.Lines[c.Line], batch.Exceptions.GetValueOrDefault(c.Line)) switch
    {
        (null, _) or (_, { Status: LineStatus.Returned }) => NoLine(c.Line),
        (_, { Status: LineStatus.Held } held) => Checks.Stated(c.Reason, "reason") is { } refusal ? refusal : [new LineReleased(c.Line, Enum.Parse<HoldReason>(held.Code), c.Reason, act.Actor)],
        _ => [],
    };

    private static Decision<BatchEvent> Check(Batch batch, CheckBatch c, Act act)
    {
        if (SameHand(act, batch.Maker) is { } sameHand)
        {
            return sameHand;
        }

        var found = batch.Total;
        return found != new Total(c.Count, c.ControlSum) || batch.Lines.All.Any(l => l.Amount.IsNegative) ? Sum(new(c.Count, c.ControlSum), found)
            : [.. Holding(StillHeld(batch, c.Changed), act), new BatchChecked(c.Count, c.ControlSum, act.Actor)];
    }

    /// <summary>Drawn lines that may not stay so; a changed amount that the approver has let go stays let go.</summary>
    private static List<HeldLine> StillHeld(Batch batch, IReadOnlyList<HeldLine> found) =>
        [.. found.Where(h => batch.Lines[h.Line] is not null && batch.StatusOf(h.Line) == LineStatus.Drawn && !(h.Reason == HoldReason.EntitlementChanged && batch.Waived.Contains(h.Line))).DistinctBy(h => h.Line)];

    private static IEnumerable<BatchEvent> Holding(List<HeldLine> held, Act act) => held.Count == 0 ? [] : [new LinesHeld(held, null, act.Actor)];
}
