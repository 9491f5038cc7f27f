using System.Collections.Immutable;
using System.Globalization;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.Tests.EventStore;

/// <summary>
/// What a store is, in memory and one command after the other: streams, what must be unique, what is due, what has been
/// handled, numbers, a reader's position. The cases' own rules are the processes'; everything around them is written here anew.
/// </summary>
internal sealed record StoreModel
{
    public static readonly ImmutableDictionary<string, CaseType> Types = ImmutableDictionary.CreateRange([KeyValuePair.Create(KeyLoans.Type.Name, (CaseType)KeyLoans.Type), KeyValuePair.Create(KeyBoards.Type.Name, (CaseType)KeyBoards.Type)]);

    public ImmutableSortedDictionary<string, ImmutableList<Recorded<object>>> Streams { get; init; } = ImmutableSortedDictionary.Create<string, ImmutableList<Recorded<object>>>(StringComparer.Ordinal);

    public ImmutableDictionary<string, object> Rows { get; init; } = ImmutableDictionary<string, object>.Empty;

    public ImmutableDictionary<(string Kind, string Key), (string Holder, DateOnly Since, DateOnly? Last)> Claims { get; init; } = ImmutableDictionary<(string, string), (string, DateOnly, DateOnly?)>.Empty;

    public ImmutableDictionary<(string Stream, string Kind), DateOnly> Deadlines { get; init; } = ImmutableDictionary<(string, string), DateOnly>.Empty;

    public ImmutableDictionary<string, (byte[] Body, Outcome.Done Done, string Stream)> Handled { get; init; } = ImmutableDictionary<string, (byte[], Outcome.Done, string)>.Empty;

    public ImmutableDictionary<string, int> Counters { get; init; } = ImmutableDictionary<string, int>.Empty;

    public long Position { get; init; }

    /// <summary>Cases of a kind, in a fixed order.</summary>
    public IReadOnlyList<string> Cases(CaseType type) => [.. Streams.Keys.Where(s => s.StartsWith(type.Name + "/", StringComparison.Ordinal)).Select(s => s[(type.Name.Length + 1)..])];

    public int Version(string stream) => Streams.GetValueOrDefault(stream)?.Count ?? 0;

    /// <summary>The one thing that can happen when a command comes alone: what stands afterwards, and the answer.</summary>
    public (StoreModel After, string Answer) Carry(Order order)
    {
        var key = $"{order.Act.Client}/{order.Act.Request}";
        if (order.Body is not null && Handled.TryGetValue(key, out var before))
        {
            return (this, before.Body.AsSpan().SequenceEqual(order.Body) ? Answer(before.Done with { Replayed = true }) : "E_REQUEST_REUSED");
        }

        var after = this;
        var id = order.Id ?? (order.Type.Numbered is null ? order.Type.Identify(order.Command) : null);
        if (id is null)
        {
            var series = string.Create(CultureInfo.InvariantCulture, $"{order.Type.Numbered}-{order.Type.RegionOf(order.Type.InitialState, order.Command).County}-{order.Act.Today:yyyy}");
            var number = Counters.GetValueOrDefault(series) + 1;
            (after, id) = (this with { Counters = Counters.SetItem(series, number) }, string.Create(CultureInfo.InvariantCulture, $"{series}-{number:000000}"));
        }

        var stream = $"{order.Type.Name}/{id}";
        var since = Version(stream);
        if (order.Expected is { } expected && expected != since)
        {
            return (this, "E_VERSION");
        }

        if (since == 0 && !order.Opens)
        {
            return (this, Refusal.NotFound(stream).Code);
        }

        // First everything is decided, then what is unique is claimed: whoever could be refused for both hears of the first.
        var changes = new List<(string Stream, Change Change)>();
        (after, var refusal) = after.Decide(order.Type, id, order.Command, order.Act, changes);
        foreach (var (of, change) in changes)
        {
            (after, refusal) = refusal is null ? after.Change(of, change) : (after, refusal);
        }

        if (refusal is not null)
        {
            return (this, refusal);
        }

        var done = new Outcome.Done(id, since, after.Version(stream), Replayed: false);
        return (done.Version == since ? this : order.Body is null ? after : after with { Handled = after.Handled.SetItem(key, (order.Body, done, stream)) }, Answer(done));
    }

    /// <summary>A day on which everything due is met.</summary>
    public StoreModel Morning(DateOnly today, DateTimeOffset now)
    {
        var after = this;
        foreach (var ((stream, kind), due) in Deadlines.Where(d => d.Value <= today))
        {
            var (type, id) = (Types[stream[..stream.IndexOf('/', StringComparison.Ordinal)]], stream[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..]);
            if (type.OnDue(after.State(type, stream), kind) is { } command)
            {
                var request = string.Create(CultureInfo.InvariantCulture, $"due:{stream}:{kind}:{due:yyyy-MM-dd}");
                (after, _) = after.Carry(new Order(type, id, command, Act.BySystemOn(today, now, request)) { Body = [] });
            }

            after = after with { Deadlines = after.Deadlines.Remove((stream, kind)) };
        }

        return after;
    }

    public static string Answer(Outcome outcome) => outcome is Outcome.Done done
        ? string.Create(CultureInfo.InvariantCulture, $"{done.Id} {done.Since}-{done.Version}{(done.Replayed ? " again" : "")}")
        : ((Outcome.Refused)outcome).Refusal.Code;

