using Npgsql;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>What one transaction of the store works on.</summary>
public sealed partial class CaseStore
{
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
            var commit = new Commit(written.Count > 0 ? written[0].Act.At : (store.clock ?? TimeProvider.System).GetUtcNow());
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
