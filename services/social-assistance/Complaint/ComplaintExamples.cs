using Platform.Cases;

namespace SocialAssistance.Complaint;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class ComplaintExamples
{
    private static readonly ComplaintTarget Target = new(new(Processes.SubsistenceAllowance, "DB-341503-2026-000123"));

    public static readonly ComplaintReport Report = new(
        ComplaintChannel.Hotline12349, RealName: true, Target, RegionCode.Hydrate("341503101201"), "该户有固定经营收入未申报。",
        new(ResidentId.Hydrate("341503194910019063"), "陈某", Mobile.Hydrate("13900000001")));

    public static readonly RegisterComplaint Register = new(CaseUndecided: false);

    public static readonly DeclineComplaint Decline = new("不属于社会救助事项。");

    public static readonly HandlerAssignment Assignment = new("u-301");

    public static readonly AssignComplaint Assign = new(Assignment.Handler, []);

    public static readonly AddEvidence Evidence = new("实地走访记录。", [new("record", "f-20261103-1", new string('a', 64))]);

    public static readonly ConcludeComplaint Conclude = new(ComplaintResult.Unfounded, [], "经核查,所反映的收入不属实。");

    public static readonly ReplyToReporter Reply = new("电话答复");

    public static readonly TransferComplaint Transfer = new("341503-yibao", "属于医疗保障部门职责。");

    public static readonly IssueSupervisionOrder Supervise = new("限期核查并报告结果。", new(2027, 1, 15));

    public static readonly CloseComplaint Close = new();
}
