using Platform.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>A case as it was, and as it was known.</summary>
public sealed class TimeTravelTests : KeyTesting
{
    [Fact]
    public async Task Up_to_a_version_is_the_case_as_it_was_then()
    {
        var id = await Extended();

        Assert.Equal((1, Day("2026-03-10")), await LastDay(id, version: 1));
        Assert.Equal((2, Day("2026-04-01")), await LastDay(id, version: 2));
        Assert.Equal((3, Day("2026-05-01")), await LastDay(id, version: 99));
        Assert.Equal(0, (await Store.Read(KeyLoans.Type, id, upToVersion: 0, cancel: Stop)).Version);
    }

    [Fact]
    public async Task Up_to_an_instant_is_the_case_as_it_was_known_then()
    {
        var id = await Extended();
        var known = Officer.On("2026-03-04").At;

        Assert.Equal((2, Day("2026-04-01")), await LastDay(id, knownAt: known));
        Assert.Equal((1, Day("2026-03-10")), await LastDay(id, knownAt: known.AddTicks(-10)));
    }

    [Fact]
    public async Task An_act_entered_afterwards_is_not_known_before_it_was_entered()
    {
        var id = await Lent("K-1");
        var entered = Officer.On("2026-03-20");
        Done(await Store.Execute(On(id, new ReturnKey(), entered with { Today = Day("2026-03-05"), Historic = true }), Stop));

        var read = await Store.Read(KeyLoans.Type, id, knownAt: entered.At.AddDays(-1), cancel: Stop);
        Assert.IsType<Out>(read.State);
        read = await Store.Read(KeyLoans.Type, id, knownAt: entered.At, cancel: Stop);
        Assert.IsType<Back>(read.State);
        Assert.Equal((Day("2026-03-05"), entered.At, true), (read.Facts[1].By.On, read.Facts[1].By.At, read.Facts[1].By.Historic));
    }

    [Fact]
    public async Task A_later_fact_with_an_earlier_instant_never_shows_without_the_one_before_it()
    {
        // Two replicas with clocks that differ: the second fact carries the earlier instant.
        var id = await Lent("K-1", by: Officer.On("2026-03-03"));
        Done(await Store.Execute(On(id, new ReturnKey(), Officer.On("2026-03-02")), Stop));

        Assert.Equal(0, (await Store.Read(KeyLoans.Type, id, knownAt: Officer.On("2026-03-02").At, cancel: Stop)).Version);
        Assert.Equal(2, (await Store.Read(KeyLoans.Type, id, knownAt: Officer.On("2026-03-03").At, cancel: Stop)).Version);
    }

    private async Task<string> Extended()
    {
        var id = await Lent("K-1");
        Done(await Store.Execute(On(id, new ExtendLoan(Day("2026-04-01")), Officer.On("2026-03-04")), Stop));
        Done(await Store.Execute(On(id, new ExtendLoan(Day("2026-05-01")), Officer.On("2026-03-06")), Stop));
        return id;
    }

    private async Task<(long, DateOnly)> LastDay(string id, long version = long.MaxValue, DateTimeOffset? knownAt = null)
    {
        var read = await Store.Read(KeyLoans.Type, id, version, knownAt, Stop);
        return (read.Version, Assert.IsType<Out>(read.State).LastDay);
    }
}
