using System.Diagnostics;
using Npgsql;
using Platform.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>A reader in global order misses nothing, sees nothing out of order, and waits for nobody but writers.</summary>
public sealed class FenceTests : KeyTesting
{
    private const string Draw = "select nextval('mt_events_sequence')";

    [Fact]
    public async Task Eight_writers_that_dawdle_between_number_and_commit_are_read_completely_and_in_order()
    {
        await using var stranger = await Stranger(Database.Superuser);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var reading = ReadAlong(done.Token);
        var watch = Stopwatch.StartNew();
        var committed = (await Task.WhenAll(Enumerable.Range(0, 8).Select(WriteSlowly))).SelectMany(c => c).ToHashSet();
        await done.CancelAsync();
        var (seen, rounds) = await reading;

        Assert.Equal(committed.Order(), seen);
        Assert.True(rounds > 10, $"The reader came to {rounds} rounds only.");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(9), "The stranger's open transaction was waited for.");
        Assert.True(await Database.Ask<long>(Draw, Stop) > committed.Count + 8, "No number was rolled back: nothing was tested.");
    }

    [Fact]
    public async Task A_number_that_is_drawn_and_not_committed_holds_the_fence_until_its_writer_is_gone()
    {
        var id = await Lent("K-1");
        await using var writer = await Connect(Database.Superuser);
        await using var transaction = await writer.BeginTransactionAsync(Stop);
        await Run(writer, Draw);
        Done(await Store.Execute(On(id, new ReturnKey()), Stop));

        var final = Log.FinalPosition(Stop);
        await Task.Delay(200, Stop);
        Assert.False(final.IsCompleted);
        await transaction.RollbackAsync(Stop);

        Assert.Equal(3, await final);
        Assert.Equal([1L, 3L], (await Log.ReadOn(0, 3, 10, Stop)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task Writers_that_come_after_the_question_are_not_waited_for()
    {
        await Lent("K-1");
        await using var first = await Connect(Database.Superuser);
        await using var firstTransaction = await first.BeginTransactionAsync(Stop);
        await Run(first, Draw);
        var final = Log.FinalPosition(Stop);
        await Task.Delay(100, Stop);
        await using var second = await Connect(Database.Superuser);
        await using var secondTransaction = await second.BeginTransactionAsync(Stop);
        await Run(second, Draw);
        await firstTransaction.RollbackAsync(Stop);

        Assert.Equal(2, await final.WaitAsync(TimeSpan.FromSeconds(2), Stop));
    }

    [Fact]
    public async Task A_writer_of_another_database_is_not_waited_for()
    {
        // Copies of one database have the same object ids.
        await Lent("K-1");
        await using var other = await TestDatabase.Create(Scripts, Stop);
        Assert.Equal(await Sequence(Database), await Sequence(other));
        await using var writer = await Connect(other.Superuser);
        await using var transaction = await writer.BeginTransactionAsync(Stop);
        await Run(writer, Draw);

        Assert.Equal(1, await Log.FinalPosition(Stop).WaitAsync(TimeSpan.FromSeconds(2), Stop));

        static Task<uint> Sequence(TestDatabase database) => database.Ask<uint>("select 'mt_events_sequence'::regclass::oid", Stop);
    }

    [Fact]
    public async Task An_empty_log_is_final_at_nought_and_pages_end_where_they_are_told()
    {
        Assert.Equal(0, await Log.FinalPosition(Stop));
        await Store.Execute([.. Enumerable.Range(0, 5).Select(i => Open($"K-{i}"))], cancel: Stop);

        Assert.Equal(5, await Log.FinalPosition(Stop));
        Assert.Equal([2L, 3L], (await Log.ReadOn(1, 5, 2, Stop)).Select(e => e.Sequence));
        Assert.Equal([4L], (await Log.ReadOn(3, 4, 10, Stop)).Select(e => e.Sequence));
    }

    private static async Task<NpgsqlConnection> Stranger(string connection)
    {
        var stranger = await Connect(connection);
        await stranger.BeginTransactionAsync(Stop);
        await Run(stranger, "select count(*), txid_current() from mt_events");
        return stranger;
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    /// <summary>Draws a number, dawdles, inserts, dawdles, and commits or not.</summary>
    private async Task<List<long>> WriteSlowly(int writer)
    {
        var random = new Random(writer);
        var committed = new List<long>();
        await using var connection = await Connect(Database.Superuser);
        await Run(connection, $"insert into mt_streams (id, version) values ('w/{writer}', 0)");
        for (var i = 1; i <= 40; i++)
        {
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            await using var draw = new NpgsqlCommand(Draw, connection);
            var number = (long)(await draw.ExecuteScalarAsync(Stop))!;
            await Task.Delay(random.Next(0, 12), Stop);
            await Run(connection, $"insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp) values ({number}, gen_random_uuid(), 'w/{writer}', {i}, '{{}}', 'x', now())");
            await Task.Delay(random.Next(0, 12), Stop);
            if (random.Next(5) == 0)
            {
                await transaction.RollbackAsync(Stop);
            }
            else
            {
                await transaction.CommitAsync(Stop);
                committed.Add(number);
            }
        }

        return committed;
    }

    private async Task<(List<long> Seen, int Rounds)> ReadAlong(CancellationToken done)
    {
        var seen = new List<long>();
        var (position, rounds) = (0L, 0);
        for (var last = false; ; rounds++)
        {
            last = done.IsCancellationRequested;
            var final = await Log.FinalPosition(Stop);
            while (await Log.ReadOn(position, final, 7, Stop) is { Count: > 0 } page)
            {
                seen.AddRange(page.Select(e => e.Sequence));
                position = page[^1].Sequence;
            }

            position = Math.Max(position, final);
            if (last)
            {
                return (seen, rounds);
            }
        }
    }
}
