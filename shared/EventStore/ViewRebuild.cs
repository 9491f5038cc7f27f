using System.Runtime.CompilerServices;
using Npgsql;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>What a rebuild found for one table.</summary>
/// <param name="Table">Table name.</param>
/// <param name="Rows">Rows rebuilt from the streams.</param>
/// <param name="Equal">True when count and hash of the rebuilt rows equal the standing ones.</param>
/// <param name="Swapped">True when the rebuilt rows have taken the place of the standing ones.</param>
public sealed record RebuiltTable(string Table, long Rows, bool Equal, bool Swapped);

/// <summary>
/// Rebuilds derived rows from the streams into shadow tables, compares them with the standing ones by count and hash, and
/// swaps. Writers of the service wait while the last step runs: nothing is lost and nothing is seen half-built.
/// </summary>
public sealed class ViewRebuild(NpgsqlDataSource owner, CaseStore store)
{
    private const int PageSize = 2_000;

    /// <summary>Rebuilds every derived table that the facts touch.</summary>
    /// <param name="acceptDifferences">Swap even where the rebuilt rows differ; otherwise a difference is only reported.</param>
    /// <param name="cancel">Abandons the rebuild; the standing tables stay as they are.</param>
    public async Task<IReadOnlyList<RebuiltTable>> Run(bool acceptDifferences, CancellationToken cancel = default)
    {
        await using var connection = await owner.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Appends take a row lock of mt_streams: this lock lets readers go on and holds writers until the swap.
        await Do("lock table mt_streams in share row exclusive mode");
        var shadows = new Dictionary<RowTable, string>();
        var rows = new Dictionary<(RowTable, object), Change>();
        await foreach (var (type, fact, before, after, opened) in Facts(cancel))
        {
            foreach (var change in CaseRows.Changes(type, fact, before, after, opened))
            {
                var row = change switch { Change.Put p => p.Row, Change.Insert i => i.Row, Change.Remove r => r.Row, _ => null };
                if (row is not null && RowTable.Of(row.GetType()) is { Derived: true } table)
                {
                    rows[(table, table.KeyOf(row))] = change is Change.Remove ? change : new Change.Put(row);
                }
            }

            if (rows.Count >= PageSize)
            {
                await Flush();
            }
        }

        await Flush();
        var result = new List<RebuiltTable>();
        foreach (var (table, shadow) in shadows)
        {
            var (count, hash) = await Fingerprint(shadow, table);
            var equal = (count, hash) == await Fingerprint(table.Name, table);
            if (equal || acceptDifferences)
            {
                await Do($"truncate {table.Name}");
                await Do($"insert into {table.Name} select * from {shadow}");
            }

            result.Add(new(table.Name, count, equal, equal || acceptDifferences));
        }

        await transaction.CommitAsync(cancel);
        return result;

        async Task Flush()
        {
            foreach (var group in rows.GroupBy(r => r.Key.Item1))
            {
                if (!shadows.TryGetValue(group.Key, out var shadow))
                {
                    shadow = shadows[group.Key] = $"shadow_{group.Key.Name}";
                    await Do($"create temporary table {shadow} (like {group.Key.Name} including all) on commit drop");
                }

                await using var batch = new NpgsqlBatch(connection, transaction);
                Add<Change.Put>(r => r.Row, r => group.Key.Put(r, shadow));
                Add<Change.Remove>(r => r.Row, r => group.Key.Remove(r, shadow));
                await batch.ExecuteNonQueryAsync(cancel);

                void Add<T>(Func<T, object> row, Func<IReadOnlyList<object>, NpgsqlBatchCommand> statement) where T : Change
                {
                    var some = group.Select(r => r.Value).OfType<T>().Select(row).ToList();
                    if (some.Count > 0)
                    {
                        batch.BatchCommands.Add(statement(some));
                    }
                }
            }

            rows.Clear();
        }

        async Task<(long, string)> Fingerprint(string name, RowTable table)
        {
            var columns = string.Join(", ", table.Columns);
            await using var command = new NpgsqlCommand(
                $"select count(*), coalesce(md5(string_agg(md5(r::text), '' order by {string.Join(", ", table.Keys)})), '') from (select {columns} from {name}) r", connection, transaction);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            return (reader.GetInt64(0), reader.GetString(1));
        }

        async Task Do(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>All facts, stream by stream, with the state after each.</summary>
    private async IAsyncEnumerable<(CaseType Type, Recorded<object> Fact, object? Before, object After, DateOnly Opened)> Facts([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var reading = await owner.OpenConnectionAsync(cancel);
        await using var command = new NpgsqlCommand($"select {StoredEvent.Columns} from mt_events where is_archived = false order by stream_id, version", reading);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var stream = "";
        CaseType? type = null;
        object state = "";
        DateOnly opened = default;
        while (await reader.ReadAsync(cancel))
        {
            var stored = StoredEvent.Read(reader);
            if (stored.Stream != stream)
            {
                (stream, type, opened) = (stored.Stream, store.Types[stored.Process], stored.By.On);
                state = type.InitialState;
            }

            var fact = stored.As(type!);
            var before = fact.Version == 1 ? null : state;
            state = type!.Apply(state, fact.Fact);
            yield return (type, fact, before, state, opened);
        }
    }
}
