using Platform.EventStore;

namespace Platform.Tests.EventStore;

/// <summary>A reader's position moves by compare-and-set in the transaction of its effects.</summary>
public sealed class ProgressTests : KeyTesting
{
    private const string Reader = "keys-from-elsewhere";

    [Fact]
    public async Task The_position_moves_with_the_effects()
    {
        Assert.Equal(0, await Log.Position(Reader, Stop));
        Assert.All(await Store.Execute([Heard(7)], (Reader, 0, 7), Stop), o => Done(o));

        Assert.Equal(7, await Log.Position(Reader, Stop));
        Assert.Equal(1, await Database.Ask<long>("select count(distinct xmin::text) from (select xmin from mt_events union all select xmin from mt_event_progression) x", Stop));
    }

    [Fact]
    public async Task Nothing_heard_moves_it_too()
    {
        Assert.Empty(await Store.Execute([], (Reader, 0, 9), Stop));
        Assert.Empty(await Store.Execute([], (Reader, 9, 12), Stop));
        Assert.Equal(12, await Log.Position(Reader, Stop));
    }

    [Fact]
    public async Task Of_two_readers_of_one_name_one_wins_and_the_effects_happen_once()
    {
        Done((await Store.Execute([Heard(1)], (Reader, 0, 1), Stop))[0]);
        // Different effects on purpose: the loser's must not stand beside the winner's.
        var both = await Task.WhenAll(Attempt("K-a"), Attempt("K-b"));

        Assert.Single(both, won => won);
        Assert.Equal(2, await Log.Position(Reader, Stop));
        Assert.Equal(2, await Database.Ask<long>("select count(*) from mt_events", Stop));
        await NoGaps();

        async Task<bool> Attempt(string key)
        {
            try
            {
                await Store.Execute([Open(key)], (Reader, 1, 2), Stop);
                return true;
            }
            catch (PositionMovedException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_reader_that_starts_over_beside_one_that_is_ahead_does_nothing()
    {
        await Store.Execute([], (Reader, 0, 5), Stop);

        await Assert.ThrowsAsync<PositionMovedException>(() => Store.Execute([Heard(1)], (Reader, 0, 5), Stop));

        Assert.Equal(0, await Database.Ask<long>("select count(*) from mt_events", Stop));
    }

    [Fact]
    public async Task What_is_refused_does_not_stop_the_reader()
    {
        await Lent("K-held");
        var outcomes = await Store.Execute([Heard(1), Open("K-held"), Heard(3)], (Reader, 0, 3), Stop);

        Refused(outcomes[1], "E_KEY_OUT");
        Assert.Equal(2, outcomes.OfType<Outcome.Done>().Count());
        Assert.Equal(3, await Log.Position(Reader, Stop));
        Refused(Assert.Single(await Store.Execute([Open("K-held")], (Reader, 3, 4), Stop)), "E_KEY_OUT");
        Assert.Equal(4, await Log.Position(Reader, Stop));
    }

    [Fact]
    public async Task Heard_again_after_a_crash_it_is_not_done_again()
    {
        var order = Heard(1);
        Done(await Store.Execute(order, Stop));

        Assert.True(Done(Assert.Single(await Store.Execute([order], (Reader, 0, 1), Stop))).Replayed);
        Assert.Equal(1, await Log.Position(Reader, Stop));
        Assert.Equal(1, await Database.Ask<long>("select count(*) from mt_events", Stop));
    }

    private static Order Heard(int position) => Open($"K-heard-{position}");
}
