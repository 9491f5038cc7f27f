using Npgsql;
using Platform.EventStore;
using Platform.Local;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>The schema is set up once, forward only, and a program that does not fit it does not start.</summary>
public sealed class SchemaTests : IAsyncLifetime
{
    private TestDatabase? database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly string[] Content = ["mt_streams", "mt_events", "mt_event_progression", "handled_requests", "reservations", "deadlines", "counters", "case_list", "case_people", "keys_out", "key_tags"];

    private static IReadOnlyList<SchemaScript> Scripts => KeyTesting.Scripts;

    private TestDatabase Database => database!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateEmpty(Stop);

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    [Fact]
    public async Task Replicas_that_start_at_once_set_it_up_once()
    {
        await using var sources = new Sources(Database.Owner);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => sources.Next()).ToList().Select(s => SchemaSetup.Apply(s, Scripts, Database.AppRole, Stop)));

        await SchemaSetup.Check(Database.Application, Scripts, Stop);
        Assert.Equal(
            string.Join(", ", Scripts.OrderBy(s => s.Part, StringComparer.Ordinal).ThenBy(s => s.Number).Select(s => $"{s.Part} {s.Number}")),
            await Database.Ask<string>("select string_agg(part || ' ' || number, ', ' order by part, number) from schema_scripts", Stop));
    }

    [Fact]
    public async Task Only_what_is_missing_is_added()
    {
        await Apply([.. Scripts.Take(4)]);
        await Database.Do("insert into counters values ('kept', 7)", Stop);
        await Apply(Scripts);

        Assert.Equal(7, await Database.Ask<long>("select value from counters where name = 'kept'", Stop));
        Assert.Equal(Scripts.Count, await Database.Ask<long>("select count(*) from schema_scripts", Stop));
    }

    /// <summary>The database of an older program: its tables, with what has been written into them, and none of the later scripts.</summary>
    public static TheoryData<int> OlderSchemas => [.. Enumerable.Range(2, Scripts.Count - 2)];

    [Theory]
    [MemberData(nameof(OlderSchemas))]
    public async Task An_older_database_goes_forward_with_what_it_holds_and_works(int scripts)
    {
        var lend = KeyTesting.Open("K-1", "board-a");
        await using var written = await TestDatabase.Create(Scripts, Stop);
        var id = KeyTesting.Done(await Store(written).Execute(lend, Stop)).Id;
        await Store(written).Execute([KeyTesting.On(id, new LabelKey(["red"])), KeyTesting.Open("K-2")], ("hearing", 0, 7), Stop);
        await Apply([.. Scripts.Take(scripts)]);
        await Copy(written);

        await Apply(Scripts);

        await SchemaSetup.Check(Database.Application, Scripts, Stop);
        var store = Store(Database);
        // Views of a script that came later are made from the facts, as after every new view.
        await new ViewRebuild(Database.AsOwner, store).Run(acceptDifferences: true, Stop);
        foreach (var table in Content)
        {
            Assert.Equal(await Rows(written, table), await Rows(Database, table));
        }

        Assert.True(KeyTesting.Done(await store.Execute(lend, Stop)).Replayed);
        Assert.Equal("KEY-341503-2026-000003", KeyTesting.Done(await store.Execute(KeyTesting.Open("K-3"), Stop)).Id);
        KeyTesting.Refused(await store.Execute(KeyTesting.Open("K-2"), Stop), "E_KEY_OUT");
        Assert.Equal((2, 3), KeyTesting.Done(await store.Execute(KeyTesting.On(id, new ReturnKey()), Stop)) is var d ? (d.Since, d.Version) : default);
        await store.Execute([], ("hearing", 7, 9), Stop);
    }

    [Fact]
    public async Task A_script_that_fails_leaves_nothing_behind()
    {
        await Assert.ThrowsAsync<PostgresException>(() => Apply([.. Scripts, new("keys", 2, "create table half (id int); select 1/0")]));

        Assert.Equal(0, await Database.Ask<long>("select count(*) from pg_class where relnamespace = 'public'::regnamespace", Stop));
    }

    [Fact]
    public async Task An_older_database_is_refused_when_nobody_may_set_it_up()
    {
        await Apply([.. Scripts.Where(s => s.Part == "platform")]);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SchemaSetup.Check(Database.Application, Scripts, Stop));

        Assert.Equal("The database lacks schema scripts keys 0001: start once with ConnectionStrings:Owner.", refused.Message);
    }

    [Fact]
    public async Task A_database_without_any_schema_is_refused_in_the_same_words()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SchemaSetup.Check(Database.Application, Scripts, Stop));

        Assert.StartsWith("The database lacks schema scripts platform 0001, ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_database_is_refused_and_left_as_it_is()
    {
        await Apply([.. Scripts, new("keys", 2, "create table newer (id int)")]);

        foreach (var start in new[] { () => Apply(Scripts), () => SchemaSetup.Check(Database.Application, Scripts, Stop) })
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(start);
            Assert.Equal("The database is newer than this program: it has schema scripts keys 0002.", refused.Message);
        }
    }

    [Theory]
    [InlineData("ConnectionStrings:None")]
    [InlineData("ConnectionStrings:Owner")]
    public async Task A_service_process_that_meets_a_newer_database_ends_and_says_why(string without)
    {
        await Apply([.. SchemaSetup.Scripts(), new("platform", 9_999, "create table newer (id int)")]);
        var settings = ServiceUnderTest.Settings(Database, await TestIdentity.Shared).Where(s => !s.StartsWith($"--{without}=", StringComparison.Ordinal));
        await using var service = ChildProcess.Start(new("social-assistance", "dotnet", [Path.Combine(AppContext.BaseDirectory, "SocialAssistance.dll"), .. settings]));

        Assert.NotEqual(0, await service.Exited.WaitAsync(TimeSpan.FromSeconds(60), Stop));
        Assert.Contains("The database is newer than this program: it has schema scripts platform 9999.", service.Obituary, StringComparison.Ordinal);
        Assert.Equal("platform 9999", await Database.Ask<string>("select string_agg(part || ' ' || number, ', ') from schema_scripts where number > 9000 or part <> 'platform'", Stop));
    }

    [Fact]
    public void Scripts_are_numbered_without_a_gap_in_each_part() =>
        Assert.All(Scripts.GroupBy(s => s.Part), part => Assert.Equal(Enumerable.Range(1, part.Count()), part.Select(s => s.Number)));

    private Task Apply(IReadOnlyList<SchemaScript> scripts) => SchemaSetup.Apply(Database.AsOwner, scripts, Database.AppRole, Stop);

    private static CaseStore Store(TestDatabase database) => new(database.Application, [KeyLoans.Type, KeyBoards.Type], KeyTesting.Book);

    private static Task<string?> Rows(TestDatabase database, string table) => database.Ask<string>($"select coalesce(string_agg(t::text, E'\n' order by t::text), '') from {table} t", Stop);

    /// <summary>Fills the tables that there are with what another database holds; a column that only the older schema has gets something.</summary>
    private async Task Copy(TestDatabase other)
    {
        await using var from = await KeyTesting.Connect(other.Superuser);
        await using var to = await KeyTesting.Connect(Database.Superuser);
        // Tables in any order, whichever refers to which.
        await Do("set session_replication_role = replica");
        foreach (var table in Content)
        {
            var (then, now) = (await Columns(Database, table), await Columns(other, table));
            foreach (var (column, type) in then.Where(c => !now.ContainsKey(c.Key)))
            {
                await Do($"alter table {table} alter {column} set default {type switch { "int8" => "1", "timestamptz" => "now()", "date" => "current_date", "bool" => "true", _ => "''" }}");
            }

            var columns = string.Join(", ", then.Keys.Where(now.ContainsKey));
            if (columns.Length > 0)
            {
                using var reader = await from.BeginTextExportAsync($"copy {table} ({columns}) to stdout", Stop);
                await using var writer = await to.BeginTextImportAsync($"copy {table} ({columns}) from stdin", Stop);
                await writer.WriteAsync(await reader.ReadToEndAsync(Stop));
            }
        }

        await Database.Do("select setval('mt_events_sequence', max(seq_id)) from mt_events", Stop);

        async Task Do(string sql)
        {
            await using var command = new NpgsqlCommand(sql, to);
            await command.ExecuteNonQueryAsync(Stop);
        }

        static async Task<Dictionary<string, string>> Columns(TestDatabase database, string table) =>
            (await database.Ask<string[]>($"select coalesce(array_agg(column_name || ' ' || udt_name), '{{}}') from information_schema.columns where table_schema = 'public' and table_name = '{table}'", Stop))!
            .Select(c => c.Split(' ')).ToDictionary(c => c[0], c => c[1], StringComparer.Ordinal);
    }
}
