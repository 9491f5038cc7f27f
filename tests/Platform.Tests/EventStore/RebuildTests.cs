using Platform.EventStore;

namespace Platform.Tests.EventStore;

/// <summary>Derived rows can be made again from the facts, and a difference is found.</summary>
public sealed class RebuildTests : KeyTesting
{
    private ViewRebuild Rebuild => new(Database.AsOwner, Store);

    [Fact]
    public async Task Rows_that_follow_from_the_facts_are_equal_and_swapped()
    {
        await SomeCases();
        var before = await Rows();

        var tables = await Rebuild.Run(acceptDifferences: false, Stop);

        Assert.Equal(
            [new("case_list", 4, Equal: true, Swapped: true), new("case_people", 3, Equal: true, Swapped: true), new("key_holders", 2, Equal: true, Swapped: true), new("key_tags", 1, Equal: true, Swapped: true), new("keys_out", 2, Equal: true, Swapped: true)],
            tables.OrderBy(t => t.Table, StringComparer.Ordinal));
        Assert.Equal(before, await Rows());
    }

    [Theory]
    [InlineData("update keys_out set fee = 1", "keys_out")]
    [InlineData("delete from keys_out", "keys_out")]
    [InlineData("insert into keys_out values ('KEY-341503-2026-999999', 'K', 'p', 'r', 0, '2026-01-01')", "keys_out")]
    [InlineData("update case_list set open = false where process = 'key-loan'", "case_list")]
    [InlineData("delete from case_people where id like '%1'", "case_people")]
    [InlineData("insert into key_tags values ('green', 'KEY-341503-2026-000001')", "key_tags")]
    [InlineData("update key_holders set loan = 'KEY-341503-2026-000002' where key = 'K-1'", "key_holders")]
    public async Task A_row_that_was_altered_is_found_kept_unless_accepted_and_then_put_right(string foul, string where)
    {
        await SomeCases();
        var right = await Rows();
        Assert.True(await Database.Do(foul, Stop) > 0);
        var altered = await Rows();

        var found = Assert.Single(await Rebuild.Run(acceptDifferences: false, Stop), t => !t.Equal);
        Assert.Equal((where, false), (found.Table, found.Swapped));
        Assert.Equal(altered, await Rows());

        Assert.True(Assert.Single(await Rebuild.Run(acceptDifferences: true, Stop), t => !t.Equal).Swapped);
        Assert.Equal(right, await Rows());
    }

    [Fact]
    public async Task A_row_in_a_table_that_no_fact_touches_is_found()
    {
        await Hung("board-a");
        await Database.Do("insert into key_tags values ('green', 'KEY-341503-2026-000001')", Stop);

        Assert.Equal("key_tags", Assert.Single(await Rebuild.Run(acceptDifferences: true, Stop), t => !t.Equal).Table);
        Assert.Equal(0, await Database.Ask<long>("select count(*) from key_tags", Stop));
    }

    [Theory]
    [InlineData(1_000, 1_000)]
    [InlineData(1, 1_000)]
    [InlineData(1, 0)]
    public async Task Of_many_cases_that_describe_one_row_the_last_in_the_order_of_the_log_stands(int streamsAtOnce, int rowsAtOnce)
    {
        var first = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            first.Add(await Lent($"K-{i}"));
        }

        // Some are brought back and lent again, by cases that are added up before the first one or after it.
        foreach (var (i, id) in first.Index())
        {
            Done(await Store.Execute(On(id, new ReturnKey()), Stop));
            _ = i % 3 == 0 ? "" : await Lent($"K-{i}", by: Officer.On("2026-03-03"));
        }

