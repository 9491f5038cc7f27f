using Npgsql;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>Whoever waits for the log costs nothing, and is woken once it is final beyond his position.</summary>
public sealed class ArrivalsTests : KeyTesting
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly List<string> statements = [];

    [Fact]
    public async Task Who_waits_is_woken_by_an_append_and_not_before()
    {
        await using var database = Watched();
        await using var arrivals = Arrivals(database);
        var waiting = arrivals.Past(0, Stop);
        await Listening(1);
        Assert.False(waiting.IsCompleted);
        await Lent("K-1");

        await waiting.WaitAsync(Soon, Stop);
        Assert.Equal(1, arrivals.Known);
        await arrivals.Past(0, Stop).WaitAsync(Soon, Stop);
        await Assert.ThrowsAsync<TimeoutException>(() => arrivals.Past(1, Stop).WaitAsync(TimeSpan.FromMilliseconds(300), Stop));
    }

    [Fact]
    public async Task What_was_appended_before_anybody_listened_is_seen()
    {
        await Lent("K-1");
        await using var database = Watched();
        await using var arrivals = Arrivals(database);
        await arrivals.Past(0, Stop).WaitAsync(Soon, Stop);
    }

    [Fact]
    public async Task Two_thousand_who_wait_share_one_connection_and_ask_nothing()
    {
        await using var database = Watched();
        await using var arrivals = Arrivals(database);
        var waiting = Enumerable.Range(0, 2_000).Select(_ => arrivals.Past(0, Stop)).ToList();
        await Listening(1);
        await Quiet();
        var before = Said();
        await Task.Delay(1_500, Stop);

        Assert.Equal(before, Said());
        Assert.Equal(1, await Listeners(Database));
        await Lent("K-1");
        await Task.WhenAll(waiting).WaitAsync(Soon, Stop);
    }

    [Fact]
    public async Task Many_who_look_at_once_share_a_look()
    {
        await Lent("K-1");
        await using var database = Watched();
        await using var arrivals = Arrivals(database);

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => arrivals.Look(Stop))), known => Assert.Equal(1, known));

        Assert.InRange(Said(), 2, 20);
    }

    [Fact]
    public async Task A_look_sees_what_was_committed_before_it_was_asked_for()
    {
        await using var database = Watched();
        await using var arrivals = Arrivals(database);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var others = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await arrivals.Look(Stop);
            }
        }, Stop)).ToList();
        for (var i = 1; i <= 40; i++)
        {
            await Lent($"K-{i}");
            Assert.True(await arrivals.Look(Stop) >= i);
        }

        await done.CancelAsync();
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task A_listening_connection_that_is_lost_is_made_again_and_nothing_is_missed()
    {
        await using var database = Watched();
        await using var arrivals = Arrivals(database);
        for (var i = 0; i < 3; i++)
        {
            var waiting = arrivals.Past(i, Stop);
            await Listening(1);
            Assert.Equal(1, await Listeners(Database, "pg_terminate_backend(pid)"));
            await Lent($"K-{i}");

            await waiting.WaitAsync(Soon, Stop);
        }
    }

    [Theory]
    [InlineData("commit")]
    [InlineData("rollback")]
    public async Task Behind_a_number_that_is_not_yet_decided_the_wait_goes_on_without_asking_all_the_time(string end)
    {
        var id = await Lent("K-1");
        await using var database = Watched();
        await using var arrivals = Arrivals(database);
        Assert.Equal(1, await arrivals.Look(Stop));
        var waiting = arrivals.Past(1, Stop);
        await Listening(1);
        await using var writer = await Connect(Database.Superuser);
        await Run("begin");
        await Run("select nextval('mt_events_sequence')");
        Done(await Store.Execute(On(id, new ReturnKey()), Stop));
        var before = Said();
        await Task.Delay(1_500, Stop);

        Assert.False(waiting.IsCompleted);
        Assert.InRange(Said() - before, 1, 50);
        await Run(end);
        await waiting.WaitAsync(Soon, Stop);
        Assert.Equal(3, arrivals.Known);

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, writer);
            await command.ExecuteNonQueryAsync(Stop);
        }
    }

    [Fact]
    public async Task In_the_end_nobody_listens()
    {
        await using var database = Watched();
        await using (var arrivals = Arrivals(database))
        {
            await Assert.ThrowsAsync<TimeoutException>(() => arrivals.Past(0, Stop).WaitAsync(TimeSpan.FromMilliseconds(300), Stop));
            await Listening(1);
        }

        await database.DisposeAsync();
        await Listening(0);
    }

    /// <summary>Counts the connections that listen; as the superuser, who sees what others run, and may end it.</summary>
    internal static async Task<long> Listeners(TestDatabase database, string what = "*")
    {
        await using var connection = await Connect(database.Superuser);
        await using var command = new NpgsqlCommand($"select count({what}) from pg_stat_activity where datname = current_database() and query = 'listen events'", connection);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    private static Arrivals Arrivals(NpgsqlDataSource database) => new(database, new(database));

    private NpgsqlDataSource Watched() => new NpgsqlDataSourceBuilder(Database.App) { Name = "watched" }.UseLoggerFactory(new StatementLog(statements)).Build();

    private int Said()
    {
        lock (statements)
        {
            return statements.Count;
        }
    }

    private async Task Quiet()
    {
        for (var before = -1; before != Said();)
        {
            before = Said();
            await Task.Delay(200, Stop);
        }
    }

    private async Task Listening(int connections)
    {
        while (await Listeners(Database) != connections)
        {
            await Task.Delay(20, Stop);
        }
    }
}
