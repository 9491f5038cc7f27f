using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.ServiceHost;

/// <summary>A service of boards hears the service of keys: what is lent there is taken off the board here, exactly once.</summary>
public sealed class SubscriptionTests : ServiceTesting
{
    private const string Reader = "boards-of-keys";
    private static readonly IReadOnlyList<SchemaScript> BoardScripts = SchemaSetup.Scripts(typeof(KeyTesting).Assembly, "boards");

    [Fact]
    public async Task What_one_service_tells_has_its_effect_in_the_other()
    {
        await using var database = await Hung();
        await using var boards = await Boards(database);
        var loan = await Lent("K-1");
        await Until(async () => (await Taken(database)).Count > 0);

        var told = await Database.Ask<Guid>($"select id from mt_events where stream_id = 'key-loan/{loan}'", Stop);
        Assert.Equal($"system {Reader} keys:{told}", await database.Ask<string>("select user_name || ' ' || (headers->>'client') || ' ' || causation_id from mt_events where type = 'key_taken_off'", Stop));
        var (heard, events) = (Heard(boards), new EventLog(database.Application));
        await Until(async () => await events.Position(Reader, Stop) == 1 && heard is { Position: 1, End: 1, Fault: null });
        Assert.Equal(1, (int)(await boards.As("li", "000000000000", Roles.WindowOfficer).Get("/boards/boards/board-a")).Ok.Json["case"]!["taken"]!);
        Assert.Equal(1, await database.Ask<long>("select count(distinct xmin::text) from (select xmin from mt_events where type = 'key_taken_off' union all select xmin from mt_event_progression) x", Stop));
    }

    [Fact]
    public async Task A_reader_killed_again_and_again_in_the_middle_of_its_work_does_everything_once()
    {
        await using var database = await Hung();
        var lending = Lend(200, pause: 5);
        for (var i = 0; i < 6; i++)
        {
            await using var boards = await Boards(database);
            await Task.Delay(30 * i, Stop);
            await using var killer = await KeyTesting.Connect(database.Superuser);
            await using var kill = new Npgsql.NpgsqlCommand($"select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = '{database.AppRole}'", killer);
            await kill.ExecuteNonQueryAsync(Stop);
            await Task.Delay(100, Stop);
        }

        await lending;
        await using var last = await Boards(database);
        await AllTaken(database, 200);
    }

    [Fact]
    public async Task Several_replicas_that_hear_the_same_do_everything_once()
    {
        await using var database = await Hung();
        await using var one = await Boards(database);
        await using var two = await Boards(database);
        await using var three = await Boards(database);
        await Lend(200, pause: 2);

        await AllTaken(database, 200);
        Assert.Equal(0, await database.Ask<long>("select count(*) from refused_reactions", Stop));
    }

    [Fact]
    public async Task While_the_other_service_is_down_nothing_is_lost_and_it_goes_on_by_itself()
    {
        await using var database = await Hung();
        var keys = await ServiceUnderTest.Start(KeyService.Create(), Clock, Database);
        var address = keys.Address;
        await using var boards = await Boards(database, publisher: address);
        await Lend(10);
        await AllTaken(database, 10);

        await keys.DisposeAsync();
        await Until(() => Task.FromResult(Heard(boards).Fault is not null));
        await Lend(10, from: 10);
        await using var back = await ServiceUnderTest.Start(KeyService.Create(), Clock, Database, $"--urls={address}");
        await AllTaken(database, 20);
        await Until(() => Task.FromResult(Heard(boards).Fault is null));
    }

    [Fact]
    public async Task What_its_own_law_refuses_is_put_on_record_and_holds_nothing_up()
    {
        await using var database = await Hung();
        await using var boards = await Boards(database);
        var store = boards.Services.GetRequiredService<CaseStore>();
        KeyTesting.Done(await store.Execute(KeyTesting.Hang("board-locked"), Stop));
        KeyTesting.Done(await store.Execute(new Order(KeyBoards.Type, "board-locked", new LockBoard(), Officer.With(Roles.WindowOfficer).On("2026-03-02")), Stop));
        await Keys.Services.GetRequiredService<CaseStore>().Execute([KeyTesting.Open("K-1"), KeyTesting.Open("locked"), KeyTesting.Open("nowhere"), KeyTesting.Open("K-2")], cancel: Stop);
        await AllTaken(database, "K-1", "K-2");

        await Until(async () => await database.Ask<long>("select count(*) from refused_reactions", Stop) == 2);
        var locked = await Database.Ask<Guid>("select id from mt_events where data->>'key' = 'locked'", Stop);
        Assert.Equal($"{Reader} keys:{locked} 2 keys.key-was-lent key-board board-locked TakeOff E_LOCKED The board is locked.",
            await database.Ask<string>("select concat_ws(' ', reader, request, position, contract, process, case_id, command, code, reason_en) from refused_reactions where position = 2", Stop));
        Assert.Equal("E_NOT_FOUND", await database.Ask<string>("select code from refused_reactions where position = 3", Stop));
    }

    [Fact]
    public async Task It_goes_on_from_where_it_stood_and_under_a_new_name_from_the_beginning()
    {
        await using var database = await Hung();
        await Lend(5);
        await using (var first = await Boards(database))
        {
            await AllTaken(database, 5);
        }

        await Lend(5, from: 5);
        await using (var again = await Boards(database))
        {
            await AllTaken(database, 10);
        }

        await using var anew = await Boards(database, reader: "boards-anew");
        await Until(async () => (await Taken(database)).Count == 20);
        Assert.All((await Taken(database)).CountBy(k => k), key => Assert.Equal(2, key.Value));
    }

