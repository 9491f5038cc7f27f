using System.Text.Json;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.Benchmarks;

/// <summary>Writes the history that a run starts from, set-based, as the store would have left it: one version of all streams after the other.</summary>
internal static class History
{
    public static readonly DateOnly Day = new(2026, 3, 2);
    private static readonly RegionCode Region = RegionCode.TryCreate("341503002000", out var region, out _) ? region : default;

    /// <summary>Length of a stream by its number <c>n</c>: 5 to 20, 12.5 on average, the same in every run.</summary>
    public const string FiveToTwenty = "5 + (n * 7919) % 16";

    /// <summary>Stream number <paramref name="n"/> of a set.</summary>
    public static string Id(string set, int n) => $"{set}-{n:0000000}";

    public static async Task Write(Store store, CaseType type, string set, int streams, string length)
    {
        await using var connection = await Ground.Open(store.Superuser);
        // The history is consistent by the way it is made: no foreign key is looked up for it.
        await Ground.Do(connection, "set session_replication_role = replica");
        var name = type.Name.Replace('-', '_');
        await using var command = new NpgsqlCommand(
            $"""
            create temporary table made as
            select n, format('%s/%s-%s', $1, $2, lpad(n::text, 7, '0')) as stream, format('%s-%s', $2, lpad(n::text, 7, '0')) as id, {length} as length
            from generate_series(1, $3) n
            """, connection)
        { Parameters = { new() { Value = type.Name }, new() { Value = set }, new() { Value = streams } }, CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
        await Ground.Do(connection,
            $"""
            analyze made;
            insert into mt_streams (id, type, version, timestamp, created) select stream, '{name}', length, {At}, {At} from made order by n;
            insert into case_list (stream_id, process, id, region, state, state_zh, state_en, subject, open, due, opened_on)
            select stream, '{type.Name}', id, '{Region}', 'Ledger', '使用中', 'In use', 'Holder of ' || id, true, null, '{Day:yyyy-MM-dd}' from made order by n;
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers, user_name)
            select nextval('mt_events_sequence'), md5(stream || ':' || v)::uuid, stream, v,
              replace(replace(case when v = 1 then {Data(Opened)} when v % 5 = 0 then {Data(Held)} else {Data(Entered)} end, '~id', id), '~v', v::text)::jsonb,
              case when v = 1 then {Alias(Opened)} when v % 5 = 0 then {Alias(Held)} else {Alias(Entered)} end, {At},
              case when v = 1 then {Clr(Opened)} when v % 5 = 0 then {Clr(Held)} else {Clr(Entered)} end, id, 'history-' || id || '-' || v, '{Headers(type)}'::jsonb, 'officer-1'
            from (select made.*, v from made, generate_series(1, (select max(length) from made)) v where v <= length order by v, n) e;
            """);
        if (type == Ledgers.WithRows)
        {
            await Ground.Do(connection,
                $"""
                insert into ledgers (ledger, holder, region, balance, entries)
                select id, 'Holder of ' || id, '{Region}', 12.50 * (length - 1 - length / 5), length - 1 - length / 5 from made order by n;
                insert into deadlines (stream_id, kind, due) select stream, 'review', date '{Day:yyyy-MM-dd}' + {Ledgers.ReviewAfterDays} from made order by n;
                """);
        }

        string Alias(LedgerEvent fact) => $"'{type.AliasOf(fact)}'";
    }

    /// <summary>What autovacuum would have done by and by, and a checkpoint of which nobody pays the rest.</summary>
    public static async Task Settle(Store store)
    {
        await using var connection = await Ground.Open(store.Superuser);
        await Ground.Do(connection, "vacuum analyze");
        await Ground.Do(connection, "checkpoint");
    }

    private static LedgerOpened Opened => new(Region, "Holder of ~id", Day);

    private static AmountEntered Entered => new("V-~id-~v", new(12.50m), Day, "Monthly entry, checked against the voucher");

    private static ReviewHeld Held => new(Day, "In order");

    private static string At => "timestamptz '2026-03-02 02:00:00+00'";

    private static string Data(LedgerEvent fact) => $"'{JsonSerializer.Serialize(fact, LedgerJson.Default.GetTypeInfo(fact.GetType())!)}'";

    private static string Clr(LedgerEvent fact) => $"'{fact.GetType().FullName}, {fact.GetType().Assembly.GetName().Name}'";

    private static string Headers(CaseType type) => JsonSerializer.Serialize(Platform.EventStore.Headers.Of(Acts.By("history"), Acts.Policies(type)), HeadersJson.Default.Headers);
}
