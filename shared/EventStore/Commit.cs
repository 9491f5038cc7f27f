using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>Everything one transaction writes, gathered from any number of orders.</summary>
internal sealed class Commit
{
    /// <summary>SQLSTATEs of <c>store_append</c>; the message is JSON: a row of names for each that stands in the way.</summary>
    public const string ClaimTaken = "CA409", RequestHandled = "CA410", VersionMoved = "CA412", PositionMoved = "CA413";

    private static readonly string Many = $"select store_append({string.Join(',', Enumerable.Range(1, 37).Select(i => $"${i}"))})";
    private static readonly string One = $"select store_append_one({string.Join(',', Enumerable.Range(1, 15).Select(i => $"${i}"))})";

    private readonly List<(string Id, string Type, long Expected, long Next)> streams = [];
    private readonly List<(string Stream, long Version, byte[] Data, string Alias, string Clr, string Correlation, string Causation, byte[] Headers, string User)> events = [];
    private readonly List<(string Request, byte[] Body, string Stream, long Since, long Version)> handled = [];
    private readonly Dictionary<(RowTable Table, object Key), Change> rows = [];
    private readonly Dictionary<(string Kind, string Key), (Change.Reserve Claim, Ticket Ticket)> reserves = [];
    private readonly Dictionary<(string Kind, string Key, string Holder), Change.Release> releases = [];
    private readonly Dictionary<(string Stream, string Kind), (DateOnly? Due, bool Armed)> deadlines = [];

    public int Events => events.Count;

    public void Stream(string id, CaseType type, long expected, long next) => streams.Add((id, type.Name.Replace('-', '_'), expected, next));

    /// <summary>Adds a fact; returns the length of its JSON.</summary>
    public int Event(Written written)
    {
        var (type, fact, act) = (written.Stream.Type, written.Fact.Fact, written.Act);
        var alias = type.AliasOf(fact);
        var data = JsonSerializer.SerializeToUtf8Bytes(fact, type.FactTypes[alias]);
        events.Add((written.Stream.Name, written.Fact.Version, data, alias, $"{fact.GetType().FullName}, {fact.GetType().Assembly.GetName().Name}",
            written.Fact.By.Correlation, act.Request, JsonSerializer.SerializeToUtf8Bytes(Headers.Of(act, written.Policies), HeadersJson.Default.Headers), act.Actor));
        return data.Length;
    }

    /// <summary>Remembers what an order led to, and writes the rows it brings.</summary>
    public void Handled(Ticket ticket, string stream, long since, long version)
    {
        if (ticket.Request is { } request)
        {
            handled.Add((request, ticket.Order.Body!, stream, since, version));
        }

        foreach (var row in ticket.Order.Rows)
        {
            Put(row);
        }
    }

    public void Put(object row) => rows[Key(row)] = new Change.Put(row);

    /// <summary>The refusal when an order claims what another of this transaction claims.</summary>
    public Refusal? Collision(IEnumerable<(string Stream, Change Change)> changes)
    {
        var own = new Dictionary<(string, string), string?>();
        var inserted = new HashSet<(RowTable, object)>();
        foreach (var (_, change) in changes)
        {
            switch (change)
            {
                case Change.Insert i when rows.ContainsKey(Key(i.Row)) || !inserted.Add(Key(i.Row)): return i.Taken;
                case Change.Reserve r when Holder(r.Kind, r.Key) is { } other && other != r.Holder: return r.Taken.With("heldBy", other);
                case Change.Reserve r: own[(r.Kind, r.Key)] = r.Holder; break;
                case Change.Release r when Holder(r.Kind, r.Key) == r.Holder: own[(r.Kind, r.Key)] = null; break;
            }
        }

        return null;

        string? Holder(string kind, string key) =>
            own.TryGetValue((kind, key), out var holder) ? holder : reserves.TryGetValue((kind, key), out var other) ? other.Claim.Holder : null;
    }

