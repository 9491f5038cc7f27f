using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>
/// One attempt to carry a group of orders in one transaction. Afterwards each of them is answered, has failed, has left for
/// a later group, or still rides: then another order stood in the way, and the next attempt goes without that one.
/// </summary>
internal sealed class Work(CaseStore store, NpgsqlConnection connection, Ticket[] riding, Call? reader)
{
    private const int MostLosses = 8;
    private readonly Dictionary<string, Stream> streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (byte[] Body, Outcome.Done Done)> handled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> counters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Ticket> firsts = riding.Where(t => t.Request is not null).DistinctBy(t => t.Request!, StringComparer.Ordinal).ToDictionary(t => t.Request!, StringComparer.Ordinal);
    private readonly HashSet<string> left = new(StringComparer.Ordinal);
    private readonly Dictionary<Ticket, Outcome> answers = [];
    private readonly DateTimeOffset at = CivilTime.Stored(riding.Length == 0 ? store.Clock.GetUtcNow() : riding.Max(t => t.Order.Act.At));
    private readonly Commit commit = new();
    private bool lookedUp;

    /// <exception cref="NpgsqlException">The database is gone, or refuses what cannot be laid at one order's door.</exception>
    public async Task Attempt()
    {
        try
        {
            await Try();
        }
        catch (PostgresException e) when (Blamed(e))
        {
            // Nothing is written; whom that concerns is marked.
        }
    }

    private async Task Try()
    {
        var opening = riding.Where(t => t.Stream is null && !IsRepeated(t)).ToDictionary(t => t, Judged);
        var numbered = opening.Where(o => o.Value is null && o.Key.Rides).Select(o => o.Key).ToList();
        await using var transaction = numbered.Count > 0 || riding.Any(t => t.Locks) ? await connection.BeginTransactionAsync() : null;
        await Load(riding.Where(t => t.Stream is not null).Select(t => (t.Order.Type, t.Stream!)), numbered, opening.Count > 0 || riding.Any(t => t.LooksUp));
        foreach (var ticket in riding.Where(t => t.Rides))
        {
            await Carry(ticket, opening.GetValueOrDefault(ticket));
        }

        if (numbered.FindAll(t => !Wrote(t)) is { Count: > 0 } vain)
        {
            // A number drawn in vain goes back with the transaction. A refusal beside others may rest on what they have not
            // written yet, and may never write: it is decided again, alone.
            Answer(riding.Length == 1 ? answers : []);
            vain.FindAll(t => t.Rides).ForEach(t => t.Alone = t.Again = true);
        }
        else if (reader is null || riding.All(t => t.Rides))
        {
            await Write(transaction);
        }
    }

    private async Task Write(NpgsqlTransaction? transaction)
    {
        foreach (var stream in streams.Values.Where(s => s.Now.Version > s.Loaded))
        {
            commit.Stream(stream.Name, stream.Type, stream.Loaded, stream.Now.Version);
        }

        foreach (var ticket in reader?.Tickets ?? [])
        {
            if ((ticket.Answer ?? answers[ticket]) is Outcome.Refused { Refusal: var refusal } && ticket.Order.WhenRefused?.Invoke(refusal) is { } row)
            {
                commit.Put(row);
            }
        }

        var began = Stopwatch.GetTimestamp();
        using var activity = StoreMeter.Committing([.. riding.Select(t => t.Order)]);
        await commit.Write(connection, transaction, at, reader?.Progress);
        StoreMeter.Committed(riding.Length, commit.Events, Stopwatch.GetElapsedTime(began));

        foreach (var stream in streams.Values.Where(s => s.Now.Version > s.Loaded))
        {
            store.States.Put(stream.Name, stream.Now);
        }

        Answer(answers);
        reader?.Settle();
    }

    private static void Answer(IEnumerable<KeyValuePair<Ticket, Outcome>> outcomes) => outcomes.ToList().ForEach(o => o.Key.Answer = o.Value);

