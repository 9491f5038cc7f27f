using Platform.Cases;

namespace SocialAssistance.Overpayment;

internal abstract record OverpaymentCommand;

internal sealed record OverpaidMonth(YearMonth Month, Money Paid, Money Due);

/// <summary>An entitlement has found that more was paid than was due. The number of the case is <c>CY-{entitlement}-{n}</c>.</summary>
internal sealed record DetectOverpayment(string Entitlement, RegionCode Region, PersonId Payee, string Cause, IReadOnlyList<OverpaidMonth> Months) : OverpaymentCommand;

internal sealed record CancelOverpayment(string Reason) : OverpaymentCommand;

/// <param name="Months">Months found overpaid, with what was due as reckoned again.</param>
internal sealed record AssessOverpayment(IReadOnlyList<OverpaidMonth> Months, Fault Fault, string Reason) : OverpaymentCommand;

internal sealed record ServeRecoveryNotice(string NoticeNumber, DateOnly DueOn, string Remedies) : OverpaymentCommand;

/// <param name="Reference">Number of the bank's or cashier's slip: the same one is not booked twice.</param>
internal sealed record RecordRepayment(string Reference, Money Amount, DateOnly On, RepaymentMethod Method) : OverpaymentCommand;

internal sealed record AgreeInstalments(int Months) : OverpaymentCommand;

internal sealed record WaiveOverpayment(string Reason, string DecisionNumber) : OverpaymentCommand;

internal sealed record DecideFine(decimal Multiple, string Reason, string DecisionNumber) : OverpaymentCommand;

internal sealed record ReferRecovery(ReferredTo To, string Reason) : OverpaymentCommand;

internal static class OverpaymentDecisions
{
    private const string Recovery = "社会救助暂行办法 第68条";
    private static readonly Money Largest = new(1_000_000_000m);

    public static Decision<OverpaymentEvent> Decide(OverpaymentCase o, OverpaymentCommand command, OverpaymentPolicy policy, Act act) => (o, command) switch
    {
        (NoOverpayment, DetectOverpayment c) => Detect(c, act),
        (_, DetectOverpayment) => [],
        (NoOverpayment, _) => Refusal.NotNow(),
        (Detected or Assessed, AssessOverpayment c) => Assess(o, c, act),
        (Assessed or Notified or Repaying, ServeRecoveryNotice c) => Serve(o, c, act),
        (Assessed or Notified or Repaying or Referred or Settled, RecordRepayment c) => Repay(o, c, act),
        (Notified or Repaying, AgreeInstalments c) => Instalments(o, c, policy, act),
        (Assessed or Notified or Repaying or Referred, WaiveOverpayment c) => Waive(o, c, policy, act),
        (Waived, WaiveOverpayment) => [],
        (Assessed or Notified or Repaying or Referred, DecideFine c) => Fine(o, c, policy, act),
        (Notified or Repaying, ReferRecovery c) => Checks.Stated(c.Reason, "reason") is { } refusal ? refusal : [new RecoveryReferred(c.To, c.Reason, act.Today)],
        (Referred r, ReferRecovery c) when r.To == c.To => [],
        (Cancelled, CancelOverpayment) => [],
        (_, CancelOverpayment c) => Checks.Stated(c.Reason, "reason") is { } refusal ? refusal : [new OverpaymentCancelled(c.Reason, o.Debt.Repaid, act.Today)],
        _ => Refusal.NotNow(),
    };

    private static Decision<OverpaymentEvent> Detect(DetectOverpayment c, Act act) =>
        Plausible(c.Months) is { } refusal ? refusal
        : [new OverpaymentDetected(act.Case, c.Entitlement, c.Region, c.Payee, c.Cause, c.Months, Total(c.Months), act.Today)];

