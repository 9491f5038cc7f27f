using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.HomeVisit;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class VisitExamples
{
    public static readonly PlanVisit Plan = new(
        new(Processes.SubsistenceAllowance, "DB-341503-2026-000123"), VisitKind.Township, RegionCode.Hydrate("341503101201"), ["u-102", "u-103"], new(2026, 9, 29));

    public static readonly RecordAttempt Attempt = new("家中无人,邻居称外出务工。");

    public static readonly ConductVisit Conduct = new(
        VisitMethod.OnSite, [PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob")], new(62.5m, 3, "砖混", "一般"), ["电视机"], [new("零工收入", new(800.00m))], [new("医药费", new(300.00m))],
        [new("photo", "f-20260929-1", new string('d', 64))], "住房及生活状况与申报一致。", Conforms: true);

    public static readonly InterviewNeighbour Interview = new("同组村民", "反映该户主要靠打零工维持生活。");

    public static readonly SendInquiry Inquire = new("用工单位", "请协助核实工资收入。");

    public static readonly RecordInquiryAnswer Answer = new(1, "月工资800元。");

    public static readonly SignVisit Sign = new(
        [new("u-102", new("signature", "f-20260929-2", new string('e', 64))), new("u-103", new("signature", "f-20260929-3", new string('f', 64)))],
        new("signature", "f-20260929-4", new string('a', 64)));

    public static readonly SubmitVisit Submit = new("调查属实,建议进入下一程序。");

    public static readonly FailVisit Fail = new("两次上门均未见到家庭成员。");
}