    /// <summary>The last description of a row, claim or deadline wins, as it would if each were carried out in turn.</summary>
    public void Add(string stream, Change change, Act act, Ticket ticket)
    {
        switch (change)
        {
            case Change.Put p: rows[Key(p.Row)] = rows.GetValueOrDefault(Key(p.Row)) is Change.Insert first ? first with { Row = p.Row } : p; break;
            case Change.Insert i: rows[Key(i.Row)] = i; break;
            case Change.Remove r: rows[Key(r.Row)] = r; break;
            case Change.Due d: deadlines[(stream, d.Kind)] = (d.On, !act.Historic || d.On >= CivilTime.Day(act.At)); break;
            case Change.NotDue d: deadlines[(stream, d.Kind)] = (null, false); break;
            case Change.Reserve r:
                releases.Remove((r.Kind, r.Key, r.Holder));
                reserves[(r.Kind, r.Key)] = (r, ticket);
                break;
            case Change.Release r:
                // Kept beside a claim by somebody else: one case may pass on in one transaction what it held.
                releases[(r.Kind, r.Key, r.Holder)] = r;
                if (reserves.TryGetValue((r.Kind, r.Key), out var held) && held.Claim.Holder == r.Holder)
                {
                    reserves.Remove((r.Kind, r.Key));
                }

                break;
        }
    }

    /// <summary>Whose claim it was, by its place (from 1) among those written.</summary>
    public (Refusal Taken, Ticket Ticket) Claimant(string place)
    {
        var (claim, ticket) = Claims()[int.Parse(place, CultureInfo.InvariantCulture) - 1];
        return (claim.Taken, ticket);
    }

    public Change.Insert? Insert(string? table) => rows.Where(r => r.Key.Table.Name == table).Select(r => r.Value).OfType<Change.Insert>().FirstOrDefault();

    /// <summary>Writes everything in one round trip and one transaction.</summary>
    /// <exception cref="PostgresException">Nothing is written; SQLSTATE and message say who stands in the way.</exception>
    public async Task Write(NpgsqlConnection connection, NpgsqlTransaction? transaction, DateTimeOffset at, (string Reader, long Floor, long Ceiling)? progress)
    {
        if (events.Count == 0 && progress is null)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        var lone = events.Count == 1 && handled.Count <= 1 && progress is null && reserves.Count + releases.Count + deadlines.Count == 0;
        batch.BatchCommands.Add(lone ? Alone(at) : Together(at, progress));
        foreach (var table in rows.OrderBy(r => r.Key.Table.Name, StringComparer.Ordinal).ThenBy(r => r.Key.Key.ToString(), StringComparer.Ordinal).GroupBy(r => r.Key.Table))
        {
            Each<Change.Remove>(r => r.Row, r => table.Key.Remove(r));
            Each<Change.Put>(r => r.Row, r => table.Key.Put(r));
            Each<Change.Insert>(r => r.Row, r => table.Key.Insert(r));

            void Each<T>(Func<T, object> row, Func<IReadOnlyList<object>, NpgsqlBatchCommand> statement) where T : Change
            {
                if (table.Select(r => r.Value).OfType<T>().Select(row).ToList() is { Count: > 0 } some)
                {
                    batch.BatchCommands.Add(statement(some));
                }
            }
        }

        await batch.ExecuteNonQueryAsync();
        await (transaction?.CommitAsync() ?? Task.CompletedTask);
    }

    private List<(Change.Reserve Claim, Ticket Ticket)> Claims() => [.. reserves.Values.OrderBy(r => $"{r.Claim.Kind}/{r.Claim.Key}", StringComparer.Ordinal)];

    private static (RowTable, object) Key(object row)
    {
        var table = RowTable.Of(row.GetType());
        return (table, table.KeyOf(row));
    }