    private static Decision<OverpaymentEvent> Assess(OverpaymentCase o, AssessOverpayment c, Act act)
    {
        if ((Checks.Stated(c.Reason, "reason") ?? Plausible(c.Months)) is { } refusal)
        {
            return refusal;
        }

        // What was paid is on record; only what was due is reckoned again.
        if (c.Months.FirstOrDefault(m => !o.Debt.Months.Exists(d => d.Month == m.Month && d.Paid == m.Paid)) is { } unknown)
        {
            return Refusal.Rule("E_AMOUNT_MISMATCH", "该月已发金额与记录不符。", "That is not what was paid for the month.").With("month", unknown.Month.ToString());
        }

        return o is Assessed && o.Debt.Fault == c.Fault && o.Debt.Months.SequenceEqual(c.Months) ? []
            : o.Debt.Fine > Money.Zero || !o.Debt.Repayments.IsEmpty ? Refusal.NotNow()
            : [new OverpaymentAssessed(c.Months, Total(c.Months), c.Fault, c.Reason, act.Actor)];
    }

    private static Decision<OverpaymentEvent> Serve(OverpaymentCase o, ServeRecoveryNotice c, Act act) =>
        (Numbered(c.NoticeNumber) ?? Checks.Stated(c.Remedies, "remedies")) is { } refusal ? refusal
        : o.Debt.DueOn == c.DueOn ? []
        : c.DueOn <= act.Today || c.DueOn > act.Today.AddYears(10) ? Refusal.Rule("E_DATE_RANGE", "退款期限应晚于送达日。", "The money is due after the day of the notice.").With("dueOn", c.DueOn)
        : [new RecoveryNoticeServed(c.NoticeNumber, act.Today, c.DueOn, c.Remedies, act.Actor)];

    /// <summary>Never more than the balance; at zero the debt is settled.</summary>
    private static Decision<OverpaymentEvent> Repay(OverpaymentCase o, RecordRepayment c, Act act)
    {
        if (o.Debt.Repayments.Find(r => r.Reference == c.Reference) is { } booked)
        {
            return booked.Amount == c.Amount && booked.On == c.On ? [] : Refusal.Taken("E_REFERENCE", "该凭证号已登记其他还款。", "That slip is booked with another amount or day.").With("reference", c.Reference);
        }

        if (o is Settled)
        {
            return Refusal.NotNow();
        }

        if ((Numbered(c.Reference) ?? Checks.NotAfter(c.On, act, "on")) is { } refusal)
        {
            return refusal;
        }

        var received = new RepaymentReceived(c.Reference, c.Amount, c.On, c.Method);
        return c.Amount <= Money.Zero ? Refusal.Rule("E_AMOUNT_RANGE", "还款金额应大于零。", "A repayment is more than zero.")
            : c.Amount > o.Debt.Balance ? Refusal.Rule("E_BEYOND_BALANCE", "还款金额超过应退余额。", "More than the balance.").With("balance", o.Debt.Balance.Yuan)
            : c.Amount < o.Debt.Balance ? [received]
            : [received, new OverpaymentSettled(act.Today)];
    }

    private static Decision<OverpaymentEvent> Instalments(OverpaymentCase o, AgreeInstalments c, OverpaymentPolicy policy, Act act) =>
        !policy.Instalments(out var longest, out var missing) ? missing
        : c.Months < 1 || c.Months > longest ? Refusal.Rule("E_INSTALMENTS", $"分期不超过{longest}个月。", $"At most {longest} instalments.").With("longest", longest)
        : o is Repaying && o.Debt.DueOn == act.Today.AddMonths(c.Months) ? []
        : [new InstalmentPlanAgreed(c.Months, Money.Round(o.Debt.Balance.Yuan / c.Months, Rounding.FenHalfUp), act.Today.AddMonths(c.Months))];

