using Platform.Cases;
using Platform.EventStore;

namespace Platform.Tests.EventStore;

/// <summary>What must be unique across cases.</summary>
public sealed class ClaimTests : KeyTesting
{
    [Fact]
    public async Task Of_two_at_once_one_gets_it_and_the_other_is_told_who_has_it()
    {
        var outcomes = await Task.WhenAll(Store.Execute(Open("K-1"), Stop), Store.Execute(Open("K-1"), Stop));

        var winner = Assert.Single(outcomes.OfType<Outcome.Done>());
        var refusal = Refused(Assert.Single(outcomes.OfType<Outcome.Refused>()), "E_KEY_OUT");
        Assert.Equal((RefusalKind.Taken, winner.Id), (refusal.Kind, refusal.Details["heldBy"]));
        Assert.Equal(1, await Database.Ask<long>("select count(*) from mt_events", Stop));
        await NoGaps();
    }

    [Fact]
    public async Task A_claim_holds_to_the_end_of_its_last_day()
    {
        var first = await Lent("K-1");
        Done(await Store.Execute(On(first, new ReturnKey(), Officer.On("2026-03-05")), Stop));

        Refused(await Store.Execute(Open("K-1", by: Officer.On("2026-03-04")), Stop), "E_KEY_OUT");
        Refused(await Store.Execute(Open("K-1", by: Officer.On("2026-03-05")), Stop), "E_KEY_OUT");
        var second = await Lent("K-1", by: Officer.On("2026-03-06"));

        Assert.Equal($"{second} 2026-03-06", await Database.Ask<string>("select concat_ws(' ', holder, since, last_day) from reservations where key = 'K-1'", Stop));
    }

    [Fact]
    public async Task A_released_claim_of_one_case_does_not_release_anothers()
    {
        var first = await Lent("K-1");
        Done(await Store.Execute(On(first, new ReturnKey(), Officer.On("2026-03-05")), Stop));
        var second = await Lent("K-1", by: Officer.On("2026-03-06"));

        // Asked again much later, the first case has nothing left to release.
        Done(await Store.Execute(On(first, new ReturnKey(), Officer.On("2026-03-07")), Stop));

        Assert.Equal(second, await Database.Ask<string>("select holder from reservations where last_day is null", Stop));
    }

    [Fact]
    public async Task A_row_that_must_be_new_refuses_the_second_command_also_at_the_same_time()
    {
        var (one, two) = (await Lent("K-1"), await Lent("K-2"));
        var outcomes = await Task.WhenAll(Store.Execute(On(one, new LabelKey(["red"])), Stop), Store.Execute(On(two, new LabelKey(["red"])), Stop));

        Assert.Single(outcomes.OfType<Outcome.Done>());
        Assert.Equal(RefusalKind.Taken, Refused(Assert.Single(outcomes.OfType<Outcome.Refused>()), "E_TAG").Kind);
        Refused(await Store.Execute(On(two, new LabelKey(["blue", "red"])), Stop), "E_TAG");
        Assert.Equal("red", await Database.Ask<string>("select string_agg(tag, ' ') from key_tags", Stop));
        Assert.Equal(3, await Database.Ask<long>("select count(*) from mt_events", Stop));
    }
}
