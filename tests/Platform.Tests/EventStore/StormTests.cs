using System.Collections.Concurrent;
using Npgsql;
using Platform.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>
/// Order under all that can go on beside a reader: writers that dawdle between number and commit, some rolled back, some of
/// them stores; strangers that leave transactions open for the whole time; strangers with transaction ids that come and go.
/// </summary>
public sealed class StormTests : KeyTesting
{
    private static readonly int Rounds = ProofScale.Of(100, 2_000);

    [Fact]
    public async Task In_a_storm_of_writers_and_strangers_no_reader_misses_or_reorders_anything_or_waits_for_a_stranger()
    {
        await using var sources = new Sources(Database.App);
        var loans = new List<string>();
        foreach (var n in Enumerable.Range(0, 4))
        {
            loans.Add(await Lent($"K-{n}"));
        }

        var strangers = await Task.WhenAll(
            Stranger("select count(*), txid_current() from mt_events"),
            Stranger("select last_value from mt_events_sequence"),
            Stranger("set transaction isolation level repeatable read", "select count(*) from reservations"),
            Stranger("create table strange (n int)", "insert into strange values (1)"),
            Stranger("insert into counters values ('strange', 1)"),
            Stranger("insert into mt_streams (id, version) values ('strange/1', 0)"));
        using var calm = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var passing = PassBy(calm.Token);
        var gullible = Follow(new(Database.Application), 50, calm.Token, trusting: true);
        var readers = new[] { 3, 20, 500 }.Select(page => Follow(new(sources.Next()), page, calm.Token)).ToList();

        var acknowledged = new ConcurrentBag<(string Stream, long Version)>();
        CaseStore[] stores = [Replica(), Replica()];
        await Task.WhenAll([
            .. Enumerable.Range(0, 8).Select(w => WriteRaw(w, acknowledged)),
            .. stores.SelectMany((s, n) => Enumerable.Range(0, 3).Select(w => WriteCases(s, $"{n}{w}", loans, acknowledged)))]);
        await calm.CancelAsync();
        await passing;

        // Whoever had waited for a stranger would have given up or would still be waiting: they are here, and still idle.
        var seen = await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60), Stop);
        await using var eye = await Connect(Database.Superuser);
        await using var idle = new NpgsqlCommand($"select count(*) from pg_stat_activity where state = 'idle in transaction' and pid in ({string.Join(',', strangers.Select(s => s.ProcessID))})", eye);
        Assert.Equal((long)strangers.Length, await idle.ExecuteScalarAsync(Stop));

        var log = await Everything();
        Assert.Subset(log.Select(e => (e.Stream, e.Version)).ToHashSet(), acknowledged.ToHashSet());
        Assert.Equal(acknowledged.Count + loans.Count, log.Count);
        foreach (var (events, rounds) in seen)
        {
            Assert.Equal(log, events);
            Assert.True(rounds > 5, $"A reader came to {rounds} rounds only: it did not read along.");
            Assert.All(events.GroupBy(e => e.Stream), s => Assert.Equal(Enumerable.Range(1, s.Count()).Select(v => (long)v), s.Select(e => e.Version)));
        }

        // The storm was one: numbers were lost, and a reader that goes by seq_id > cursor alone has missed events.
        Assert.True(await Database.Ask<long>("select last_value from mt_events_sequence", Stop) > log.Count + Rounds / 2, "Hardly a number was rolled back: nothing was tested.");
        Assert.True((await gullible).Seen.Count < log.Count, "Not even a reader without the fence missed anything: nothing was tested.");
        foreach (var stranger in strangers)
        {
            await stranger.DisposeAsync();
        }

        CaseStore Replica() => new(sources.Next(), [KeyLoans.Type, KeyBoards.Type], Book);
    }

    /// <summary>Draws numbers, dawdles, inserts, dawdles, and commits, rolls back, or draws a number that it never uses.</summary>
    private async Task WriteRaw(int writer, ConcurrentBag<(string, long)> acknowledged)
    {
        var random = new Random(writer);
        await using var connection = await Connect(Database.Superuser);
        await Run(connection, $"insert into mt_streams (id, version) values ('raw/{writer}', 0)");
        var version = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            var events = random.Next(1, 4);
            for (var e = 1; e <= events; e++)
            {
                await using var draw = new NpgsqlCommand("select nextval('mt_events_sequence')", connection);
                var number = await draw.ExecuteScalarAsync(Stop);
                await Task.Delay(random.Next(0, 8), Stop);
                await Run(connection, $"insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp) values ({number}, gen_random_uuid(), 'raw/{writer}', {version + e}, '{{}}', 'x', now())");
            }

            if (random.Next(3) == 0)
            {
                await Run(connection, "select nextval('mt_events_sequence')");
            }

            await Task.Delay(random.Next(0, 8), Stop);
            if (random.Next(5) == 0)
            {
                await transaction.RollbackAsync(Stop);
                continue;
            }

            await transaction.CommitAsync(Stop);
            for (; events > 0; events--)
            {
                acknowledged.Add(($"raw/{writer}", ++version));
            }
        }
    }

    private static async Task WriteCases(CaseStore store, string writer, List<string> loans, ConcurrentBag<(string, long)> acknowledged)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var outcome = await store.Execute(round % 3 == 0 ? Open($"K-{writer}-{round}") : On(loans[round % loans.Count], new LabelKey([$"{writer}-{round}", $"{writer}-{round}-again"])), Stop);
            // Under a crowd it may be refused for now, and then nothing of it stands.
            if (outcome is Outcome.Done done)
            {
                for (var version = done.Since + 1; version <= done.Version; version++)
                {
                    acknowledged.Add(($"key-loan/{done.Id}", version));
                }
            }
        }
    }

    /// <summary>Somebody in the same database who takes a transaction id, locks this and that, and is in no hurry.</summary>
    private async Task PassBy(CancellationToken calm)
    {
        var random = new Random(1);
        while (!calm.IsCancellationRequested)
        {
            await using var passer = await Stranger("select txid_current()", "lock table mt_events in access share mode", "insert into read_log (at, actor, roles, organisation, region, client, subject, fields, request) values (now(), '', '', '', '', '', '', '', '')");
            await Task.Delay(random.Next(0, 60), Stop);
        }
    }

    private async Task<NpgsqlConnection> Stranger(params string[] statements)
    {
        var stranger = await Connect(Database.Superuser);
        await Run(stranger, "begin");
        foreach (var statement in statements)
        {
            await Run(stranger, statement);
        }

        return stranger;
    }

    /// <summary>Reads along until all is calm, and then to the end.</summary>
    /// <param name="trusting">Without the fence: what has been seen last is taken for all there is before it.</param>
    private static async Task<(List<(long Sequence, string Stream, long Version)> Seen, int Rounds)> Follow(EventLog log, int page, CancellationToken calm, bool trusting = false)
    {
        var seen = new List<(long, string, long)>();
        for (var (position, rounds) = (0L, 0); ; rounds++)
        {
            var last = calm.IsCancellationRequested;
            var final = trusting ? long.MaxValue : await log.FinalPosition(Stop);
            while (await log.ReadOn(position, final, page, Stop) is { Count: > 0 } some)
            {
                seen.AddRange(some.Select(e => (e.Sequence, e.Stream, e.Version)));
                position = some[^1].Sequence;
            }

            if (last)
            {
                return (seen, rounds);
            }

            position = trusting ? position : final;
        }
    }

    private async Task<List<(long Sequence, string Stream, long Version)>> Everything()
    {
        await using var command = Database.AsOwner.CreateCommand("select seq_id, stream_id, version from mt_events order by seq_id");
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var all = new List<(long, string, long)>();
        while (await reader.ReadAsync(Stop))
        {
            all.Add((reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2)));
        }

        return all;
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
