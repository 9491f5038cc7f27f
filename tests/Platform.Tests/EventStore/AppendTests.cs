using Npgsql;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.Tests.EventStore;

/// <summary>One command, one transaction: facts, versions, rows, consequences.</summary>
public sealed class AppendTests : KeyTesting
{
    [Fact]
    public async Task Facts_rows_claim_deadline_and_provenance_are_written_together()
    {
        var act = Officer.Named("zhang").Of("bureau-7").On("2026-03-02") with { Purpose = "日常办理", Client = "window" };
        var done = Done(await Store.Execute(Open("K-1", by: act), Stop));

        Assert.Equal(new("KEY-341503-2026-000001", 0, 1, Replayed: false), done);
        var read = await Store.Read(KeyLoans.Type, done.Id, cancel: Stop);
        Assert.Equal(1, read.Version);
        Assert.Equal(new Money(12.50m), Assert.IsType<Out>(read.State).Loan.Fee);
        var fact = Assert.Single(read.Facts);
        Assert.Equal(new Provenance(
            act.At, act.Today, "zhang", "window-officer", "bureau-7", "341503000000", "window", "日常办理", act.Request, done.Id, Historic: false, fact.By.Policies), fact.By);
        Assert.Equal("key-fee@341503 from 2026-01-01", Assert.Single(fact.By.Policies!).Value);
        Assert.Equal("341503002000|Out|已借出|K-1|true|2026-03-10|2026-03-02", await Database.Ask<string>(
            "select concat_ws('|', region, state, state_zh, subject, open::text, due, opened_on) from case_list where stream_id = 'key-loan/KEY-341503-2026-000001'", Stop));
        Assert.Equal("K-1|12.50|2026-03-10", await Database.Ask<string>("select concat_ws('|', key, fee, last_day) from keys_out", Stop));
        Assert.Equal(Borrower.ToString(), await Database.Ask<string>("select person from case_people", Stop));
        Assert.Equal("KEY-341503-2026-000001", await Database.Ask<string>("select holder from reservations where kind = 'key' and key = 'K-1' and last_day is null", Stop));
        Assert.Equal("return 2026-03-10 true", await Database.Ask<string>("select concat_ws(' ', kind, due, armed::text) from deadlines", Stop));
        Assert.Equal("key_lent|Platform.Tests.EventStore.KeyLent, Platform.Tests|key_loan|1", await Database.Ask<string>(
            "select concat_ws('|', e.type, e.mt_dotnet_type, s.type, s.version) from mt_events e join mt_streams s on s.id = e.stream_id", Stop));
    }

    [Fact]
    public async Task An_append_is_one_round_trip_after_the_read()
    {
        var id = await Lent("K-1");
        var log = new List<string>();
        await using var source = new NpgsqlDataSourceBuilder(Database.App).UseLoggerFactory(new StatementLog(log)).Build();
        var store = new CaseStore(source, [KeyLoans.Type, KeyBoards.Type], Book);

        Done(await store.Execute(On(id, new ExtendLoan(Day("2026-04-01"))), Stop));

        Assert.Equal(2, log.Count);
        Assert.Contains("store_append", log[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_facts_of_one_command_have_consecutive_versions()
    {
        var id = await Lent("K-1");
        var done = Done(await Store.Execute(On(id, new LabelKey(["a", "b", "c"])), Stop));

        Assert.Equal((1, 4), (done.Since, done.Version));
        Assert.Equal("1 2 3 4", await Database.Ask<string>("select string_agg(version::text, ' ' order by seq_id) from mt_events", Stop));
    }

    [Fact]
    public async Task Asked_twice_records_nothing_and_keeps_the_version()
    {
        var id = await Lent("K-1");
        Done(await Store.Execute(On(id, new ReturnKey()), Stop));
        Assert.Equal(new(id, 2, 2, Replayed: false), Done(await Store.Execute(On(id, new ReturnKey()), Stop)));
        await NoGaps();
    }

    [Fact]
    public async Task A_version_that_has_moved_on_refuses_whoever_named_it_and_draws_no_number()
    {
        var id = await Lent("K-1");
        Done(await Store.Execute(On(id, new LabelKey(["a"]), expected: 1), Stop));

        var refusal = Refused(await Store.Execute(On(id, new LabelKey(["b"]), expected: 1), Stop), "E_VERSION");

        Assert.Equal(RefusalKind.Stale, refusal.Kind);
        Assert.Equal(2, await Database.Ask<long>("select count(*) from mt_events", Stop));
        await NoGaps();
    }

    [Fact]
    public async Task Of_two_at_once_who_saw_the_same_version_one_wins_and_no_number_is_lost()
    {
        var id = await Lent("K-1");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Store.Execute(On(id, new LabelKey([$"t{i}"]), expected: 1), Stop)));

        Assert.Single(outcomes.OfType<Outcome.Done>());
        Assert.All(outcomes.OfType<Outcome.Refused>(), o => Assert.Equal("E_VERSION", o.Refusal.Code));
        await NoGaps();
    }

    [Fact]
    public async Task Without_a_version_a_conflict_is_decided_again_on_what_stands_now()
    {
        var id = await Lent("K-1");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Store.Execute(On(id, new LabelKey([$"t{i}"])), Stop)));