    /// <summary>Lays a failed write at the door of those who caused it; false when that can't be done.</summary>
    private bool Blamed(PostgresException e)
    {
        switch (e)
        {
            case { SqlState: Commit.VersionMoved }:
                foreach (var name in Told(e).Select(t => t[0]))
                {
                    StoreMeter.Conflict();
                    streams[name].Touched.ToList().ForEach(t => Lose(t, name));
                }

                return true;
            case { SqlState: Commit.RequestHandled }:
                foreach (var ticket in riding.Where(t => t.Request is not null && Told(e).Any(told => told[0] == t.Request)))
                {
                    ticket.LooksUp = ticket.Again = true;
                }

                return true;
            case { SqlState: Commit.ClaimTaken }:
                foreach (var told in Told(e))
                {
                    var (taken, ticket) = commit.Claimant(told[0]);
                    ticket.Answer = new Outcome.Refused(taken.With("heldBy", told[1]));
                }

                return true;
            case { SqlState: Commit.PositionMoved }:
                reader!.Fail(new PositionMovedException(reader.Progress!.Value.Reader));
                return true;
            case { SqlState: PostgresErrorCodes.UniqueViolation } when riding is [var only] && commit.Insert(e.TableName) is { } insert:
                only.Answer = new Outcome.Refused(insert.Taken);
                return true;
            case { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected }:
                Array.ForEach(riding, t => Lose(t));
                return true;
            case { SqlState: ['2', ..] } when riding.Length > 1:
                // What the data of one breaks (classes 22 and 23): each goes by itself, and only that one meets it again.
                Array.ForEach(riding, t => t.Alone = t.Again = true);
                return true;
            default:
                return false;
        }

        static string[][] Told(PostgresException e) => JsonSerializer.Deserialize(e.MessageText, StoreJson.Default.StringArrayArray)!;
    }

    private void Lose(Ticket ticket, string? stream = null)
    {
        // A reader has nobody to come back for it: it goes on until it is through.
        if (reader is null && !ticket.Again && ++ticket.Losses == MostLosses)
        {
            ticket.Answer = new Outcome.Refused(Refusals.Busy);
        }

        ticket.Again = ticket.LooksUp = true;
        ticket.Locks |= stream is not null;
        ticket.Doubted.UnionWith(stream is null ? [] : [stream]);
    }

    /// <summary>Reads what is not remembered, looks requests up, draws numbers: all in one round trip, or in none.</summary>
    private async Task Load(IEnumerable<(CaseType Type, string Name)> cases, List<Ticket> numbered, bool lookUp)
    {
        var doubted = riding.SelectMany(t => t.Doubted).Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal).ToArray();
        var unknown = new List<string>();
        foreach (var (type, name) in cases)
        {
            if (!streams.ContainsKey(name))
            {
                var stream = streams[name] = new(type, name, doubted.Contains(name) ? null : store.States.Find(name));
                unknown.AddRange(stream.Cached ? [] : [name]);
                store.Meter.Looked(stream.Cached);
            }
        }

