using Platform.Cases;
using Platform.EventStore;

namespace Platform.Tests.EventStore;

/// <summary>Many commands in one transaction, each on its own terms.</summary>
public sealed class GroupTests : KeyTesting
{
    [Fact]
    public async Task A_refused_one_does_not_harm_its_neighbours_and_the_others_share_a_transaction()
    {
        var (id, other) = (await Lent("K-1"), await Lent("K-3"));
        var outcomes = await Store.Execute([Open("K-2"), On(id, new ExtendLoan(Day("2026-04-01")), expected: 7), On(other, new LabelKey(["a"])), On(id, new LabelKey(["b"]))], cancel: Stop);

        Done(outcomes[0]);
        Refused(outcomes[1], "E_VERSION");
        Assert.Equal((1, 2), (Done(outcomes[2]).Since, Done(outcomes[2]).Version));
        Assert.Equal((1, 2), (Done(outcomes[3]).Since, Done(outcomes[3]).Version));
        Assert.Equal(1, await Database.Ask<long>("select count(distinct xmin::text) from mt_events where seq_id in (3, 4)", Stop));
    }

    [Fact]
    public async Task A_conflicting_one_does_not_harm_its_neighbours()
    {
        await Lent("K-held");
        var outcomes = await Store.Execute([Open("K-2"), Open("K-held"), Open("K-3"), Open("K-2")], cancel: Stop);

        Assert.Equal(["KEY-341503-2026-000002", "KEY-341503-2026-000003"], [Done(outcomes[0]).Id, Done(outcomes[2]).Id]);
        Refused(outcomes[1], "E_KEY_OUT");
        Assert.Equal("KEY-341503-2026-000002", Refused(outcomes[3], "E_KEY_OUT").Details["heldBy"]);
        await NoGaps();
    }

    [Fact]
    public async Task One_whose_consequence_is_refused_does_not_harm_its_neighbours()
    {
        var board = await Hung("board-a");
        Done(await Store.Execute(new Order(KeyBoards.Type, board, new LockBoard(), Officer.In("000000000000").On("2026-03-02")), Stop));
        var outcomes = await Store.Execute([Open("K-1", board), Open("K-2")], cancel: Stop);

        Refused(outcomes[0], "E_LOCKED");
        Assert.Equal("KEY-341503-2026-000001", Done(outcomes[1]).Id);
    }

    [Fact]
    public async Task Several_on_one_case_see_each_other_in_order()
    {
        var id = await Lent("K-1");
        var outcomes = await Store.Execute([On(id, new LabelKey(["a"])), On(id, new ReturnKey()), On(id, new ExtendLoan(Day("2026-05-01")))], cancel: Stop);

        Assert.Equal([2, 3], outcomes.OfType<Outcome.Done>().Select(d => d.Version));
        Refused(outcomes[2], "E_STATE");
        Assert.IsType<Back>((await Store.Read(KeyLoans.Type, id, cancel: Stop)).State);
    }

    [Fact]
    public async Task What_is_written_together_becomes_known_together()
    {
        var act = Officer.On("2026-03-02");
        await Store.Execute([Open("K-1", by: act), Open("K-2", by: act with { At = act.At.AddTicks(12_345_678), Request = "later" })], cancel: Stop);

        Assert.Equal(1, await Database.Ask<long>("select count(distinct timestamp) from mt_events", Stop));
        Assert.All(await new ViewRebuild(Database.AsOwner, Store).Run(acceptDifferences: false, Stop), t => Assert.True(t.Equal, t.Table));
    }

    [Fact]
    public async Task Two_groups_at_once_on_the_same_cases_both_come_through()
    {
        var ids = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(await Lent($"K-{i}"));
        }

        var groups = await Task.WhenAll(Enumerable.Range(0, 4).Select(g => Store.Execute(
            [.. (g % 2 == 0 ? ids : ids.AsEnumerable().Reverse()).Select(id => On(id, new LabelKey([$"{id}-{g}"])))], cancel: Stop)));

        Assert.All(groups.SelectMany(g => g), o => Done(o));
        Assert.Equal(30, await Database.Ask<long>("select count(*) from mt_events", Stop));
        await NoGaps();
    }
}
