using System.Diagnostics.CodeAnalysis;
using Platform.Cases;

namespace SocialAssistance.Overpayment;

/// <summary>The parameters of recovery, read when a decision asks for them; whoever asks refuses when one is missing.</summary>
internal sealed class OverpaymentPolicy(PolicyReading reading)
{
    public static OverpaymentPolicy Read(PolicyReading p) => new(p);

    /// <summary>Above this balance a waiver needs two approvals (<c>overpayment-waive-limit</c>, SOD-8).</summary>
    public bool WaiveLimit(out Money limit, [NotNullWhen(false)] out Refusal? missing)
    {
        limit = reading.Money("overpayment-waive-limit");
        return reading.TryFinish(out missing);
    }

    /// <summary>Longest instalment plan (<c>overpayment-instalment-months</c>).</summary>
    public bool Instalments(out int months, [NotNullWhen(false)] out Refusal? missing)
    {
        months = reading.Whole("overpayment-instalment-months");
        return reading.TryFinish(out missing);
    }

    /// <summary>Least and greatest fine for fraud, times the amount (<c>fraud-fine-least</c>, <c>fraud-fine-most</c>).</summary>
    public bool Fine(out decimal least, out decimal most, [NotNullWhen(false)] out Refusal? missing)
    {
        (least, most) = (reading.Number("fraud-fine-least"), reading.Number("fraud-fine-most"));
        return reading.TryFinish(out missing);
    }
}
