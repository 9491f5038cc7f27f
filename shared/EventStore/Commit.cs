using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>Everything one transaction writes, gathered from any number of commands.</summary>
internal sealed class Commit(DateTimeOffset at)
{
    private readonly List<(string Id, string Type, long Expected, long Next)> streams = [];
    private readonly List<(string Stream, long Version, string Data, string Alias, string Clr, string Correlation, string Causation, string Headers, string User)> events = [];
    private readonly List<(string Request, byte[] Body, string Stream, long Since, long Version)> handled = [];
    private readonly Dictionary<(RowTable, object), Change> rows = [];
    private readonly Dictionary<(string Kind, string Key), Change.Reserve> reserves = [];
    private readonly Dictionary<(string Kind, string Key, string Holder), Change.Release> releases = [];
    private readonly Dictionary<(string, string), (DateOnly? Due, bool Armed)> deadlines = [];
    private (string? Name, long Floor, long Ceiling) progress;

    public bool IsEmpty => streams.Count == 0 && progress.Name is null;

    public void Stream(string id, string type, long expected, long next) => streams.Add((id, type.Replace('-', '_'), expected, next));

    /// <summary>Adds a fact; returns the length of its JSON.</summary>
    public int Event(CaseType type, string stream, long version, object fact, Act act, string correlation, IReadOnlyDictionary<string, string>? policies)
    {
        var alias = type.AliasOf(fact);
        var data = JsonSerializer.Serialize(fact, type.FactTypes[alias]);
        events.Add((stream, version, data, alias,
            $"{fact.GetType().FullName}, {fact.GetType().Assembly.GetName().Name}",
            correlation, act.Request, JsonSerializer.Serialize(Headers.Of(act, policies), HeadersJson.Default.Headers), act.Actor));
        return data.Length;
    }

    public void Handled(string request, byte[] body, string stream, long since, long version) => handled.Add((request, body, stream, since, version));

    public void Progress(string name, long floor, long ceiling) => progress = (name, floor, ceiling);

    /// <summary>The last description of a row, claim or deadline wins, as it would if each were carried out in turn.</summary>
    public void Add(string stream, Change change, Act act)
    {
        switch (change)
        {
            case Change.Put p: rows[Key(p.Row)] = rows.GetValueOrDefault(Key(p.Row)) is Change.Insert first ? first with { Row = p.Row } : p; break;
            case Change.Insert i: rows[Key(i.Row)] = rows.ContainsKey(Key(i.Row)) ? throw new ClaimTaken(i.Taken) : i; break;
            case Change.Remove r: rows[Key(r.Row)] = r; break;
            case Change.Reserve r: Reserve(r); break;
            case Change.Release r: Release(r); break;
            case Change.Due d: deadlines[(stream, d.Kind)] = (d.On, !act.Historic || d.On >= CivilTime.Day(act.At)); break;
            case Change.NotDue d: deadlines[(stream, d.Kind)] = (null, false); break;
        }

        static (RowTable, object) Key(object row)
        {
            var table = RowTable.Of(row.GetType());
            return (table, table.KeyOf(row));
        }
    }

    private void Reserve(Change.Reserve claim)
    {
        if (reserves.GetValueOrDefault((claim.Kind, claim.Key)) is { } other && other.Holder != claim.Holder)
        {
            throw new ClaimTaken(claim.Taken.With("heldBy", other.Holder));
        }

        releases.Remove((claim.Kind, claim.Key, claim.Holder));
        reserves[(claim.Kind, claim.Key)] = claim;
    }

    // Kept beside a claim by somebody else: one case may pass on in one transaction what it held.
    private void Release(Change.Release claim)
    {
        if (reserves.GetValueOrDefault((claim.Kind, claim.Key))?.Holder == claim.Holder)
        {
            reserves.Remove((claim.Kind, claim.Key));
        }

        releases[(claim.Kind, claim.Key, claim.Holder)] = claim;
    }

    /// <summary>Writes everything in one round trip and one transaction.</summary>
    /// <exception cref="ClaimTaken">Something unique is held elsewhere.</exception>
    /// <exception cref="VersionMoved">A stream has moved on.</exception>
    /// <exception cref="RequestHandled">The request has been carried out in the meantime.</exception>
    /// <exception cref="PositionMovedException">Another reader of the same name has been faster.</exception>
    public async Task Write(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Append());
        var inserts = new List<Change.Insert>();
        foreach (var table in rows.GroupBy(r => r.Key.Item1))
        {
            Each<Change.Remove>(table, r => r.Row, r => table.Key.Remove(r));
            Each<Change.Put>(table, r => r.Row, r => table.Key.Put(r));
            Each<Change.Insert>(table, r => r.Row, r => table.Key.Insert(r));
            inserts.AddRange(table.Select(r => r.Value).OfType<Change.Insert>());
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException e)
        {
            throw Meaning(e, inserts) ?? (Exception)e;
        }

