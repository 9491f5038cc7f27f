using Platform.Cases;
using Platform.Tests.EventStore;

namespace Platform.Tests.ServiceHost;

/// <summary>Versions, places and days of acts.</summary>
public sealed class CommandTests : ServiceTesting
{
    [Fact]
    public async Task Opening_answers_where_the_case_is_and_which_version_it_has()
    {
        var opened = (await Window.Post(Loans, KeyTesting.Lend("K-1"))).Ok;

        Assert.Equal((201, "\"1\"", "/keys/loans/KEY-341503-2026-000001"), (opened.Status, opened.ETag, opened.Location));
        Assert.Equal("""{"id":"KEY-341503-2026-000001","since":0,"version":1}""", opened.Text);
        var read = (await Window.Get(opened.Location!)).Ok;
        Assert.Equal(("\"1\"", "Out", "已借出"), (read.ETag, (string?)read.Json["state"], (string?)read.Json["stateName"]!["zh"]));
    }

    [Fact]
    public async Task An_act_answers_the_version_before_and_after()
    {
        var id = await Lent("K-1");
        var labelled = (await Window.Post($"{Loans}/{id}/label-key", new LabelKey(["a", "b"]), ifMatch: 1)).Ok;
        Assert.Equal((200, "\"3\"", null, $$"""{"id":"{{id}}","since":1,"version":3}"""), (labelled.Status, labelled.ETag, labelled.Location, labelled.Text));
    }

    [Fact]
    public async Task Whoever_has_seen_an_older_version_is_told_to_read_again()
    {
        var id = await Lent("K-1");
        _ = (await Window.Post($"{Loans}/{id}/label-key", new LabelKey(["a"]), ifMatch: 1)).Ok;
        (await Window.Post($"{Loans}/{id}/return-key", new ReturnKey(), ifMatch: 1)).Is(412, "E_VERSION");
        _ = (await Window.Post($"{Loans}/{id}/return-key", new ReturnKey(), ifMatch: 2)).Ok;
    }

    [Theory]
    [InlineData("1")]
    [InlineData("*")]
    [InlineData("\"x\"")]
    [InlineData("W/\"1\"")]
    [InlineData("\"-1\"")]
    public async Task An_If_Match_that_is_no_version_is_turned_down(string tag)
    {
        var id = await Lent("K-1");
        var request = Window.Request(HttpMethod.Post, $"{Loans}/{id}/return-key", ("Idempotency-Key", "k"), ("If-Match", tag));
        request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        (await Window.Send(request)).Is(400, "E_IF_MATCH");
    }

    [Fact]
    public async Task Only_historic_entry_states_the_day_of_an_act_and_never_one_to_come()
    {
        var id = await Lent("K-1");
        var archive = Keys.As("sun", County, Roles.WindowOfficer, Roles.HistoricEntry);
        var path = $"{Loans}/{id}/return-key";

        (await Window.Post(path, new ReturnKey(), occurredOn: "2026-02-01")).Is(403, "E_HISTORIC_ENTRY");
        (await archive.Post(path, new ReturnKey(), occurredOn: "2026-03-03")).Is(400, "E_OCCURRED_ON");
        (await archive.Post(path, new ReturnKey(), occurredOn: "1 March")).Is(400, "E_OCCURRED_ON");
        _ = (await archive.Post(path, new ReturnKey(), occurredOn: "2026-03-01")).Ok;

        var entry = (await Auditor.Get($"{Loans}/{id}/history")).Json[1]!;
        Assert.Equal(("2026-03-01", true, "2026-03-01"), ((string?)entry["occurredOn"], (bool)entry["enteredAfterwards"]!, (string?)entry["content"]!["on"]));
        Assert.Equal(Clock.Now, (DateTimeOffset)entry["recordedAt"]!);
    }

    [Fact]
    public async Task The_day_of_an_act_is_the_day_in_Shanghai()
    {
        Clock.Now = new(2026, 3, 2, 16, 0, 0, TimeSpan.Zero);
        var id = await Lent("K-1");
        Assert.Equal("2026-03-03", (string?)(await Auditor.Get($"{Loans}/{id}/history")).Json[0]!["occurredOn"]);
    }

    [Fact]
    public async Task A_deadline_is_worked_on_by_the_running_service_when_it_is_told_to()
    {
        var id = await Lent("K-1");
        await using var second = await Support.ServiceUnderTest.Start(KeyService.Create(), Support.TestClock.On("2026-03-10"), Database, "--Deadlines:Seconds=1");
        for (var waited = 0; await Database.Ask<long>("select count(*) from mt_events", Stop) < 2; waited++)
        {
            Assert.True(waited < 100, "Nothing happened for ten seconds.");
            await Task.Delay(100, Stop);
        }

        Assert.Equal("borrower_reminded", (string?)(await Auditor.Get($"{Loans}/{id}/history")).Json[1]!["fact"]);
    }
}