        Assert.Equal(13, await Database.Ask<long>("select count(*) from key_holders where loan > 'KEY-341503-2026-000020'", Stop));
        var rebuild = new ViewRebuild(Database.AsOwner, Store) { Log = new(Database.AsOwner) { Held = streamsAtOnce, Between = 1 }, MostRows = rowsAtOnce };
        Assert.All(await rebuild.Run(acceptDifferences: false, Stop), t => Assert.True(t.Equal, t.Table));
    }

    [Fact]
    public async Task Writers_are_not_held_while_the_log_is_read_and_what_they_add_meanwhile_is_caught_up()
    {
        await SomeCases();
        using var reading = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        var slow = KeyLoans.Create((fact, _) =>
        {
            reading.Release();
            goOn.Wait(Stop);
        });
        var rebuilding = new ViewRebuild(Database.AsOwner, new(Database.Application, [slow, KeyBoards.Type], Book)).Run(acceptDifferences: true, Stop);
        Assert.True(await reading.WaitAsync(TimeSpan.FromSeconds(20), Stop));

        var added = await Lent("K-new").WaitAsync(TimeSpan.FromSeconds(10), Stop);
        Done(await Store.Execute(On(added, new ExtendLoan(Day("2026-05-01"))), Stop));
        Done(await Store.Execute(On("KEY-341503-2026-000001", new ReturnKey()), Stop));
        goOn.Set();

        Assert.All(await rebuilding, t => Assert.True(t.Equal, t.Table));
        Assert.Equal("K-3, K-new", await Database.Ask<string>("select string_agg(key, ', ' order by key) from keys_out", Stop));
    }

    [Fact]
    public async Task Rows_that_do_not_follow_from_facts_are_left_alone()
    {
        await SomeCases();
        await Database.Do("insert into person_vault values ('p', '\\x00', '1')", Stop);
        var before = await Database.Ask<string>("select string_agg(r::text, ' ') from (select * from reservations order by key) r", Stop);

        Assert.DoesNotContain(await Rebuild.Run(acceptDifferences: true, Stop), t => t.Table is "person_vault" or "reservations" or "deadlines");
        Assert.Equal(1, await Database.Ask<long>("select count(*) from person_vault", Stop));
        Assert.Equal(before, await Database.Ask<string>("select string_agg(r::text, ' ') from (select * from reservations order by key) r", Stop));
    }

    [Fact]
    public async Task Writers_go_on_meanwhile_and_nothing_of_theirs_is_lost()
    {
        await SomeCases();
        var writing = Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => Lent($"K-new-{i}"), Stop)));
        for (var i = 0; i < 3; i++)
        {
            Assert.All(await Rebuild.Run(acceptDifferences: false, Stop), t => Assert.True(t.Equal, t.Table));
        }

        await writing;
        Assert.All(await Rebuild.Run(acceptDifferences: false, Stop), t => Assert.True(t.Equal, t.Table));
        Assert.Equal(42, await Database.Ask<long>("select count(*) from keys_out", Stop));
    }

    [Fact]
    public async Task More_than_a_page_of_rows_comes_out_right()
    {
        await Store.Execute([.. Enumerable.Range(0, 1_500).Select(i => Open($"K-{i}"))], cancel: Stop);
        await Store.Execute([.. Enumerable.Range(1, 1_500).Select(i => On($"KEY-341503-2026-{i:000000}", i % 2 == 0 ? new ReturnKey() : new LabelKey([$"t{i}"])))], cancel: Stop);

        Assert.All(await Rebuild.Run(acceptDifferences: false, Stop), t => Assert.True(t.Equal, t.Table));
        Assert.Equal(750, await Database.Ask<long>("select count(*) from keys_out", Stop));
    }

    private async Task SomeCases()
    {
        var (first, back) = (await Lent("K-1"), await Lent("K-2"));
        await Lent("K-3", await Hung("board-a"));
        Done(await Store.Execute(On(first, new ExtendLoan(Day("2026-04-01"))), Stop));
        Done(await Store.Execute(On(first, new LabelKey(["red"])), Stop));
        Done(await Store.Execute(On(back, new ReturnKey(), Officer.On("2026-03-04") with { At = Officer.On("2026-03-04").At.AddTicks(1_234_567) }), Stop));
    }

    private Task<string?> Rows() => Database.Ask<string>(
        """
        select concat_ws(E'\n', (select string_agg(r::text, ' ' order by stream_id) from case_list r), (select string_agg(r::text, ' ' order by stream_id) from case_people r),
          (select string_agg(r::text, ' ' order by loan) from keys_out r), (select string_agg(r::text, ' ' order by tag) from key_tags r), (select string_agg(r::text, ' ' order by key) from key_holders r))
        """, Stop);
}
