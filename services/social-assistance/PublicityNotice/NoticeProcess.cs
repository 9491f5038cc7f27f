using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.PublicityNotice;

/// <summary>公示: a notice stands in public for full days before a decision may follow (民发〔2012〕220号 第24条, 第27条; 民发〔2021〕57号 第19条).</summary>
internal static class NoticeProcess
{
    public static readonly CaseType<NoticeCase, NoticeCommand, NoticeEvent, NoticePolicy> Type = new(NoticeJson.Default)
    {
        Name = Processes.PublicityNotice,
        Numbered = "GS",
        Initial = new NoNotice(),
        Policy = NoticePolicy.Read,
        Decide = NoticeDecisions.Decide,
        Evolve = NoticeEvents.Evolve,
        Region = (notice, command) => command is DraftNotice draft ? draft.Region : notice.Notice.Region,
        Summary = NoticeViews.Summary,
        Views = NoticeViews.Changes,
        Then = NoticeExchange.Then,
        WhenDue = (_, kind) => kind == NoticeDecisions.LastDayPassed ? new CloseNotice() : null,
    };

    public static Process Page => new Process(Type, "publicity-notices", new("公示", "Publicity notices"))
        .Opens(new("拟定公示", "Draft a notice"), [TownshipOfficer, CountyOfficer], NoticeExamples.Draft)
        .Does(new("张贴公示", "Post the notice"), [VillageAssistant, TownshipOfficer], NoticeExamples.Post)
        .Does(new("登记异议", "Register an objection"), [WindowOfficer, VillageAssistant, TownshipOfficer], NoticeExamples.Object)
        .Does(new("处理异议", "Resolve an objection"), [TownshipReviewer, CountyApprover], NoticeExamples.Resolve)
        .Does(new("公示被移除", "Record that the notice was found missing"), [CountyOfficer, CitySupervisor], NoticeExamples.Missing)
        .Does(new("结束公示", "Close the notice"), [TownshipOfficer, CountyOfficer], NoticeExamples.Close)
        .Does(new("撤回公示", "Withdraw the notice"), [TownshipReviewer, CountyApprover], NoticeExamples.Withdraw);
}
