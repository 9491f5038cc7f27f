using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.SubsistenceAllowance;

/// <summary>最低生活保障审核确认: from the application of a household to the decision and its notice (民发〔2012〕220号; 民发〔2021〕57号).</summary>
internal static class AllowanceProcess
{
    public static readonly CaseType<AllowanceCase, AllowanceCommand, AllowanceEvent, AllowancePolicy> Type = new(AllowanceJson.Default)
    {
        Name = Processes.SubsistenceAllowance,
        Numbered = "DB",
        Initial = new NoApplication(),
        Policy = AllowancePolicy.Read,
        Decide = AllowanceDecisions.Decide,
        Evolve = AllowanceEvents.Evolve,
        Region = (aid, command) => command is SubmitApplication c ? c.Application.HukouRegion : aid.File.Application.HukouRegion,
        Summary = AllowanceViews.Summary,
        Views = AllowanceViews.Changes,
        Then = AllowanceExchange.Then,
        WhenDue = AllowanceViews.WhenDue,
        Explain = AllowanceViews.Explain,
    };

    public static Process Page => new Process(Type, "subsistence-allowances", new("最低生活保障", "Subsistence allowances"))
        .OpensWith(new("提交申请", "Submit an application"), [Applicant, VillageAssistant, WindowOfficer], AllowanceExamples.Application, Submit)
        .Does(new("一次性告知补正", "Ask for missing papers, once"), [WindowOfficer], AllowanceExamples.Supplement)
        .Does(new("受理", "Accept the application"), [WindowOfficer], AllowanceExamples.Accept)
        .Does(new("声明近亲属关系", "Declare a near relative"), [WindowOfficer, TownshipOfficer], AllowanceExamples.Relative)
        .Does(new("单独登记备案", "Enter in the separate register"), [WindowOfficer, TownshipOfficer], AllowanceExamples.Register)
        .Does(new("开始调查", "Start the investigation"), [TownshipOfficer], AllowanceExamples.Start)
        .Does(new("登记协查答复", "Attach a co-investigation"), [TownshipOfficer], AllowanceExamples.CoInvestigation)
        .Does(new("记录不配合调查", "Record a refusal to cooperate"), [TownshipOfficer], AllowanceExamples.NotCooperating)
        .Does(new("核算收入", "Assess income"), [TownshipOfficer], AllowanceExamples.Income)
        .Does(new("核定财产", "Assess assets"), [TownshipOfficer], AllowanceExamples.Assets)
        .Does(new("告知核对结果", "Notify that the checks speak against the household"), [TownshipOfficer], AllowanceExamples.Notify)
        .Does(new("对结果提出异议", "Dispute the finding"), [Applicant, WindowOfficer, TownshipOfficer], AllowanceExamples.Dispute)
        .Does(new("复核", "Complete the reexamination"), [TownshipOfficer], AllowanceExamples.Reexamine)
        .Does(new("提出初审意见", "Give the initial opinion"), [TownshipReviewer], AllowanceExamples.Opinion)
        .Does(new("报送县级", "Report to the county"), [TownshipReviewer], AllowanceExamples.Report)
        .Does(new("县级审查", "Record the county's check"), [CountyOfficer], AllowanceExamples.Check)
        .Does(new("退回乡镇", "Return to the township"), [CountyApprover], AllowanceExamples.Return)
        .Does(new("确认", "Confirm"), [CountyApprover, TownshipReviewer], AllowanceExamples.Confirm)
        .Does(new("不予确认", "Refuse"), [CountyApprover, TownshipReviewer], AllowanceExamples.Refuse)
        .Does(new("送达决定", "Serve the decision"), [TownshipOfficer], AllowanceExamples.Serve)
        .Does(new("延长期限", "Extend the whole term"), [CountyApprover], AllowanceExamples.Extend)
        .Does(new("终止", "Terminate"), [TownshipReviewer, CountyApprover], AllowanceExamples.Terminate)
        .Does(new("撤回申请", "Withdraw the application"), [Applicant, WindowOfficer, TownshipOfficer], AllowanceExamples.Withdraw)
        .Does(new("登记复议诉讼结果", "Record reconsideration"), [CountyApprover], AllowanceExamples.Reconsider);

    /// <summary>Who belongs to the household is the register's to say, not the applicant's.</summary>
    private static async ValueTask<(Prepared?, Refusal?)> Submit(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var application = (Application)request;
        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select person from household_members where household = $1 and active order by person");
        command.Parameters.Add(new() { Value = application.Household });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var registered = new List<PersonId>();
        while (await reader.ReadAsync(cancel))
        {
            registered.Add(PersonId.Hydrate(reader.GetString(0)));
        }

        return (new(new SubmitApplication(application, registered), []), null);
    }
}
