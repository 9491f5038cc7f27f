using Platform.Cases;

namespace SocialAssistance.SpotCheck;

/// <param name="MandatedRate">Share of the population that must be checked (<c>spot-check-rate</c>).</param>
internal sealed record SpotCheckPolicy(decimal MandatedRate)
{
    public static SpotCheckPolicy Read(PolicyReading p) => new(p.Number("spot-check-rate"));
}
