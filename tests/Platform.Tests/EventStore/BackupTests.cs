using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Platform.EventStore;
using Platform.Local;
using Platform.ServiceHost;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>What holds after a restore: the same as before it, up to the instant that was restored.</summary>
public sealed class BackupTests : IDisposable
{
    private const string Reader = "boards-to-loans";
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("platform-backup-");
    private readonly ConcurrentQueue<(Order Order, Outcome.Done Done)> acknowledged = [];

    private static CancellationToken Stop => KeyTesting.Stop;

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public async Task A_dump_taken_while_writers_write_is_whole_and_works_in_a_new_cluster()
    {
        await using var before = await SystemPostgres.Create(Folder("before"));
        await SchemaSetup.Apply(before.Owner, KeyTesting.Scripts, "keys_app", Stop);
        await SomeHistory(before);
        var certain = acknowledged.ToList();
        var dump = Path.Combine(Folder("dump"), "keys.dump");
        using (var over = CancellationTokenSource.CreateLinkedTokenSource(Stop))
        {
            var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(w => Write(before.Store, $"dumped-{w}", over.Token)));
            await Task.Delay(200, Stop);
            await SystemPostgres.Run("pg_dump", root.FullName, [.. before.Address, "--format=custom", "--file", dump, "keys"]);
            await over.CancelAsync();
            await writing;
        }

        // Transaction ids begin anew in a new cluster; the roles are the cluster's and are there first.
        await using var after = await SystemPostgres.Create(Folder("after"));
        await SystemPostgres.Run("pg_restore", root.FullName, [.. after.Address, "--dbname=keys", "--exit-on-error", dump]);

