using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.Local;
using Platform.Tests.Support;

namespace Platform.Tests.Drills;

/// <summary>What a crash takes back, and what comes back by itself.</summary>
public sealed class RecoveryTests
{
    private const int StopSignal = 19;
    private const int KillSignal = 9;
    private const string Village = "341503101201";
    private const string Persons = "/social-assistance/persons";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// A number that was drawn and rolled back is nowhere on disk yet; after a crash the server draws it again, and what is
    /// then written under it must not lie behind a reader who keeps its position on another server.
    /// </summary>
    [Fact]
    public async Task A_reader_does_not_pass_a_number_that_is_drawn_again_after_a_crash()
    {
        await using var server = await DrillServer.Start(schema: true, Stop);
        await using var application = NpgsqlDataSource.Create(server.App);
        await server.Do("insert into mt_streams (id, version) values ('s', 1)");
        await server.Do("insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp) select nextval('mt_events_sequence'), gen_random_uuid(), 's', 1, '{}', 'x', now()");
        // It would write the log out within a fifth of a second: the crash comes before that.
        var writer = await server.Ask<int>("select pid from pg_stat_activity where backend_type = 'walwriter'");
        Assert.Equal(0, Libc.Kill(writer, StopSignal));
        await server.Do("begin; select nextval('mt_events_sequence') from generate_series(1, 100); rollback");

        var final = await new EventLog(application).FinalPosition(Stop);
        var stopping = server.StopImmediately();
        await Task.Delay(200, Stop);
        _ = Libc.Kill(writer, KillSignal);
        await stopping;
        await server.StartAgain(Stop);

        var next = await server.Ask<long>("select nextval('mt_events_sequence')");
        Assert.True(next <= 101, $"The server remembered {next}: nothing was tested.");
        Assert.True(next > final, $"A reader stands at {final}, and the next event is written at {next}.");
    }

    [Fact]
    public async Task A_line_of_business_outlives_its_database_and_its_successor_answers_as_it_did()
    {
        await using var server = await DrillServer.Start(schema: false, Stop);
        await using var service = await ServiceProcess.Start(server, "SocialAssistance");
        await service.Ready(supervised: false, Stop);
        var before = await Register("34150319850314904", "before");
        _ = before.Ok;

        await server.StopImmediately();
        for (var i = 0; i < 3; i++)
        {
            (await Register("34150319491001906", "during")).Is(503, "E_DATABASE_DOWN");
        }

        await server.StartAgain(Stop);
        await service.Ready(supervised: false, Stop);
        var during = await Register("34150319491001906", "during");
        while (during.Status == 503)
        {
            during = await Register("34150319491001906", "during");
        }

        Assert.Equal((201, 1), (during.Status, service.Starts));
        await service.Kill();
        service.StartAgain();
        await service.Ready(supervised: false, Stop);
        Assert.Equal((before.Text, during.Text), ((await Register("34150319850314904", "before")).Text, (await Register("34150319491001906", "during")).Text));
        Assert.Equal(2, await server.Ask<long>("select count(*) from mt_events"));

        async Task<Answer> Register(string seventeenDigits, string key) => await new SignedIn(service.Http, (await TestIdentity.Shared).Token("u-101", [Roles.WindowOfficer], "341503101000"))
            .Post(Persons, new { name = "李秀兰", hukouRegion = Village, hukouType = "Resident", residentId = Journeys.Bureau.Numbered(seventeenDigits), residenceRegion = Village }, key);
    }
}
