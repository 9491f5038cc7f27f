using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>A command on its way to a case.</summary>
/// <param name="Type">The kind of case.</param>
/// <param name="Id">Its number; null when the command opens a case that is numbered on opening.</param>
/// <param name="Command">The command.</param>
/// <param name="Act">Who, when, why.</param>
public sealed record Order(CaseType Type, string? Id, object Command, Act Act)
{
    /// <summary>The version the caller has seen (If-Match); null when it does not say.</summary>
    public long? Expected { get; init; }

    /// <summary>True when the command may open the case.</summary>
    public bool Opens { get; init; }

    /// <summary>SHA-256 of the request's body; null when the request is not to be remembered.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Rows written in the same transaction that do not follow from facts, such as sealed personal details.</summary>
    public IReadOnlyList<object> Rows { get; init; } = [];
}

/// <summary>How an order ended.</summary>
public abstract record Outcome
{
    private Outcome() { }

    /// <summary>Carried out, now or (the same request) before.</summary>
    /// <param name="Id">Case number.</param>
    /// <param name="Since">Version before; equal to <paramref name="Version"/> when nothing new happened.</param>
    /// <param name="Version">Version after.</param>
    /// <param name="Replayed">True when this request had been carried out before.</param>
    public sealed record Done(string Id, long Since, long Version, bool Replayed) : Outcome;

    /// <summary>Turned down; nothing is recorded.</summary>
    public sealed record Refused(Refusal Refusal) : Outcome;
}

/// <summary>A case read back.</summary>
/// <param name="Id">Case number.</param>
/// <param name="Version">Version; 0 when there is no such case.</param>
/// <param name="State">The folded state.</param>
/// <param name="Facts">The facts it was folded from.</param>
public sealed record CaseReading(string Id, long Version, object State, IReadOnlyList<Recorded<object>> Facts);

/// <summary>
/// Reads a case, decides, and writes facts, views, claims, deadlines and the request's answer in one transaction, for one
/// command or for many at once. One refused command never harms its neighbours.
/// </summary>
public sealed class CaseStore(NpgsqlDataSource database, IEnumerable<CaseType> types, PolicyBook policies)
{
    private const int Attempts = 8;
    private readonly PolicyBook policies = policies;
    private readonly StateCache states = new(streams: 20_000, bytes: 256L << 20);
    private readonly Dictionary<string, CaseType> types = types.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>The kinds of case this store knows.</summary>
    public IReadOnlyDictionary<string, CaseType> Types => types;

    /// <summary>Carries out one command.</summary>
    public async Task<Outcome> Execute(Order order, CancellationToken cancel = default) => (await Execute([order], null, cancel))[0];

