using Platform.Cases;

namespace SocialAssistance.PaymentBatch;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class BatchExamples
{
    public static readonly BatchRequest Calculate = new(Processes.SubsistenceAllowance, RegionCode.Hydrate("341503000000"), new(2026, 11), Supplementary: false);

    public static readonly HoldLine Hold = new(1, HoldReason.DeathSignal, "殡葬部门反馈领取人已去世,待核实。");

    public static readonly ReleaseLine Release = new(1, "经入户核实,领取人健在。");

    public static readonly CheckRequest Check = new(23_812, new(5_120_400.00m));

    public static readonly CheckBatch CheckProbe = new(Check.Count, Check.ControlSum, []);

    public static readonly ApproveRequest Approve = new(new(6_000_000.00m), "六裕财拨〔2026〕118号");

    public static readonly ApproveBatch ApproveProbe = new(Approve.Budget, Approve.Voucher, [], []);

    public static readonly ReleaseRequest SendOut = new();

    public static readonly ReleaseBatch SendOutProbe = new([], new Dictionary<BankFormat, string>());

    public static readonly RecordReturns Returns = new("HD20261109-0001", new(2026, 11, 9), 23_811, new(5_120_200.00m), [new(17, "1034", "账户已销户")]);

    public static readonly ReconcileBatch Reconcile = new(23_811, new(5_120_200.00m), 1, new(200.00m));

    public static readonly CloseBatch Close = new();

    public static readonly CancelBatch Cancel = new("制单月份有误。");
}
