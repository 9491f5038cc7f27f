using Platform.Cases;

namespace SocialAssistance.Campaign;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class CampaignExamples
{
    private static readonly RegionCode Village = RegionCode.Hydrate("341503101201");

    public static readonly CampaignToOpen Open = new(
        RegionCode.Hydrate("341503000000"), "城乡低保专项整治", CampaignCategory.County, new(2014, 3, 1), new(2014, 10, 31), "区政府办公室关于开展城乡低保专项整治的通知",
        [new(Village, Area.Rural), new(RegionCode.Hydrate("341503001001"), Area.Urban)]);

    public static readonly HouseholdsToCancel Cancel = new(Village, [new("DB-341503-2013-000123", "owns-car", "经核实,该户名下有一辆小型轿车。", "裕民低保〔2014〕123号")]);

    // Of no village: whether a village has been heard depends on which is asked about.
    public static readonly CancelHouseholds CancelProbe = new(RegionCode.Nation, []);

    public static readonly CloseCampaign Close = new();
}
