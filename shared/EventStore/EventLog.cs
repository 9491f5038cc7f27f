using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Platform.EventStore;

/// <summary>Reads streams, and the whole log in its final order.</summary>
public sealed class EventLog(NpgsqlDataSource database)
{
    /// <summary>The facts of one stream in order, up to a version and up to what was known at an instant.</summary>
    /// <param name="stream"><c>{process}/{case number}</c>.</param>
    /// <param name="upToVersion">Last version to read.</param>
    /// <param name="knownAt">Only what had been recorded by then.</param>
    /// <param name="cancel">Stops reading.</param>
    public async IAsyncEnumerable<StoredEvent> Stream(string stream, long upToVersion = long.MaxValue, DateTimeOffset? knownAt = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using var command = database.CreateCommand(
            $"select {StoredEvent.Columns} from mt_events where stream_id = $1 and version <= $2 and is_archived = false order by version");
        command.Parameters.Add(new() { Value = stream });
        command.Parameters.Add(new() { Value = upToVersion });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var stored = StoredEvent.Read(reader);
            // Clocks of two replicas differ: what follows a later fact is not known before it, whatever its instant says.
            if (stored.By.At > knownAt)
            {
                yield break;
            }

            yield return stored;
        }
    }

    /// <summary>Events after a position in the log's order, up to a final position and a count.</summary>
    /// <param name="after">The last position already read.</param>
    /// <param name="final">A position from <see cref="FinalPosition"/>.</param>
    /// <param name="limit">At most so many events.</param>
    /// <param name="cancel">Stops reading.</param>
    public async Task<IReadOnlyList<StoredEvent>> ReadOn(long after, long final, int limit, CancellationToken cancel = default)
    {
        await using var command = database.CreateCommand($"select {StoredEvent.Columns} from mt_events where seq_id > $1 and seq_id <= $2 order by seq_id limit $3");
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = final });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var events = new List<StoredEvent>();
        while (await reader.ReadAsync(cancel))
        {
            events.Add(StoredEvent.Read(reader));
        }

        return events;
    }

    /// <summary>
    /// The position up to which the log will never change again (sequence-lock fence). <c>nextval</c> holds a lock on the
    /// sequence until its transaction ends: once every holder seen at a given last value has gone, everything up to that
    /// value is either visible or will never be: the position is that of the last visible one. Foreign transactions hold no such lock and stall nobody.
    /// </summary>
    /// <exception cref="TimeoutException">A writer has held a number for ten seconds: a reader waits, it never guesses.</exception>
    public async Task<long> FinalPosition(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var last = (long)(await Scalar("select case when is_called then last_value else last_value - 1 end from mt_events_sequence"))!;
        // pg_locks shows the whole cluster, and copies of a database share their object ids.
        const string holders = "select coalesce(array_agg(virtualtransaction), '{}') from pg_locks where locktype = 'relation' and relation = 'mt_events_sequence'::regclass and database = (select oid from pg_database where datname = current_database()) and mode = 'RowExclusiveLock' and granted";
        var writers = (string[])(await Scalar(holders))!;
        for (var (pause, waited) = (5, 0); writers.Length > 0; (pause, waited) = (Math.Min(2 * pause, 100), waited + pause))
        {
            if (waited > 10_000)
            {
                throw new TimeoutException("A writer has held a sequence number for ten seconds.");
            }

            await Task.Delay(pause, cancel);
            writers = (string[])(await Scalar($"{holders} and virtualtransaction = any ('{{{string.Join(',', writers)}}}'::text[])"))!;
        }

        // Not the last value itself: a number drawn and rolled back is on no disk yet, and after a crash it is drawn again. An
        // event that can be seen is on disk, and its number with it.
        return (long)(await Scalar(string.Create(CultureInfo.InvariantCulture, $"select coalesce(max(seq_id), 0) from mt_events where seq_id <= {last}")))!;

        async Task<object?> Scalar(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(cancel);
        }
    }

    /// <summary>The position of a named reader; 0 before it has read anything.</summary>
    public async Task<long> Position(string reader, CancellationToken cancel = default)
    {
        await using var command = database.CreateCommand("select last_seq_id from mt_event_progression where name = $1");
        command.Parameters.Add(new() { Value = reader });
        return await command.ExecuteScalarAsync(cancel) is long position ? position : 0;
    }
}
