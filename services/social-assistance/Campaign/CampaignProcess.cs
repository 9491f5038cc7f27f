using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.Campaign;

/// <summary>专项整治: every household on the list of a county is heard again in its village; some go, others come (domain section 2.4, 3.3).</summary>
internal static class CampaignProcess
{
    public static readonly CaseType<CampaignCase, CampaignCommand, CampaignEvent, CampaignPolicy> Type = new(CampaignJson.Default)
    {
        Name = Processes.Campaign,
        Numbered = "ZX",
        Initial = new NoCampaign(),
        Policy = CampaignPolicy.Read,
        Decide = CampaignDecisions.Decide,
        Evolve = CampaignEvents.Evolve,
        Region = (campaign, command) => command is OpenCampaign open ? open.Region : campaign.Plan.Region,
        Summary = CampaignViews.Summary,
        Views = CampaignViews.Changes,
        Then = CampaignExchange.Then,
    };

    public static Process Page => new Process(Type, "campaigns", new("专项整治", "Review campaigns"))
        .OpensWith(new("开展专项整治", "Open a review campaign"), [CountyOfficer, CountyApprover], CampaignExamples.Open, CampaignRequests.Open)
        .DoesWith("cancel-households", new("取消不符合条件的家庭", "Cancel households found not to qualify"), [CountyApprover], CampaignExamples.Cancel, CampaignRequests.Cancel, CampaignExamples.CancelProbe)
        .Does(new("结束专项整治", "Close the campaign"), [CountyApprover], CampaignExamples.Close);
}
