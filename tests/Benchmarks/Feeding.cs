using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using EventLog = Platform.EventStore.EventLog;

namespace Platform.Benchmarks;

/// <summary>From the beginning of an append to the end of its effect in another service's database, position and effect in one transaction.</summary>
internal static class Feeding
{
    private const int Ledgers = 200;
    private const int Busy = 2_000;
    private const int Page = 500;
    private const string Reader = "benchmark";
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan BusyTime = TimeSpan.FromSeconds(4);

    public static async Task Run(Ground ground, Report report)
    {
        report.Note("ms from the call of the append to the return of the consumer's transaction (effect and position), woken by NOTIFY; ours/s: effects");
        report.Note($"idle: one append every 20 ms or more, after the last effect; busy: {Busy:#,0} appends/s asked for, each on its own beat");
        await using var store = await ground.Create("producer");
        await using var other = await ground.Create("consumer");
        var (told, heard) = (new StreamSet(Benchmarks.Ledgers.Plain, "told", Ledgers, 1), new StreamSet(Benchmarks.Ledgers.Plain, "heard", Ledgers, 1));
        await told.Write(store);
        await heard.Write(other);
        await History.Settle(store);
        using var stop = new CancellationTokenSource();
        var waiting = new ConcurrentDictionary<string, (long Began, TaskCompletionSource<long> Effect)>(StringComparer.Ordinal);
        var consumer = Task.Run(() => Consume(store, other, heard, waiting, stop.Token));
        var idle = await report.Measure("feed, idle", null, () => Idle(store, told, waiting));
        var busy = await report.Measure("feed, busy", null, () => UnderLoad(store, told, waiting));
        report.Note($"idle p99 under 50 ms: {(idle.OursMedian.P99 < 50 ? "met" : "MISSED")}; busy: {busy.OursMedian.PerSecond:0} of {Busy} appends/s came through");
        await stop.CancelAsync();
        await consumer;
    }

    private static async Task<Pace> Idle(Store store, StreamSet told, ConcurrentDictionary<string, (long, TaskCompletionSource<long>)> waiting)
    {
        var took = new List<long>();
        var (start, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        for (var n = 0; Stopwatch.GetElapsedTime(start) < IdleTime; n++)
        {
            took.Add(await Tell(store, told, n, waiting));
            // Not in step with anything that polls.
            await Task.Delay(20 + (n * 7 % 13));
        }

        return Load.Of(took, Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
    }

    private static async Task<Pace> UnderLoad(Store store, StreamSet told, ConcurrentDictionary<string, (long, TaskCompletionSource<long>)> waiting)
    {
        var (start, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var sent = new List<Task<long>>();
        // An open loop: who asks does not wait for who answers, except that what is under way is bounded.
        while (Stopwatch.GetElapsedTime(start) < BusyTime)
        {
            while (sent.Count < Stopwatch.GetElapsedTime(start).TotalSeconds * Busy && waiting.Count < Busy)
            {
                sent.Add(Tell(store, told, sent.Count, waiting));
            }

            await Task.Delay(1);
        }

        var took = await Task.WhenAll(sent);
        return Load.Of([.. took], Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
    }

    private static async Task<long> Tell(Store store, StreamSet told, int n, ConcurrentDictionary<string, (long Began, TaskCompletionSource<long> Effect)> waiting)
    {
        var entry = Acts.Entry();
        var effect = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[entry.Voucher] = (Stopwatch.GetTimestamp(), effect);
        return await store.Cases.Execute(new Order(told.Type, told.Id((n % Ledgers) + 1), entry, Acts.By(entry.Voucher))) is Outcome.Done
            ? await effect.Task
            : throw new InvalidOperationException("An append was turned down.");
    }

    private static async Task Consume(Store from, Store to, StreamSet heard, ConcurrentDictionary<string, (long Began, TaskCompletionSource<long> Effect)> waiting, CancellationToken stop)
    {
        var log = new EventLog(from.Application);
        await using var arrivals = new Arrivals(from.Application, log);
        var position = 0L;
        try
        {
            while (true)
            {
                if (arrivals.Known <= position)
                {
                    await arrivals.Past(position, stop);
                }

                var final = arrivals.Known;
                var page = await log.ReadOn(position, final, Page, stop);
                var ceiling = page.Count == Page ? page[^1].Sequence : final;
                var entries = page.Select(e => (e.Sequence, Fact: e.As(from.Cases.Types[e.Process]).Fact as AmountEntered)).Where(e => e.Fact is not null).ToList();
                var orders = entries.ConvertAll(e =>
                {
                    var request = e.Sequence.ToString(CultureInfo.InvariantCulture);
                    return new Order(heard.Type, heard.Id((int)(e.Sequence % Ledgers) + 1), new EnterAmount(e.Fact!.Voucher, e.Fact.Amount, e.Fact.Remark), Acts.By(request)) { Body = SHA256.HashData(Encoding.UTF8.GetBytes(request)) };
                });
                var outcomes = await to.Cases.Execute(orders, (Reader, position, ceiling), stop);
                _ = outcomes.All(o => o is Outcome.Done) ? outcomes : throw new InvalidOperationException("The consumer was turned down.");
                position = ceiling;
                var now = Stopwatch.GetTimestamp();
                foreach (var e in entries)
                {
                    if (waiting.TryRemove(e.Fact!.Voucher, out var one))
                    {
                        one.Effect.SetResult(now - one.Began);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }
}
