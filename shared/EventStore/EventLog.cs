using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>Reads streams, and the whole log in its final order.</summary>
public sealed class EventLog(NpgsqlDataSource database)
{
    private const int PageSize = 262_144;

    /// <summary>At most so many streams are folded in one part.</summary>
    internal long Held { get; init; } = 1_000_000;

    /// <summary>Events between two pauses of a part.</summary>
    internal int Between { get; init; } = 4_096;

    internal int AtOnce { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>The facts of one stream in order, up to a version and up to what was known at an instant.</summary>
    /// <param name="stream"><c>{process}/{case number}</c>.</param>
    /// <param name="upToVersion">Last version to read.</param>
    /// <param name="knownAt">Only what had been recorded by then.</param>
    /// <param name="cancel">Stops reading.</param>
    // Clocks of two replicas differ: what follows a later fact is not known before it, whatever its instant says.
    public IAsyncEnumerable<StoredEvent> Stream(string stream, long upToVersion = long.MaxValue, DateTimeOffset? knownAt = null, CancellationToken cancel = default) =>
        Read(StoredEvent.Columns, "stream_id = $1 and version <= $2 and is_archived = false order by version", [stream, upToVersion], cancel).TakeWhile(e => knownAt is null || e.By.At <= knownAt);

    /// <summary>Events after a position in the log's order, up to a final position and a count, without those left out on record.</summary>
    /// <param name="after">The last position already read.</param>
    /// <param name="final">A position from <see cref="FinalPosition"/>.</param>
    /// <param name="limit">At most so many events.</param>
    /// <param name="cancel">Stops reading.</param>
    public async Task<IReadOnlyList<StoredEvent>> ReadOn(long after, long final, int limit, CancellationToken cancel = default) =>
        await Read(StoredEvent.Whole, $"seq_id > $1 and seq_id <= $2 and {StoredEvent.NotLeftOut} order by seq_id limit $3", [after, final, limit], cancel).ToListAsync(cancel);

    /// <summary>
    /// Adds up all cases, stream by stream. A fold is faster than the reading it waits for, so each is done where it is read; where
    /// there are processors for more, or very many streams, the streams fall into parts, each of which is a reading of the log
    /// in its order, by page. Only the parts at work are held in memory.
    /// </summary>
    /// <param name="types">The kinds of case.</param>
    /// <param name="upTo">A position from <see cref="FinalPosition"/>.</param>
    /// <param name="each">Told of every fact when it has been added; of one part's in order, of several parts' at once. Without it no provenance is read.</param>
    /// <param name="last">Told of every stream when its facts are at an end; of several parts' at once.</param>
    /// <param name="between">Awaited by each part now and then, before it reads on.</param>
    /// <param name="since">Only streams with an event after this position, each from its first fact on; 0 for all.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <exception cref="UnreadableEventException">An event cannot be read.</exception>
    public async Task Replay(
        IReadOnlyDictionary<string, CaseType> types, long upTo, Action<Folding, StoredEvent, object>? each = null, Action<Folding>? last = null, Func<Task>? between = null, long since = 0, CancellationToken cancel = default)
    {
        await using var count = database.CreateCommand("select count(*) from mt_streams");
        var parts = Math.Max(((long)(await count.ExecuteScalarAsync(cancel))! / Held) + 1, AtOnce);
        // Half of the processors read and fold, the other half are PostgreSQL's.
        await Parallel.ForAsync(0, parts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (part, stop) =>
        {
            var streams = new Dictionary<string, Folding>(StringComparer.Ordinal);
            var adding = Task.CompletedTask;
            try
            {
                for (long after = 0, read = PageSize; read == PageSize;)
                {
                    read = 0;
                    await foreach (var some in Read(each is null ? StoredEvent.Content : StoredEvent.Whole, Page(part), [after, upTo], stop).Chunk(Between).WithCancellation(stop))
                    {
                        (after, read) = (some[^1].Sequence, read + some.Length);
                        await adding;
                        await (between?.Invoke() ?? Task.CompletedTask);
                        adding = Task.Run(() => Add(streams, some), stop);
                    }
                }
            }
            finally
            {
                // Nobody is told of a fact any more once this has ended, however it ends.
                await adding;
            }

            foreach (var stream in streams.Values)
            {
                last?.Invoke(stream);
            }
        });

        void Add(Dictionary<string, Folding> streams, StoredEvent[] some)
        {
            foreach (var stored in some)
            {
                var stream = streams.GetValueOrDefault(stored.Stream) ?? (streams[stored.Stream] = new(stored.TypeIn(types), stored.Id, each is null ? default : stored.By.On));
                var fact = stored.Fact(stream.Type);
                (stream.State, stream.Version, stream.Sequence) = (stream.Type.Apply(stream.State, fact), stored.Version, stored.Sequence);
                each?.Invoke(stream, stored, fact);
            }
        }

        string Page(long part) =>
            $"""
            seq_id > $1 and seq_id <= $2 and is_archived = false and {StoredEvent.NotLeftOut} {(since == 0 ? "" : $"and stream_id in (select stream_id from mt_events where seq_id > {since} and seq_id <= $2)")}
            {(parts == 1 ? "" : $"and (hashtext(stream_id) & 2147483647) % {parts} = {part}")} order by seq_id limit {PageSize}
            """;
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

    private async IAsyncEnumerable<StoredEvent> Read(string columns, string where, object[] values, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var command = database.CreateCommand($"select {columns} from mt_events where {where}");
        command.Parameters.AddRange(values.Select(v => new NpgsqlParameter { Value = v }).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            yield return StoredEvent.Read(reader);
        }
    }
}

/// <summary>A stream that is being added up.</summary>
public sealed class Folding
{
    internal Folding(CaseType type, string id, DateOnly openedOn) => (Type, Id, OpenedOn, State) = (type, id, openedOn, type.InitialState);

    /// <summary>The kind of case.</summary>
    public CaseType Type { get; }

    /// <summary>The case number.</summary>
    public string Id { get; }

    /// <summary>Day of the first fact, where provenance is read.</summary>
    public DateOnly OpenedOn { get; }

    /// <summary>What the facts come to.</summary>
    public object State { get; internal set; }

    /// <summary>Version of the last fact.</summary>
    public long Version { get; internal set; }

    /// <summary>Position of the last fact.</summary>
    internal long Sequence { get; set; }

    /// <summary>Its opening is left out: there is nothing to show.</summary>
    internal bool IsBlank => ReferenceEquals(State, Type.InitialState);
}