    [Fact]
    public async Task What_leads_to_nothing_is_passed()
    {
        await using var database = await Hung();
        var loan = await Lent("K-other");
        _ = (await Window.Post($"{Loans}/{loan}/label-key", new LabelKey(["a", "b"]))).Ok;
        await using var boards = await Boards(database);
        var events = new EventLog(database.Application);

        await Until(async () => await events.Position(Reader, Stop) == 3);
        Assert.Empty(await Taken(database));
    }

    [Fact]
    public async Task What_cannot_be_taken_in_holds_it_right_there_until_it_can()
    {
        await using var database = await Hung();
        await Keys.Services.GetRequiredService<CaseStore>().Execute([KeyTesting.Open("K-1"), KeyTesting.Open("riddle"), KeyTesting.Open("K-2")], cancel: Stop);
        await using (var boards = await Boards(database))
        {
            await Until(() => Task.FromResult(Heard(boards).Fault is not null));
            Assert.Contains("keys.key-was-lent", Heard(boards).Fault!, StringComparison.Ordinal);
            Assert.Contains("at position 2", Heard(boards).Fault!, StringComparison.Ordinal);
            Assert.Equal(1, Heard(boards).Position);
            Assert.Equal(["K-1"], await Taken(database));
        }

        await using var wiser = await Boards(database, when: told => [new(KeyBoards.Type, "board-a", new TakeOff(told.As<KeyWasLent>()!.Key))]);
        await AllTaken(database, "K-1", "riddle", "K-2");
    }

    [Fact]
    public async Task Several_commands_of_one_event_are_carried_out_each_once()
    {
        await using var database = await Hung();
        await Lent("K-1");
        await using var boards = await Boards(database, when: told => [new(KeyBoards.Type, "board-a", new TakeOff("left")), new(KeyBoards.Type, "board-a", new TakeOff("right"))]);
        await AllTaken(database, "left", "right");
    }

    [Fact]
    public async Task A_publisher_whose_log_has_become_shorter_is_reported_and_nothing_is_done()
    {
        await using var database = await Hung();
        await database.Do($"insert into mt_event_progression (name, last_seq_id) values ('{Reader}', 7)", Stop);
        await Lent("K-1");
        await using var boards = await Boards(database);

        await Until(() => Task.FromResult(Heard(boards).Fault?.Contains("E_POSITION_AHEAD", StringComparison.Ordinal) == true));
        Assert.Empty(await Taken(database));
    }

    [Theory]
    [InlineData("--Services:keys:address=", "Services:keys:address is not set.")]
    [InlineData("--Keycloak:credentials:secret=", "Keycloak:credentials:secret is not set: this service asks others.")]
    public async Task Unless_it_is_configured_it_does_not_start(string setting, string reason)
    {
        await using var database = await TestDatabase.Create(BoardScripts, Stop);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Boards(database, settings: setting));
        Assert.Equal(reason, refused.Message);
    }

    private static IEnumerable<Reaction> When(CloudEvent told) => told.As<KeyWasLent>()?.Key switch
    {
        null or "K-other" => [],
        "riddle" => throw new InvalidOperationException("What has it got in its pocket?"),
        "locked" => [new(KeyBoards.Type, "board-locked", new TakeOff("locked"))],
        "nowhere" => [new(KeyBoards.Type, "board-nowhere", new TakeOff("nowhere"))],
        var key => [new(KeyBoards.Type, "board-a", new TakeOff(key))],
    };

    private static Subscription Heard(ServiceUnderTest boards) => boards.Services.GetRequiredService<Subscription>();

    private static async Task<List<string>> Taken(TestDatabase database)
    {
        await using var command = database.AsOwner.CreateCommand("select data->>'key' from mt_events where type = 'key_taken_off' order by seq_id");
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var keys = new List<string>();
        while (await reader.ReadAsync(Stop))
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    }

    private static Task AllTaken(TestDatabase database, int keys) => AllTaken(database, [.. Enumerable.Range(0, keys).Select(i => $"K-{i}")]);

    private static async Task AllTaken(TestDatabase database, params IReadOnlyList<string> keys)
    {
        await Until(async () => (await Taken(database)).Count >= keys.Count);
        // What comes twice would come now.
        await Task.Delay(300, Stop);
        Assert.Equal(keys, await Taken(database));
    }

    private static async Task Until(Func<Task<bool>> done)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(40));
        while (!await done())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task<TestDatabase> Hung()
    {
        var database = await TestDatabase.Create(BoardScripts, Stop);
        KeyTesting.Done(await new CaseStore(database.Application, [KeyBoards.Type], KeyTesting.Book).Execute(KeyTesting.Hang("board-a"), Stop));
        return database;
    }

    private async Task Lend(int keys, int from = 0, int pause = 0)
    {
        var store = new CaseStore(Database.Application, [KeyLoans.Type, KeyBoards.Type], KeyTesting.Book);
        foreach (var key in Enumerable.Range(from, keys))
        {
            KeyTesting.Done(await store.Execute(KeyTesting.Open($"K-{key}"), Stop));
            await Task.Delay(pause, Stop);
        }
    }

    private Task<ServiceUnderTest> Boards(TestDatabase database, string reader = Reader, Uri? publisher = null, Func<CloudEvent, IEnumerable<Reaction>>? when = null, params IReadOnlyList<string> settings) =>
        ServiceUnderTest.Start(
            new Service("boards", new("钥匙板", "Boards"), typeof(SubscriptionTests).Assembly)
                .With(services => services.AddSingleton(KeyTesting.Book))
                .Add(new Process(KeyBoards.Type, "boards", new("钥匙板", "Key boards")).Opens(new("挂板", "Hang a board"), [Roles.WindowOfficer], new HangBoard("board-a")))
                .Hears("keys", reader, when ?? When),
            Clock, database, [$"--Services:keys:address={publisher ?? Keys.Address}", .. settings]);
}
