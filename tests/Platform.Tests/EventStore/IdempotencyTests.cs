using Platform.EventStore;

namespace Platform.Tests.EventStore;

/// <summary>The same request is carried out once, however often and however concurrently it arrives.</summary>
public sealed class IdempotencyTests : KeyTesting
{
    [Fact]
    public async Task The_same_request_again_gets_the_same_answer_and_records_nothing()
    {
        var order = Open("K-1");
        var first = Done(await Store.Execute(order, Stop));
        var again = Done(await Store.Execute(order, Stop));

        Assert.Equal(first with { Replayed = true }, again);
        Assert.Equal(1, await Database.Ask<long>("select count(*) from mt_events", Stop));
        await NoGaps();
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        var order = Open("K-1");
        Done(await Store.Execute(order, Stop));

        Refused(await Store.Execute(Remembered(order with { Command = Lend("K-2") }), Stop), "E_REQUEST_REUSED");
    }

    [Fact]
    public async Task The_same_key_of_another_client_is_another_request()
    {
        var order = Open("K-1");
        Done(await Store.Execute(order, Stop));

        Refused(await Store.Execute(order with { Act = order.Act with { Client = "another" } }, Stop), "E_KEY_OUT");
    }

    [Fact]
    public async Task Sent_many_times_at_once_it_is_carried_out_once_and_everybody_gets_its_answer()
    {
        var order = Open("K-1");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Store.Execute(order, Stop)));

        Assert.Equal("KEY-341503-2026-000001", Assert.Single(outcomes.Select(o => Done(o).Id).Distinct()));
        Assert.Single(outcomes, o => !Done(o).Replayed);
        Assert.Equal(1, await Database.Ask<long>("select count(*) from mt_events", Stop));
        await NoGaps();
    }

    [Fact]
    public async Task Sent_many_times_at_once_with_a_version_nobody_is_told_that_the_case_has_moved_on()
    {
        var id = await Lent("K-1");
        var order = On(id, new ExtendLoan(Day("2026-04-01")), expected: 1);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Store.Execute(order, Stop)));

        Assert.All(outcomes, o => Assert.Equal((1, 2), (Done(o).Since, Done(o).Version)));
        Assert.Single(outcomes, o => !Done(o).Replayed);
    }

    [Fact]
    public async Task Twice_in_one_group_it_is_carried_out_once()
    {
        var order = Open("K-1");
        var outcomes = await Store.Execute([order, order], cancel: Stop);

        Assert.Equal([false, true], outcomes.Select(o => Done(o).Replayed));
        Assert.Equal(1, await Database.Ask<long>("select count(*) from mt_events", Stop));
    }

    [Fact]
    public async Task A_refused_request_may_be_sent_again_with_its_key()
    {
        var first = await Lent("K-1");
        var order = Open("K-1", by: Officer.On("2026-03-05"));
        Refused(await Store.Execute(order, Stop), "E_KEY_OUT");
        Done(await Store.Execute(On(first, new ReturnKey(), Officer.On("2026-03-04")), Stop));

        Assert.False(Done(await Store.Execute(order, Stop)).Replayed);
    }
}
