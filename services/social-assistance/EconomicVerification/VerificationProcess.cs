using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.EconomicVerification;

/// <summary>家庭经济状况核对: registers are asked about persons who have authorised it; the centre compares and reports, and never decides (社会救助暂行办法 第58条).</summary>
internal static class VerificationProcess
{
    public static readonly CaseType<VerificationCase, VerificationCommand, VerificationEvent, VerificationPolicy> Type = new(VerificationJson.Default)
    {
        Name = Processes.EconomicVerification,
        Numbered = "HD",
        Initial = new NotRequested(),
        Policy = VerificationPolicy.Read,
        Decide = VerificationDecisions.Decide,
        Evolve = VerificationEvents.Evolve,
        Region = (verification, command) => command is RequestVerification request ? request.Region : verification.Commission.Region,
        Summary = VerificationViews.Summary,
        Views = VerificationViews.Changes,
        Then = VerificationExchange.Then,
        WhenDue = (_, kind) => kind switch
        {
            VerificationDecisions.StartDuePassed => new NoteStartOverdue(),
            VerificationDecisions.ReportRunOut => new ExpireReport(),
            _ => null,
        },
    };

    public static Process Page => new Process(Type, "economic-verifications", new("家庭经济状况核对", "Economic verifications"))
        .OpensWith(new("委托核对", "Request a verification"), [TownshipOfficer, CountyOfficer], VerificationExamples.Request, VerificationExchange.Prepare)
        .Does(new("登记授权书", "Register an authorisation"), [WindowOfficer, TownshipOfficer], VerificationExamples.Authorise)
        .Does(new("发出查询", "Dispatch a query"), [VerificationCentre], VerificationExamples.Dispatch)
        .Does(new("接收反馈", "Receive a result"), [Integration, VerificationCentre], VerificationExamples.Receive)
        .Does(new("出具核对报告", "Issue the report"), [VerificationCentre], VerificationExamples.Issue)
        .Does(new("对报告提出异议", "Dispute the report"), [WindowOfficer, TownshipOfficer], VerificationExamples.Dispute)
        .Does(new("完成复核", "Complete the recheck"), [VerificationCentre], VerificationExamples.Recheck)
        .Does(new("撤回委托", "Withdraw the request"), [TownshipOfficer, CountyOfficer], VerificationExamples.Withdraw);
}
