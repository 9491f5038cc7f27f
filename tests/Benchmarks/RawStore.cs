using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.Benchmarks;

/// <summary>
/// One connection of somebody who writes the same rows by hand, as fast as one connection can: prepared statements, one
/// round trip wherever one is enough, nothing but SQL in between.
/// </summary>
internal sealed class RawStore : IAsyncDisposable
{
    private const string EventColumns = "(seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name)";
    private const string EventValues = "nextval('mt_events_sequence'), $4, $1, $2 + 1, $5, $6, $3, $7, $8, $9, $10, $11";
    private const string Lock = "with s as (update mt_streams set version = $2 + 1, timestamp = $3 where id = $1 and version = $2 returning id)";

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand append;
    private readonly NpgsqlCommand appendWithRows;
    private readonly NpgsqlCommand read;
    private readonly NpgsqlBatch take;
    private readonly NpgsqlBatch put;

    private RawStore(NpgsqlConnection connection)
    {
        this.connection = connection;
        append = new($"{Lock} insert into mt_events {EventColumns} select {EventValues} from s", connection);
        append.Parameters.AddRange(Fact());
        appendWithRows = new(
            $"""
            {Lock},
            v as (insert into ledgers (ledger, holder, region, balance, entries) select $8, $12, $13, $14, $15 from s
                  on conflict (ledger) do update set holder = excluded.holder, region = excluded.region, balance = excluded.balance, entries = excluded.entries),
            r as (insert into reservations (kind, key, holder, since) select 'voucher', $16, $8, $17 from s),
            d as (insert into deadlines (stream_id, kind, due) select $1, 'review', $18 from s
                  on conflict (stream_id, kind) do update set due = excluded.due, armed = true, attempts = 0, not_before = null, refusal = null)
            insert into mt_events {EventColumns} select {EventValues} from s
            """, connection);
        appendWithRows.Parameters.AddRange((NpgsqlParameter[])[.. Fact(),
            Text(), Text(), new NpgsqlParameter<decimal> { NpgsqlDbType = NpgsqlDbType.Numeric }, new NpgsqlParameter<int> { NpgsqlDbType = NpgsqlDbType.Integer },
            Text(), new NpgsqlParameter<DateOnly> { NpgsqlDbType = NpgsqlDbType.Date }, new NpgsqlParameter<DateOnly> { NpgsqlDbType = NpgsqlDbType.Date }]);
        read = new("select version, type, data from mt_events where stream_id = $1 and is_archived = false order by version", connection) { Parameters = { Text() } };
        take = new(connection) { BatchCommands = { new("begin"), new("select version from mt_streams where id = $1 for update") { Parameters = { Text() } } } };
        put = new(connection)
        {
            BatchCommands =
            {
                new($"insert into mt_events {EventColumns} values ({EventValues})"),
                new("update mt_streams set version = $2 + 1, timestamp = $3 where id = $1") { Parameters = { Text(), Long(), Instant() } },
                new("commit"),
            },
        };
        foreach (var parameter in Fact())
        {
            put.BatchCommands[0].Parameters.Add(parameter);
        }
    }

    public static async Task<RawStore> Open(Store store)
    {
        var raw = new RawStore(await Ground.Open(store.App));
        await raw.append.PrepareAsync();
        await raw.appendWithRows.PrepareAsync();
        await raw.read.PrepareAsync();
        await raw.take.PrepareAsync();
        await raw.put.PrepareAsync();
        return raw;
    }

    public static async Task<RawStore[]> Open(Store store, int connections)
    {
        var raw = new RawStore[connections];
        for (var i = 0; i < connections; i++)
        {
            raw[i] = await Open(store);
        }

        return raw;
    }

    public static async Task Close(RawStore[] raw)
    {
        foreach (var one in raw)
        {
            await one.DisposeAsync();
        }
    }

