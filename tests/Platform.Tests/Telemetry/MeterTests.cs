using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.EventStore;
using Platform.Tests.ServiceHost;
using Platform.Tests.Support;

namespace Platform.Tests.Telemetry;

/// <summary>What a store counts, and what it answers when it cannot take more.</summary>
public sealed class MeterTests : ServiceTesting
{
    [Fact]
    public async Task Commands_are_counted_by_process_and_outcome()
    {
        var boards = Boards("counted-board");
        using var heard = new Overheard(m => m.Name == StoreMeter.Name, _ => false);
        var store = new CaseStore(Database.Application, [boards], KeyTesting.Book);
        var hang = KeyTesting.Remembered(Of(new HangBoard("b")));
        KeyTesting.Done(await store.Execute(hang, Stop));
        KeyTesting.Done(await store.Execute(hang, Stop));
        KeyTesting.Refused(await store.Execute(Of(new LockBoard()) with { Id = "b" }, Stop), "E_NOT_NOW");
        KeyTesting.Refused(await store.Execute(Of(new TakeOff("busy")) with { Id = "b" }, Stop), "E_BUSY");
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Execute(Of(new TakeOff("cursed")) with { Id = "b" }, Stop));

        Assert.Equal(
            ["busy 1", "done 1", "faulted 1", "refused 1", "replayed 1"],
            heard.Measurements.Where(m => m.Instrument == "platform.store.commands" && m.Tags["platform.process"] as string == "counted-board")
                .GroupBy(m => (string)m.Tags["platform.outcome"]!, m => m.Value, (outcome, values) => $"{outcome} {values.Sum()}").Order(StringComparer.Ordinal));
        Assert.Contains(heard.Measurements, m => m.Instrument == "platform.store.events");
        Assert.Contains(heard.Measurements, m => m is { Instrument: "platform.store.group.size", Value: 1 });
        Assert.Contains(heard.Measurements, m => m is { Instrument: "platform.store.group.duration", Value: > 0 });
        Assert.True(store.Meter.Looks is { Hits: > 0, Misses: > 0 }, $"{store.Meter.Looks}");

        Order Of(KeyBoardCommand command) => new(boards, null, command, Officer.With(Roles.WindowOfficer).On("2026-03-02")) { Opens = true };
    }

    [Fact]
    public async Task Gauges_show_readers_that_lag_and_deadlines_that_wait()
    {
        var own = Keys.Services.GetRequiredService<IMeterFactory>();
        using var heard = new Overheard(m => m.Name == StoreMeter.Name && m.Scope == own, _ => false);
        heard.Look();
        Assert.DoesNotContain(heard.Measurements, m => m.Instrument == "platform.store.feed.lag");
        await Lent("K-stuck");
        await Lent("K-2");
        var store = Keys.Services.GetRequiredService<CaseStore>();
        await store.Execute([], ("reader", 0, 1), Stop);
        Clock.GoTo("2026-03-11");
        await Keys.Services.GetRequiredService<DeadlineWorker>().Run(cancel: Stop);
        await Keys.Services.GetRequiredService<StoreGauges>().Look(Stop);
        heard.Look();

        var (_, lag, tags) = Assert.Single(heard.Measurements, m => m.Instrument == "platform.store.feed.lag");
        // Lent twice, and one borrower reminded: three events, the first of which the reader has read.
        Assert.Equal((2, "reader"), (lag, tags["platform.reader"]));
        Assert.Equal(34 * 3_600, heard.Measurements.Last(m => m.Instrument == "platform.store.deadlines.lag").Value);
        Assert.Equal(1, heard.Measurements.Last(m => m.Instrument == "platform.store.deadlines.stuck").Value);
        Assert.Equal(0, heard.Measurements.Last(m => m.Instrument == "platform.store.queue").Value);
    }

    [Fact]
    public async Task Too_much_at_once_is_a_503_that_says_when_to_come_back_alone_and_in_a_batch()
    {
        var boards = new Process(Boards("busy-board"), "busy-boards", new("钥匙板", "Key boards"))
            .Opens(new("挂板", "Hang a board"), [Roles.WindowOfficer], new HangBoard("board-a")).Opens(new("取", "Take"), [Roles.WindowOfficer], new TakeOff("busy"), "take");
        await using var service = await ServiceUnderTest.Start(new Service("keys", new("忙", "Busy"), typeof(MeterTests).Assembly).With(s => s.AddSingleton(KeyTesting.Book)).Add(boards), Clock, Database);
        var window = service.As("li", County, Roles.WindowOfficer);

        var alone = (await window.Post("/keys/busy-boards/take", new TakeOff("busy"))).Is(503, "E_BUSY");
        Assert.Equal(TimeSpan.FromSeconds((int)alone.Json["retryAfter"]!), alone.Headers.RetryAfter!.Delta);

        var batch = (await window.Post("/keys/busy-boards/batch", new { commands = new object[] { new { act = "take", key = "a", body = new TakeOff("busy") }, new { act = "", key = "b", body = new HangBoard("b") } } })).Ok.Json["results"]!.AsArray();
        Assert.Equal([503, 201], batch.Select(r => (int)r!["status"]!));
        Assert.Equal(("E_BUSY", (int)alone.Json["retryAfter"]!), ((string?)batch[0]!["problem"]!["code"], (int)batch[0]!["problem"]!["retryAfter"]!));
        // The others carry no such thing.
        Assert.Null((await window.Post("/keys/busy-boards", "{")).Is(400, "E_JSON").Json["retryAfter"]);

        var paths = (await service.As((string?)null).Get("/keys/openapi.json")).Ok.Json["paths"]!;
        foreach (var path in new[] { "take", "batch" })
        {
            Assert.NotNull(paths[$"/keys/busy-boards/{path}"]!["post"]!["responses"]!["503"]!["headers"]!["Retry-After"]);
        }
    }

    /// <summary>Boards under a name of their own: the meter is one for the whole process.</summary>
    private static CaseType<KeyBoard, KeyBoardCommand, KeyBoardEvent, string> Boards(string name) => new(KeyBoardJson.Default)
    {
        Name = name,
        Initial = new("", 0, Locked: false),
        Policy = _ => "",
        Named = command => command is HangBoard c ? c.Name : "other",
        Region = (_, _) => KeyLoans.Region("341503002000"),
        Summary = board => new(new("在用", "In use"), KeyLoans.Region("341503002000"), board.Name, Open: true),
        Decide = (_, command, _, _) => command switch
        {
            HangBoard c => [new BoardHung(c.Name)],
            TakeOff { Key: "busy" } => new Refusal(RefusalKind.Busy, "E_BUSY", new("系统繁忙,请稍后重试。", "Too much at once; try again.")),
            TakeOff => throw new InvalidOperationException("Cursed."),
            _ => Refusal.NotNow("E_NOT_NOW", "现在不能。", "Not now."),
        },
        Evolve = (board, fact) => fact is BoardHung f ? board with { Name = f.Name } : board,
    };
}
