using Platform.Cases;

namespace SocialAssistance.HomeVisit;

/// <param name="EmergencyMode">Whether visits by phone or video are allowed on this day (<c>emergency-mode</c>).</param>
internal sealed record VisitPolicy(bool EmergencyMode)
{
    public static VisitPolicy Read(PolicyReading p) => new(p.Flag("emergency-mode"));
}
