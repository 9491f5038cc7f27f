using System.Globalization;

namespace Platform.Local.Demonstration;

/// <summary>Twelve months: calculated, checked, approved, released and paid, each by another officer.</summary>
internal sealed partial class Loader
{
    private const string Batches = "/social-assistance/payment-batches";

    /// <summary>While a month goes from desk to desk, finance prepares the next.</summary>
    private async Task Pay(DemonstrationBureau bureau, CancellationToken stop)
    {
        var bar = progress.AddTask("发放 / batches: months paid", maxValue: bureau.Months.Count);
        var before = Task.CompletedTask;
        foreach (var month in bureau.Months)
        {
            var ym = month.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
            var opening = client.Post(CountyFinance, Batches, new { benefit = "subsistence-allowance", region = County, month = ym, supplementary = false }, $"demo-batch-{ym}", month.PaidOn, stop);
            // Both come to their end, whichever fails.
            await Task.WhenAll(opening, before);
            before = Finish(month, ym, $"{Batches}/{(string)(await opening)["id"]!}");
        }

        await before;
        bar.StopTask();

        async Task Finish(PaymentMonth month, string ym, string batch)
        {
            // The register and the campaign, counted apart from the service, are what its batch is checked against.
            var count = month.Urban.Households + month.Rural.Households;
            var sum = month.Urban.Amount + month.Rural.Amount;
            await Step(SecondCountyApprover, "check-batch", new { count, controlSum = sum });
            await Step(Treasury, "approve-batch", new { budget = sum, voucher = string.Create(CultureInfo.InvariantCulture, $"六裕财拨〔2014〕{month.Month.Month}号") });
            await Step(Treasury, "release-batch", new { });
            await Step(Bank, "record-returns", new { reference = $"BANK-{ym}", paidOn = month.PaidOn, paidCount = count, paidSum = sum, rejected = Array.Empty<object>() });
            await Step(CountyFinance, "reconcile-batch", new { paidCount = count, paidSum = sum, rejectedCount = 0, rejectedSum = 0.00m });
            await Step(CountyFinance, "close-batch", new { });
            bar.Increment(1);

            Task Step(string officer, string act, object body) => client.Post(officer, $"{batch}/{act}", body, $"demo-{act}-{ym}", month.PaidOn, stop);
        }
    }
}