        void Each<T>(IEnumerable<KeyValuePair<(RowTable, object), Change>> table, Func<T, object> row, Func<IReadOnlyList<object>, NpgsqlBatchCommand> statement)
            where T : Change
        {
            var some = table.Select(r => r.Value).OfType<T>().Select(row).ToList();
            if (some.Count > 0)
            {
                batch.BatchCommands.Add(statement(some));
            }
        }
    }

    private Exception? Meaning(PostgresException e, IReadOnlyList<Change.Insert> inserts) => e switch
    {
        { SqlState: "CA412" } => new VersionMoved(e.Detail ?? ""),
        { SqlState: "CA413" } => new PositionMovedException(progress.Name!),
        { SqlState: "CA409" } when e.Detail?.Split('\n') is [var kind, var key, var holder] => new ClaimTaken(reserves[(kind, key)].Taken.With("heldBy", holder)),
        { SqlState: "23505", TableName: "handled_requests" } => new RequestHandled(),
        { SqlState: "23505" } when inserts.FirstOrDefault(i => RowTable.Of(i.Row.GetType()).Name == e.TableName) is { } insert => new ClaimTaken(insert.Taken),
        { SqlState: "40001" or "40P01" } => new VersionMoved(""),
        _ => null,
    };

    private NpgsqlBatchCommand Append()
    {
        var claims = reserves.Values.ToList();
        var ended = releases.Values.ToList();
        var due = deadlines.Where(d => d.Value.Due is not null).ToList();
        var notDue = deadlines.Where(d => d.Value.Due is null).ToList();
        var command = new NpgsqlBatchCommand("select store_append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33,$34,$35,$36,$37)");
        Text(streams, s => s.Id); Text(streams, s => s.Type); Longs(streams, s => s.Expected); Longs(streams, s => s.Next);
        Add(NpgsqlDbType.TimestampTz, at.UtcDateTime);
        Text(events, e => e.Stream); Longs(events, e => e.Version);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, events.Select(_ => Guid.CreateVersion7(at)).ToArray());
        Json(events, e => e.Data); Text(events, e => e.Alias); Text(events, e => e.Clr);
        Text(events, e => e.Correlation); Text(events, e => e.Causation); Json(events, e => e.Headers); Text(events, e => e.User);
        Text(handled, h => h.Request);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Bytea, handled.Select(h => h.Body).ToArray());
        Text(handled, h => h.Stream); Longs(handled, h => h.Since); Longs(handled, h => h.Version);
        Text(claims, r => r.Kind); Text(claims, r => r.Key); Text(claims, r => r.Holder); Days(claims, r => r.From);
        Text(ended, r => r.Kind); Text(ended, r => r.Key); Text(ended, r => r.Holder); Days(ended, r => r.LastDay);
        Text(due, d => d.Key.Item1); Text(due, d => d.Key.Item2); Days(due, d => d.Value.Due!.Value);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Boolean, due.Select(d => d.Value.Armed).ToArray());
        Text(notDue, d => d.Key.Item1); Text(notDue, d => d.Key.Item2);
        Add(NpgsqlDbType.Text, (object?)progress.Name ?? DBNull.Value);
        Add(NpgsqlDbType.Bigint, progress.Floor); Add(NpgsqlDbType.Bigint, progress.Ceiling);
        return command;

        void Add(NpgsqlDbType type, object value) => command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value });
        void Text<T>(List<T> from, Func<T, string> take) => Add(NpgsqlDbType.Array | NpgsqlDbType.Text, from.Select(take).ToArray());
        void Json<T>(List<T> from, Func<T, string> take) => Add(NpgsqlDbType.Array | NpgsqlDbType.Jsonb, from.Select(take).ToArray());
        void Longs<T>(List<T> from, Func<T, long> take) => Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, from.Select(take).ToArray());
        void Days<T>(List<T> from, Func<T, DateOnly> take) => Add(NpgsqlDbType.Array | NpgsqlDbType.Date, from.Select(take).ToArray());
    }
}

/// <summary>Something unique is held elsewhere; carries the refusal that the process described.</summary>
internal sealed class ClaimTaken(Refusal refusal) : Exception(refusal.Code)
{
    public Refusal Refusal { get; } = refusal;
}

/// <summary>A stream has moved on between reading and writing.</summary>
internal sealed class VersionMoved(string stream) : Exception(stream);

/// <summary>The request has been carried out by another caller in the meantime.</summary>
internal sealed class RequestHandled : Exception;

/// <summary>Another reader of the same name has moved the position: its effects stand, ours must not.</summary>
public sealed class PositionMovedException(string reader) : Exception($"Another reader named {reader} was faster.");
