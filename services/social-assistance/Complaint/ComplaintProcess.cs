using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.Complaint;

/// <summary>投诉举报核查: every complaint under a name is looked into by somebody without a part in the case, and answered (民发〔2012〕220号; 民发〔2021〕57号 第20条).</summary>
internal static class ComplaintProcess
{
    private static readonly IReadOnlyList<string> Handlers = [TownshipOfficer, TownshipReviewer, CountyOfficer];

    public static readonly CaseType<ComplaintCase, ComplaintCommand, ComplaintEvent, ComplaintPolicy> Type = new(ComplaintJson.Default)
    {
        Name = Processes.Complaint,
        Numbered = "TS",
        Initial = new NotReceived(),
        Policy = ComplaintPolicy.Read,
        Decide = ComplaintDecisions.Decide,
        Evolve = ComplaintEvents.Evolve,
        Region = (complaint, command) => command is ReceiveComplaint receive ? receive.Region : complaint.Matter.Region,
        Summary = ComplaintViews.Summary,
        Views = ComplaintViews.Changes,
        Then = ComplaintExchange.Then,
        WhenDue = (_, kind) => kind == ComplaintDecisions.DuePassed ? new NoteComplaintOverdue() : null,
    };

    public static Process Page => new Process(Type, "complaints", new("投诉举报核查", "Complaints"))
        .OpensWith(new("接收投诉举报", "Receive a complaint"), [WindowOfficer, TownshipOfficer, CountyOfficer, Integration], ComplaintExamples.Report, ComplaintExchange.Receive)
        .DoesWith("register-complaint", new("登记投诉举报", "Register the complaint"), [CountyOfficer, CountyApprover], new Registration(), ComplaintExchange.Register, ComplaintExamples.Register)
        .Does(new("不予受理", "Decline the complaint"), [CountyApprover], ComplaintExamples.Decline)
        .DoesWith("assign-complaint", new("交办", "Assign the complaint"), [CountyApprover], ComplaintExamples.Assignment, ComplaintExchange.Assign, ComplaintExamples.Assign)
        .Does(new("补充证据", "Add evidence"), Handlers, ComplaintExamples.Evidence)
        .Does(new("作出核查结论", "Conclude the complaint"), Handlers, ComplaintExamples.Conclude)
        .Does(new("答复举报人", "Reply to the reporter"), [TownshipOfficer, TownshipReviewer, CountyOfficer, CountyApprover], ComplaintExamples.Reply)
        .Does(new("移送", "Transfer the complaint"), [CountyApprover], ComplaintExamples.Transfer)
        .Does(new("督办", "Issue a supervision order"), [CitySupervisor], ComplaintExamples.Supervise)
        .Does(new("办结", "Close the complaint"), [CountyApprover], ComplaintExamples.Close);
}
