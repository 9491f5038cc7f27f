using System.Text.RegularExpressions;
using Platform.Cases;

namespace SocialAssistance.PaymentBatch;

internal static partial class BatchDecisions
{
    private static Decision<BatchEvent> Approve(Batch batch, string checker, ApproveBatch c, Act act)
    {
        if (SameHand(act, batch.Maker, checker) is { } sameHand)
        {
            return sameHand;
        }

        var held = StillHeld(batch, c.Held);
        var payable = batch.Hold(held).Payable;
        return Reference(c.Voucher, "voucher") is { } refusal ? refusal
            : payable.Lines == 0 ? Empty
            : c.Budget < payable.Sum ? Refusal.Rule("E_BUDGET", "可用资金不足。", "The money available does not suffice.").With("budget", c.Budget.Yuan).With("sum", payable.Sum.Yuan)
            : c.Files.Count == 0 || c.Files.Any(f => new Total(f.Lines, f.Sum) != payable) ? Refusal.Rule("E_FILE_STALE", "银行文件与批次不符,请重新办理。", "The batch has changed while the bank file was built; try again.")
            : [.. Holding(held, act), new BatchApproved(c.Files, payable.Lines, payable.Sum, c.Budget, c.Voucher, act.Actor)];
    }

    private static Decision<BatchEvent> SendOut(Approved approved, ReleaseBatch c, Act act)
    {
        var changed = StillHeld(approved.Batch, c.Changed);
        return SameHand(act, approved.Batch.Maker, approved.Checker) is { } sameHand ? sameHand
            : changed.Count > 0 ? Refusal.Rule(
                changed.Exists(h => h.Reason == HoldReason.DeathSignal) ? "E_DEAD_PERSON" : "E_ROLL_CHANGED",
                "审批后待遇情况已变化,请重新审批以剔除相关款项。", "Entitlements have changed since the approval; approve again to leave these lines out.").With("lines", changed.Select(h => h.Line).Take(100).ToArray()).With("count", changed.Count)
            : approved.Approval.Files.FirstOrDefault(f => c.Files.GetValueOrDefault(f.Format) != f.Sha256) is { } altered
                ? Refusal.Rule("E_FILE_HASH", "银行文件与审批时的校验值不一致,不得拨付。", "The bank file is not the one that was approved; it is not released.").With("format", $"{altered.Format}").With("approved", altered.Sha256)
            : [new BatchReleased(act.Today, act.Actor)];
    }

    private static Decision<BatchEvent> Report(Batch batch, DateOnly notBefore, IReadOnlyList<ReturnsRecorded> earlier, RecordReturns c, Act act)
    {
        if (earlier.FirstOrDefault(r => r.Reference == c.Reference) is { } before)
        {
            return Same(before, c) ? [] : Refusal.Taken("E_RETURN_DUP", "该回单编号已登记,内容不同。", "This bank reference has been recorded with other content.").With("reference", c.Reference);
        }

        if (Reference(c.Reference, "reference") is { } refusal || (refusal = Checks.NotAfter(c.PaidOn, act, "paidOn")) is not null)
        {
            return refusal;
        }

        if (c.PaidOn < notBefore)
        {
            return Refusal.Rule("E_DATE_ORDER", "支付日期不能早于拨付日期。", "The day of payment lies before the release.").With("paidOn", c.PaidOn).With("notBefore", notBefore);
        }

        if (Faulty(batch, c.Rejected) is { } fault)
        {
            return fault;
        }

        var paid = batch.Return(c.Rejected).Payable;
        return paid != new Total(c.PaidCount, c.PaidSum) ? Sum(new(c.PaidCount, c.PaidSum), paid)
            : [new ReturnsRecorded(c.Reference, c.PaidOn, c.Rejected, c.PaidCount, c.PaidSum, batch.Supplementary == 0 && c.PaidOn > batch.PayBy, act.At)];
    }

    private static bool Same(ReturnsRecorded before, RecordReturns c) =>
        before.Reference == c.Reference && before.PaidOn == c.PaidOn && before.PaidCount == c.PaidCount && before.PaidSum == c.PaidSum && before.Rejected.SequenceEqual(c.Rejected);

    private static Refusal? Faulty(Batch batch, IReadOnlyList<RejectedLine> rejected) =>
        rejected.CountBy(r => r.Line).FirstOrDefault(g => g.Value > 1 || batch.Lines[g.Key] is null || batch.StatusOf(g.Key) != LineStatus.Drawn) is { Value: > 0 } bad ? NoLine(bad.Key)
        : rejected.FirstOrDefault(r => r.Code.Length is 0 or > 20) is { } coded ? Refusal.Rule("E_BANK_CODE", "退回代码应为1至20个字符。", "The bank's code has 1 to 20 characters.").With("line", coded.Line)
        : rejected.FirstOrDefault(r => r.Message.Length > 100 || LongNumber().IsMatch(r.Message)) is { } wordy
            ? Refusal.Rule("E_PRIVACY_FIELD", "退回说明不超过100字,不得含账号、证件号码。", "The bank's message has at most 100 characters and no account or ID number.").With("line", wordy.Line)
        : null;

    private static Decision<BatchEvent> Reconcile(Paid paid, ReconcileBatch c, Act act)
    {
        var (made, returned, held) = (paid.Batch.Payable, paid.Batch.With(LineStatus.Returned), paid.Batch.With(LineStatus.Held, LineStatus.LetGo));
        return made != new Total(c.PaidCount, c.PaidSum) ? Sum(new(c.PaidCount, c.PaidSum), made)
            : returned != new Total(c.RejectedCount, c.RejectedSum) ? Sum(new(c.RejectedCount, c.RejectedSum), returned)
            : [new BatchReconciled(paid.Batch.Benefit, paid.Batch.Month, paid.Payment.PaidOn, made, returned, held, act.Actor)];
    }

    private static Refusal? Reference(string text, string name) =>
        string.IsNullOrWhiteSpace(text) || text.Length > 64 ? Refusal.Rule("E_REFERENCE", "编号应为1至64个字符。", "A reference has 1 to 64 characters.").With("field", name) : null;

    [GeneratedRegex("[0-9]{6}")]
    private static partial Regex LongNumber();
}
