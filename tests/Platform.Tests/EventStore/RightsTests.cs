using Npgsql;

namespace Platform.Tests.EventStore;

/// <summary>The role a service runs under adds to history and cannot change it.</summary>
public sealed class RightsTests : KeyTesting
{
    [Theory]
    [InlineData("update mt_events set data = '{}'")]
    [InlineData("delete from mt_events")]
    [InlineData("truncate mt_events cascade")]
    [InlineData("delete from mt_streams")]
    [InlineData("truncate mt_streams cascade")]
    [InlineData("update mt_streams set id = 'x'")]
    [InlineData("update handled_requests set since = 0")]
    [InlineData("delete from handled_requests")]
    [InlineData("update read_log set actor = 'nobody'")]
    [InlineData("delete from read_log")]
    [InlineData("delete from counters")]
    [InlineData("delete from reservations")]
    [InlineData("delete from mt_event_progression")]
    [InlineData("delete from schema_scripts")]
    [InlineData("insert into unread_events values (1, 'key-loan/x', 1, 'no reason', 'nobody', now())")]
    [InlineData("delete from unread_events")]
    [InlineData("alter table mt_events disable trigger all")]
    [InlineData("select setval('mt_events_sequence', 1)")]
    [InlineData("create table mine (id int)")]
    [InlineData("create or replace function store_append() returns void language sql as ''")]
    public async Task It_may_not(string statement)
    {
        await Lent("K-1");
        await using var command = Database.Application.CreateCommand(statement);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Stop));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task It_is_an_ordinary_role_that_owns_nothing() => Assert.Equal(
        "false false false false 0",
        await Database.Ask<string>($"select concat_ws(' ', rolsuper::text, rolcreaterole::text, rolcreatedb::text, rolbypassrls::text, (select count(*) from pg_class where relowner = r.oid)) from pg_roles r where rolname = '{Database.AppRole}'", Stop));
}
