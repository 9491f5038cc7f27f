using Npgsql;
using Platform.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>The schema is set up once, forward only, and a program that does not fit it does not start.</summary>
public sealed class SchemaTests : IAsyncLifetime
{
    private TestDatabase? database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static IReadOnlyList<SchemaScript> Scripts => KeyTesting.Scripts;

    private TestDatabase Database => database!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateEmpty(Stop);

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    [Fact]
    public async Task Replicas_that_start_at_once_set_it_up_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Apply(Scripts)));

        await SchemaSetup.Check(Database.Application, Scripts, Stop);
        Assert.Equal("keys 1, platform 1, platform 2, platform 3, platform 4", await Database.Ask<string>("select string_agg(part || ' ' || number, ', ' order by part, number) from schema_scripts", Stop));
    }

    [Fact]
    public async Task Only_what_is_missing_is_added()
    {
        await Apply([.. Scripts.Take(4)]);
        await Database.Do("insert into counters values ('kept', 7)", Stop);
        await Apply(Scripts);

        Assert.Equal(7, await Database.Ask<long>("select value from counters where name = 'kept'", Stop));
        Assert.Equal(5, await Database.Ask<long>("select count(*) from schema_scripts", Stop));
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

    [Fact]
    public void Scripts_are_numbered_without_a_gap_in_each_part() =>
        Assert.All(Scripts.GroupBy(s => s.Part), part => Assert.Equal(Enumerable.Range(1, part.Count()), part.Select(s => s.Number)));

    private Task Apply(IReadOnlyList<SchemaScript> scripts) => SchemaSetup.Apply(Database.AsOwner, scripts, Database.AppRole, Stop);
}
