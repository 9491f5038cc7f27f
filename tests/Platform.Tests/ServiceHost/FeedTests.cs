using System.Diagnostics;
using Platform.Cases;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.ServiceHost;

/// <summary>What other services are told.</summary>
public sealed class FeedTests : ServiceTesting
{
    private SignedIn Reader => Keys.As("feed", "000000000000", Roles.FeedReader);

    [Fact]
    public async Task An_event_is_told_as_a_CloudEvent_the_same_at_every_reading()
    {
        var id = await Lent("K-1");
        var answer = (await Reader.Get("/keys/feed")).Ok;
        var told = Assert.Single(answer.Json["events"]!.AsArray())!;

        Assert.Equal(("1.0", "/keys", "keys.key-was-lent", id, "application/json", 1),
            ((string?)told["specversion"], (string?)told["source"], (string?)told["type"], (string?)told["subject"], (string?)told["datacontenttype"], (long)told["position"]!));
        Assert.Equal($$"""{"loan":"{{id}}","key":"K-1","lastDay":"2026-03-10"}""", told["data"]!.ToJsonString());
        Assert.Equal(Clock.Now, (DateTimeOffset)told["time"]!);
        Assert.Equal(await Database.Ask<Guid>("select id from mt_events", Stop), Guid.Parse((string)told["id"]!));
        Assert.Equal(answer.Text, (await Reader.Get("/keys/feed?after=0")).Text);
    }

    [Fact]
    public async Task What_is_not_told_is_passed_over_and_next_leads_on()
    {
        var first = await Lent("K-1");
        _ = (await Window.Post($"{Loans}/{first}/label-key", new LabelKey(["a", "b"]))).Ok;
        await Lent("K-2");

        var page = (await Reader.Get("/keys/feed")).Ok.Json;
        Assert.Equal([1L, 4L], page["events"]!.AsArray().Select(e => (long)e!["position"]!));
        Assert.Equal(4, (long)page["next"]!);
        var rest = (await Reader.Get("/keys/feed?after=4")).Ok.Json;
        Assert.Equal((0, 4L), (rest["events"]!.AsArray().Count, (long)rest["next"]!));
    }

    [Fact]
    public async Task A_full_page_ends_at_its_last_event()
    {
        await Database.Do(
            """
            insert into mt_streams (id, version) values ('key-loan/X', 600);
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp)
            select nextval('mt_events_sequence'), gen_random_uuid(), 'key-loan/X', n, '{"tag":"x"}', 'key_labelled', now() from generate_series(1, 600) n
            """, Stop);
        var first = (await Reader.Get("/keys/feed")).Ok.Json;
        Assert.Equal((500, true), ((int)first["next"]!, (bool)first["final"]!));
        var second = (await Reader.Get("/keys/feed?after=500")).Ok.Json;
        Assert.Equal((600, false), ((int)second["next"]!, (bool)second["final"]!));
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_by_what_is_told()
    {
        await Lent("K-1");
        var watch = Stopwatch.StartNew();
        var waiting = Reader.Get("/keys/feed?after=1&wait=20");
        await Task.Delay(400, Stop);
        Assert.False(waiting.IsCompleted);
        await Lent("K-2");

        Assert.Equal("K-2", (string?)Assert.Single((await waiting).Ok.Json["events"]!.AsArray())!["data"]!["key"]);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task A_reader_that_waits_for_nothing_is_answered_in_the_end()
    {
        var page = (await Reader.Get("/keys/feed?wait=1")).Ok.Json;
        Assert.Equal((0, 0), (page["events"]!.AsArray().Count, (int)page["next"]!));
    }

    [Theory]
    [InlineData("after=-1")]
    [InlineData("wait=-1")]
    public async Task There_is_nothing_before_the_beginning(string query) => (await Reader.Get($"/keys/feed?{query}")).Is(400, "E_POSITION");
}