    /// <summary>Carries out many commands, each on its own terms, together in as few transactions as their outcomes allow.</summary>
    /// <param name="orders">The commands in order.</param>
    /// <param name="progress">A reader's position to move in the same transaction. Its orders need a <see cref="Order.Body"/>.</param>
    /// <param name="cancel">Gives up before writing.</param>
    /// <exception cref="PositionMovedException">Another reader of the same name was faster; nothing of this call stands that is not also its doing.</exception>
    public async Task<IReadOnlyList<Outcome>> Execute(IReadOnlyList<Order> orders, (string Reader, long Floor, long Ceiling)? progress = null, CancellationToken cancel = default)
    {
        orders = AtOneInstant(orders);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Attempt(orders, progress, cancel);
            }
            catch (Exception e) when (e is ClaimTaken or ConsequenceRefused || (e is VersionMoved or RequestHandled && orders.Count > 1 && progress is null))
            {
                // One of them cannot be written: each goes alone. A reader's orders carry the request that caused them,
                // so that those which went alone are not carried out again if the position is not reached.
                var outcomes = new List<Outcome>(orders.Count);
                foreach (var order in orders)
                {
                    outcomes.Add(orders.Count == 1 ? new Outcome.Refused(e is ClaimTaken taken ? taken.Refusal : ((ConsequenceRefused)e).Refusal) : await Execute(order, cancel));
                }

                if (progress is not null)
                {
                    await Attempt([], progress, cancel);
                }

                return outcomes;
            }
            catch (Exception e) when (e is VersionMoved or RequestHandled)
            {
                if (attempt == Attempts)
                {
                    return [.. orders.Select(_ => new Outcome.Refused(Busy))];
                }

                await Task.Delay(RandomNumberGenerator.GetInt32(1, 4 * attempt), cancel);
            }
        }
    }

    /// <summary>Reads a case as it is, as it was at a version, or as it was known at an instant.</summary>
    public async Task<CaseReading> Read(CaseType type, string id, long upToVersion = long.MaxValue, DateTimeOffset? knownAt = null, CancellationToken cancel = default)
    {
        var state = type.InitialState;
        var facts = new List<Recorded<object>>();
        await foreach (var stored in new EventLog(database).Stream($"{type.Name}/{id}", upToVersion, knownAt, cancel))
        {
            var fact = stored.As(type);
            state = type.Apply(state, fact.Fact);
            facts.Add(fact);
        }

        return new(id, facts.Count, state, facts);
    }

    /// <summary>What an officer's command would meet, without doing it: the refusal, or null.</summary>
    public Refusal? Probe(CaseType type, CaseReading reading, object command, Act act)
    {
        var probe = act with { Case = reading.Id };
        return OutOfScope(type, reading.State, command, probe) ?? type.Decided(reading.State, command, policies, probe, out _).Refusal;
    }

    private async Task<IReadOnlyList<Outcome>> Attempt(IReadOnlyList<Order> orders, (string Reader, long Floor, long Ceiling)? progress, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        for (var trusting = true; ; trusting = false)
        {
            var work = new Work(this, connection, trusting);
            IReadOnlyList<Outcome>? outcomes = null;
            try
            {
                outcomes = await Attempt(work, orders, progress, connection, cancel);
                if (outcomes is not null)
                {
                    return outcomes;
                }
            }
            catch (Exception e) when (work.Trusts && e is not (OperationCanceledException or NpgsqlException or PositionMovedException or RequestHandled))
            {
                // It came of states that another replica may have moved on: what stands now decides, and fails again if it must.
            }
            finally
            {
                work.Remember(stands: outcomes is not null);
            }
        }
    }

    /// <summary>Decides and writes; null, with nothing written, when an answer rests on a cached state that no append would check.</summary>
    private static async Task<IReadOnlyList<Outcome>?> Attempt(Work work, IReadOnlyList<Order> orders, (string Reader, long Floor, long Ceiling)? progress, NpgsqlConnection connection, CancellationToken cancel)
    {
        var handled = await work.Load(
            orders.Where(o => IdOf(o) is not null).Select(o => (o.Type, IdOf(o)!)),
            orders.Where(o => o.Body is not null).Select(RequestKey), cancel);
        var outcomes = new Outcome?[orders.Count];
        var numbered = new List<int>();
        for (var i = 0; i < orders.Count; i++)
        {
            var order = orders[i];
            if (order.Body is not null && handled.TryGetValue(RequestKey(order), out var before))
            {
                outcomes[i] = before.Body.AsSpan().SequenceEqual(order.Body) ? before.Done : new Outcome.Refused(OtherBody);
            }
            else if (IdOf(order) is null)
            {
                // Decided once without a number, so that a refused command draws none.
                if (work.Judge(order) is { } refusal)
                {
                    outcomes[i] = new Outcome.Refused(refusal);
                }
                else
                {
                    numbered.Add(i);
                }
            }
        }

        await using var transaction = numbered.Count > 0 ? await connection.BeginTransactionAsync(cancel) : null;
        var numbers = await Numbers([.. numbered.Select(i => orders[i])], connection, cancel);
        for (var i = 0; i < orders.Count; i++)
        {
            outcomes[i] ??= await work.Carry(orders[i], IdOf(orders[i]) ?? numbers.Dequeue(), cancel);
        }

        if (work.Unchecked)
        {
            return null;
        }

        var commit = work.Commit(progress);
        if (!commit.IsEmpty)
        {
            await commit.Write(connection, transaction, cancel);
            if (transaction is not null)
            {
                await transaction.CommitAsync(cancel);
            }
        }

        return outcomes!;
    }

    /// <summary>What is written together becomes known together, to the microsecond that PostgreSQL keeps.</summary>
    private static Order[] AtOneInstant(IReadOnlyList<Order> orders)
    {
        var latest = orders.Count == 0 ? default : orders.Max(o => o.Act.At.UtcTicks);
        var at = new DateTimeOffset(latest - (latest % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        return [.. orders.Select(o => o.Act.At == at ? o : o with { Act = o.Act with { At = at } })];
    }

    private static string? IdOf(Order order) => order.Id ?? (order.Type.Numbered is null ? order.Type.Identify(order.Command) : null);

    private static string RequestKey(Order order) => $"{order.Act.Client}/{order.Act.Request}";

    /// <summary>Gap-free case numbers, <c>{BIZ}-{county6}-{yyyy}-{seq6}</c>: the counter's row stays locked until the numbers are used.</summary>
    private static async Task<Queue<string>> Numbers(IReadOnlyList<Order> orders, NpgsqlConnection connection, CancellationToken cancel)
    {
        var names = orders.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Type.Numbered}-{o.Type.RegionOf(o.Type.InitialState, o.Command).County}-{o.Act.Today:yyyy}")).ToList();
        var next = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var group in names.GroupBy(n => n, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            await using var command = new NpgsqlCommand("insert into counters (name, value) values ($1, $2) on conflict (name) do update set value = counters.value + $2 returning value", connection);
            command.Parameters.Add(new() { Value = group.Key });
            command.Parameters.Add(new() { Value = (long)group.Count() });
            next[group.Key] = (long)(await command.ExecuteScalarAsync(cancel))! - group.Count();
        }

        return new(names.Select(n => string.Create(CultureInfo.InvariantCulture, $"{n}-{++CollectionsMarshal.GetValueRefOrNullRef(next, n):000000}")));
    }

    private static Refusal? OutOfScope(CaseType type, object state, object command, Act act) =>
        act.BySystem || act.Region.Covers(type.RegionOf(state, command)) ? null
        : Refusal.NotYours("E_REGION_SCOPE", "该案件不在您的管辖区域内。", "The case lies outside your region.").With("region", type.RegionOf(state, command).ToString());

    private static readonly Refusal Stale = new(RefusalKind.Stale, "E_VERSION", new("案件已被他人更新,请刷新后再办理。", "The case has moved on since you read it; read it again."));
    private static readonly Refusal Busy = new(RefusalKind.Busy, "E_BUSY", new("系统繁忙,请稍后重试。", "Too much at once; try again."));
    private static readonly Refusal OtherBody = Refusal.Rule("E_REQUEST_REUSED", "同一请求编号已用于不同的内容。", "This Idempotency-Key has been used with another body.");

    /// <summary>A consequence was refused, and with it the command that led to it.</summary>
    private sealed class ConsequenceRefused(Refusal refusal) : Exception(refusal.Code)
    {
        public Refusal Refusal { get; } = refusal;
    }

    /// <summary>The streams one transaction works on: as read, as decided so far, and what is to be written.</summary>
    private sealed class Work(CaseStore store, NpgsqlConnection connection, bool trusting)
    {
        private readonly Dictionary<string, Stream> streams = new(StringComparer.Ordinal);
        private readonly List<(Stream Stream, Recorded<object> Fact, object After, Act Act, IReadOnlyDictionary<string, string>? Policies)> written = [];
        private readonly List<(Order Order, Outcome.Done Done)> handled = [];
        private readonly HashSet<Stream> decidedOn = [];

        /// <summary>True when some state came from the cache.</summary>
        public bool Trusts => streams.Values.Any(s => s.Cached);

        /// <summary>True when something was decided on a cached state and nothing is written to its stream: a refusal, or nothing new.</summary>
        public bool Unchecked => decidedOn.Any(s => s.Cached && s.Version == s.Loaded);

        /// <summary>Keeps what has been written; after a failure nothing of these streams is taken for known.</summary>
        public void Remember(bool stands)
        {
            foreach (var (name, stream) in streams)
            {
                if (!stands)
                {
                    store.states.Evict(name);
                }
                else if (stream.Version > stream.Loaded)
                {
                    store.states.Put(name, new(stream.State, stream.Version, stream.Correlation, stream.OpenedOn, stream.Bytes));
                }
            }
        }

        public async Task<Dictionary<string, (byte[] Body, Outcome.Done Done)>> Load(IEnumerable<(CaseType Type, string Id)> cases, IEnumerable<string> requests, CancellationToken cancel)
        {
            var unknown = new List<string>();
            foreach (var (type, id) in cases)
            {
                var name = $"{type.Name}/{id}";
                if (!streams.ContainsKey(name))
                {
                    var stream = streams[name] = new(type, id, trusting ? store.states.Find(name) : null);
                    unknown.AddRange(stream.Cached ? [] : [name]);
                }
            }

            var found = new Dictionary<string, (byte[], Outcome.Done)>(StringComparer.Ordinal);
            var keys = requests.ToArray();
            if (unknown.Count == 0 && keys.Length == 0)
            {
                return found;
            }

            await using var batch = new NpgsqlBatch(connection);
            if (unknown.Count > 0)
            {
                batch.BatchCommands.Add(new($"select {StoredEvent.Columns} from mt_events where stream_id = any ($1) and is_archived = false order by stream_id, version") { Parameters = { new() { Value = unknown.ToArray() } } });
            }

            if (keys.Length > 0)
            {
                batch.BatchCommands.Add(new("select request, body, stream_id, since, version from handled_requests where request = any ($1)") { Parameters = { new() { Value = keys } } });
            }

            await using var reader = await batch.ExecuteReaderAsync(cancel);
            if (unknown.Count > 0)
            {
                while (await reader.ReadAsync(cancel))
                {
                    var stored = StoredEvent.Read(reader);
                    streams[stored.Stream].Hydrate(stored);
                }

                await reader.NextResultAsync(cancel);
            }

            while (keys.Length > 0 && await reader.ReadAsync(cancel))
            {
                var stream = reader.GetString(2);
                found[reader.GetString(0)] = (reader.GetFieldValue<byte[]>(1), new(stream[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..], reader.GetInt64(3), reader.GetInt64(4), Replayed: true));
            }

            return found;
        }

        /// <summary>Decides without keeping anything.</summary>
        public Refusal? Judge(Order order) => NotAdmitted(order, new(order.Type, ""))
            ?? order.Type.Decided(order.Type.InitialState, order.Command, store.policies, order.Act, out _).Refusal;

        public async Task<Outcome> Carry(Order order, string id, CancellationToken cancel)
        {
            var name = $"{order.Type.Name}/{id}";
            var stream = streams.GetValueOrDefault(name) ?? (streams[name] = new(order.Type, id));
            decidedOn.Add(stream);
            if (NotAdmitted(order, stream) is { } refusal)
            {
                return new Outcome.Refused(refusal);
            }

            var decision = stream.Type.Decided(stream.State, order.Command, store.policies, order.Act with { Case = id }, out var policies);
            if (decision.Refusal is { } refused)
            {
                return new Outcome.Refused(refused);
            }

            var since = stream.Version;
            await Carry(stream, decision, policies, order.Act, stream.Correlation ?? id, cancel);
            var done = new Outcome.Done(id, since, stream.Version, Replayed: false);
            handled.Add((order, done));
            return done;
        }

        private static Refusal? NotAdmitted(Order order, Stream stream) =>
            order.Expected is { } expected && expected != stream.Version ? Stale
            : stream.Version == 0 && !order.Opens ? Refusal.NotFound($"{order.Type.Name}/{stream.Id}")
            : OutOfScope(order.Type, stream.State, order.Command, order.Act);

        public Commit Commit((string Reader, long Floor, long Ceiling)? progress)
        {
            var commit = new Commit(written.Count > 0 ? written[0].Act.At : DateTimeOffset.UtcNow);
            foreach (var stream in streams.Values.Where(s => s.Version > s.Loaded))
            {
                commit.Stream($"{stream.Type.Name}/{stream.Id}", stream.Type.Name, stream.Loaded, stream.Version);
            }

            foreach (var (stream, fact, after, act, policies) in written)
            {
                var name = $"{stream.Type.Name}/{stream.Id}";
                stream.Bytes += commit.Event(stream.Type, name, fact.Version, fact.Fact, act, fact.By.Correlation, policies);
                foreach (var change in Changes(stream.Type, fact, after, stream.OpenedOn))
                {
                    commit.Add(name, change, act);
                }
            }

            foreach (var (order, done) in handled.Where(h => h.Order.Body is not null && h.Done.Version > h.Done.Since))
            {
                commit.Handled(RequestKey(order), order.Body!, $"{order.Type.Name}/{done.Id}", done.Since, done.Version);
            }

            foreach (var (order, done) in handled.Where(h => h.Done.Version > h.Done.Since))
            {
                foreach (var row in order.Rows)
                {
                    commit.Add($"{order.Type.Name}/{done.Id}", new Change.Put(row), order.Act);
                }
            }

            if (progress is { } p)
            {
                commit.Progress(p.Reader, p.Floor, p.Ceiling);
            }

            return commit;
        }

        private async Task Carry(Stream stream, Decision<object> decision, IReadOnlyDictionary<string, string>? policies, Act act, string correlation, CancellationToken cancel)
        {
            var consequences = new List<Consequence>();
            foreach (var fact in decision.Facts)
            {
                var recorded = stream.Add(fact, Provenance(act, correlation, policies));
                written.Add((stream, recorded, stream.State, act, policies));
                consequences.AddRange(stream.Type.ConsequencesOf(recorded, stream.State));
            }

            await Load(consequences.Select(c => (store.types[c.Process], c.Id)), [], cancel);
            foreach (var consequence in consequences)
            {
                var other = streams[$"{consequence.Process}/{consequence.Id}"];
                decidedOn.Add(other);
                var reaction = other.Type.Decided(other.State, consequence.Command, store.policies, act with { Case = other.Id }, out var editions);
                await Carry(other, reaction.Refusal is { } refusal ? throw new ConsequenceRefused(refusal) : reaction, editions, act, correlation, cancel);
            }
        }

        private static Provenance Provenance(Act act, string correlation, IReadOnlyDictionary<string, string>? policies) => new(
            act.At, act.Today, act.Actor, string.Join(',', act.Roles.Order(StringComparer.Ordinal)), act.Organisation, act.Region.ToString(), act.Client,
            act.Purpose, act.Request, correlation, act.Historic, policies);
    }

    /// <summary>What a fact changes beside its stream: the case list first, then what the process describes.</summary>
    internal static IEnumerable<Change> Changes(CaseType type, Recorded<object> fact, object after, DateOnly openedOn)
    {
        var summary = type.Summarise(after);
        var stream = $"{type.Name}/{fact.Id}";
        yield return new Change.Put(CaseListRow.Of(type, fact.Id, fact.Version, summary, after, openedOn, fact.By.At));
        foreach (var person in summary.People ?? [])
        {
            yield return new Change.Put(new CasePersonRow(person, stream, type.Name, fact.Id));
        }

        foreach (var change in type.ChangesOf(fact, after))
        {
            yield return change;
        }
    }

    private sealed class Stream(CaseType type, string id, CachedState? known = null)
    {
        public CaseType Type { get; } = type;

        public string Id { get; } = id;

        public bool Cached { get; } = known is not null;

        public object State { get; private set; } = known?.State ?? type.InitialState;

        public long Version { get; private set; } = known?.Version ?? 0;

        public long Loaded { get; private set; } = known?.Version ?? 0;

        public string? Correlation { get; private set; } = known?.Correlation;

        public DateOnly OpenedOn { get; private set; } = known?.OpenedOn ?? default;

        /// <summary>Length of the facts' JSON, as loaded and as written.</summary>
        public long Bytes { get; set; } = known?.Bytes ?? 0;

        public void Hydrate(StoredEvent stored)
        {
            Take(stored.As(Type));
            Bytes += stored.Data.Length;
            Loaded = Version;
        }

        public Recorded<object> Add(object fact, Provenance by)
        {
            var recorded = new Recorded<object>(Id, Version + 1, fact, by);
            Take(recorded);
            return recorded;
        }

        private void Take(Recorded<object> recorded)
        {
            State = Type.Apply(State, recorded.Fact);
            Version = recorded.Version;
            Correlation ??= recorded.By.Correlation;
            OpenedOn = OpenedOn == default ? recorded.By.On : OpenedOn;
        }
    }
}