    /// <summary>One autocommit statement: the stream's row under its expected version, then the event.</summary>
    public async Task Append(CaseType type, string id, long version, LedgerEvent fact, Act act)
    {
        Fill(append.Parameters, type, id, version, fact, act);
        Written(await append.ExecuteNonQueryAsync());
    }

    /// <summary>Reads the stream, folds it, decides, and writes event, view row, reservation and deadline in one autocommit statement.</summary>
    public async Task Decide(CaseType type, string id, EnterAmount command, Act act)
    {
        var state = type.InitialState;
        var version = 0L;
        ((NpgsqlParameter<string>)read.Parameters[0]).TypedValue = $"{type.Name}/{id}";
        await using (var reader = await read.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                version = reader.GetInt64(0);
                state = type.Apply(state, JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(2), type.FactTypes[reader.GetString(1)])!);
            }
        }

        var decision = type.Decided(state, command, Ledgers.Book, act, out _);
        var fact = (AmountEntered)decision.Facts.Single();
        var after = (Ledger)type.Apply(state, fact);
        var p = appendWithRows.Parameters;
        Fill(p, type, id, version, fact, act);
        Set(p[11], after.Holder);
        Set(p[12], after.Region.ToString());
        Set(p[13], after.Balance.Yuan);
        Set(p[14], after.Entries);
        Set(p[15], fact.Voucher);
        Set(p[16], fact.On);
        Set(p[17], act.Today.AddDays(Ledgers.ReviewAfterDays));
        Written(await appendWithRows.ExecuteNonQueryAsync());
    }

    /// <summary>Begin, take the stream's row for update, insert, update, commit: two round trips.</summary>
    public async Task AppendForUpdate(CaseType type, string id, LedgerEvent fact, Act act)
    {
        Set(take.BatchCommands[1].Parameters[0], $"{type.Name}/{id}");
        var version = (long)(await take.ExecuteScalarAsync())!;
        Fill(put.BatchCommands[0].Parameters, type, id, version, fact, act);
        var moved = put.BatchCommands[1].Parameters;
        Set(moved[0], $"{type.Name}/{id}");
        Set(moved[1], version);
        Set(moved[2], act.At.UtcDateTime);
        await put.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await append.DisposeAsync();
        await appendWithRows.DisposeAsync();
        await read.DisposeAsync();
        await take.DisposeAsync();
        await put.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static void Written(int rows) => _ = rows > 0 ? rows : throw new InvalidOperationException("The raw side has lost a version.");

    private static void Fill(NpgsqlParameterCollection p, CaseType type, string id, long version, LedgerEvent fact, Act act)
    {
        var alias = type.AliasOf(fact);
        Set(p[0], $"{type.Name}/{id}");
        Set(p[1], version);
        Set(p[2], act.At.UtcDateTime);
        Set(p[3], Guid.CreateVersion7(act.At));
        Set(p[4], JsonSerializer.Serialize(fact, type.FactTypes[alias]));
        Set(p[5], alias);
        Set(p[6], $"{fact.GetType().FullName}, {fact.GetType().Assembly.GetName().Name}");
        Set(p[7], id);
        Set(p[8], act.Request);
        Set(p[9], JsonSerializer.Serialize(Headers.Of(act, Acts.Policies(type)), HeadersJson.Default.Headers));
        Set(p[10], act.Actor);
    }

    private static void Set<T>(NpgsqlParameter parameter, T value) => ((NpgsqlParameter<T>)parameter).TypedValue = value;

    private static NpgsqlParameter[] Fact() =>
    [
        Text(), Long(), Instant(), new NpgsqlParameter<Guid> { NpgsqlDbType = NpgsqlDbType.Uuid }, new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Jsonb },
        Text(), Text(), Text(), Text(), new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Jsonb }, Text(),
    ];

    private static NpgsqlParameter<string> Text() => new() { NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<long> Long() => new() { NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter<DateTime> Instant() => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
