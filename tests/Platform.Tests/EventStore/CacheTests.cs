using Npgsql;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.Tests.EventStore;

/// <summary>What a store remembers saves it the reading and never the checking: another replica may have moved the case on.</summary>
public sealed class CacheTests : KeyTesting, IAsyncDisposable
{
    private readonly List<string> heard = [];
    private NpgsqlDataSource? source;
    private CaseStore? warm;

    /// <summary>The store whose statements are heard; <see cref="KeyTesting.Store"/> is the other replica.</summary>
    private CaseStore Warm => warm ??= new(source = new NpgsqlDataSourceBuilder(Database.App).UseLoggerFactory(new StatementLog(heard)).Build(), [KeyLoans.Type, KeyBoards.Type], Book);

    private int Reads => heard.Count(h => h.Contains("from mt_events", StringComparison.Ordinal));

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        if (source is not null)
        {
            await source.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_case_that_was_just_worked_on_is_not_read_again()
    {
        var id = await Opened("K-1");
        Done(await Warm.Execute(On(id, new LabelKey(["a", "b"])), Stop));
        heard.Clear();

        Done(await Warm.Execute(On(id, new ExtendLoan(Day("2026-04-01")), expected: 3), Stop));
        Done(await Warm.Execute(On(id, new ReturnKey()) with { Body = null }, Stop));

        Assert.Equal(0, Reads);
        Assert.Equal(2, heard.Count(h => h.Contains("store_append", StringComparison.Ordinal)));
        Assert.Equal(2, heard.Count);
        var read = await Store.Read(KeyLoans.Type, id, cancel: Stop);
        Assert.Equal(Day("2026-04-01"), Assert.IsType<LoanExtended>(read.Facts[3].Fact).LastDay);
        Assert.Equal((5, id, "2026-03-02"), (read.Version, read.Facts[4].By.Correlation, await Database.Ask<string>("select opened_on::text from case_list", Stop)));
        await NoGaps();
    }

    [Fact]
    public async Task A_case_that_was_read_first_is_remembered_whole()
    {
        var id = await Lent("K-1", by: Officer.On("2026-03-01"));
        Done(await Warm.Execute(On(id, new LabelKey(["a"])), Stop));
        Assert.Equal(1, Reads);

        Done(await Warm.Execute(On(id, new ReturnKey(), Officer.On("2026-03-05")), Stop));

        Assert.Equal(1, Reads);
        Assert.Equal($"2026-03-01 {id}", await Database.Ask<string>("select concat_ws(' ', opened_on, (select max(correlation_id) from mt_events)) from case_list", Stop));
    }

    [Fact]
    public async Task The_case_that_a_consequence_falls_on_is_remembered_too()
    {
        var board = Done(await Warm.Execute(Hang("board-a"), Stop)).Id;
        heard.Clear();
        await Opened("K-1", board);
        await Opened("K-2", board);

        Assert.Equal(0, Reads);
        Assert.Equal(2, ((KeyBoard)(await Store.Read(KeyBoards.Type, board, cancel: Stop)).State).Taken);
    }

    [Fact]
    public async Task What_another_replica_did_is_decided_upon_and_nothing_is_recorded_that_does_not_follow()
    {
        var id = await Opened("K-1");
        Done(await Store.Execute(On(id, new ReturnKey()), Stop));

        Refused(await Warm.Execute(On(id, new LabelKey(["a"])), Stop), "E_STATE");

        Assert.Equal(1, Reads);
        Assert.Equal(2, await Database.Ask<long>("select count(*) from mt_events", Stop));
        await NoGaps();
    }

    [Fact]
    public async Task What_no_append_would_check_is_looked_up_before_it_is_said()
    {
        var ids = new List<string>();
        foreach (var key in (string[])["K-1", "K-stuck", "K-3"])
        {
            ids.Add(await Opened(key));
            Done(await Store.Execute(On(ids[^1], new ReturnKey()), Stop));
        }

        // As remembered: nothing new, a refusal of another kind, a fault.
        Refused(await Warm.Execute(On(ids[0], new ExtendLoan(Day("2026-03-05"))), Stop), "E_STATE");
        Refused(await Warm.Execute(On(ids[1], new RemindBorrower()), Stop), "E_STATE");
        Refused(await Warm.Execute(On(ids[2], new LoseLedger()), Stop), "E_STATE");
    }

    [Fact]
    public async Task Whoever_names_the_version_that_stands_is_not_told_that_it_has_moved_on()
    {
        var id = await Opened("K-1");
        Done(await Store.Execute(On(id, new LabelKey(["a"])), Stop));

        Assert.Equal((2, 3), Versions(await Warm.Execute(On(id, new LabelKey(["b"]), expected: 2), Stop)));
    }

    [Fact]
    public async Task Whoever_names_the_version_that_is_only_remembered_is_told_that_it_has_moved_on()
    {
        var id = await Opened("K-1");
        Done(await Store.Execute(On(id, new LabelKey(["a"])), Stop));

        Refused(await Warm.Execute(On(id, new LabelKey(["b"]), expected: 1), Stop), "E_VERSION");
        Assert.Equal((2, 3), Versions(await Warm.Execute(On(id, new LabelKey(["b"])), Stop)));
        await NoGaps();
    }

    [Fact]
    public async Task A_consequence_on_a_case_that_another_replica_moved_on_is_decided_on_what_stands()
    {
        var (locked, open) = (Done(await Warm.Execute(Hang("board-a"), Stop)).Id, Done(await Warm.Execute(Hang("board-b"), Stop)).Id);
        Done(await Store.Execute(new Order(KeyBoards.Type, locked, new LockBoard(), Officer.In("000000000000").On("2026-03-02")), Stop));
        await Lent("K-1", open);

        Refused(await Warm.Execute(Open("K-2", locked), Stop), "E_LOCKED");
        Assert.Equal("KEY-341503-2026-000002", await Opened("K-3", open));
        Assert.Equal(2, ((KeyBoard)(await Store.Read(KeyBoards.Type, open, cancel: Stop)).State).Taken);
        await NoGaps();
    }

    [Fact]
    public async Task In_a_group_only_what_stands_counts_for_each()
    {
        var (moved, same) = (await Opened("K-1"), await Opened("K-2"));
        Done(await Store.Execute(On(moved, new ReturnKey()), Stop));

        var outcomes = await Warm.Execute([On(same, new LabelKey(["a"])), On(moved, new LabelKey(["b"])), On(moved, new ReturnKey()), On(same, new ReturnKey()), Open("K-4")], cancel: Stop);

        Assert.Equal((1, 2), Versions(outcomes[0]));
        Refused(outcomes[1], "E_STATE");
        Assert.Equal((2, 2), Versions(outcomes[2]));
        Assert.Equal((2, 3), Versions(outcomes[3]));
        Assert.Equal("KEY-341503-2026-000003", Done(outcomes[4]).Id);
        await NoGaps();
    }

    [Fact]
    public async Task Two_replicas_at_once_on_one_case_both_come_through()
    {
        var id = await Opened("K-1");
        await Task.WhenAll(Label(Warm, "w"), Label(Store, "s"));

        Assert.Equal(string.Join(' ', Enumerable.Range(1, 41)), await Database.Ask<string>("select string_agg(version::text, ' ' order by seq_id) from mt_events", Stop));
        await NoGaps();

        async Task Label(CaseStore store, string prefix)
        {
            for (var i = 0; i < 20; i++)
            {
                Done(await store.Execute(On(id, new LabelKey([$"{prefix}{i}"])), Stop));
            }
        }
    }

    [Fact]
    public async Task After_a_write_that_failed_what_was_decided_for_it_is_not_remembered()
    {
        var id = await Opened("K-1");
        await Assert.ThrowsAsync<PositionMovedException>(() => Warm.Execute([On(id, new LabelKey(["a"]))], ("reader", 5, 6), Stop));
        Assert.Equal(0, Reads);

        Assert.Equal((1, 2), Versions(await Warm.Execute(On(id, new LabelKey(["a"])), Stop)));
        Assert.Equal(0, Reads);
    }

    [Fact]
    public async Task A_claim_that_is_taken_is_refused_and_what_was_decided_for_it_is_not_remembered()
    {
        var id = await Opened("K-1");
        Done(await Store.Execute(On(await Lent("K-2"), new LabelKey(["red"])), Stop));

        Refused(await Warm.Execute(On(id, new LabelKey(["red"])), Stop), "E_TAG");
        Assert.Equal((1, 2), Versions(await Warm.Execute(On(id, new LabelKey(["blue"])), Stop)));
        Assert.Equal(0, Reads);
    }

    [Fact]
    public void The_least_recently_used_goes_when_there_are_too_many()
    {
        var cache = new StateCache(streams: 2, bytes: 1000);
        cache.Put("a", State(1, 1));
        cache.Put("b", State(1, 1));
        Assert.NotNull(cache.Find("a"));
        cache.Put("c", State(1, 1));

        Assert.Equal("a c", Kept(cache));
    }

    [Fact]
    public void The_least_recently_used_go_when_they_are_too_large_and_what_is_too_large_alone_is_not_kept()
    {
        var cache = new StateCache(streams: 100, bytes: 10);
        cache.Put("a", State(1, 4));
        cache.Put("b", State(1, 4));
        cache.Put("a", State(2, 6));
        Assert.Equal("a b", Kept(cache));
        cache.Put("c", State(1, 7));
        Assert.Equal("c", Kept(cache));
        cache.Put("d", State(1, 10));
        Assert.Equal("d", Kept(cache));
        cache.Put("a", State(1, 11));
        Assert.Equal("", Kept(cache));
    }

    [Fact]
    public void Of_two_that_come_in_the_wrong_order_the_later_version_stays()
    {
        var cache = new StateCache(streams: 2, bytes: 10);
        cache.Put("a", State(3, 1));
        cache.Put("a", State(2, 1));
        Assert.Equal(3, cache.Find("a")!.Version);
        cache.Put("a", State(4, 1));
        Assert.Equal(4, cache.Find("a")!.Version);
    }

    private async Task<string> Opened(string key, string? board = null) => Done(await Warm.Execute(Open(key, board), Stop)).Id;

    private static (long Since, long Version) Versions(Outcome outcome) => (Done(outcome).Since, Done(outcome).Version);

    private static Folded State(long version, long bytes) => new(new NoLoan(), version, null, default, bytes);

    private static string Kept(StateCache cache) => string.Join(' ', ((string[])["a", "b", "c", "d"]).Where(s => cache.Find(s) is not null));
}
