using Platform.Cases;
using SocialAssistance.Overpayment;

namespace SocialAssistance.Entitlement;

/// <summary>What was paid for a month, all components that settle what is due; arrears among it.</summary>
internal sealed record PaidMonth(YearMonth Month, Money Amount, Money Arrears);

/// <summary>What has been paid or is being paid.</summary>
/// <param name="LastRun">Last month for which a batch has been made in the county; null when none.</param>
internal sealed record Payments(IReadOnlyList<PaidMonth> Months, YearMonth? LastRun)
{
    public static readonly Payments None = new([], null);

    /// <summary>
    /// Compares what is due with what has been settled, month by month: paid, plus arrears recorded and not yet paid, less what
    /// is being recovered. Σ max(0, due − settled) is owed, Σ max(0, settled − due) is overpaid (domain sections 2.9, 3.3).
    /// </summary>
    public (IReadOnlyList<ArrearsLine> Owed, IReadOnlyList<OverpaidMonth> Overpaid, YearMonth Through) Against(Grant grant, YearMonth from, DateOnly today)
    {
        var paid = Months.GroupBy(m => m.Month).ToDictionary(g => g.Key, g => (Amount: g.Sum(m => m.Amount), Arrears: g.Sum(m => m.Arrears)));
        var latest = YearMonth.From(today).AddMonths(2);
        var through = paid.Keys.Append(LastRun ?? YearMonth.From(today).AddMonths(-1)).Max();
        through = through > latest ? latest : through;
        List<ArrearsLine> owed = [];
        List<OverpaidMonth> overpaid = [];
        foreach (var month in YearMonth.Range(from < grant.FirstMonth ? grant.FirstMonth : from, through))
        {
            var (due, settled) = (grant.Due(month), SettledFor(grant, month, paid.GetValueOrDefault(month)));
            if (due > settled)
            {
                owed.Add(new(month, due - settled));
            }
            else if (settled > due)
            {
                overpaid.Add(new(month, settled, due));
            }
        }

        return (owed, overpaid, through);
    }

    private static Money SettledFor(Grant grant, YearMonth month, (Money Amount, Money Arrears) paid)
    {
        var recorded = grant.Owed.Where(o => o.Month == month).Sum(o => o.Amount);
        var recovering = grant.Debts.Where(d => !d.Cancelled).SelectMany(d => d.Months).Where(m => m.Month == month).Sum(m => m.Paid - m.Due);
        return paid.Amount + Money.Max(Money.Zero, recorded - paid.Arrears) - recovering;
    }
}

// What is due against what was paid. Money paid is never edited: arrears and overpayments are facts of their own.
internal static partial class EntitlementDecisions
{
    private static Decision<EntitlementEvent> Assess(EntitlementCase e, AssessPayments c, Act act)
    {
        if (e.Grant.ToAssess is not { } assessment)
        {
            return [];
        }

        // What is suspended or held is not owed until that is lifted.
        YearMonth? lifted = e.Grant.DecideBy is not null ? e.Grant.Deaths.Select(d => d.From).Min() : (e as Suspended)?.From;
        return [.. Settled(e.Grant, assessment.From, assessment.Cause, c.Payments, act, lifted)];
    }

    private static IEnumerable<EntitlementEvent> Settled(Grant grant, YearMonth from, string cause, Payments payments, Act act, YearMonth? owedBefore = null)
    {
        var (owed, overpaid, through) = payments.Against(grant, from, act.Today);
        owed = [.. owed.Where(o => !(o.Month >= owedBefore))];
        yield return new PaymentsCompared(from, through, act.Today, act.Actor);
        if (owed.Count > 0)
        {
            yield return new ArrearsRecorded(owed, cause, null);
        }

        if (overpaid.Count > 0)
        {
            yield return new OverpaymentFound(grant.Debts.Count + 1, cause, overpaid);
        }
    }

    /// <summary>Late activation and other errors of the agency: back pay never exceeds what was due, or the first amount for months before it (domain section 3.3).</summary>
    private static Decision<EntitlementEvent> Owe(EntitlementCase e, RecordArrears c, Act act)
    {
        if (Decided(c.Reason, c.DecisionNumber) is { } refusal)
        {
            return refusal;
        }

        if (c.Months.Count is 0 or > 60 || c.Months.Select(m => m.Month).Distinct().Count() != c.Months.Count
            || c.Months.Any(m => m.Amount <= Money.Zero || m.Amount > LargestAmount || m.Month < Earliest || m.Month > YearMonth.From(act.Today)))
        {
            return Refusal.Rule("E_ARREARS", "补发月份和金额有误。", "Name each month once, not later than this month, with an amount above zero.");
        }

        var before = e.Grant with { FirstMonth = Earliest, Slices = e.Grant.Slices.Insert(0, e.Grant.Slices[0] with { From = Earliest }) };
        var open = c.Payments.Against(before, Earliest, act.Today).Owed.ToDictionary(o => o.Month, o => o.Amount);
        if (c.Months.All(m => e.Grant.Owed.Contains(m)))
        {
            return [];
        }

        return c.Months.FirstOrDefault(m => m.Amount > open.GetValueOrDefault(m.Month)) is { } excess
            ? Refusal.Rule("E_AMOUNT_MISMATCH", "补发金额超过该月应发未发金额。", "More than is still due for the month.").With("month", excess.Month.ToString()).With("open", open.GetValueOrDefault(excess.Month).Yuan)
            : [new ArrearsRecorded(c.Months, c.Reason, c.DecisionNumber)];
    }

    /// <summary>
    /// A new standard: what is due rises from its month on. For months already paid the difference is owed; never is anything
    /// recovered by an uprating (domain sections 1.9, 3.3). Asked again, nothing is left to raise.
    /// </summary>
    private static Decision<EntitlementEvent> Uprate(EntitlementCase e, UprateStandard c, Act act)
    {
        var from = After(e, c.From);
        var standard = c.Amounts.Standards[e.Grant.Area].Monthly;
        if (from > e.Grant.LastMonth)
        {
            return [];
        }

        var stands = e.Grant.From(from, b => b);
        IReadOnlyList<MonthlyDue> raised = [.. stands.Select(d => d.Basis.Standard > standard || (d.Basis.Standard == standard && c.Amounts.Mode == SubsistenceAllowance.CalculationMode.Difference)
            ? d : d with { Basis = d.Basis.Repriced(e.Grant.Area, e.Grant.Category, c.Amounts) })];
        if (raised.Zip(stands).All(p => p.First.Basis.Monthly == p.Second.Basis.Monthly && p.First.Basis.Standard == p.Second.Basis.Standard))
        {
            return [];
        }

        if (raised.Zip(stands).Any(p => p.First.Basis.Monthly < p.Second.Basis.Monthly))
        {
            return Refusal.Rule("E_STANDARD_LOWER", "按新标准计算金额将减少,不能批量调标。", "Under this standard the amount would fall: that is a decision of its own, not an uprating.");
        }

        var uprated = new StandardUprated(e.Grant.Benefit, e.Grant.Members, raised, standard, c.Edition);
        var paid = c.Payments.Months.Where(m => m.Amount > Money.Zero).Select(m => m.Month).ToHashSet();
        IReadOnlyList<ArrearsLine> owed = [.. c.Payments.Against(EntitlementEvents.Evolve(e, uprated).Grant, from, act.Today).Owed.Where(o => paid.Contains(o.Month))];
        return owed.Count == 0 ? [uprated] : [uprated, new ArrearsRecorded(owed, $"uprating:{c.Edition}", null)];
    }
}
