using System.Diagnostics;

namespace Platform.Benchmarks;

/// <summary>How fast one side went in one round.</summary>
/// <param name="PerSecond">Commands, events or requests a second.</param>
/// <param name="P50">Milliseconds; null where a single one was not timed.</param>
/// <param name="P95">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="CpuMicroseconds">Processor time for each: of this process, or of those that are measured; never of PostgreSQL.</param>
/// <param name="Refused">Commands turned down.</param>
internal sealed record Pace(double PerSecond, double? P50 = null, double? P95 = null, double? P99 = null, double? CpuMicroseconds = null, long Refused = 0)
{
    /// <summary>The median of each column over all rounds; refusals are added up.</summary>
    public static Pace Median(IReadOnlyList<Pace> rounds) => new(
        Middle(rounds, r => r.PerSecond)!.Value, Middle(rounds, r => r.P50), Middle(rounds, r => r.P95), Middle(rounds, r => r.P99),
        Middle(rounds, r => r.CpuMicroseconds), rounds.Sum(r => r.Refused));

    private static double? Middle(IReadOnlyList<Pace> rounds, Func<Pace, double?> column)
    {
        var values = rounds.Select(column).OfType<double>().Order().ToList();
        return values.Count == 0 ? null : (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}

internal static class Load
{
    /// <summary>Each caller does one after the other until the time is over; what has begun by then is finished and counts.</summary>
    /// <param name="callers">So many at a time.</param>
    /// <param name="time">How long new ones are begun.</param>
    /// <param name="one">Does one for a caller; false when it was turned down.</param>
    public static async Task<Pace> Run(int callers, TimeSpan time, Func<int, Task<bool>> one)
    {
        GC.Collect();
        var took = new List<long>[callers];
        var refused = 0L;
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var times = took[caller] = [];
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                var began = Stopwatch.GetTimestamp();
                if (await one(caller))
                {
                    times.Add(Stopwatch.GetTimestamp() - began);
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(start);
        return Of([.. took.SelectMany(t => t)], elapsed, Environment.CpuUsage.TotalTime - cpu) with { Refused = refused };
    }

    /// <summary>The pace of what took these times (in ticks of the stopwatch).</summary>
    public static Pace Of(List<long> took, TimeSpan elapsed, TimeSpan cpu)
    {
        took.Sort();
        return took.Count == 0 ? new(0) : new(took.Count / elapsed.TotalSeconds, At(0.50), At(0.95), At(0.99), cpu.TotalMicroseconds / took.Count);

        double At(double part) => took[(int)(part * (took.Count - 1))] * 1_000.0 / Stopwatch.Frequency;
    }
}
