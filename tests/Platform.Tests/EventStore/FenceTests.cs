using Npgsql;
using Platform.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>A reader in global order misses nothing, sees nothing out of order, and waits for nobody but writers.</summary>
public sealed class FenceTests : KeyTesting
{
    private const string Draw = "select nextval('mt_events_sequence')";

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

        Assert.Equal(1, await final.WaitAsync(TimeSpan.FromSeconds(2), Stop));
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

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
