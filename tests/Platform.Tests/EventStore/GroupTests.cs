using Npgsql;
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
    public async Task One_refused_for_the_sake_of_a_neighbour_that_is_never_written_is_decided_again()
    {
        var unwritable = Open("K-1", by: Officer.On("2026-03-02") with { Purpose = "\0" });
        var second = Open("K-1");
        await Assert.ThrowsAsync<PostgresException>(() => Store.Execute([unwritable, second], cancel: Stop));

        Assert.True(Done(await Store.Execute(second, Stop)).Replayed);
        await NoGaps();
    }

    [Fact]
    public async Task Nobody_waits_for_a_call_that_brings_more_than_a_group()
    {
        var id = await Lent("K-1");
        await using var stranger = await Database.AsOwner.OpenConnectionAsync(Stop);
        await using var transaction = await stranger.BeginTransactionAsync(Stop);
        await using var take = new NpgsqlCommand("select 1 from mt_streams where id = $1 for update", stranger, transaction) { Parameters = { new() { Value = $"{KeyLoans.Type.Name}/{id}" } } };
        Assert.NotNull(await take.ExecuteScalarAsync(Stop));
        var held = Store.Execute([.. Enumerable.Range(0, new StoreLimits().Group + 1).Select(n => On(id, new LabelKey([$"{n}"])))], cancel: Stop);

        Done(await Store.Execute(Open("K-2"), Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop));
        Assert.False(held.IsCompleted);
        await transaction.RollbackAsync(Stop);
        Assert.All(await held, o => Done(o));
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