        if (unknown.Count == 0 && !lookUp)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection);
        var rows = new List<Action<NpgsqlDataReader>>();
        if (numbered.Count > 0)
        {
            // Gap-free: the counter's row stays locked until the numbers are used. Everywhere counters are locked before streams.
            var names = numbered.GroupBy(t => Counter(t.Order), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.LongCount(), StringComparer.Ordinal);
            Ask("insert into counters (name, value) select * from unnest($1, $2) on conflict (name) do update set value = counters.value + excluded.value returning name, value",
                row => counters[row.GetString(0)] = row.GetInt64(1) - names[row.GetString(0)], names.Keys.ToArray(), names.Values.ToArray());
        }

        if (!lookedUp && riding.Any(t => t.Locks))
        {
            Ask("select id from mt_streams where id = any ($1) order by id for update", _ => { }, streams.Keys.Union(doubted, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray());
        }

        if (unknown.Count > 0)
        {
            // One by one through the index: while the table's statistics lag behind its growth, the planner takes "any of these" for a reason to read it all.
            Ask($"select e.* from unnest($1) as s (id), lateral (select {StoredEvent.Columns} from mt_events where stream_id = s.id and is_archived = false order by version) e",
                row => { var stored = StoredEvent.Read(row); streams[stored.Stream].Read(stored); }, unknown.ToArray());
        }

        if (!lookedUp && riding.Any(t => t.Request is not null))
        {
            Ask("select request, body, stream_id, since, version from handled_requests where request = any ($1)",
                row => handled[row.GetString(0)] = (row.GetFieldValue<byte[]>(1), new(IdOf(row.GetString(2)), row.GetInt64(3), row.GetInt64(4), Replayed: true)),
                riding.Where(t => t.Request is not null).Select(t => t.Request).ToArray());
        }

        lookedUp = true;
        await using var reading = await batch.ExecuteReaderAsync();
        foreach (var row in rows)
        {
            while (await reading.ReadAsync())
            {
                row(reading);
            }

            await reading.NextResultAsync();
        }

        void Ask(string sql, Action<NpgsqlDataReader> row, params Array[] values)
        {
            var command = new NpgsqlBatchCommand(sql);
            Array.ForEach(values, v => command.Parameters.Add(new() { Value = v }));
            batch.BatchCommands.Add(command);
            rows.Add(row);
        }
    }

    /// <summary>What the opening command of a case without a number meets, before a number is drawn for it.</summary>
    private Refusal? Judged(Ticket ticket)
    {
        var (type, order) = (ticket.Order.Type, ticket.Order);
        try
        {
            return NotAdmitted(order, type.InitialState, 0) ?? type.Decided(type.InitialState, order.Command, store.Policies, order.Act with { At = at }, out _).Refusal;
        }
        catch (Exception e)
        {
            ticket.Fault = e;
            return null;
        }
    }

    private async Task Carry(Ticket ticket, Refusal? judged)
    {
        if (ticket.Request is { } request && handled.TryGetValue(request, out var before))
        {
            answers[ticket] = before.Body.AsSpan().SequenceEqual(ticket.Order.Body) ? before.Done : new Outcome.Refused(Refusals.OtherBody);
        }
        else if (ticket.Stream is null && IsRepeated(ticket))
        {
            // No number is drawn for it: the first was turned down, and so is this one, or it goes with a later group.
            if (answers.TryGetValue(firsts[ticket.Request!], out var same))
            {
                answers[ticket] = same;
            }
            else
            {
                Leave(ticket);
            }
        }
        else if (judged is not null)
        {
            answers[ticket] = new Outcome.Refused(judged);
        }
        else if (Names(ticket).Any(left.Contains))
        {
            // One before it, for the same case or with the same key, goes with a later group: it comes after that.
            Leave(ticket);
        }
        else
        {
            var outcome = await Decide(ticket);
            if (outcome is Outcome.Done { Since: var since, Version: var version } done && version > since)
            {
                if (ticket.Request is { } key)
                {
                    // Twice in one group: the second is answered as the first, if that is written.
                    handled[key] = (ticket.Order.Body!, done with { Replayed = true });
                }
            }
            else if (streams.Values.Any(s => s.Cached && s.Touched.Contains(ticket)) || (ticket.Request is not null && !lookedUp))
            {
                // No append will check what this rests on: it is looked up before it is said.
                ticket.Doubted.UnionWith(streams.Values.Where(s => s.Cached && s.Touched.Contains(ticket)).Select(s => s.Name));
                (ticket.LooksUp, ticket.Fault, outcome) = (true, null, null);
                Leave(ticket);
            }

            if (outcome is not null)
            {
                answers[ticket] = outcome;
            }
        }
    }

    private bool Wrote(Ticket ticket) => answers.GetValueOrDefault(ticket) is Outcome.Done { Replayed: false } done && done.Version > done.Since;

    /// <summary>The same request comes before it in this group.</summary>
    private bool IsRepeated(Ticket ticket) => ticket.Request is { } request && firsts[request] != ticket;

    private void Leave(Ticket ticket)
    {
        ticket.Again = true;
        left.UnionWith(Names(ticket));
    }

    private static IEnumerable<string> Names(Ticket ticket) => new[] { ticket.Stream, ticket.Request }.OfType<string>();

    /// <summary>Decides, with all consequences; what comes of it is kept whole or not at all. Null after a fault.</summary>
    private async Task<Outcome?> Decide(Ticket ticket)
    {
        var order = ticket.Order with { Act = ticket.Order.Act with { At = at } };
        var stream = StreamOf(order.Type, ticket.Stream ?? $"{order.Type.Name}/{Number(order)}");
        var since = stream.Now.Version;
        stream.Touched.Add(ticket);
        var facts = new List<Written>();
        var before = new Dictionary<Stream, Folded>();
        try
        {
            var refusal = NotAdmitted(order, stream.Now.State, since) ?? await Follow(stream, order.Command, order.Act, stream.Now.Correlation ?? stream.Id);
            var changes = facts.SelectMany(f => f.Changes().Select(c => (f.Stream.Name, c))).ToList();
            if ((refusal ?? commit.Collision(changes)) is { } no)
            {
                Undo();
                return new Outcome.Refused(no);
            }

            facts.ForEach(f => f.Stream.Now = f.Stream.Now with { Bytes = f.Stream.Now.Bytes + commit.Event(f) });
            changes.ForEach(c => commit.Add(c.Name, c.c, order.Act, ticket));
            if (facts.Count > 0)
            {
                commit.Handled(ticket, stream.Name, since, stream.Now.Version);
            }

            return new Outcome.Done(stream.Id, since, stream.Now.Version, Replayed: false);
        }
        catch (Exception e) when (e is not NpgsqlException)
        {
            Undo();
            ticket.Fault = e;
            return null;
        }

        async Task<Refusal?> Follow(Stream on, object command, Act act, string correlation)
        {
            on.Touched.Add(ticket);
            before.TryAdd(on, on.Now);
            var decision = on.Type.Decided(on.State, command, store.Policies, act with { Case = on.Id }, out var policies);
            var consequences = new List<Consequence>();
            foreach (var fact in decision.Facts)
            {
                var was = on.Now;
                var recorded = on.Add(fact, Provenance(act, correlation, policies));
                facts.Add(new(on, recorded, was, act, policies));
                consequences.AddRange(on.Type.ConsequencesOf(recorded, on.Now.State));
            }

            await Load(consequences.Select(c => (store.Types[c.Process], $"{c.Process}/{c.Id}")), [], lookUp: false);
            foreach (var consequence in consequences)
            {
                if (await Follow(streams[$"{consequence.Process}/{consequence.Id}"], consequence.Command, act, correlation) is { } refusal)
                {
                    return refusal;
                }
            }

            return decision.Refusal;
        }

        void Undo()
        {
            foreach (var (on, was) in before)
            {
                on.Now = was;
            }
        }
    }

    private Stream StreamOf(CaseType type, string name) => streams.TryGetValue(name, out var known) ? known : streams[name] = new(type, name, null);

    private string Number(Order order)
    {
        var counter = Counter(order);
        return string.Create(CultureInfo.InvariantCulture, $"{counter}-{++counters[counter]:000000}");
    }

    /// <summary>Case numbers are <c>{BIZ}-{county6}-{yyyy}-{seq6}</c>.</summary>
    private static string Counter(Order order) =>
        string.Create(CultureInfo.InvariantCulture, $"{order.Type.Numbered}-{order.Type.RegionOf(order.Type.InitialState, order.Command).County}-{order.Act.Today:yyyy}");

    private static string IdOf(string stream) => stream[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static Refusal? NotAdmitted(Order order, object state, long version) =>
        order.Expected is { } expected && expected != version ? Refusals.Stale
        : version == 0 && !order.Opens ? Refusal.NotFound($"{order.Type.Name}/{order.Id}")
        : Refusals.OutOfScope(order.Type, state, order.Command, order.Act);

    private static Provenance Provenance(Act act, string correlation, IReadOnlyDictionary<string, string>? policies) => new(
        act.At, act.Today, act.Actor, string.Join(',', act.Roles.Order(StringComparer.Ordinal)), act.Organisation, act.Region.ToString(), act.Client,
        act.Purpose, act.Request, correlation, act.Historic, policies);
}

