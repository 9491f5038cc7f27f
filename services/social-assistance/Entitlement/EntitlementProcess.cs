using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.Entitlement;

/// <summary>动态管理: a granted benefit from its first month to its last (社会救助暂行办法 第13条; 民发〔2021〕57号 第五章). Opened by the case that grants it, under that case's number.</summary>
internal static class EntitlementProcess
{
    public static readonly CaseType<EntitlementCase, EntitlementCommand, EntitlementEvent, EntitlementPolicy> Type = new(EntitlementJson.Default)
    {
        Name = Processes.Entitlement,
        Initial = new NoEntitlement(),
        Policy = EntitlementPolicy.Read,
        Decide = EntitlementDecisions.Decide,
        Evolve = EntitlementEvents.Evolve,
        Region = (e, command) => command switch
        {
            GrantEntitlement c => c.Region,
            ImportEntitlement c => c.Region,
            _ => e.Grant.Region,
        },
        Summary = EntitlementViews.Summary,
        Views = EntitlementViews.Changes,
        Then = EntitlementExchange.Then,
        Publish = EntitlementExchange.Publish,
        Explain = EntitlementExchange.Explain,
        WhenDue = (e, kind) => (e, kind) switch
        {
            (Pending, EntitlementDecisions.FirstMonthBegins) => new ActivateEntitlement(),
            (GradualExit, EntitlementDecisions.GradualExitOver) => new EndGradualExit(),
            _ => null,
        },
    };

    public static Process Page => new Process(Type, "entitlements", new("待遇动态管理", "Entitlements"))
        .Does(new("报告家庭情况变化", "Report a change"), [WindowOfficer, VillageAssistant, TownshipOfficer], EntitlementExamples.ReportChange)
        .Does(new("安排复核", "Schedule a review"), [TownshipOfficer, CountyOfficer], EntitlementExamples.ScheduleReview)
        .Does(new("开始复核", "Start the review"), [TownshipOfficer], EntitlementExamples.StartReview)
        .Does(new("完成复核", "Complete the review"), [TownshipOfficer], EntitlementExamples.CompleteReview)
        .Does(new("决定增发", "Decide an increase"), [CountyApprover], EntitlementExamples.Increase)
        .Does(new("决定减发", "Decide a decrease"), [CountyApprover], EntitlementExamples.Decrease)
        .Does(new("决定变更类别", "Decide a category"), [CountyApprover], EntitlementExamples.Category)
        .Does(new("增加保障人员", "Add a member"), [CountyApprover], EntitlementExamples.Add)
        .Does(new("移出保障人员", "Remove a member"), [CountyApprover], EntitlementExamples.Remove)
        .Does(new("登记拒绝就业", "Record a refusal of work"), [Integration, TownshipOfficer], EntitlementExamples.RefuseJob)
        .Does(new("确认生存", "Confirm survival"), [VillageAssistant, TownshipOfficer], EntitlementExamples.Survival)
        .Does(new("暂停发放", "Suspend"), [CountyApprover], EntitlementExamples.Suspend)
        .DoesWith("resume-entitlement", new("恢复发放", "Resume"), [CountyApprover], EntitlementExamples.Resume,
            EntitlementPayments.For<ResumeRequest>(EntitlementExamples.Resumed), EntitlementExamples.Resumed(EntitlementExamples.Resume, Payments.None))
        .DoesWith("decide-after-death", new("成员死亡后重新核定", "Decide after a death"), [CountyApprover], EntitlementExamples.AfterDeath,
            EntitlementPayments.For<AfterDeathRequest>(EntitlementExamples.Decided), EntitlementExamples.Decided(EntitlementExamples.AfterDeath, Payments.None))
        .DoesWith("assess-payments", new("核对应发与已发", "Compare what is due with what was paid"), [CountyOfficer], EntitlementExamples.Assess,
            EntitlementPayments.For<AssessRequest>(EntitlementExamples.Assessed), EntitlementExamples.Assessed(EntitlementExamples.Assess, Payments.None))
        .DoesWith("record-arrears", new("决定补发", "Record arrears"), [CountyApprover], EntitlementExamples.Arrears,
            EntitlementPayments.For<ArrearsRequest>(EntitlementExamples.Owed), EntitlementExamples.Owed(EntitlementExamples.Arrears, Payments.None))
        .Does(new("渐退", "Start a gradual exit"), [CountyApprover], EntitlementExamples.Exit)
        .Does(new("转入其他救助", "Transfer to another benefit"), [CountyApprover], EntitlementExamples.Transfer)
        .Does(new("停止待遇", "Stop"), [CountyApprover], EntitlementExamples.Stop)
        .Does(new("撤销停发决定", "Reinstate"), [CountyApprover], EntitlementExamples.Reinstate);
}
