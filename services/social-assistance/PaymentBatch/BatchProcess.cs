using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.PaymentBatch;

/// <summary>资金社会化发放: a county's payments of one benefit for one month, made, checked, approved and released by different hands (民发〔2012〕220号; domain section 2.8).</summary>
internal static class BatchProcess
{
    public static readonly CaseType<BatchCase, BatchCommand, BatchEvent, BatchPolicy> Type = new(BatchJson.Default)
    {
        Name = Processes.PaymentBatch,
        Initial = new NoBatch(),
        Policy = BatchPolicy.Read,
        Decide = BatchDecisions.Decide,
        Evolve = BatchEvents.Evolve,
        Region = (batch, command) => command is CalculateBatch calculate ? calculate.Region : batch.Batch.Region,
        Named = command => command is CalculateBatch c ? Number(c) : "",
        Summary = BatchViews.Summary,
        Views = BatchViews.Changes,
        Publish = BatchExchange.Publish,
        Explain = BatchViews.Explain,
    };

    public static Process Page => new Process(Type, "payment-batches", new("资金发放批次", "Payment batches"))
        .OpensWith(new("制作发放批次", "Calculate a batch"), [CountyFinance], BatchExamples.Calculate, BatchPreparation.Calculate)
        .Does(new("暂停发放", "Hold a line"), [CountyApprover], BatchExamples.Hold)
        .Does(new("恢复发放", "Release a line"), [CountyApprover], BatchExamples.Release)
        .DoesWith("check-batch", new("复核批次", "Check the batch"), [CountyApprover], BatchExamples.Check, BatchPreparation.Check, BatchExamples.CheckProbe)
        .DoesWith("approve-batch", new("财政审批", "Approve the batch"), [Treasury], BatchExamples.Approve, BatchPreparation.Approve, BatchExamples.ApproveProbe)
        .DoesWith("release-batch", new("拨付", "Release to the bank"), [Treasury], BatchExamples.SendOut, BatchPreparation.Release, BatchExamples.SendOutProbe)
        .Does(new("登记银行回单", "Record the bank's returns"), [Bank, CountyFinance], BatchExamples.Returns)
        .Does(new("对账", "Reconcile"), [CountyFinance], BatchExamples.Reconcile)
        .Does(new("办结批次", "Close the batch"), [CountyFinance], BatchExamples.Close)
        .Does(new("撤销批次", "Cancel the batch"), [CountyFinance, CountyApprover], BatchExamples.Cancel);

    /// <summary><c>DB-341503-2014-01</c>, supplementary <c>DB-341503-2014-01-S1</c>: one regular batch per benefit, county and month.</summary>
    private static string Number(CalculateBatch c) =>
        $"{PaidBenefit.Of(c.Benefit)?.Letters ?? c.Benefit}-{c.Region.County}-{c.Month}{(c.Supplementary == 0 ? "" : $"-S{c.Supplementary}")}";
}