        await Works(after, certain);
    }

    [Fact]
    public async Task A_base_backup_and_its_log_are_brought_to_an_instant_and_work_from_there()
    {
        var (archive, copy) = (Folder("archive"), Path.Combine(Folder("copy"), "data"));
        List<(Order Order, Outcome.Done Done)> certain;
        Order lost;
        long consumer;
        string instant;
        await using (var before = await SystemPostgres.Create(Folder("before"), "archive_mode = on", $"archive_command = 'cp %p {archive}/%f'", "wal_level = replica"))
        {
            await SchemaSetup.Apply(before.Owner, KeyTesting.Scripts, "keys_app", Stop);
            await SomeHistory(before);
            await SystemPostgres.Run("pg_basebackup", root.FullName, [.. before.Address, "--pgdata", copy, "--checkpoint=fast", "--wal-method=none", "--no-sync"]);

            // Writers go on over the instant that is asked for later.
            using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(w => Write(before.Store, $"archived-{w}", over.Token)));
            await Task.Delay(200, Stop);
            certain = [.. acknowledged];
            instant = (await before.Ask<string>("select clock_timestamp()::text"))!;
            lost = KeyTesting.Open("K-afterwards");
            KeyTesting.Done(await before.Store.Execute(lost, Stop));
            for (var n = 0; n < 60; n++)
            {
                await Do(before.Store, KeyTesting.Open($"K-afterwards-{n}", "board-0"));
            }

            await over.CancelAsync();
            await writing;

            // Another service has read all of it.
            consumer = await before.Log.FinalPosition(Stop);
            var segment = await before.Ask<string>("select pg_walfile_name(pg_switch_wal())");
            while (!File.Exists(Path.Combine(archive, segment!)))
            {
                await Task.Delay(20, Stop);
            }

            await before.Kill();
        }

        await File.AppendAllLinesAsync(Path.Combine(copy, "postgresql.auto.conf"),
            ["archive_mode = off", $"restore_command = 'cp {archive}/%f %p'", $"recovery_target_time = '{instant}'", "recovery_target_action = promote"], Stop);
        await File.WriteAllTextAsync(Path.Combine(copy, "recovery.signal"), "", Stop);
        await using var after = await SystemPostgres.Start(copy);

        Assert.Equal(0, await after.Ask<long>("select count(*) from reservations where key = 'K-afterwards'"));
        // Positions that the other service has already passed are given out again: what is written now it would never hear…
        Assert.True(await after.Log.FinalPosition(Stop) < consumer, "Nobody had read past the instant: nothing was tested.");
        KeyTesting.Done(await after.Store.Execute(KeyTesting.Open("K-unheard"), Stop));
        Assert.Empty(await after.Log.ReadOn(consumer, await after.Log.FinalPosition(Stop), 100, Stop));
        // …unless the log first goes past every position that anybody may have read: the statement of the README.
        await after.Ask<long>(string.Create(CultureInfo.InvariantCulture, $"select setval('mt_events_sequence', greatest(last_value, {consumer})) from mt_events_sequence"));
        var heard = KeyTesting.Done(await after.Store.Execute(KeyTesting.Open("K-heard"), Stop)).Id;
        Assert.Equal($"key-loan/{heard}", Assert.Single(await after.Log.ReadOn(consumer, await after.Log.FinalPosition(Stop), 100, Stop)).Stream);

        // What had been acknowledged and is gone is carried out anew when it is sent again with its key, once.
        Assert.False(KeyTesting.Done(await after.Store.Execute(lost, Stop)).Replayed);
        Assert.True(KeyTesting.Done(await after.Store.Execute(lost, Stop)).Replayed);
        await Works(after, certain);
    }

    private string Folder(string name)
    {
        var path = Path.Combine(root.FullName, name);
        LocalPostgres.CreatePrivate(path);
        return path;
    }

    /// <summary>Cases, a reader halfway through them, claims held and released, deadlines, numbers drawn and lost, transaction ids used up.</summary>
    private async Task SomeHistory(SystemPostgres cluster)
    {
        for (var n = 0; n < 30; n++)
        {
            await Do(cluster.Store, KeyTesting.Open($"K-{n}", $"board-{n % 3}"));
            if (n % 4 == 0)
            {
                await using var connection = await KeyTesting.Connect(cluster.Superuser);
                await using var abandoned = new NpgsqlCommand("begin; select nextval('mt_events_sequence'), txid_current(); rollback", connection);
                await abandoned.ExecuteNonQueryAsync(Stop);
            }
        }

        foreach (var done in acknowledged.Select(a => a.Done.Id).Take(10).ToList())
        {
            await Do(cluster.Store, KeyTesting.On(done, new ReturnKey(), KeyTesting.Officer.On("2026-03-04")));
        }

        for (var heard = 0; heard < 3; heard++)
        {
            await HearOn(cluster, page: 7);
        }
    }

    private async Task Do(CaseStore store, Order order) => acknowledged.Enqueue((order, KeyTesting.Done(await store.Execute(order, Stop))));

    private async Task Write(CaseStore store, string writer, CancellationToken over)
    {
        for (var n = 0; !over.IsCancellationRequested; n++)
        {
            await Do(store, KeyTesting.Open($"K-{writer}-{n}", $"board-{n % 3}"));
        }
    }

    /// <summary>Everything that must hold of a restored store.</summary>
    private static async Task Works(SystemPostgres restored, List<(Order Order, Outcome.Done Done)> certain)
    {
        await SchemaSetup.Check(restored.Application, KeyTesting.Scripts, Stop);
        await StreamsHaveNoGap(restored);
        Assert.Equal(0, await restored.Ask<long>("select count(*) from handled_requests h where not exists (select 1 from mt_events e where e.stream_id = h.stream_id and e.version = h.version)"));
        Assert.All(await new ViewRebuild(restored.Owner, restored.Store).Run(acceptDifferences: false, Stop), t => Assert.True(t.Equal, t.Table));
        await Assert.ThrowsAsync<PostgresException>(async () => await restored.Application.CreateCommand("delete from mt_events").ExecuteNonQueryAsync(Stop));

        // Order: the fence stands where a number is drawn, whatever transaction ids the cluster has; the reader goes on where it was.
        var position = await restored.Log.Position(Reader, Stop);
        Assert.True(position > 0);
        await using (var writer = await KeyTesting.Connect(restored.Superuser))
        {
            await using var transaction = await writer.BeginTransactionAsync(Stop);
            await using var draw = new NpgsqlCommand("select nextval('mt_events_sequence')", writer);
            var drawn = (long)(await draw.ExecuteScalarAsync(Stop))!;
            var last = await restored.Ask<long>("select max(seq_id) from mt_events");
            Assert.True(drawn > last);
            var final = restored.Log.FinalPosition(Stop);
            await Task.Delay(100, Stop);
            Assert.False(final.IsCompleted);
            await transaction.RollbackAsync(Stop);
            Assert.Equal(last, await final);
        }

        while (await HearOn(restored, page: 50))
        {
        }

        Assert.Equal("0 0", await restored.Ask<string>(
            """
            with taken as (select seq_id::text as seq from mt_events where type = 'key_taken_off'), heard as (select split_part(data->>'name', ' ', 2) as seq from mt_events where type = 'board_hung')
            select concat_ws(' ', (select count(*) from taken where seq not in (select seq from heard)), (select count(*) - count(distinct seq) from heard))
            """));

        // Idempotency: asked again, everybody who had an answer gets it; another body under the key is refused.
        foreach (var (order, done) in certain)
        {
            Assert.Equal(done with { Replayed = true }, await restored.Store.Execute(order, Stop));
        }

        KeyTesting.Refused(await restored.Store.Execute(KeyTesting.Remembered(certain[0].Order with { Command = KeyTesting.Lend("K-other") }), Stop), "E_REQUEST_REUSED");

        // Numbers go on without a gap, claims stand or have ended as they had, deadlines are met once.
        var numbers = await restored.Ask<long>("select value from counters");
        Assert.Equal(numbers, await restored.Ask<long>("select count(*) from mt_streams where type = 'key_loan'"));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"KEY-341503-2026-{numbers + 1:000000}"), KeyTesting.Done(await restored.Store.Execute(KeyTesting.Open("K-restored"), Stop)).Id);
        Assert.Equal(certain[20].Done.Id, KeyTesting.Refused(await restored.Store.Execute(KeyTesting.Open("K-20"), Stop), "E_KEY_OUT").Details["heldBy"]);
        KeyTesting.Refused(await restored.Store.Execute(KeyTesting.Open("K-1", by: KeyTesting.Officer.On("2026-03-04")), Stop), "E_KEY_OUT");
        KeyTesting.Done(await restored.Store.Execute(KeyTesting.Open("K-1", by: KeyTesting.Officer.On("2026-03-05")), Stop));
        var worker = new DeadlineWorker(restored.Application, restored.Store, TestClock.On("2026-03-10"));
        while (await worker.Run(cancel: Stop) > 0)
        {
        }

        Assert.Equal("0 0", await restored.Ask<string>(
            "select concat_ws(' ', (select count(*) from deadlines), (select count(*) - count(distinct stream_id) from mt_events where type = 'borrower_reminded'))"));
    }

    private static async Task StreamsHaveNoGap(SystemPostgres cluster) => Assert.Equal(0, await cluster.Ask<long>(
        """
        select count(*) from mt_streams s full join (select stream_id, count(*), max(version), min(version) from mt_events group by 1) e (id, count, last, first) on e.id = s.id
        where (s.version, s.version, 1::bigint) is distinct from (e.count, e.last, e.first)
        """));

    /// <summary>One page of a reader that hangs a board for every key taken off; false when there was nothing to read.</summary>
    private static async Task<bool> HearOn(SystemPostgres cluster, int page)
    {
        var floor = await cluster.Log.Position(Reader, Stop);
        var final = await cluster.Log.FinalPosition(Stop);
        var events = await cluster.Log.ReadOn(floor, final, page, Stop);
        if (events.Count == 0)
        {
            return false;
        }

        // Each under a request of its own: only the position keeps an effect from happening twice.
        await cluster.Store.Execute(
            [.. events.Where(e => e.Alias == "key_taken_off").Select(e => KeyTesting.Hang(string.Create(CultureInfo.InvariantCulture, $"heard {e.Sequence} {Guid.NewGuid()}")))],
            (Reader, floor, events.Count == page ? events[^1].Sequence : final), Stop);
        return true;
    }
}
