using Platform.Cases;

namespace SocialAssistance.Campaign;

/// <summary>For which causes a household may be taken off the list, and what counts as heard.</summary>
/// <param name="Causes">Codes (<c>campaign-causes</c>).</param>
/// <param name="Supervised">Whether a hearing counts only when the county's supervisor was present (<c>campaign-supervised</c>).</param>
internal sealed record CampaignPolicy(IReadOnlyList<string> Causes, bool Supervised)
{
    public static CampaignPolicy Read(PolicyReading p) => new(p.List("campaign-causes"), p.Flag("campaign-supervised"));

    public bool IsHeard(VillageResult village) => (Supervised ? village.Supervised : village.Hearings) > 0;
}