/// <summary>A fact on its way into the log.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Fact">The fact with its version and provenance.</param>
/// <param name="Before">The state before it.</param>
/// <param name="Act">The act it comes of.</param>
/// <param name="Policies">Editions that decided.</param>
internal sealed record Written(Stream Stream, Recorded<object> Fact, Folded Before, Act Act, IReadOnlyDictionary<string, string>? Policies)
{
    private readonly Folded after = Stream.Now;

    /// <summary>What it changes beside its stream: worklist and persons where these differ, then what the process describes.</summary>
    public IEnumerable<Change> Changes() => CaseRows.Changes(Stream.Type, Fact, Before.Version == 0 ? null : Before.State, after.State, after.OpenedOn);
}

/// <summary>A stream in one attempt: as it stood, and as decided so far.</summary>
internal sealed class Stream(CaseType type, string name, Folded? known)
{
    private Exception? unreadable;

    public CaseType Type => type;

    public string Name => name;

    public string Id { get; } = name[(type.Name.Length + 1)..];

    /// <summary>True when it is remembered, not read: only an append can tell whether that still holds.</summary>
    public bool Cached => known is not null;

    public Folded Now { get; set; } = known ?? new(type.InitialState, 0, null, default, 0);

    public long Loaded { get; private set; } = known?.Version ?? 0;

    /// <summary>The orders that were decided on it.</summary>
    public HashSet<Ticket> Touched { get; } = [];

    /// <exception cref="InvalidOperationException">One of its events cannot be read: nothing is decided on what is not known.</exception>
    public object State => unreadable is null ? Now.State : throw unreadable;

    public void Read(StoredEvent stored)
    {
        try
        {
            Now = Now.With(type, stored.As(type), stored.Data.Length);
            Loaded = Now.Version;
        }
        catch (Exception e)
        {
            unreadable ??= e;
        }
    }

    public Recorded<object> Add(object fact, Provenance by)
    {
        var recorded = new Recorded<object>(Id, Now.Version + 1, fact, by);
        Now = Now.With(type, recorded, 0);
        return recorded;
    }
}
