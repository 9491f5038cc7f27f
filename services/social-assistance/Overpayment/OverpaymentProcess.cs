using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.Overpayment;

/// <summary>追缴: what was paid beyond what was due is found, assessed, asked back, or waived (社会救助暂行办法 第68条; domain section 2.9). Opened by the entitlement that found it.</summary>
internal static class OverpaymentProcess
{
    public static readonly CaseType<OverpaymentCase, OverpaymentCommand, OverpaymentEvent, OverpaymentPolicy> Type = new(OverpaymentJson.Default)
    {
        Name = Processes.Overpayment,
        Initial = new NoOverpayment(),
        Policy = OverpaymentPolicy.Read,
        Decide = OverpaymentDecisions.Decide,
        Evolve = OverpaymentEvents.Evolve,
        Region = (o, command) => command is DetectOverpayment c ? c.Region : o.Debt.Region,
        Summary = OverpaymentViews.Summary,
        Views = OverpaymentViews.Changes,
        Then = OverpaymentExchange.Then,
        Explain = OverpaymentViews.Explain,
    };

    public static Process Page => new Process(Type, "overpayments", new("追缴", "Overpayments"))
        .Does(new("核定多发金额", "Assess the overpayment"), [CountyOfficer], OverpaymentExamples.Assess)
        .Does(new("送达追缴通知", "Serve the recovery notice"), [TownshipOfficer, CountyOfficer], OverpaymentExamples.Serve)
        .Does(new("登记还款", "Record a repayment"), [CountyFinance], OverpaymentExamples.Repay)
        .Does(new("约定分期", "Agree instalments"), [CountyOfficer], OverpaymentExamples.Instalments)
        .Does(new("豁免", "Waive"), [CountyApprover, CitySupervisor], OverpaymentExamples.Waive)
        .Does(new("决定罚款", "Decide a fine"), [CountyApprover], OverpaymentExamples.Fine)
        .Does(new("移送追缴", "Refer the recovery"), [CountyApprover], OverpaymentExamples.Refer)
        .Does(new("撤销追缴", "Cancel"), [CountyApprover], OverpaymentExamples.Cancel);
}
