using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Entitlement;

// What officers send; payments are looked up and put into the command.
internal sealed record ResumeRequest(string Cause);

internal sealed record AfterDeathRequest(Reckoning Reckoning, string DecisionNumber, PersonId? Payee = null);

internal sealed record AssessRequest;

internal sealed record ArrearsRequest(IReadOnlyList<ArrearsLine> Months, string Reason, string DecisionNumber);

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class EntitlementExamples
{
    private const string Number = "裕民〔2026〕31号";
    private static readonly PersonId Person = PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob");
    private static readonly Reckoning Reckoning = new(new(9600m), 12, [new(Person, UpliftCategory.SevereDisability)], new(860m));

    public static readonly ReportChange ReportChange = new(ChangeKind.Income, new(2026, 10, 8), "长子已在县城就业。");

    public static readonly ScheduleReview ScheduleReview = new(new(2026, 12, 20), "家庭成员变化,提前复核。");

    public static readonly StartReview StartReview = new();

    public static readonly CompleteReview CompleteReview = new(new(9600m), 12, ReviewResult.Increase, "收入下降,建议增加补助。", "RH-341503-2026-000041", "HD-341503-2026-000207");

    public static readonly DecideIncrease Increase = new(Reckoning, "家庭收入下降。", Number);

    public static readonly DecideDecrease Decrease = new(Reckoning, "家庭收入上升。", Number);

    public static readonly DecideCategory Category = new(SocialAssistance.Category.A, Reckoning, "丧失劳动能力。", Number);

    public static readonly AddMember Add = new(Person, Reckoning, "新生儿。", Number);

    public static readonly RemoveMember Remove = new(Person, Reckoning, "分户。", Number);

    public static readonly StopEntitlement Stop = new(StopReason.IncomeAboveStandard, "复核家庭月人均收入高于保障标准。", Number);

    public static readonly StartGradualExit Exit = new(6, "就业后收入超过标准,渐退。", Number);

    public static readonly TransferToOtherBenefit Transfer = new("extreme-poverty", Number);

    public static readonly ReinstateEntitlement Reinstate = new("复议撤销停发决定。", Number);

    public static readonly SuspendEntitlement Suspend = new(new(2026, 12), SuspendReason.SurvivalCheck, "两次生存认证未通过。");

    public static readonly ResumeRequest Resume = new("已完成生存认证。");

    public static readonly RecordJobRefusal RefuseJob = new(Person, "JY-341503-2026-0093", new(2026, 11, 3), Justified: false);

    public static readonly ConfirmSurvival Survival = new(new(2026, 11, 5), SurvivalMethod.Visit);

    public static readonly AssessRequest Assess = new();

    public static readonly ArrearsRequest Arrears = new([new(new(2026, 10), new(700m))], "因经办原因迟发一个月。", Number);

    public static readonly AfterDeathRequest AfterDeath = new(Reckoning, Number, Person);

    public static EntitlementCommand Resumed(ResumeRequest r, Payments p) => new ResumeEntitlement(r.Cause, p);

    public static EntitlementCommand Decided(AfterDeathRequest r, Payments p) => new DecideAfterDeath(r.Reckoning, r.Payee, r.DecisionNumber, p);

    public static EntitlementCommand Assessed(AssessRequest r, Payments p) => new AssessPayments(p);

    public static EntitlementCommand Owed(ArrearsRequest r, Payments p) => new RecordArrears(r.Months, r.Reason, r.DecisionNumber, p);
}
