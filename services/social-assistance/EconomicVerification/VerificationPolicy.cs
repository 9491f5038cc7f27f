using Platform.Cases;

namespace SocialAssistance.EconomicVerification;

/// <param name="StartWorkingDays">Working days from the request to the first query (<c>verification-start-working-days</c>).</param>
/// <param name="ValidityDays">Calendar days for which a report may support a decision (<c>verification-validity-days</c>).</param>
internal sealed record VerificationPolicy(int StartWorkingDays, int ValidityDays)
{
    public static VerificationPolicy Read(PolicyReading p) => new(p.Whole("verification-start-working-days"), p.Whole("verification-validity-days"));
}
