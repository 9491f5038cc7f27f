using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>How a service's store stands.</summary>
/// <param name="Streams">How many streams there are: counted up to 10,000, above that PostgreSQL's estimate.</param>
/// <param name="Events">How many events there are: the last position, which is exact but for numbers drawn by transactions that were rolled back.</param>
/// <param name="LastPosition">The last position drawn.</param>
/// <param name="FinalPosition">Up to here the log never changes again; absent while a writer has held a number for over a second.</param>
/// <param name="Readers">Readers that keep their position here.</param>
/// <param name="Deadlines">What is due.</param>
/// <param name="LeftOut">Events that nobody can read and that are left out by a decision on record.</param>
/// <param name="LastRebuild">The last rebuild of the views; absent when there was none.</param>
/// <param name="Replica">What the replica that answers holds in memory.</param>
public sealed record StoreAnswer(
    long Streams, long Events, long LastPosition, long? FinalPosition, IReadOnlyList<ReaderStatus> Readers, DeadlineAnswer Deadlines, long LeftOut, RebuildAnswer? LastRebuild, ReplicaAnswer Replica);

/// <summary>Deadlines whose day has come.</summary>
/// <param name="Due">How many are armed and due.</param>
/// <param name="OldestDue">The earliest of their days.</param>
/// <param name="Stuck">Those that were refused, with the refusal's code, oldest first, at most 100.</param>
public sealed record DeadlineAnswer(long Due, DateOnly? OldestDue, IReadOnlyList<StuckDeadline> Stuck);

/// <summary>A rebuild of the views.</summary>
/// <param name="At">When.</param>
/// <param name="Equal">True when every table was as the events say.</param>
/// <param name="Tables">What was found of each.</param>
public sealed record RebuildAnswer(DateTimeOffset At, bool Equal, IReadOnlyList<RebuiltTable> Tables);

/// <summary>What one replica holds in memory.</summary>
/// <param name="Queue">Commands that wait for a transaction.</param>
/// <param name="CachedStreams">Streams whose state is held.</param>
/// <param name="CachedBytes">Bytes of the facts they were folded from.</param>
/// <param name="CacheHits">States found in the cache since the start.</param>
/// <param name="CacheMisses">States not found there.</param>
public sealed record ReplicaAnswer(int Queue, int CachedStreams, long CachedBytes, long CacheHits, long CacheMisses);

/// <summary>A reader of another service's log: its position counts there.</summary>
/// <param name="Name">Name under which its position is kept.</param>
/// <param name="Final">The final position of that log, as last heard.</param>
public sealed record ReaderElsewhere(string Name, Func<long> Final);

/// <summary>What operators see of a service: numbers, positions and the names of stuck cases; nothing about people.</summary>
internal sealed class Admin(CaseStore store, StoreGauges gauges, ReadLog reads)
{
    public void Map(IEndpointRouteBuilder service) => service.MapGet("admin/store", (Delegate)Read).WithTags("Operation").WithName("admin.store")
        .Describe(new("事件库状况", "How the event store stands"), [Roles.Operator])
        .WithDescription("Nothing is counted by scanning events: `events` is the last position drawn, exact but for numbers of transactions that were rolled back; `streams` is counted up to 10,000 and PostgreSQL's estimate above; `replica` is of the replica that answers.")
        .Produces<StoreAnswer>().Refuses(401, 403, 503);

    private async Task<IResult> Read(HttpContext context)
    {
        var status = await gauges.Look(context.RequestAborted);
        if (status.Stuck.Count > 0)
        {
            await reads.Write(context, "admin/store", "stuck deadlines");
        }

        var (streams, bytes) = store.Meter.Held();
        var (hits, misses) = store.Meter.Looks;
        return Results.Json(new StoreAnswer(
            status.Streams, status.LastPosition, status.LastPosition, status.FinalPosition, status.Readers, new(status.Due, status.OldestDue, status.Stuck), status.LeftOut,
            status.RebuiltAt is { } at ? new(at, status.Rebuilt.All(t => t.Equal), status.Rebuilt) : null, new(store.Meter.Queue(), streams, bytes, hits, misses)), Json.Plain);
    }
}

/// <summary>Gauges of what must be looked up, looked up every fifteen seconds while somebody collects them.</summary>
public sealed partial class StoreGauges : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private readonly NpgsqlDataSource database;
    private readonly TimeProvider clock;
    private readonly ILogger<StoreGauges> log;
    private readonly IEnumerable<ReaderElsewhere> elsewhere;
    private readonly Instrument feedLag;
    private StoreStatus? latest;

    /// <summary>Makes the gauges.</summary>
    public StoreGauges(CaseStore store, NpgsqlDataSource database, TimeProvider clock, IMeterFactory meters, IEnumerable<ReaderElsewhere> elsewhere, ILogger<StoreGauges> log)
    {
        (this.database, this.clock, this.elsewhere, this.log) = (database, clock, elsewhere, log);
        var meter = meters.Create(StoreMeter.Name);
        meter.CreateObservableGauge("platform.store.queue", () => store.Meter.Queue(), "{command}", "Commands that wait for a transaction");
        feedLag = meter.CreateObservableGauge("platform.store.feed.lag", FeedLag, "{event}", "Final position minus the reader's, by reader");
        meter.CreateObservableGauge("platform.store.deadlines.lag", DeadlineLag, "s", "Age of the oldest armed deadline whose day has come");
        meter.CreateObservableGauge("platform.store.deadlines.stuck", () => Of(s => s.Stuck.Count), "{deadline}", "Due deadlines that were refused, at most 100");
    }

    /// <summary>Looks now.</summary>
    public async Task<StoreStatus> Look(CancellationToken cancel) =>
        latest = await StoreStatus.Read(database, CivilTime.Day(clock.GetUtcNow()), elsewhere.ToDictionary(r => r.Name, r => r.Final(), StringComparer.Ordinal), cancel);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await (feedLag.Enabled ? Look(stoppingToken) : Task.CompletedTask);
            }
            catch (NpgsqlException e)
            {
                // An old figure would look like a calm one.
                latest = null;
                NotRead(log, e.SqlState);
            }

            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IEnumerable<Measurement<long>> FeedLag() =>
        from reader in latest?.Readers ?? [] select new Measurement<long>(reader.Lag, new KeyValuePair<string, object?>("platform.reader", reader.Name));

    private IEnumerable<Measurement<double>> DeadlineLag() => Of(s => s.OldestDue is { } day ? (clock.GetUtcNow() - CivilTime.Start(day)).TotalSeconds : 0);

    private IEnumerable<Measurement<T>> Of<T>(Func<StoreStatus, T> value) where T : struct => latest is { } known ? [new(value(known))] : [];

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store's status could not be read ({SqlState}); its gauges are silent until it can.")]
    private static partial void NotRead(ILogger log, string? sqlState);
}
