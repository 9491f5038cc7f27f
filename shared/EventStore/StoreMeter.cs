using System.Diagnostics;
using System.Diagnostics.Metrics;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>What a store does, counted and traced. Labels name processes, readers and outcomes, never cases or people.</summary>
public sealed class StoreMeter
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Platform.EventStore";
    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Commands = Meter.CreateCounter<long>("platform.store.commands", "{command}", "Commands by process and outcome: done, replayed, refused, busy, faulted");
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("platform.store.events", "{event}", "Events written");
    private static readonly Histogram<int> Groups = Meter.CreateHistogram<int>("platform.store.group.size", "{command}", "Commands that shared a transaction");
    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>("platform.store.group.duration", "s", "From a group's first statement to its commit");
    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("platform.store.conflicts", "{stream}", "Versions that had moved between reading and writing");
    private static readonly Counter<long> Cache = Meter.CreateCounter<long>("platform.store.cache.reads", "{stream}", "States asked of the cache, by result: hit, miss");
    private static readonly Counter<long> Unreads = Meter.CreateCounter<long>("platform.store.unread", "{event}", "Readings that stopped at an event that cannot be read");
    private long hits, misses;

    /// <summary>How many commands wait for a transaction.</summary>
    public Func<int> Queue { get; internal set; } = () => 0;

    /// <summary>How many streams' states are held, and the bytes of the facts they were folded from.</summary>
    public Func<(int Streams, long Bytes)> Held { get; internal set; } = () => default;

    /// <summary>States found and not found in the cache since the start.</summary>
    public (long Hits, long Misses) Looks => (Interlocked.Read(ref hits), Interlocked.Read(ref misses));

    /// <summary>Begins the activity of a reader that acts on an event told elsewhere: a trace of its own, linked to the event's (null when nobody listens). Acts made while it runs carry it.</summary>
    /// <param name="traceparent">As the event carries it; null or unreadable makes no link.</param>
    /// <param name="reader">The reader's name.</param>
    public static Activity? Following(string? traceparent, string reader) => Begin("follow", ActivityKind.Consumer, [traceparent], new("platform.reader", reader));

    /// <summary>The activity of one transaction, linked to each of its commands.</summary>
    internal static Activity? Committing(IReadOnlyCollection<Order> orders) => Begin("commit", ActivityKind.Internal, orders.Select(o => o.Act.Trace), new("platform.commands", orders.Count));

    /// <summary>The activity of a deadline that is carried out.</summary>
    public static Activity? Due(string process) => Begin("deadline", ActivityKind.Internal, [], new("platform.process", process));

    /// <summary>A command has ended; without an outcome, by an exception.</summary>
    internal static void Ended(Order order, Outcome? outcome) => Commands.Add(1, new("platform.process", order.Type.Name), new("platform.outcome", outcome switch
    {
        null => "faulted",
        Outcome.Done done => done.Replayed ? "replayed" : "done",
        _ => outcome is Outcome.Refused { Refusal.Kind: RefusalKind.Busy } ? "busy" : "refused",
    }));

    internal static void Conflict(int streams = 1) => Conflicts.Add(streams);

    internal static void Unread() => Unreads.Add(1);

    internal static void Committed(int commands, int events, TimeSpan elapsed)
    {
        Groups.Record(commands);
        Events.Add(events);
        Durations.Record(elapsed.TotalSeconds);
    }

    internal void Looked(bool found)
    {
        Interlocked.Increment(ref found ? ref hits : ref misses);
        Cache.Add(1, new KeyValuePair<string, object?>("platform.result", found ? "hit" : "miss"));
    }

    private static Activity? Begin(string name, ActivityKind kind, IEnumerable<string?> causes, KeyValuePair<string, object?> tag)
    {
        var links = from cause in causes.Distinct(StringComparer.Ordinal) where ActivityContext.TryParse(cause, null, isRemote: true, out _) select new ActivityLink(ActivityContext.Parse(cause!, null));
        // A trace of its own: whoever's request happens to run this is one cause among others, not the parent.
        Activity.Current = Source.HasListeners() ? null : Activity.Current;
        return Source.HasListeners() ? Source.StartActivity(name, kind, default(ActivityContext), [tag], links) : null;
    }
}
