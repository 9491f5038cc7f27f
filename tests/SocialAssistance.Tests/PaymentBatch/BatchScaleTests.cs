using System.Diagnostics;
using System.Globalization;
using static SocialAssistance.Tests.PaymentBatch.Batches;

namespace SocialAssistance.Tests.PaymentBatch;

/// <summary>A county's month: 24,000 households. Times are printed; the limits are wide of them, for slower machines.</summary>
public sealed class BatchScaleTests(ITestOutputHelper output)
{
    private const int Households = 24_000;

    [Fact]
    public async Task A_county_is_paid_in_seconds()
    {
        await using var roll = await Roll.Of(Households);

        await Timed("calculate", 15, () => roll.Maker.Post(Roll.Path, Roll.Request()));
        var (count, sum) = await roll.Total();
        Assert.Equal(Households, count);
        await Timed("hold (loads the batch)", 8, () => roll.Checker.Post($"{Roll.Path}/{Id}/hold-line", new { line = 7, reason = "Complaint", note = "待查" }));
        await Timed("check", 8, () => roll.Checker.Post($"{Roll.Path}/{Id}/check-batch", new { count, controlSum = sum }));
        await Timed("approve (builds both files)", 15, () => roll.Approver.Post($"{Roll.Path}/{Id}/approve-batch", new { budget = 100_000_000.00m, voucher = "六裕财拨〔2014〕3号" }));
        await Timed("release", 8, () => roll.Releaser.Post($"{Roll.Path}/{Id}/release-batch", new { }));
        var rejected = Enumerable.Range(1, 100).Select(i => new { line = i * 200, code = "1034", message = "账户已销户" }).ToList();
        var returned = await roll.Ask<decimal>($"select sum(amount) from payment_lines where batch = '{Id}' and (line = 7 or line % 200 = 0 and line <= 20000)");
        await Timed("returns", 8, () => roll.Teller.Post($"{Roll.Path}/{Id}/record-returns", new { reference = "HD-1", paidOn = "2014-01-06", paidCount = Households - 101, paidSum = sum - returned, rejected }));
        await Timed("read", 8, () => roll.Maker.Get($"{Roll.Path}/{Id}"));
        await Timed("file", 8, () => roll.Teller.Get($"{Roll.Path}/{Id}/file?format=csv"));

        Assert.Equal(sum, await roll.Ask<decimal>("select paid_urban_sum + paid_rural_sum + held_sum + rejected_sum from payment_batches"));
        output.WriteLine($"facts: {await roll.Ask<long>("select count(*) from mt_events")}, bytes as text: {await roll.Ask<long>("select sum(length(data::text)) from mt_events")}");
    }

    private async Task Timed(string what, int seconds, Func<Task<Platform.Tests.Support.Answer>> act)
    {
        var watch = Stopwatch.StartNew();
        _ = (await act()).Ok;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {watch.ElapsedMilliseconds} ms"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), $"{what} took {watch.Elapsed}.");
    }
}
