using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.Journeys;
using Platform.Tests.Support;

namespace Platform.Tests.ServiceHost;

/// <summary>What operators see of a service's store.</summary>
public sealed class AdminTests : ServiceTesting
{
    private const string Path = "/keys/admin/store";

    private SignedIn Operator => Keys.As("op", County, Roles.Operator);

    [Fact]
    public async Task A_new_store_has_nothing_and_says_so()
    {
        var status = (await Operator.Get(Path)).Ok.Json;
        Assert.Equal(
            """{"streams":0,"events":0,"lastPosition":0,"finalPosition":0,"readers":[],"deadlines":{"due":0,"stuck":[]},"leftOut":0,"replica":{"queue":0,"cachedStreams":0,"cachedBytes":0,"cacheHits":0,"cacheMisses":0}}""",
            status.ToJsonString());
    }

    [Fact]
    public async Task Streams_events_readers_deadlines_and_the_last_rebuild()
    {
        var stuck = await Lent("K-stuck");
        await Lent("K-2");
        var store = Keys.Services.GetRequiredService<CaseStore>();
        await store.Execute([], ("reader", 0, 1), Stop);
        Clock.GoTo("2026-03-11");
        await Keys.Services.GetRequiredService<DeadlineWorker>().Run(cancel: Stop);
        await using (var owner = await Database.AsOwner.OpenConnectionAsync(Stop))
        {
            await ViewRebuild.Record(owner, [new("keys_out", 9, Equal: true, Swapped: true)], Stop);
            await ViewRebuild.Record(owner, [new("keys_out", 2, Equal: false, Swapped: false), new("key_tags", 0, Equal: true, Swapped: true)], Stop);
        }

        var status = (await Operator.Get(Path)).Ok.Json;
        Assert.Equal((2, 3, 3, 3), ((int)status["streams"]!, (int)status["events"]!, (int)status["lastPosition"]!, (int)status["finalPosition"]!));
        Assert.Equal(["reader 1 2"], status["readers"]!.AsArray().Select(r => $"{r!["name"]} {r["position"]} {r["lag"]}"));
        Assert.All(status["readers"]!.AsArray(), r => Assert.NotNull((DateTimeOffset?)r!["moved"]));
        var deadlines = status["deadlines"]!;
        var one = Assert.Single(deadlines["stuck"]!.AsArray())!;
        Assert.Equal((1, "2026-03-10", $"key-loan/{stuck}", "return", "2026-03-10", 1, "E_STUCK"),
            ((int)deadlines["due"]!, (string?)deadlines["oldestDue"], (string?)one["stream"], (string?)one["kind"], (string?)one["due"], (int)one["attempts"]!, (string?)one["code"]));
        Assert.True((DateTimeOffset)one["next"]! > Clock.Now);
        Assert.False((bool)status["lastRebuild"]!["equal"]!);
        Assert.Equal(["key_tags 0 true", "keys_out 2 false"], status["lastRebuild"]!["tables"]!.AsArray().Select(t => $"{t!["table"]} {t["rows"]} {t["equal"]!.ToJsonString()}"));
        // It has named a case: that is a read like any other.
        Assert.Equal("op", await Database.Ask<string>("select actor from read_log where subject = 'admin/store'", Stop));
    }

    [Fact]
    public async Task The_lag_of_a_reader_of_another_log_is_counted_in_that_log()
    {
        await using var service = await ServiceUnderTest.Start(KeyService.Create().With(s => s.AddSingleton(new ReaderElsewhere("elsewhere", () => 950))), Clock, Database);
        await service.Services.GetRequiredService<CaseStore>().Execute([], ("elsewhere", 0, 900), Stop);

        var reader = Assert.Single((await service.As("op", County, Roles.Operator).Get(Path)).Ok.Json["readers"]!.AsArray())!;
        Assert.Equal((900, 50), ((int)reader["position"]!, (int)reader["lag"]!));
    }

    [Fact]
    public async Task While_a_writer_holds_a_number_there_is_a_last_position_and_no_final_one()
    {
        await Lent("K-1");
        await using var writer = new NpgsqlConnection(Database.App);
        await writer.OpenAsync(Stop);
        await using (var transaction = await writer.BeginTransactionAsync(Stop))
        {
            await using var draw = new NpgsqlCommand("select nextval('mt_events_sequence')", writer, transaction);
            await draw.ExecuteScalarAsync(Stop);
            var status = (await Operator.Get(Path)).Ok.Json;
            Assert.Equal((2, null), ((int)status["lastPosition"]!, (int?)status["finalPosition"]));
        }

        // Rolled back: the number is drawn and no event has it; the log is final up to its last event.
        Assert.Equal(1, (int)(await Operator.Get(Path)).Ok.Json["finalPosition"]!);
    }

    [Fact]
    public async Task It_is_for_operators_and_they_see_no_case()
    {
        var id = await Lent("K-1");
        (await Auditor.Get(Path)).Is(403, "E_ROLE");
        (await Operator.Get($"{Loans}/{id}")).Is(403, "E_ROLE");
        (await Operator.Get(Loans)).Is(403, "E_ROLE");
    }

    [Fact]
    public async Task The_application_reads_rebuilds_and_does_not_write_them()
    {
        await using var command = Database.Application.CreateCommand("insert into rebuilds (at, table_name, rows, equal, swapped) values (now(), 'x', 0, true, true)");
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Stop))).SqlState);
    }

    [Fact]
    public async Task Operators_reach_it_through_the_gateway()
    {
        await using var bureau = await Bureau.Open("2026-03-02");
        var status = await bureau.As("op", County, Roles.Operator).Get("/social-assistance/admin/store");
        Assert.Equal(0, (int)status.Json["events"]!);
    }
}
