using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>What must happen on a day happens on that day, once, in whichever replica.</summary>
public sealed class DeadlineTests : KeyTesting
{
    private readonly TestClock clock = TestClock.On("2026-03-09");

    private DeadlineWorker Worker => new(Database.Application, Store, clock);

    [Fact]
    public async Task It_happens_on_its_day_and_not_before_by_the_system()
    {
        var id = await Lent("K-1");
        Assert.Equal(0, await Worker.Run(cancel: Stop));
        clock.GoTo("2026-03-10");

        Assert.Equal(1, await Worker.Run(cancel: Stop));

        var fact = (await Store.Read(KeyLoans.Type, id, cancel: Stop)).Facts[1];
        Assert.Equal(new BorrowerReminded(Day("2026-03-10")), fact.Fact);
        Assert.Equal((Act.SystemActor, $"due:key-loan/{id}:return:2026-03-10"), (fact.By.Actor, fact.By.Request));
        Assert.Equal(0, await Worker.Run(cancel: Stop));
        Assert.Equal(0, await Database.Ask<long>("select count(*) from deadlines", Stop));
    }

    [Fact]
    public async Task The_day_is_a_day_in_Shanghai()
    {
        await Lent("K-1");
        clock.Now = new(2026, 3, 9, 15, 59, 59, TimeSpan.Zero);
        Assert.Equal(0, await Worker.Run(cancel: Stop));
        clock.Now = new(2026, 3, 9, 16, 0, 0, TimeSpan.Zero);
        Assert.Equal(1, await Worker.Run(cancel: Stop));
    }

    [Fact]
    public async Task Two_workers_at_once_do_it_once()
    {
        await Store.Execute([.. Enumerable.Range(0, 20).Select(i => Open($"K-{i}"))], cancel: Stop);
        clock.GoTo("2026-03-11");

        var worked = await Task.WhenAll(Worker.Run(limit: 15, Stop), Worker.Run(limit: 15, Stop));
        await Worker.Run(cancel: Stop);

        Assert.True(worked.Sum() <= 20);
        Assert.Equal("20 20", await Database.Ask<string>("select concat_ws(' ', count(*), count(distinct stream_id)) from mt_events where type = 'borrower_reminded'", Stop));
    }

    [Fact]
    public async Task A_worker_that_died_in_between_is_made_up_for_and_does_not_double_anything()
    {
        var id = await Lent("K-1");
        clock.GoTo("2026-03-10");
        await Worker.Run(cancel: Stop);
        // As if the reminder had not been taken away before the end.
        await Database.Do($"insert into deadlines (stream_id, kind, due, attempts, not_before) values ('key-loan/{id}', 'return', '2026-03-10', 1, '{clock.Now.AddMinutes(5):O}')", Stop);
        Assert.Equal(0, await Worker.Run(cancel: Stop));
        clock.Now = clock.Now.AddMinutes(5);

        Assert.Equal(1, await Worker.Run(cancel: Stop));
        Assert.Equal(2, (await Store.Read(KeyLoans.Type, id, cancel: Stop)).Version);
        Assert.Equal(0, await Database.Ask<long>("select count(*) from deadlines", Stop));
    }

    [Fact]
    public async Task What_is_refused_stays_with_the_reason_and_is_tried_less_and_less_often()
    {
        await Lent("K-stuck");
        clock.GoTo("2026-03-10");
        var waits = new List<int>();
        for (var attempt = 0; attempt < 4; attempt++)
        {
            Assert.Equal(1, await Worker.Run(cancel: Stop));
            Assert.Equal("E_STUCK: Nobody can be reminded.", await Database.Ask<string>("select refusal from deadlines", Stop));
            var next = new DateTimeOffset(await Database.Ask<DateTime>("select not_before from deadlines", Stop));
            waits.Add((int)(next - clock.Now).TotalMinutes);
            clock.Now = next.AddSeconds(-1);
            Assert.Equal(0, await Worker.Run(cancel: Stop));
            clock.Now = next;
        }

        Assert.Equal([5, 20, 45, 80], waits);
    }

    [Fact]
    public async Task A_case_that_fails_does_not_hold_up_the_others()
    {
        await Store.Execute([Open("K-cursed"), Open("K-2"), Open("K-3")], cancel: Stop);
        clock.GoTo("2026-03-10");

        var failed = await Assert.ThrowsAsync<AggregateException>(() => Worker.Run(cancel: Stop));

        Assert.Equal("The deadline return of key-loan/KEY-341503-2026-000001 failed.", Assert.Single(failed.InnerExceptions).Message);
        Assert.Equal(2, await Database.Ask<long>("select count(*) from mt_events where type = 'borrower_reminded'", Stop));
        Assert.Equal("E_FAULT", await Database.Ask<string>("select refusal from deadlines", Stop));
    }

    [Fact]
    public async Task A_deadline_that_was_moved_or_met_does_not_happen()
    {
        var (moved, met) = (await Lent("K-1"), await Lent("K-2"));
        Done(await Store.Execute(On(moved, new ExtendLoan(Day("2026-04-01"))), Stop));
        Done(await Store.Execute(On(met, new ReturnKey()), Stop));
        clock.GoTo("2026-03-31");
        Assert.Equal(0, await Worker.Run(cancel: Stop));
        clock.GoTo("2026-04-01");
        Assert.Equal(1, await Worker.Run(cancel: Stop));
    }

    [Fact]
    public async Task What_no_longer_matters_is_forgotten()
    {
        var id = await Lent("K-1");
        Done(await Store.Execute(On(id, new ReturnKey()), Stop));
        await Database.Do($"insert into deadlines (stream_id, kind, due) values ('key-loan/{id}', 'return', '2026-03-01')", Stop);

        Assert.Equal(1, await Worker.Run(cancel: Stop));

        Assert.Equal(0, await Database.Ask<long>("select count(*) from deadlines", Stop));
        Assert.Equal(2, (await Store.Read(KeyLoans.Type, id, cancel: Stop)).Version);
    }

    [Fact]
    public async Task History_entered_afterwards_sets_off_nothing_that_lies_in_the_past()
    {
        var entered = Officer.On("2026-06-01") with { Historic = true };
        await Lent("K-1", by: entered with { Today = Day("2026-03-02") });
        await Store.Execute(Remembered(new(KeyLoans.Type, null, Lend("K-2", lastDay: "2026-06-02"), entered with { Today = Day("2026-03-02"), Request = "r2" }) { Opens = true }), Stop);
        clock.GoTo("2026-07-01");

        Assert.Equal(1, await Worker.Run(cancel: Stop));
        Assert.Equal("KEY-341503-2026-000002", await Database.Ask<string>("select split_part(stream_id, '/', 2) from mt_events where type = 'borrower_reminded'", Stop));
        Assert.Equal("2026-03-10 false", await Database.Ask<string>("select concat_ws(' ', due, armed::text) from deadlines", Stop));
    }
}
