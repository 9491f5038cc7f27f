using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
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
    public async Task A_full_page_ends_at_its_last_event_and_may_be_kept_for_ever_and_the_tail_may_not()
    {
        await Fill(600);
        var first = (await Reader.Get("/keys/feed")).Ok;
        Assert.Equal((500, true), ((int)first.Json["next"]!, (bool)first.Json["final"]!));
        Assert.Equal(("max-age=31536000, private, immutable", "Authorization", "600"), (Kept(first), string.Join(',', first.Headers.Vary), first.Headers.GetValues("Feed-End").Single()));

        var second = (await Reader.Get("/keys/feed?after=500")).Ok;
        Assert.Equal((600, false), ((int)second.Json["next"]!, (bool)second.Json["final"]!));
        Assert.Equal(("no-store", null), (Kept(second), second.ETag));
    }

    [Fact]
    public async Task Who_has_kept_a_full_page_is_not_sent_it_again()
    {
        await Lent("K-1");
        await Fill(600);
        var kept = (await Reader.Get("/keys/feed")).Ok;
        var again = await Reader.Send(Reader.Request(HttpMethod.Get, "/keys/feed?after=0&wait=5", ("If-None-Match", $"\"other\", {kept.ETag}")));

        Assert.Equal((304, "", kept.ETag), (again.Status, again.Text, again.ETag));
        Assert.Equal(kept.Text, (await Reader.Send(Reader.Request(HttpMethod.Get, "/keys/feed", ("If-None-Match", "\"other\"")))).Ok.Text);
    }

    [Fact]
    public async Task Under_writers_that_dawdle_a_full_page_is_the_same_when_it_has_just_filled_and_for_ever()
    {
        var store = Keys.Services.GetRequiredService<CaseStore>();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var dawdlers = Enumerable.Range(0, 6).Select(w => Dawdle(w, done.Token)).ToList();
        var writers = Task.WhenAll(Enumerable.Range(0, 4).Select(async w =>
        {
            for (var i = 0; i < 24; i++)
            {
                Assert.All(await store.Execute([.. Enumerable.Range(0, 20).Select(n => KeyTesting.Open($"K-{w}-{i}-{n}"))], cancel: Stop), o => KeyTesting.Done(o));
            }
        }));

        var pages = new List<(long After, string Text)>();
        for (var after = 0L; pages.Count < 4;)
        {
            var written = writers.IsCompleted;
            var page = (await Reader.Get($"/keys/feed?after={after}")).Ok;
            if ((bool)page.Json["final"]!)
            {
                pages.Add((after, page.Text));
                after = (long)page.Json["next"]!;
            }
            else if (written)
            {
                break;
            }
        }

        await writers;
        await done.CancelAsync();
        await Task.WhenAll(dawdlers);
        Assert.True(pages.Count >= 3, $"Only {pages.Count} pages filled.");
        await using var replica = await ServiceUnderTest.Start(KeyService.Create(), Clock, Database);
        foreach (var (after, text) in pages)
        {
            Assert.Equal(text, (await replica.As(Keys.Identity.Token("feed", [Roles.FeedReader])).Get($"/keys/feed?after={after}")).Ok.Text);
        }

        var told = new List<string>();
        for (var (after, last) = (0L, -1L); after != last;)
        {
            var page = (await Reader.Get($"/keys/feed?after={after}")).Ok.Json;
            told.AddRange(page["events"]!.AsArray().Select(e => (string)e!["subject"]!));
            (last, after) = (after, (long)page["next"]!);
        }

        Assert.Equal(4 * 24 * 20, told.Distinct().Count());
        Assert.Equal(4 * 24 * 20, told.Count);
    }

    [Fact]
    public async Task A_position_beyond_the_logs_end_is_refused_and_never_waited_for()
    {
        await Lent("K-1");
        var refused = (await Reader.Get("/keys/feed?after=2&wait=20")).Is(409, "E_POSITION_AHEAD");

        Assert.Equal(1, (long)refused.Json["details"]!["end"]!);
        Assert.Equal(1, (long)(await Reader.Get("/keys/feed?after=1")).Ok.Json["next"]!);
    }

    [Fact]
    public async Task Behind_a_number_that_is_not_yet_decided_a_reader_is_told_what_is_final_and_no_more()
    {
        await Lent("K-1");
        _ = (await Reader.Get("/keys/feed")).Ok;
        await using var writer = await KeyTesting.Connect(Database.Superuser);
        await using var transaction = await writer.BeginTransactionAsync(Stop);
        await using var draw = new NpgsqlCommand("select nextval('mt_events_sequence')", writer);
        await draw.ExecuteScalarAsync(Stop);
        await Lent("K-3");

        Assert.Equal(1, (long)(await Reader.Get("/keys/feed?after=0&wait=20")).Ok.Json["next"]!);
        var waiting = Reader.Get("/keys/feed?after=1&wait=20");
        await Task.Delay(500, Stop);
        Assert.False(waiting.IsCompleted);
        await transaction.RollbackAsync(Stop);
        Assert.Equal(3L, (long)Assert.Single((await waiting).Ok.Json["events"]!.AsArray())!["position"]!);
    }

    [Fact]
    public async Task A_reader_whose_service_has_lost_the_listening_connection_is_woken_all_the_same()
    {
        var waiting = Reader.Get("/keys/feed?wait=20");
        while (await ArrivalsTests.Listeners(Database, "pg_terminate_backend(pid)") == 0)
        {
            await Task.Delay(20, Stop);
        }

        await Lent("K-1");
        Assert.Single((await waiting).Ok.Json["events"]!.AsArray());
    }

    [Fact]
    public async Task A_service_that_stops_answers_those_who_wait()
    {
        var watch = Stopwatch.StartNew();
        var waiting = Enumerable.Range(0, 50).Select(_ => Reader.Get("/keys/feed?wait=25")).ToList();
        await Task.Delay(500, Stop);
        await Keys.Stop();

        Assert.All(await Task.WhenAll(waiting), answer => Assert.Empty(answer.Ok.Json["events"]!.AsArray()));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
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

    private static string Kept(Answer answer) => answer.Headers.CacheControl!.ToString();

    private Task<int> Fill(int events) => Database.Do(
        $$"""
        insert into mt_streams (id, version) values ('key-loan/X', {{events}});
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp)
        select nextval('mt_events_sequence'), gen_random_uuid(), 'key-loan/X', n, '{"tag":"x"}', 'key_labelled', now() from generate_series(1, {{events}}) n
        """, Stop);

    /// <summary>Draws numbers, dawdles, and uses them or not.</summary>
    private async Task Dawdle(int writer, CancellationToken done)
    {
        await using var connection = await KeyTesting.Connect(Database.Superuser);
        await Run($"insert into mt_streams (id, version) values ('key-loan/D-{writer}', 0)");
        for (var i = 1; !done.IsCancellationRequested; i++)
        {
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            await using var draw = new NpgsqlCommand("select nextval('mt_events_sequence')", connection);
            var number = await draw.ExecuteScalarAsync(Stop);
            await Task.Delay(25 * (i % 4), Stop);
            await Run($$"""insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp) values ({{number}}, gen_random_uuid(), 'key-loan/D-{{writer}}', {{i}}, '{"tag":"x"}', 'key_labelled', now())""");
            await (i % 3 == 0 ? transaction.RollbackAsync(Stop) : transaction.CommitAsync(Stop));
        }

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Stop);
        }
    }
}
