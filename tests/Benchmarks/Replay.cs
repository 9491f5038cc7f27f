using System.Diagnostics;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using EventLog = Platform.EventStore.EventLog;

namespace Platform.Benchmarks;

/// <summary>Folding a million events, and rebuilding a list from them.</summary>
internal static class Replay
{
    public const int Streams = 80_000;
    public const int Events = 1_000_000;

    public static async Task Run(Ground ground, Report report)
    {
        report.Note($"{Events:#,0} events in {Streams:#,0} streams of 5 to 20, each folded to its typed state");
        report.Note("raw: the same columns in the log's order, taken as what the driver gives (strings, numbers, bytes); nothing is deserialised or kept");
        await using var store = await Make(ground, "replay");
        await report.Measure("replay", 0.8, () => Timed(() => Fold(store)), () => Timed(() => Read(store)));
    }

    public static async Task<Store> Make(Ground ground, string name)
    {
        var store = await ground.Create(name);
        await History.Write(store, Ledgers.Plain, "ours", Streams, History.FiveToTwenty);
        await History.Settle(store);
        return store;
    }

    /// <summary>Does something with all events, and says how many of them a second.</summary>
    public static async Task<Pace> Timed(Func<Task<long>> all)
    {
        GC.Collect();
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var events = await all();
        var elapsed = Stopwatch.GetElapsedTime(start);
        return events == Events
            ? new(events / elapsed.TotalSeconds, CpuMicroseconds: (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / events)
            : throw new InvalidOperationException($"{events} events instead of {Events}.");
    }

    /// <summary>The store's own way through all events.</summary>
    private static async Task<long> Fold(Store store)
    {
        var log = new EventLog(store.Application);
        var final = await log.FinalPosition();
        var folded = 0L;
        // One opening in each stream, and a review in every fifth place.
        await log.Replay(store.Cases.Types, final, last: stream => Interlocked.Add(ref folded, stream.State is Ledger s ? 1L + s.Entries + s.Reviews : 0));
        return folded;
    }

    private static async Task<long> Read(Store store)
    {
        await using var connection = await Ground.Open(store.App);
        await using var command = new NpgsqlCommand("select seq_id, stream_id, version, type, data from mt_events where is_archived = false order by seq_id", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var (events, bytes) = (0L, 0L);
        while (await reader.ReadAsync())
        {
            events++;
            bytes += reader.GetInt64(0) + reader.GetString(1).Length + reader.GetInt64(2) + reader.GetString(3).Length + reader.GetFieldValue<byte[]>(4).Length;
        }

        return bytes > 0 ? events : 0;
    }
}
