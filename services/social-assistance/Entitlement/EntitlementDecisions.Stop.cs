using Platform.Cases;

namespace SocialAssistance.Entitlement;

// The end of a benefit and its pauses. Whole months only; the decision states its reasons in writing (社会救助暂行办法 第13条).
internal static partial class EntitlementDecisions
{
    private static Decision<EntitlementEvent> Stop(EntitlementCase e, StopEntitlement c, EntitlementPolicy policy, Act act) =>
        (Reviewer(e, act) ?? Checks.Stated(c.Cause, "cause") ?? Numbered(c.DecisionNumber) ?? (c.Since is { } since ? Checks.NotAfter(since, act, "since") : null)) is { } refusal
            ? refusal
            : Stopping(e, LastMonth(c, act), c.Reason, c.Cause, c.DecisionNumber, c.Campaign, policy, act);

    /// <summary>Month of the decision; month of the death; before the month of the change for fraud and a revoked grant.</summary>
    private static YearMonth LastMonth(StopEntitlement c, Act act) => (c.Reason, c.Since) switch
    {
        (StopReason.Death, { } since) => YearMonth.From(since),
        (StopReason.Fraud or StopReason.DecisionRevoked, { } since) => YearMonth.From(since).AddMonths(-1),
        (StopReason.Fraud or StopReason.DecisionRevoked, null) => YearMonth.From(act.Today).AddMonths(-1),
        _ => YearMonth.From(act.Today),
    };

    /// <summary>A benefit stopped while it is suspended ends before the suspension; one that never began ends before its first month.</summary>
    private static Decision<EntitlementEvent> Stopping(EntitlementCase e, YearMonth month, StopReason reason, string cause, string decisionNumber, string? campaign, EntitlementPolicy policy, Act act)
    {
        var never = e.Grant.FirstMonth.AddMonths(-1);
        YearMonth[] ends = [month, e.Grant.LastMonth ?? month, e is Suspended s ? s.From.AddMonths(-1) : month];
        var last = ends.Min();
        last = last < never ? never : last;
        var stopped = new EntitlementStopped(e.Grant.Benefit, e.Grant.Members, last, reason, cause, decisionNumber, campaign, act.Today, act.Actor);
        var held = e.Grant.DecideBy is null ? last.AddMonths(1) : e.Grant.Deaths.Select(d => d.From).Append(last.AddMonths(1)).Min();
        return AndAssess(stopped, held, reason.ToString(), policy, act);
    }

    /// <summary>One benefit stops at month end and the other starts next month: no gap and no overlap (domain section 3.0).</summary>
    private static Decision<EntitlementEvent> Transfer(EntitlementCase e, TransferToOtherBenefit c, EntitlementPolicy policy, Act act) =>
        (Reviewer(e, act) ?? Checks.Stated(c.Benefit, "benefit") ?? Numbered(c.DecisionNumber)) is { } refusal ? refusal
        : Stopping(e, YearMonth.From(act.Today), StopReason.TransferredToOtherBenefit, c.Benefit, c.DecisionNumber, null, policy, act);

    /// <summary>Only when the decision to stop has been revoked; whoever stopped does not reinstate.</summary>
    private static Decision<EntitlementEvent> Reinstate(Stopped s, ReinstateEntitlement c, EntitlementPolicy policy, Act act)
    {
        if (s.Reason == StopReason.Death)
        {
            return Refusal.NotNow("E_DEAD_PERSON", "因死亡停止的,撤销死亡登记后自动恢复。", "A benefit that ended with a death comes back when the record of the death is revoked.");
        }

        var from = s.Grant.LastMonth!.Value.AddMonths(1);
        return (Checks.SameHand(act, "SOD-1", [s.By]) ?? Decided(c.Reason, c.DecisionNumber)) is { } refusal ? refusal
            : AndAssess(new EntitlementReinstated(s.Grant.Benefit, s.Grant.Members, from, c.Reason, c.DecisionNumber, act.Actor), from, "reinstated", policy, act);
    }

    private static Decision<EntitlementEvent> Exit(EntitlementCase e, StartGradualExit c, EntitlementPolicy policy, Act act) =>
        (Reviewer(e, act) ?? Decided(c.Reason, c.DecisionNumber)) is { } refusal || !policy.GradualExit(out var longest, out refusal) ? refusal
        : c.Months < 1 || c.Months > longest
            ? Refusal.Rule("E_GRADUAL_EXIT", $"渐退期为1至{longest}个月。", $"A gradual exit lasts 1 to {longest} months.", "民发〔2021〕57号 第33条; 民发〔2022〕83号").With("longest", longest)
        : [new GradualExitStarted(After(e, YearMonth.From(act.Today)).AddMonths(c.Months), c.Reason, c.DecisionNumber, act.Actor)];

    private static Decision<EntitlementEvent> ExitOver(GradualExit x, Act act) =>
        YearMonth.From(act.Today) <= x.Until ? Refusal.NotNow()
        : [new EntitlementStopped(x.Grant.Benefit, x.Grant.Members, x.Until, StopReason.IncomeAboveStandard, "渐退期满 / gradual exit over", "", null, act.Today, act.Actor)];

    private static Decision<EntitlementEvent> Suspend(EntitlementCase e, SuspendEntitlement c, Act act) =>
        Checks.Stated(c.Cause, "cause") is { } refusal ? refusal
        : c.From < YearMonth.From(act.Today) ? Refusal.Rule("E_PERIOD_CLOSED", "不能追溯暂停以前月份。", "A month gone by cannot be suspended.").With("from", c.From.ToString())
        : c.From > NextMonth(act) ? Refusal.Rule("E_MONTH_RANGE", "暂停应自本月或次月起。", "A suspension begins this month or the next.").With("from", c.From.ToString())
        : [new EntitlementSuspended(After(e, c.From), c.Reason, c.Cause, act.Actor)];

    /// <summary>Months not paid while suspended are owed.</summary>
    private static Decision<EntitlementEvent> Resume(Suspended s, ResumeEntitlement c, EntitlementPolicy policy, Act act)
    {
        if (Checks.Stated(c.Cause, "cause") is { } refusal)
        {
            return refusal;
        }

        var resumed = new EntitlementResumed(s.From, c.Cause, act.Actor);
        if (s.Grant.DecideBy is not null)
        {
            return AndAssess(resumed, s.From, "suspension-lifted", policy, act);
        }

        var owed = c.Payments.Against(s.Grant, s.Grant.Deaths.Select(d => d.From).Append(s.From).Min(), act.Today).Owed;
        return owed.Count == 0 ? [resumed] : [resumed, new ArrearsRecorded(owed, "suspension-lifted", null)];
    }
}
