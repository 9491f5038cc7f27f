using System.Reflection;
using System.Runtime.InteropServices;
using Npgsql;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>What a rebuild found for one table.</summary>
/// <param name="Table">Table name.</param>
/// <param name="Rows">Rows rebuilt from the streams.</param>
/// <param name="Equal">True when count and hash of the rebuilt rows equal the standing ones.</param>
/// <param name="Swapped">True when the rebuilt rows are what stands now: they were equal, or have been put in the place of the others.</param>
public sealed record RebuiltTable(string Table, long Rows, bool Equal, bool Swapped);

/// <summary>
/// Rebuilds derived rows from the streams into shadow tables, compares them with the standing ones by count and hash, and
/// swaps. Writers go on meanwhile: they are held for a moment to find where all rows stand at one position of the log, and
/// once more while rows that differ are swapped. Nothing is lost and nothing is seen half-built.
/// </summary>
public sealed class ViewRebuild(NpgsqlDataSource owner, CaseStore store)
{
    // What follows from some minutes of writing is caught up in less time than it took to come.
    private const int Rounds = 3;
    private const int PageSize = 5_000;
    private readonly Lock gathering = new();
    private Dictionary<(RowTable Table, object Key), (object Row, long Sequence, bool Gone)> rows = [];
    private Task writing = Task.CompletedTask;
    private long reached;

    internal EventLog Log { get; init; } = new(owner);

    /// <summary>Rows that are gathered before they are written.</summary>
    internal int MostRows { get; init; } = 250_000;

    /// <summary>Every table whose rows follow from facts, by the row records beside the processes: also one that no fact touches any more.</summary>
    private IReadOnlyList<RowTable> Tables => [.. store.Types.Values.Select(t => t.CommandType.Assembly).Append(typeof(RowTable).Assembly).Distinct()
        .SelectMany(a => a.GetTypes()).Where(t => t.GetCustomAttribute<RowAttribute>() is { Derived: true }).Select(RowTable.Of)];

    /// <summary>Rebuilds every derived table.</summary>
    /// <param name="acceptDifferences">Swap even where the rebuilt rows differ; otherwise a difference is only reported.</param>
    /// <param name="cancel">Abandons the rebuild; the standing tables stay as they are.</param>
    public async Task<IReadOnlyList<RebuiltTable>> Run(bool acceptDifferences, CancellationToken cancel = default)
    {
        await using var connection = await owner.OpenConnectionAsync(cancel);
        var tables = Tables;
        (reached, writing) = (0, Task.CompletedTask);
        rows.Clear();
        foreach (var table in tables)
        {
            await Do(connection, $"drop table if exists pg_temp.{table.Shadow}; {table.MakeShadow}", cancel);
        }

        for (var round = 0; round < Rounds; round++)
        {
            await CatchUp(connection, await Log.FinalPosition(cancel), cancel);
        }

        var result = new List<RebuiltTable>();
        await using (var snapshot = await Cut(connection, cancel))
        {
            foreach (var table in tables)
            {
                var (count, hash) = await Fingerprint($"{table.Shadow} where not shadow_gone", table);
                var equal = (count, hash) == await Fingerprint(table.Name, table);
                result.Add(new(table.Name, count, equal, equal || acceptDifferences));
            }

            await snapshot.CommitAsync(cancel);
        }

        if (result.Exists(t => !t.Equal && t.Swapped))
        {
            await Swap(connection, [.. tables.Where((_, i) => !result[i].Equal)], cancel);
        }

        await Do(connection, $"drop table {string.Join(", ", tables.Select(t => t.Shadow))}", cancel);
        await Record(connection, result, cancel);
        return result;

        async Task<(long, string)> Fingerprint(string from, RowTable table)
        {
            await using var command = new NpgsqlCommand($"select count(*), coalesce(sum(hashtextextended(r::text, 0))::text, '') from (select {string.Join(", ", table.Columns)} from {from}) r", connection) { CommandTimeout = 0 };
            await using var reader = await command.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            return (reader.GetInt64(0), reader.GetString(1));
        }
    }

