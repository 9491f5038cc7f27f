using Platform.Cases;

namespace SocialAssistance.Overpayment;

/// <summary>Debts: what was paid too much, what has come back, what is open.</summary>
[Row("overpayments", nameof(Overpayment))]
internal sealed record OverpaymentRow(
    string Overpayment, string Entitlement, RegionCode Region, PersonId Payee, string Cause, string State, Fault? Fault, Money Amount, Money Fine, Money Repaid, Money Balance,
    DateOnly DetectedOn, DateOnly? DueOn, long Version);

internal static class OverpaymentViews
{
    public static CaseSummary Summary(OverpaymentCase o) => new(Name(o), o.Debt.Region, o.Debt.Entitlement, Open(o), Open(o) ? o.Debt.DueOn : null, [o.Debt.Payee]);

    public static IEnumerable<Change> Changes(Recorded<OverpaymentEvent> fact, OverpaymentCase after)
    {
        var d = after.Debt;
        yield return new Change.Put(new OverpaymentRow(
            fact.Id, d.Entitlement, d.Region, d.Payee, d.Cause, after.GetType().Name, d.Fault, d.Amount, d.Fine, d.Repaid, Open(after) ? d.Balance : Money.Zero, d.DetectedOn, d.DueOn, fact.Version));
    }

    /// <summary>What was paid and due for one month of the debt; the line is the month, yyyy-MM.</summary>
    public static Explanation? Explain(OverpaymentCase o, string line) =>
        o.Debt.Months.Find(m => m.Month.ToString() == line) is not { } month ? null
        : new(line, new("多发金额", "Overpaid"), "max(0, 已发 − 应发) / max(0, paid − due), 社会救助暂行办法 第68条", Money.Max(Money.Zero, month.Paid - month.Due),
        [
            new("paid", month.Paid.ToString(), "yuan/household/month", Processes.Overpayment, o.Debt.Number, 1),
            new("due", month.Due.ToString(), "yuan/household/month", Processes.Overpayment, o.Debt.Number, 1),
        ]);

    private static bool Open(OverpaymentCase o) => o is Detected or Assessed or Notified or Repaying or Referred;

    private static Text Name(OverpaymentCase o) => o switch
    {
        Detected => new("已发现", "Detected"),
        Assessed => new("已核定", "Assessed"),
        Notified => new("已通知", "Notified"),
        Repaying => new("退还中", "Repaying"),
        Referred => new("已移送", "Referred"),
        Settled => new("已结清", "Settled"),
        Waived => new("已豁免", "Waived"),
        Cancelled => new("已撤销", "Cancelled"),
        _ => new("未发现", "Not detected"),
    };
}
