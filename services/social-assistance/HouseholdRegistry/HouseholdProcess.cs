using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.HouseholdRegistry;

/// <summary>共同生活家庭: who lives together; one household per person at a time (domain section 1.8; 民发〔2021〕57号 第7条).</summary>
internal static class HouseholdProcess
{
    public static readonly CaseType<HouseholdCase, HouseholdCommand, HouseholdEvent, HouseholdPolicy> Type = new(HouseholdJson.Default)
    {
        Name = Processes.Household,
        Numbered = "HH",
        Initial = new NoHousehold(),
        Policy = HouseholdPolicy.Read,
        Decide = HouseholdDecisions.Decide,
        Evolve = HouseholdEvents.Evolve,
        Region = RegionOf,
        Summary = HouseholdViews.Summary,
        Views = HouseholdViews.Changes,
        Then = HouseholdExchange.Then,
        Publish = HouseholdExchange.Publish,
    };

    public static Process Page => new Process(Type, "households", new("共同生活家庭", "Households"))
        .OpensWith(new("登记家庭", "Register a household"), [WindowOfficer, TownshipOfficer, CountyOfficer], HouseholdExamples.Form, HouseholdRequests.Form)
        .DoesWith("join-member", new("增加成员", "A member joins"), [WindowOfficer, TownshipOfficer, CountyOfficer], HouseholdExamples.Join, HouseholdRequests.Join, HouseholdExamples.Join)
        .Does(new("减少成员", "A member leaves"), [WindowOfficer, TownshipOfficer, CountyOfficer], HouseholdExamples.Leave)
        .Does(new("确定户主", "Appoint the head"), [WindowOfficer, TownshipOfficer, CountyOfficer], HouseholdExamples.Appoint)
        .Does(new("家庭迁移", "The household moves"), [WindowOfficer, TownshipOfficer, CountyOfficer], HouseholdExamples.Move)
        .Does(new("分户", "Split the household"), [TownshipOfficer, CountyOfficer], HouseholdExamples.Split)
        .Does(new("家庭解散", "Dissolve the household"), [TownshipOfficer, CountyOfficer], HouseholdExamples.Dissolve)
        .Does(new("申报近亲属", "Declare a member's near relative"), [WindowOfficer, VillageAssistant, TownshipOfficer, TownshipReviewer, CountyOfficer, CountyApprover], HouseholdExamples.Declare);

    private static RegionCode RegionOf(HouseholdCase household, HouseholdCommand command) => command switch
    {
        FormHousehold c => c.ResidenceRegion,
        ImportHousehold c => c.ResidenceRegion,
        MoveHousehold c => c.ResidenceRegion,
        _ => household.Household.ResidenceRegion,
    };
}
