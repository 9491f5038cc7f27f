using Platform.Cases;

namespace SocialAssistance.SubsistenceAllowance;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class AllowanceExamples
{
    private static readonly PersonId Mother = PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob");
    private static readonly PersonId Son = PersonId.Hydrate("nbswy3dpeb3w64tmmqqq2lknnw");
    private static readonly PersonId Grandfather = PersonId.Hydrate("onxw2zjamrqxiylbmfrggzdfmz");

    public static readonly Application Application = new(
        "341503-2026-000017", Mother, Area.Urban, RegionCode.Hydrate("341503101201"), RegionCode.Hydrate("341503101201"),
        [
            new(Mother, Relation.Head, Adult: true, Labour.Partial, Health.ChronicIllness, Studying: false),
            new(Son, Relation.Child, Adult: false, Labour.None, Health.Good, Studying: true),
            new(Grandfather, Relation.Parent, Adult: true, Labour.None, Health.SevereDisability, Studying: false),
        ],
        [new(Mother, IncomeKind.Wage, new(9600.00m), 12)], [new(Mother, AssetKind.Deposits, new(3000.00m))], [],
        [new(Mother, Document("authorisation", 1)), new(Grandfather, Document("authorisation", 2))], Document("commitment", 3));

    public static readonly SubmitApplication Submit = new(Application, [Mother, Son, Grandfather]);

    public static readonly RequestSupplement Supplement = new(["务工单位收入证明"], new(2026, 9, 25));

    public static readonly AcceptApplication Accept = new([]);

    public static readonly DeclareRelative Relative = new(Mother, OfficialKind.VillageCommittee, Relation.Sibling);

    public static readonly RegisterSeparately Register = new("裕安-单登-2026-018");

    public static readonly StartInvestigation Start = new(["u-102", "u-103"]);

    public static readonly AttachVisit TownshipVisit = new("RH-341503-2026-000201", VisitKind.Township, new(2026, 9, 29), ["u-102", "u-103"], Conforms: true, "住房一处,无机动车,与申报一致。");

    public static readonly AttachVisit CountyVisit = new("RH-341503-2026-000310", VisitKind.County, new(2026, 10, 27), ["u-201", "u-203"], Conforms: true, "入户抽查与乡镇调查一致。");

    public static readonly AttachReport AttachedReport = new("HD-341503-2026-000455", VerificationConclusion.Consistent, new(2026, 10, 9), new(2027, 1, 7));

    public static readonly AttachReview Review = new("PY-341503-2026-000031", new(2026, 10, 9), 13, 1, 1, Upheld: true, Disputed: false);

    public static readonly AttachCoInvestigation CoInvestigation = new(RegionCode.Hydrate("341504000000"), new(2026, 10, 8), ReceivesAidThere: false, Document("reply", 4));

    public static readonly RecordRefusalToCooperate NotCooperating = new("两次预约入户均被拒绝。");

    public static readonly AssessIncome Income = new(
        new(2025, 9), new(2026, 8), [new(Mother, IncomeKind.Wage, new(9600.00m), Money.Zero, Money.Zero, "务工单位工资表")], Money.Zero, new(9600.00m));

    public static readonly AssessAssets Assets = new([new(Mother, AssetKind.Deposits, new(3000.00m)), new(Mother, AssetKind.Housing, new(80000.00m))]);

    public static readonly NotifyVerificationFailure Notify = new();

    public static readonly DisputeFinding Dispute = new("名下车辆已于上年报废,附注销证明。", [Document("deregistration", 5)]);

    public static readonly CompleteReexamination Reexamine = new(Cleared: true, "经查询,车辆已注销。");

    public static readonly GiveInitialOpinion Opinion = new(Grant: true, Category.C, [], []);

    public static readonly ReportToCounty Report = new([Document("case-file", 6)]);

    public static readonly RecordCountyCheck Check = new(Conforms: true, Sampled: true, "材料齐全,抽查情况属实。");

    public static readonly ReturnToTownship Return = new(["缺少邻里访问记录"], new(2026, 11, 6));

    public static readonly ConfirmAllowance Confirm = new(DocumentNumber.Hydrate("裕民保〔2026〕123号"));

    public static readonly RefuseAllowance Refuse = new(
        DocumentNumber.Hydrate("裕民保〔2026〕124号"), [new(RefusalReason.IncomeNotBelowStandard, "家庭月人均收入不低于当地标准。")], "可自收到本决定之日起60日内申请行政复议,或者6个月内提起行政诉讼。");

    public static readonly ServeDecision Serve = new(ServiceMethod.InPerson, new(2026, 11, 4), Document("receipt", 7));

    public static readonly ExtendDeadline Extend = new(new(2026, 12, 1), ExtensionReason.DifficultInvestigation, "家庭成员在外务工,收入调查难度较大。");

    public static readonly TerminateCase Terminate = new(TerminationReason.MovedOut, "全户户口迁往外省。");

    public static readonly WithdrawApplication Withdraw = new("家庭收入已改善,自愿撤回。");

    public static readonly RecordReconsideration Reconsider = new(ReconsiderationOrgan.Reconsideration, DocumentNumber.Hydrate("六政复决〔2027〕5号"), ReconsiderationResult.Upheld);

    private static Document Document(string kind, int n) => new(kind, $"f-20260921-{n}", new string((char)('a' + (n % 6)), 64));
}
