using Platform.Cases;

namespace SocialAssistance.PaymentBatch;

internal static partial class BatchDecisions
{
    /// <summary>Lines to a fact: one fact stays readable, and a batch of a county needs some fifty.</summary>
    public const int LinesPerFact = 500;

    private const decimal TooMuch = 1_000_000_000_000m;

    private static Decision<BatchEvent> Calculate(CalculateBatch c, BatchPolicy policy, Act act)
    {
        if (Unfit(c, act) is { } refusal)
        {
            return refusal;
        }

        List<BatchLine> lines = [.. c.Lines.Select((due, i) => new BatchLine(i + 1, due.Entitlement, due.Household, due.Payee, due.Region, due.Area, due.Members.Count, due.Components))];
        var areas = Lines.Totals(lines);
        var total = Total.Of(areas);
        return
        [
            new BatchOpened(c.Benefit, c.Region, c.Month, c.Supplementary, act.At, c.Seen, policy.PayBy(c.Month), c.Grounds, act.Actor),
            .. lines.Chunk(LinesPerFact).Select(some => new LinesCalculated(some)),
            new BatchCalculated(total.Lines, total.Sum, areas),
            .. Holding(Held(c), act),
        ];
    }

    private static Refusal? Unfit(CalculateBatch c, Act act) =>
        PaidBenefit.Of(c.Benefit) is null ? Refusal.Rule("E_BENEFIT", "该项待遇不按批次发放。", "This benefit is not paid in batches.").With("benefit", c.Benefit)
        : c.Region.Level is not (RegionLevel.County or RegionLevel.City) ? Refusal.Rule("E_REGION_LEVEL", "发放批次以县(市、区)为单位。", "A batch is made for a county.")
        : YearMonth.From(act.Today).MonthsUntil(c.Month) > 1 ? Refusal.Rule("E_MONTH_AHEAD", "最早可提前一个月制单。", "A batch is made at most one month ahead.").With("month", c.Month.ToString())
        : c.Lines.Count == 0 ? Empty
        : c.Lines.Sum(l => l.Components.Sum(p => Math.Abs(p.Amount.Yuan))) >= TooMuch ? Refusal.Rule("E_BATCH_SUM", "批次金额过大。", "The batch is too large.")
        : null;

    /// <summary>Held from the start: what is on hold, and whoever would get the month twice in different households.</summary>
    private static List<HeldLine> Held(CalculateBatch c)
    {
        var held = new List<HeldLine>();
        var paid = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, line) in c.Lines.Index())
        {
            if (line.OnHold is { } reason)
            {
                held.Add(new(i + 1, ReasonOf(reason)));
            }
            else if (line.Components.Any(p => c.Grounds.ElementAtOrDefault(p.Ground)?.Kind == ComponentKind.Regular) && line.Members.Count(paid.Add) < line.Members.Count)
            {
                held.Add(new(i + 1, HoldReason.Duplicate));
            }
        }

        return held;
    }

    /// <summary>What an entitlement calls its hold (<c>death-signal</c>), in the words of a batch.</summary>
    public static HoldReason ReasonOf(string onHold) => onHold.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "DEATHSIGNAL" => HoldReason.DeathSignal,
        "SURVIVALCHECK" or "SURVIVALCHECKMISSING" => HoldReason.SurvivalCheckMissing,
        "ACCOUNTINVALID" => HoldReason.AccountInvalid,
        "COMPLAINT" => HoldReason.Complaint,
        "ENTITLEMENTSTOPPED" => HoldReason.EntitlementStopped,
        "ENTITLEMENTCHANGED" => HoldReason.EntitlementChanged,
        _ => HoldReason.EntitlementOnHold,
    };
}