    /// <summary>The county's approver decides up to the limit; above it the city's supervisor approves too, another person (SOD-8).</summary>
    private static Decision<OverpaymentEvent> Waive(OverpaymentCase o, WaiveOverpayment c, OverpaymentPolicy policy, Act act)
    {
        if (Checks.SameHand(act, "SOD-8", o.Debt.AssessedBy is { } assessor ? [assessor] : []) is { } sameHand)
        {
            return sameHand;
        }

        var county = act.Roles.Contains(Roles.CountyApprover);
        var city = act.Roles.Contains(Roles.CitySupervisor);
        var first = o.Debt.Waiver;
        if (first?.By == act.Actor)
        {
            return [];
        }

        if ((Checks.Stated(c.Reason, "reason") ?? Numbered(c.DecisionNumber)) is { } refusal || !policy.WaiveLimit(out var limit, out refusal))
        {
            return refusal;
        }

        if (o.Debt.Balance <= limit && county)
        {
            return [new OverpaymentWaived(c.Reason, c.DecisionNumber, o.Debt.Balance, [act.Actor])];
        }

        var other = first?.Role == Roles.CountyApprover ? city : first?.Role == Roles.CitySupervisor && county;
        return other ? [new OverpaymentWaived(c.Reason, c.DecisionNumber, o.Debt.Balance, [first!.By, act.Actor])]
            : first is not null ? Refusal.Duties("SOD-8", "超过限额的豁免须县级确认人和市级监督各一人批准。", "Above the limit the county's approver and the city's supervisor both approve.")
            : county || city ? [new WaiverApproved(county ? Roles.CountyApprover : Roles.CitySupervisor, c.Reason, c.DecisionNumber, act.Actor)]
            : Refusal.Duties("SOD-8", "豁免须由县级确认人或市级监督批准。", "A waiver is approved by the county's approver or the city's supervisor.");
    }

    /// <summary>One to three times what was obtained by fraud (社会救助暂行办法 第68条), once, by another hand than the assessment.</summary>
    private static Decision<OverpaymentEvent> Fine(OverpaymentCase o, DecideFine c, OverpaymentPolicy policy, Act act) =>
        Checks.SameHand(act, "SOD-1", o.Debt.AssessedBy is { } assessor ? [assessor] : []) is { } sameHand ? sameHand
        : o.Debt.Fault != Overpayment.Fault.Fraud ? Refusal.NotNow("E_NOT_FRAUD", "只有骗取待遇的方可罚款。", "Only fraud is fined.", Recovery)
        : o.Debt.Fine > Money.Zero ? Refusal.NotNow("E_FINED", "已决定罚款。", "A fine has been decided.", Recovery)
        : (Checks.Stated(c.Reason, "reason") ?? Numbered(c.DecisionNumber)) is { } refusal || !policy.Fine(out var least, out var most, out refusal) ? refusal
        : c.Multiple < least || c.Multiple > most ? Refusal.Rule("E_FINE_RANGE", $"罚款为骗取金额的{least}倍以上{most}倍以下。", $"A fine is {least} to {most} times the amount.", Recovery).With("least", least).With("most", most)
        : [new FineDecided(c.Multiple, Money.Round(o.Debt.Amount.Yuan * c.Multiple, Rounding.FenHalfUp), c.Reason, c.DecisionNumber, act.Actor)];

    /// <summary>Σ max(0, paid − due) over the months (domain section 2.9).</summary>
    private static Money Total(IReadOnlyList<OverpaidMonth> months) => months.Sum(m => Money.Max(Money.Zero, m.Paid - m.Due));

    private static Refusal? Plausible(IReadOnlyList<OverpaidMonth> months) =>
        months.Count is 0 or > 600 || months.Select(m => m.Month).Distinct().Count() != months.Count || months.Any(m => m.Paid > Largest || m.Due > Largest || m.Paid.IsNegative || m.Due.IsNegative)
            ? Refusal.Rule("E_OVERPAID_MONTHS", "多发月份为空、重复或金额超出范围。", "The months are none, repeated, or with amounts out of range.")
        : Total(months) == Money.Zero ? Refusal.Rule("E_NOTHING_OVERPAID", "没有多发金额,应予撤销。", "Nothing was overpaid: cancel the case.", Recovery)
        : null;

    private static Refusal? Numbered(string number) =>
        string.IsNullOrWhiteSpace(number) || number.Length > 100 ? Refusal.Rule("E_DECISION_NUMBER", "须填写文号或凭证号。", "State the number of the document.") : null;
}
