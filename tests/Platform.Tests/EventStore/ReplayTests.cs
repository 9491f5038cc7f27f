using System.Collections.Concurrent;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.Tests.EventStore;

/// <summary>The whole log is added up on all processors, and comes to what each case comes to alone.</summary>
public sealed class ReplayTests : KeyTesting
{
    [Theory]
    [InlineData(1_000_000, 1)]
    [InlineData(10, 1)]
    [InlineData(10, 3)]
    public async Task Every_case_comes_to_the_state_that_reading_it_alone_gives_in_one_part_or_in_many(int held, int atOnce)
    {
        await Store.Execute([.. Enumerable.Range(0, 300).Select(i => Open($"K-{i}"))], cancel: Stop);
        await Store.Execute([.. Enumerable.Range(1, 300).Select(i => On(Number(i), new ExtendLoan(Day("2026-04-01"))))], cancel: Stop);
        await Store.Execute([.. Enumerable.Range(1, 300).Where(i => i % 2 == 0).Select(i => On(Number(i), new ReturnKey()))], cancel: Stop);

        var ended = await Ended(await Log.FinalPosition(Stop), log: new(Database.Application) { Held = held, AtOnce = atOnce });

        Assert.Equal(300, ended.Count);
        foreach (var i in new[] { 1, 2, 299, 300 })
        {
            var alone = await Store.Read(KeyLoans.Type, Number(i), cancel: Stop);
            Assert.Equal((alone.State, alone.Version), ended[Number(i)]);
        }
    }

    [Fact]
    public async Task Facts_of_a_case_come_in_order_with_the_state_after_each_and_their_provenance()
    {
        var id = await Lent("K-1");
        Done(await Store.Execute(On(id, new ExtendLoan(Day("2026-04-01")), Officer.On("2026-03-05")), Stop));
        Done(await Store.Execute(On(id, new ReturnKey(), Officer.On("2026-03-06")), Stop));
        var told = new List<(long, string, DateOnly, string)>();

        await Log.Replay(Store.Types, await Log.FinalPosition(Stop), (stream, stored, fact) => told.Add((stored.Version, fact.GetType().Name, stored.By.On, stream.State.GetType().Name)), cancel: Stop);

        (long, string, DateOnly, string)[] expected = [(1, "KeyLent", Day("2026-03-02"), "Out"), (2, "LoanExtended", Day("2026-03-05"), "Out"), (3, "KeyReturned", Day("2026-03-06"), "Back")];
        Assert.Equal(expected, told);
    }

    [Fact]
    public async Task It_ends_at_the_position_that_is_asked_for()
    {
        var id = await Lent("K-1");
        var upTo = await Log.FinalPosition(Stop);
        Done(await Store.Execute(On(id, new ReturnKey()), Stop));

        Assert.IsType<Out>((await Ended(upTo))[id].State);
    }

    [Fact]
    public async Task Since_a_position_only_the_cases_that_have_moved_are_added_up_from_their_first_fact_on()
    {
        var (moved, _) = (await Lent("K-1"), await Lent("K-2"));
        var since = await Log.FinalPosition(Stop);
        Done(await Store.Execute(On(moved, new ReturnKey()), Stop));

        var (id, ended) = Assert.Single(await Ended(await Log.FinalPosition(Stop), since));
        Assert.Equal((moved, 2L), (id, ended.Version));
        Assert.IsType<Back>(ended.State);
    }

    private async Task<ConcurrentDictionary<string, (object State, long Version)>> Ended(long upTo, long since = 0, EventLog? log = null)
    {
        var ended = new ConcurrentDictionary<string, (object, long)>(StringComparer.Ordinal);
        await (log ?? Log).Replay(Store.Types, upTo, last: stream => Assert.True(ended.TryAdd(stream.Id, (stream.State, stream.Version))), since: since, cancel: Stop);

        return ended;
    }

    private static string Number(int i) => $"KEY-341503-2026-{i:000000}";
}