    /// <summary>The whole content, a line for each row of the database.</summary>
    public IEnumerable<string> Lines() =>
    [
        .. Streams.Select(s => Line($"stream {s.Key} {s.Value.Count}")),
        .. Streams.SelectMany(s => s.Value.Select(f => Line($"event {s.Key} {f.Version} {f.Fact} by {f.By.Request} of {f.By.Correlation}"))),
        .. Streams.Select(s => (s.Key, Type: Types[s.Key[..s.Key.IndexOf('/', StringComparison.Ordinal)]])).Select(s => Line($"case {s.Key} {State(s.Type, s.Key).GetType().Name} {s.Type.Summarise(State(s.Type, s.Key)).Open}")),
        .. Rows.Values.Select(r => r switch
        {
            KeyOutRow k => Line($"out {k.Loan} {k.Key} {k.LastDay:yyyy-MM-dd}"),
            KeyTagRow t => Line($"tag {t.Tag} {t.Loan}"),
            KeyHolderRow h => Line($"holder {h.Key} {h.Loan}"),
            _ => throw new InvalidOperationException($"No line for {r}."),
        }),
        .. Claims.Select(c => Line($"claim {c.Key.Kind} {c.Key.Key} {c.Value.Holder} {c.Value.Since:yyyy-MM-dd} {c.Value.Last:yyyy-MM-dd}")),
        .. Deadlines.Select(d => Line($"due {d.Key.Stream} {d.Key.Kind} {d.Value:yyyy-MM-dd}")),
        .. Handled.Select(h => Line($"handled {h.Key} {h.Value.Stream} {h.Value.Done.Since}-{h.Value.Done.Version}")),
        .. Counters.Select(c => Line($"counter {c.Key} {c.Value}")),
        .. Position == 0 ? [] : (string[])[Line($"position {Position}")],
    ];

    private static string Line(FormattableString line) => FormattableString.Invariant(line).TrimEnd();

    private object State(CaseType type, string stream) => (Streams.GetValueOrDefault(stream) ?? []).Aggregate(type.InitialState, (s, f) => type.Apply(s, f.Fact));

    private (StoreModel After, string? Refusal) Decide(CaseType type, string id, object command, Act act, List<(string, Change)> changes, string? chain = null)
    {
        var stream = $"{type.Name}/{id}";
        var decision = type.Decided(State(type, stream), command, KeyTesting.Book, act with { Case = id }, out _);
        if (decision.Refusal is { } refused)
        {
            return (this, refused.Code);
        }

        var (after, consequences) = (this, new List<Consequence>());
        var correlation = chain ?? Streams.GetValueOrDefault(stream)?[0].By.Correlation ?? id;
        foreach (var fact in decision.Facts)
        {
            var by = new Provenance(act.At, act.Today, act.Actor, "", act.Organisation, "", act.Client, null, act.Request, correlation, act.Historic, null);
            var recorded = new Recorded<object>(id, after.Version(stream) + 1, fact, by);
            after = after with { Streams = after.Streams.SetItem(stream, (after.Streams.GetValueOrDefault(stream) ?? []).Add(recorded)) };
            var state = after.State(type, stream);
            changes.AddRange(type.ChangesOf(recorded, state).Select(change => (stream, change)));
            consequences.AddRange(type.ConsequencesOf(recorded, state));
        }

        foreach (var consequence in consequences)
        {
            (after, var refusal) = after.Decide(Types[consequence.Process], consequence.Id, consequence.Command, act, changes, correlation);
            if (refusal is not null)
            {
                return (this, refusal);
            }
        }

        return (after, null);
    }

    private (StoreModel After, string? Refusal) Change(string stream, Change change) => change switch
    {
        Change.Put p => (this with { Rows = Rows.SetItem(Key(p.Row), p.Row) }, null),
        Change.Insert i when Rows.ContainsKey(Key(i.Row)) => (this, i.Taken.Code),
        Change.Insert i => (this with { Rows = Rows.SetItem(Key(i.Row), i.Row) }, null),
        Change.Remove r => (this with { Rows = Rows.Remove(Key(r.Row)) }, null),
        Change.Reserve r when Claims.TryGetValue((r.Kind, r.Key), out var c) && c.Holder != r.Holder && !(c.Last < r.From) => (this, r.Taken.Code),
        Change.Reserve r => (this with { Claims = Claims.SetItem((r.Kind, r.Key), (r.Holder, r.From, null)) }, null),
        Change.Release r when Claims.TryGetValue((r.Kind, r.Key), out var c) && c.Holder == r.Holder => (this with { Claims = Claims.SetItem((r.Kind, r.Key), c with { Last = r.LastDay }) }, null),
        Change.Due d => (this with { Deadlines = Deadlines.SetItem((stream, d.Kind), d.On) }, null),
        Change.NotDue d => (this with { Deadlines = Deadlines.Remove((stream, d.Kind)) }, null),
        _ => (this, null),
    };

    private static string Key(object row) => row switch
    {
        KeyOutRow k => $"out {k.Loan}",
        KeyTagRow t => $"tag {t.Tag}",
        KeyHolderRow h => $"holder {h.Key}",
        _ => throw new ArgumentOutOfRangeException(nameof(row)),
    };
}
