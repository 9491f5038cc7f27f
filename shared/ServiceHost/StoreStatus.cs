using Npgsql;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>A reader with a stored position.</summary>
/// <param name="Position">What it has read.</param>
/// <param name="Lag">Numbers between it and the final position of the log it reads.</param>
/// <param name="Moved">When it last moved.</param>
public sealed record ReaderStatus(string Name, long Position, long Lag, DateTimeOffset Moved);

/// <summary>A due deadline that was refused and is tried again, less and less often.</summary>
public sealed record StuckDeadline(string Stream, string Kind, DateOnly Due, int Attempts, string Code, DateTimeOffset? Next);

/// <summary>How a store stands, read without scanning its events.</summary>
/// <param name="Streams">Exact up to 10,000; above that PostgreSQL's estimate of the table.</param>
/// <param name="LastPosition">The last number drawn: how many events there are, but for numbers of transactions that were rolled back.</param>
/// <param name="FinalPosition">Up to here the log never changes again; null while a writer has held a number for over a second.</param>
/// <param name="Due">Armed deadlines whose day has come.</param>
/// <param name="OldestDue">The earliest of their days.</param>
/// <param name="Stuck">Those of them that were refused, oldest first, at most 100.</param>
/// <param name="LeftOut">Events that cannot be read and that somebody has decided, on record, to leave out.</param>
/// <param name="RebuiltAt">When the views were last rebuilt.</param>
public sealed record StoreStatus(
    long Streams, long LastPosition, long? FinalPosition, IReadOnlyList<ReaderStatus> Readers, long Due, DateOnly? OldestDue, IReadOnlyList<StuckDeadline> Stuck, long LeftOut,
    DateTimeOffset? RebuiltAt, IReadOnlyList<RebuiltTable> Rebuilt)
{
    /// <summary>Reads it as of a day.</summary>
    /// <param name="elsewhere">Final positions of other services' logs, by the readers whose positions count there.</param>
    public static async Task<StoreStatus> Read(NpgsqlDataSource database, DateOnly today, IReadOnlyDictionary<string, long> elsewhere, CancellationToken cancel = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(1_000);
        var final = await new EventLog(database).FinalPosition(patience.Token).ContinueWith(t => t.IsCompletedSuccessfully ? t.Result : (long?)null, TaskScheduler.Default);
        var (streams, last) = (await Rows("select case when n <= 10000 then n else greatest(n, (select reltuples::bigint from pg_class where oid = 'mt_streams'::regclass)) end, case when is_called then last_value else 0 end from (select count(*) n from (select 1 from mt_streams limit 10001) s) c, mt_events_sequence", r => (r.GetInt64(0), r.GetInt64(1))))[0];
        var readers = await Rows("select name, last_seq_id, last_updated from mt_event_progression order by name", r => new ReaderStatus(
            r.GetString(0), r.GetInt64(1), Math.Max(0, elsewhere.GetValueOrDefault(r.GetString(0), final ?? last) - r.GetInt64(1)), r.GetFieldValue<DateTimeOffset>(2)));
        var (due, oldest) = (await Rows("select count(*), min(due) from deadlines where armed and due <= $1", r => (r.GetInt64(0), r.IsDBNull(1) ? (DateOnly?)null : r.GetFieldValue<DateOnly>(1)), today))[0];
        var stuck = await Rows("select stream_id, kind, due, attempts, split_part(refusal, ':', 1), not_before from deadlines where armed and due <= $1 and refusal is not null order by due limit 100", r => new StuckDeadline(
            r.GetString(0), r.GetString(1), r.GetFieldValue<DateOnly>(2), r.GetInt32(3), r.GetString(4), r.IsDBNull(5) ? null : r.GetFieldValue<DateTimeOffset>(5)), today);
        var leftOut = (await Rows("select count(*) from unread_events", r => r.GetInt64(0)))[0];
        var rebuilt = await Rows("select at, table_name, rows, equal, swapped from rebuilds where at = (select max(at) from rebuilds) order by table_name", r => (
            At: r.GetFieldValue<DateTimeOffset>(0), Table: new RebuiltTable(r.GetString(1), r.GetInt64(2), r.GetBoolean(3), r.GetBoolean(4))));
        return new(streams, last, final, readers, due, oldest, stuck, leftOut, rebuilt.Count > 0 ? rebuilt[0].At : null, [.. rebuilt.Select(r => r.Table)]);

        async Task<List<T>> Rows<T>(string sql, Func<NpgsqlDataReader, T> row, params object[] values)
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.AddRange(values.Select(v => new NpgsqlParameter { Value = v }).ToArray());
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancel))
            {
                rows.Add(row(reader));
            }

            return rows;
        }
    }
}