    /// <summary>Puts on record what a rebuild has found.</summary>
    internal static async Task Record(NpgsqlConnection connection, IReadOnlyList<RebuiltTable> tables, CancellationToken cancel = default)
    {
        await using var command = new NpgsqlCommand("insert into rebuilds (at, table_name, rows, equal, swapped) select statement_timestamp(), * from unnest($1, $2, $3, $4)", connection);
        object[] columns = [tables.Select(t => t.Table).ToArray(), tables.Select(t => t.Rows).ToArray(), tables.Select(t => t.Equal).ToArray(), tables.Select(t => t.Swapped).ToArray()];
        command.Parameters.AddRange(columns.Select(c => new NpgsqlParameter { Value = c }).ToArray());
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Every table as it stood at one position of the log, with the shadow tables brought up to it: while writers are held, a snapshot is taken.</summary>
    private async Task<NpgsqlTransaction> Cut(NpgsqlConnection connection, CancellationToken cancel)
    {
        NpgsqlTransaction snapshot;
        long upTo;
        await using (var holding = await owner.OpenConnectionAsync(cancel))
        await using (await Hold(holding, cancel))
        {
            snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
            await Do(connection, "select 1 from mt_events_sequence", cancel);
            upTo = await Log.FinalPosition(cancel);
        }

        await CatchUp(connection, upTo, cancel);
        return snapshot;
    }

    private async Task Swap(NpgsqlConnection connection, IReadOnlyList<RowTable> tables, CancellationToken cancel)
    {
        await using var swap = await Hold(connection, cancel);
        await CatchUp(connection, await Log.FinalPosition(cancel), cancel);
        foreach (var table in tables)
        {
            var columns = string.Join(", ", table.Columns);
            await Do(connection, $"truncate {table.Name}; insert into {table.Name} ({columns}) select {columns} from {table.Shadow} where not shadow_gone", cancel);
        }

        await swap.CommitAsync(cancel);
    }

    /// <summary>Every append takes a row lock of mt_streams before it draws a number: this lock lets readers go on and holds writers.</summary>
    private static async Task<NpgsqlTransaction> Hold(NpgsqlConnection connection, CancellationToken cancel)
    {
        var transaction = await connection.BeginTransactionAsync(cancel);
        await Do(connection, "lock table mt_streams in share row exclusive mode", cancel);
        return transaction;
    }

    /// <summary>Replays what has come since the last time: the streams concerned, from their first facts on.</summary>
    private async Task CatchUp(NpgsqlConnection connection, long upTo, CancellationToken cancel)
    {
        if (upTo > reached)
        {
            await Log.Replay(store.Types, upTo, Describe, List, between: () => rows.Count > MostRows ? Flush(connection, cancel) : Task.CompletedTask, since: reached, cancel: cancel);
            await Flush(connection, cancel);
            reached = upTo;
        }
    }

    private void Describe(Folding stream, StoredEvent stored, object fact)
    {
        if (!stream.IsBlank)
        {
            Gather(stream, CaseRows.People(stream.Type, stream.Id, null, stream.Type.Summarise(stream.State)));
            Gather(stream, stream.Type.Describes ? stream.Type.ChangesOf(new(stream.Id, stored.Version, fact, stored.By), stream.State) : []);
        }
    }

    private void List(Folding stream) => Gather(stream, stream.IsBlank ? [] : [new Change.Put(CaseListRow.Of(stream.Type, stream.Id, stream.Type.Summarise(stream.State), stream.State, stream.OpenedOn))]);

    private void Gather(Folding stream, IEnumerable<Change> changes)
    {
        foreach (var change in changes)
        {
            var row = change switch { Change.Put p => p.Row, Change.Insert i => i.Row, Change.Remove r => r.Row, _ => null };
            if (row is not null && RowTable.Of(row.GetType()) is { Derived: true } table)
            {
                lock (gathering)
                {
                    // Another part of the streams may be further on in the log.
                    ref var described = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, (table, table.KeyOf(row)), out _);
                    described = described.Sequence > stream.Sequence ? described : (row, stream.Sequence, change is Change.Remove);
                }
            }
        }
    }

    /// <summary>Writes what has been gathered, after what was gathered before it; the other parts go on gathering.</summary>
    private Task Flush(NpgsqlConnection connection, CancellationToken cancel)
    {
        lock (gathering)
        {
            var gathered = rows;
            rows = [];
            return writing = Write(writing, gathered);
        }

        async Task Write(Task before, Dictionary<(RowTable Table, object Key), (object, long, bool)> gathered)
        {
            await before;
            foreach (var table in gathered.GroupBy(r => r.Key.Table, r => r.Value))
            {
                foreach (var page in table.Chunk(PageSize))
                {
                    await using var batch = new NpgsqlBatch(connection) { BatchCommands = { table.Key.Replay(page) }, Timeout = 0 };
                    await batch.ExecuteNonQueryAsync(cancel);
                }
            }
        }
    }

    private static async Task Do(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }
}