        Assert.All(outcomes, o => Done(o));
        Assert.Equal("1 2 3 4 5 6 7", await Database.Ask<string>("select string_agg(version::text, ' ' order by seq_id) from mt_events", Stop));
        await NoGaps();
    }

    [Fact]
    public async Task A_consequence_is_written_in_the_same_transaction_under_the_same_correlation()
    {
        var board = await Hung("board-a");
        var id = await Lent("K-1", board);

        Assert.Equal(1, ((KeyBoard)(await Store.Read(KeyBoards.Type, board, cancel: Stop)).State).Taken);
        Assert.Equal(2, await Database.Ask<long>($"select count(*) from mt_events where correlation_id = '{id}' and xmin = (select xmin from mt_events where stream_id = 'key-loan/{id}')", Stop));
    }

    [Fact]
    public async Task A_consequence_that_is_refused_refuses_the_first_command_and_uses_no_number()
    {
        var board = await Hung("board-a");
        Done(await Store.Execute(new Order(KeyBoards.Type, board, new LockBoard(), Officer.In("000000000000").On("2026-03-02")), Stop));

        Refused(await Store.Execute(Open("K-1", board), Stop), "E_LOCKED");

        Assert.Equal("KEY-341503-2026-000001", await Lent("K-2"));
        Assert.Equal(3, await Database.Ask<long>("select count(*) from mt_events", Stop));
        await NoGaps();
    }

    [Fact]
    public async Task One_transaction_can_pass_on_a_claim_to_another_case()
    {
        var first = await Lent("K-passed");
        Done(await Store.Execute(On(first, new PassOn("loan-2"), Officer.On("2026-03-03")), Stop));

        Refused(await Store.Execute(Open("K-passed", by: Officer.On("2026-03-09")), Stop), "E_KEY_OUT");
        Assert.Equal("loan-2", await Database.Ask<string>("select holder from reservations where key = 'K-passed' and last_day is null", Stop));
    }

    [Fact]
    public async Task What_is_outside_the_officers_region_or_unknown_is_refused()
    {
        var id = await Lent("K-1");

        Refused(await Store.Execute(On(id, new ReturnKey(), Officer.In("341502000000").On("2026-03-02")), Stop), "E_REGION_SCOPE");
        Refused(await Store.Execute(On("KEY-341503-2026-000009", new ReturnKey()), Stop), "E_NOT_FOUND");
        Refused(await Store.Execute(Open("K-2", by: Officer.On("2025-12-31")), Stop), "E_PARAM_MISSING");
    }

    [Fact]
    public async Task Two_facts_of_one_command_that_claim_the_same_row_refuse_it()
    {
        var id = await Lent("K-1");
        Refused(await Store.Execute(On(id, new LabelKey(["a", "a"])), Stop), "E_TAG");
        Assert.Equal(1, (await Store.Read(KeyLoans.Type, id, cancel: Stop)).Version);
    }
}
