using Platform.Cases;

namespace SocialAssistance.Overpayment;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class OverpaymentExamples
{
    private const string Number = "裕民〔2026〕45号";

    public static readonly AssessOverpayment Assess = new([new(new(2026, 4), new(300m), Money.Zero), new(new(2026, 5), new(300m), Money.Zero)], Fault.None, "死亡登记迟报,两个月照发。");

    public static readonly ServeRecoveryNotice Serve = new(Number, new(2026, 12, 31), "可在60日内申请行政复议。");

    public static readonly RecordRepayment Repay = new("YH-20261105-0031", new(300m), new(2026, 11, 5), RepaymentMethod.HeirPayment);

    public static readonly AgreeInstalments Instalments = new(6);

    public static readonly WaiveOverpayment Waive = new("无遗产,继承人为特困人员。", Number);

    public static readonly DecideFine Fine = new(1.5m, "隐瞒车辆和经营收入。", Number);

    public static readonly ReferRecovery Refer = new(ReferredTo.Court, "拒不退还。");

    public static readonly CancelOverpayment Cancel = new("死亡登记有误,已撤销。");
}