    /// <summary>A lone fact: scalars, which cost half of what arrays of one do.</summary>
    private NpgsqlBatchCommand Alone(DateTimeOffset at)
    {
        var ((id, type, expected, _), e) = (streams[0], events[0]);
        var request = handled.Count == 0 ? default : handled[0];
        return new NpgsqlBatchCommand(One)
        {
            Parameters =
            {
                Parameter(NpgsqlDbType.Text, id), Parameter(NpgsqlDbType.Text, type), Parameter(NpgsqlDbType.Bigint, expected), Parameter(NpgsqlDbType.TimestampTz, at.UtcDateTime),
                Parameter(NpgsqlDbType.Uuid, Guid.CreateVersion7(at)), Parameter(NpgsqlDbType.Jsonb, e.Data), Parameter(NpgsqlDbType.Text, e.Alias), Parameter(NpgsqlDbType.Text, e.Clr),
                Parameter(NpgsqlDbType.Text, e.Correlation), Parameter(NpgsqlDbType.Text, e.Causation), Parameter(NpgsqlDbType.Jsonb, e.Headers), Parameter(NpgsqlDbType.Text, e.User),
                Parameter(NpgsqlDbType.Text, request.Request), Parameter(NpgsqlDbType.Bytea, request.Body), Parameter(NpgsqlDbType.Bigint, request.Since),
            },
        };
    }

    private NpgsqlBatchCommand Together(DateTimeOffset at, (string Reader, long Floor, long Ceiling)? progress)
    {
        // In one order everywhere, so that two groups do not wait for each other.
        streams.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        handled.Sort((a, b) => string.CompareOrdinal(a.Request, b.Request));
        var claims = Claims().ConvertAll(c => c.Claim);
        var ended = releases.Values.OrderBy(r => $"{r.Kind}/{r.Key}", StringComparer.Ordinal).ToList();
        var due = deadlines.Where(d => d.Value.Due is not null).ToList();
        var notDue = deadlines.Where(d => d.Value.Due is null).ToList();
        var command = new NpgsqlBatchCommand(Many);
        Text(streams, s => s.Id); Text(streams, s => s.Type); Longs(streams, s => s.Expected); Longs(streams, s => s.Next);
        Add(NpgsqlDbType.TimestampTz, at.UtcDateTime);
        Text(events, e => e.Stream); Longs(events, e => e.Version); Array(NpgsqlDbType.Uuid, events, _ => Guid.CreateVersion7(at));
        Array(NpgsqlDbType.Jsonb, events, e => e.Data); Text(events, e => e.Alias); Text(events, e => e.Clr);
        Text(events, e => e.Correlation); Text(events, e => e.Causation); Array(NpgsqlDbType.Jsonb, events, e => e.Headers); Text(events, e => e.User);
        Text(handled, h => h.Request); Array(NpgsqlDbType.Bytea, handled, h => h.Body);
        Text(handled, h => h.Stream); Longs(handled, h => h.Since); Longs(handled, h => h.Version);
        Text(claims, r => r.Kind); Text(claims, r => r.Key); Text(claims, r => r.Holder); Array(NpgsqlDbType.Date, claims, r => r.From);
        Text(ended, r => r.Kind); Text(ended, r => r.Key); Text(ended, r => r.Holder); Array(NpgsqlDbType.Date, ended, r => r.LastDay);
        Text(due, d => d.Key.Stream); Text(due, d => d.Key.Kind); Array(NpgsqlDbType.Date, due, d => d.Value.Due!.Value); Array(NpgsqlDbType.Boolean, due, d => d.Value.Armed);
        Text(notDue, d => d.Key.Stream); Text(notDue, d => d.Key.Kind);
        Add(NpgsqlDbType.Text, progress?.Reader); Add(NpgsqlDbType.Bigint, progress?.Floor); Add(NpgsqlDbType.Bigint, progress?.Ceiling);
        return command;

        void Add(NpgsqlDbType type, object? value) => command.Parameters.Add(Parameter(type, value));
        void Array<T, TValue>(NpgsqlDbType type, List<T> from, Func<T, TValue> take) => Add(NpgsqlDbType.Array | type, from.ConvertAll(x => take(x)).ToArray());
        void Text<T>(List<T> from, Func<T, string> take) => Array(NpgsqlDbType.Text, from, take);
        void Longs<T>(List<T> from, Func<T, long> take) => Array(NpgsqlDbType.Bigint, from, take);
    }

    private static NpgsqlParameter Parameter(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}

/// <summary>Another reader of the same name has moved the position: its effects stand, ours must not.</summary>
public sealed class PositionMovedException(string reader) : Exception($"Another reader named {reader} was faster.");

[JsonSerializable(typeof(string[][]))]
internal sealed partial class StoreJson : JsonSerializerContext;
