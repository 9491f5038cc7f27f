using Npgsql;
using NpgsqlTypes;
using Platform.EventStore;

namespace Platform.Benchmarks;

/// <summary>Rebuilding one list view from a million events.</summary>
internal static class Rebuild
{
    private const int PageSize = 2_000;
    private const string Columns = "stream_id, process, id, region, state, state_zh, state_en, subject, open, due, opened_on";

    public static async Task Run(Ground ground, Report report)
    {
        report.Note($"{Replay.Events:#,0} events, {Replay.Streams:#,0} rows of the worklist; figures are events a second");
        report.Note("ours: ViewRebuild: folds, writes the rows aside, compares them with the standing ones by count and hash, swaps");
        report.Note("raw: reads the same columns without deserialising, then upserts the finished rows with unnest, 2,000 at a time, into an empty table of the same shape; neither folds nor compares nor swaps");
        await using var store = await Replay.Make(ground, "rebuild");
        await using var owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(store.Owner) { CommandTimeout = 0 }.ConnectionString);
        await using var rows = await Rows.Load(store);
        await report.Measure("rebuild", 0.9, () => Replay.Timed(() => Ours(store, owner)), () => Replay.Timed(() => Raw(store, rows)));
    }

    private static async Task<long> Ours(Store store, NpgsqlDataSource owner)
    {
        var rebuilt = await new ViewRebuild(owner, store.Cases).Run(acceptDifferences: true);
        return rebuilt.Any(t => t is { Table: "case_list", Rows: Replay.Streams, Equal: true, Swapped: true }) ? Replay.Events
            : throw new InvalidOperationException($"Rebuilt: {string.Join(", ", rebuilt)}");
    }

    private static async Task<long> Raw(Store store, Rows rows)
    {
        var events = 0L;
        await using (var connection = await Ground.Open(store.App))
        {
            await using var command = new NpgsqlCommand(
                "select seq_id, stream_id, version, type, data, timestamp, causation_id, correlation_id, headers, user_name from mt_events where is_archived = false order by seq_id", connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                _ = (reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), reader.GetFieldValue<byte[]>(4),
                    reader.GetDateTime(5), reader.GetString(6), reader.GetString(7), reader.GetFieldValue<byte[]>(8), reader.GetString(9));
                events++;
            }
        }

        await rows.Upsert();
        return events;
    }

    /// <summary>The finished rows as arrays, column by column, ready to be sent.</summary>
    private sealed class Rows(NpgsqlConnection connection, List<Array[]> pages) : IAsyncDisposable
    {
        private static readonly NpgsqlDbType[] Types =
        [
            NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text,
            NpgsqlDbType.Boolean, NpgsqlDbType.Date, NpgsqlDbType.Date,
        ];

        public static async Task<Rows> Load(Store store)
        {
            var connection = await Ground.Open(store.Owner);
            await using var command = new NpgsqlCommand($"select {Columns} from case_list order by stream_id", connection);
            var rows = new List<object?[]>();
            await using (var reader = await command.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                {
                    rows.Add([.. Enumerable.Range(0, Types.Length).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
                }
            }

            return new(connection, [.. rows.Chunk(PageSize).Select(page => Types.Select((type, i) => Column(type, page, i)).ToArray())]);
        }

        public async Task Upsert()
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await Ground.Do(connection, "create temporary table rebuilt (like case_list including all) on commit drop");
            var unnest = string.Join(", ", Types.Select((_, i) => $"${i + 1}"));
            var others = string.Join(", ", Columns.Split(", ").Skip(1).Select(c => $"{c} = excluded.{c}"));
            foreach (var page in pages)
            {
                await using var command = new NpgsqlCommand($"insert into rebuilt ({Columns}) select * from unnest({unnest}) on conflict (stream_id) do update set {others}", connection, transaction);
                for (var i = 0; i < Types.Length; i++)
                {
                    command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Array | Types[i], Value = page[i] });
                }

                await command.ExecuteNonQueryAsync();
            }

            await transaction.CommitAsync();
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private static Array Column(NpgsqlDbType type, object?[][] page, int i)
        {
            return type switch
            {
                NpgsqlDbType.Boolean => Of<bool?>(),
                NpgsqlDbType.Date => Of<DateOnly?>(),
                _ => Of<string?>(),
            };

            T[] Of<T>() => [.. page.Select(row => (T)(row[i] is DateTime day && type == NpgsqlDbType.Date ? DateOnly.FromDateTime(day) : row[i])!)];
        }
    }
}
