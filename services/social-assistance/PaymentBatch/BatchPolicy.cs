using Platform.Cases;

namespace SocialAssistance.PaymentBatch;

/// <summary>When money must have arrived.</summary>
/// <param name="PayDay">Day of the month, 1–28 (<c>payment-day</c>).</param>
internal sealed record BatchPolicy(int PayDay)
{
    public static BatchPolicy Read(PolicyReading p) => new(p.Whole("payment-day"));

    /// <summary>The last day for paying a month in time.</summary>
    public DateOnly PayBy(YearMonth month) => month.First.AddDays(PayDay - 1);
}

/// <summary>A benefit that is paid in batches: its letters in numbers (domain section 1.7), and what the bank statement calls it.</summary>
internal sealed record PaidBenefit(string Letters, string Zh, string En)
{
    private static readonly Dictionary<string, PaidBenefit> Known = new(StringComparer.Ordinal)
    {
        [Processes.SubsistenceAllowance] = new("DB", "低保金", "subsistence allowance"),
    };

    public static PaidBenefit? Of(string benefit) => Known.GetValueOrDefault(benefit);
}
