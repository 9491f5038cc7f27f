using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.EventStore;
using Platform.Tests.ServiceHost;
using Platform.Tests.Support;
using EventLog = Platform.EventStore.EventLog;

namespace Platform.Tests.Telemetry;

/// <summary>A command is followed from its request to its events, and on to what another service makes of them.</summary>
public sealed class TraceTests : ServiceTesting
{
    [Fact]
    public async Task From_the_request_to_the_event_to_the_feed_to_the_events_of_the_consumer()
    {
        using var heard = Listening();
        var caller = ActivityTraceId.CreateRandom().ToHexString();
        var asked = Window.Request(HttpMethod.Post, Loans, ("Idempotency-Key", "k"), ("traceparent", $"00-{caller}-00f067aa0ba902b7-01"));
        asked.Content = new StringContent(JsonSerializer.Serialize(KeyTesting.Lend("K-1"), Json.Plain), System.Text.Encoding.UTF8, "application/json");
        _ = (await Window.Send(asked)).Ok;

        var told = Assert.Single((await Keys.As("feed", "000000000000", Roles.FeedReader).Get("/keys/feed")).Ok.Json["events"]!.AsArray())!;
        await using var elsewhere = await TestDatabase.Create(KeyTesting.Scripts, Stop);
        var consumer = new CaseStore(elsewhere.Application, [KeyBoards.Type], KeyTesting.Book);
        using (StoreMeter.Following((string?)told["traceparent"], "feed:keys"))
        {
            var act = Officer.System("2026-03-03") with { Request = (string)told["id"]! };
            await consumer.Execute([new Order(KeyBoards.Type, null, new HangBoard("b"), act) { Opens = true, Body = SHA256.HashData("b"u8) }], ("feed:keys", 0, (long)told["position"]!), Stop);
        }

        // The caller's trace, in the span of the request.
        var trace = (string?)told["traceparent"];
        Assert.Equal(await Stored(Database), trace);
        var request = heard.Activities.Single(a => a.Id == trace);
        Assert.Equal(("Microsoft.AspNetCore", caller, "00f067aa0ba902b7"), (request.Source.Name, request.TraceId.ToHexString(), request.ParentSpanId.ToHexString()));
        // The consumer's own trace, linked to it.
        var follow = heard.Activities.Single(a => a.OperationName == "follow" && a.Links.Any(l => l.Context.SpanId == request.SpanId));
        Assert.Equal((ActivityKind.Consumer, default, caller), (follow.Kind, follow.ParentSpanId, Assert.Single(follow.Links).Context.TraceId.ToHexString()));
        Assert.NotEqual(caller, follow.TraceId.ToHexString());
        Assert.Equal(follow.Id, await Stored(elsewhere));
        // Each transaction is linked to the command in it.
        foreach (var command in new[] { request, follow })
        {
            var commit = heard.Activities.Single(a => a.OperationName == "commit" && a.Links.Any(l => l.Context.SpanId == command.SpanId));
            Assert.Equal((1, default), (commit.GetTagItem("platform.commands"), commit.ParentSpanId));
        }
    }

    [Fact]
    public async Task What_a_day_leads_to_has_a_trace_of_its_own()
    {
        using var heard = Listening();
        await Lent("K-1");
        Clock.GoTo("2026-03-20");
        Assert.Equal(1, await Keys.Services.GetRequiredService<DeadlineWorker>().Run(cancel: Stop));

        var trace = await Database.Ask<string>("select headers->>'trace' from mt_events where type = 'borrower_reminded'", Stop);
        Assert.Equal("key-loan", heard.Activities.Single(a => a.OperationName == "deadline" && a.Id == trace).GetTagItem("platform.process"));
    }

    [Fact]
    public async Task An_event_without_a_trace_says_nothing_of_it_and_reads_as_ever()
    {
        var id = await Lent("K-1");
        var log = new EventLog(Database.Application);
        var with = Assert.Single(await log.ReadOn(0, 1, 10, Stop)).By;
        await Database.Do("update mt_events set headers = headers - 'trace'", Stop);

        Assert.NotNull(with.Trace);
        Assert.Equal(JsonSerializer.Serialize(with with { Trace = null }), JsonSerializer.Serialize(Assert.Single(await log.ReadOn(0, 1, 10, Stop)).By));
        var told = Assert.Single((await Keys.As("feed", "000000000000", Roles.FeedReader).Get("/keys/feed")).Ok.Json["events"]!.AsArray())!.AsObject();
        Assert.False(told.ContainsKey("traceparent"));
        Assert.Equal(1, (await Window.Get($"{Loans}/{id}")).Version);

        Activity.Current = null;
        var store = Keys.Services.GetRequiredService<CaseStore>();
        KeyTesting.Done(await store.Execute(KeyTesting.On(id, new ExtendLoan(KeyTesting.Day("2026-04-01"))), Stop));
        Assert.False(await Database.Ask<bool>("select headers ? 'trace' from mt_events where version = 2", Stop));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-nonsense-01")]
    public void An_unreadable_trace_makes_no_link_and_no_fault(string? traceparent)
    {
        using var heard = Listening();
        using var activity = StoreMeter.Following(traceparent, "feed:keys");
        Assert.Empty(activity!.Links);
    }

    private static Overheard Listening() => new(_ => false, s => s.Name is StoreMeter.Name or "Microsoft.AspNetCore");

    private static Task<string?> Stored(TestDatabase database) => database.Ask<string>("select headers->>'trace' from mt_events", Stop);
}
