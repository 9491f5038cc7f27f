using System.Collections.Concurrent;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>Several replicas of one service on one database, each with its own connections and its own memory.</summary>
public sealed class ReplicaTests : KeyTesting, IAsyncDisposable
{
    private const string Reader = "boards-to-loans";
    private static readonly int Rounds = ProofScale.Of(12, 200);
    private Sources? sources;
    private IReadOnlyList<(NpgsqlDataSource Database, CaseStore Store)>? replicas;

    private IReadOnlyList<(NpgsqlDataSource Database, CaseStore Store)> Replicas => replicas ??= [.. Enumerable.Range(0, 3).Select(_ => Replica((sources ??= new(Database.App)).Next()))];

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await (sources?.DisposeAsync() ?? default);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task On_the_same_cases_all_at_once_nobody_is_turned_away_and_nobody_decides_on_a_state_that_was()
    {
        var board = await Hung("board-a");
        var loans = await Task.WhenAll(Enumerable.Range(0, 3).Select(n => Lent($"K-{n}")));
        var outcomes = new ConcurrentBag<Outcome.Done>();
        await Task.WhenAll(Callers(8).Select(async caller =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var loan = loans[round % loans.Length];
                outcomes.Add(Done(await caller.Store.Execute((round % 4) switch
                {
                    0 => Open($"K-{caller.Name}-{round}", board),
                    1 => On(loan, new LabelKey([$"{caller.Name}-{round}"])),
                    2 => On(loan, new RemindBorrower()),
                    _ => On(loan, new ExtendLoan(Day("2026-04-01").AddDays(round))),
                }, Stop)));
            }
        }));

        Assert.Equal(24 * Rounds, outcomes.Count);
        await EveryVersionWasMadeByOne(outcomes, loans.ToDictionary(l => l, _ => 1L));
        await NoGaps();
        Assert.Equal(outcomes.Count(o => o.Since == 0), ((KeyBoard)(await Store.Read(KeyBoards.Type, board, cancel: Stop)).State).Taken);
        await ViewsAreWhatFollowsFromTheFacts();

        // Whatever each remembers now, the version that stands is accepted and any other is not.
        foreach (var (_, store) in Replicas)
        {
            var version = (await Store.Read(KeyLoans.Type, loans[0], cancel: Stop)).Version;
            Refused(await store.Execute(On(loans[0], new RemindBorrower(), expected: version - 1), Stop), "E_VERSION");
            Assert.Equal(version + 1, Done(await store.Execute(On(loans[0], new RemindBorrower(), expected: version), Stop)).Version);
        }
    }

    [Fact]
    public async Task One_request_sent_to_all_of_them_is_carried_out_by_one()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var order = Open($"K-{round}");
            var outcomes = await Task.WhenAll(Callers(2).Select(c => c.Store.Execute(order, Stop)));

            Assert.Single(outcomes.Select(o => Done(o).Id).Distinct());
            Assert.Single(outcomes, o => !Done(o).Replayed);
        }

        Assert.Equal(Rounds, await Database.Ask<long>("select count(*) from mt_events", Stop));
        await NoGaps();
    }

    [Fact]
    public async Task Readers_of_one_name_in_every_replica_hear_everything_once_while_it_is_being_told()
    {
        var told = Rounds * 10;
        var board = await Hung("board-a");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var readers = Replicas.Select((r, n) => Hear(r.Store, new(r.Database), n, over.Token)).ToList();
        for (var n = 0; n < told; n++)
        {
            Done(await Store.Execute(new Order(KeyBoards.Type, board, new TakeOff($"{n}"), Officer.In("000000000000").On("2026-03-02")), Stop));
        }

        await over.CancelAsync();
        var beaten = await Task.WhenAll(readers);

        // The loans' keys say who heard: a second effect of one event would be a second loan, not a refusal.
        Assert.Equal(Enumerable.Range(0, told).Select(n => $"{n}").Order(), (await Column("select split_part(data->>'key', ' ', 1) from mt_events where type = 'key_lent'")).Order());
        Assert.True(beaten.Sum() > 0, "No reader was ever beaten by another: nothing was tested.");
        Assert.Equal(await Log.FinalPosition(Stop), await Log.Position(Reader, Stop));
    }

    [Fact]
    public async Task Workers_in_every_replica_meet_each_deadline_once_although_one_is_cut_off()
    {
        await Store.Execute([.. Enumerable.Range(0, 60).Select(n => Open($"K-{n}"))], cancel: Stop);
        var clock = TestClock.On("2026-03-10");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var cutting = CutOff(0, over.Token);
        await Task.WhenAll(Replicas.Select(r => WorkThrough(new(r.Database, r.Store, clock))));
        await over.CancelAsync();
        await cutting;
        // What the one that was cut off had taken is free again after five minutes.
        clock.Now = clock.Now.AddMinutes(5);
        await Task.WhenAll(Replicas.Skip(1).Select(r => WorkThrough(new(r.Database, r.Store, clock))));

        Assert.Equal("60 60", await Database.Ask<string>("select concat_ws(' ', count(*), count(distinct stream_id)) from mt_events where type = 'borrower_reminded'", Stop));
        Assert.Equal(0, await Database.Ask<long>("select count(*) from deadlines", Stop));

        static async Task WorkThrough(DeadlineWorker worker)
        {
            for (var met = 1; met > 0;)
            {
                try
                {
                    met = await worker.Run(limit: 4, Stop);
                }
                catch (NpgsqlException)
                {
                    // Cut off: the loop of a service logs it and goes on.
                }
            }
        }
    }

    [Fact]
    public async Task One_that_is_cut_off_again_and_again_loses_nothing_and_the_others_do_not_notice()
    {
        var loans = await Task.WhenAll(Enumerable.Range(0, 3).Select(n => Lent($"K-{n}")));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var cutting = CutOff(0, over.Token);
        var (sent, again) = (new ConcurrentBag<Order>(), 0);
        var outcomes = new ConcurrentBag<Outcome.Done>();
        await Task.WhenAll(Callers(3).Select(async caller =>
        {
            for (var round = 0; round < 2 * Rounds; round++)
            {
                var order = round % 2 == 0 ? Open($"K-{caller.Name}-{round}") : On(loans[round % loans.Length], new LabelKey([$"{caller.Name}-{round}"]));
                sent.Add(order);
                for (Outcome? outcome = null; outcome is null;)
                {
                    try
                    {
                        outcomes.Add(Done(outcome = await caller.Store.Execute(order, Stop)));
                    }
                    catch (NpgsqlException) when (caller.Replica == 0)
                    {
                        Interlocked.Increment(ref again);
                    }
                }
            }
        }));
        await over.CancelAsync();

        Assert.True(await cutting > 3, "Hardly a connection was cut: nothing was tested.");
        Assert.True(again > 0, "Nobody had to ask again: nothing was tested.");
        // Answered, each was carried out exactly once; asked again, it is answered as before.
        await EveryVersionWasMadeByOne(outcomes, loans.ToDictionary(l => l, _ => 1L));
        var answers = outcomes.ToLookup(o => (o.Id, o.Version));
        foreach (var order in sent)
        {
            var done = Done(await Replicas[1].Store.Execute(order, Stop));
            Assert.True(done.Replayed);
            Assert.NotEmpty(answers[(done.Id, done.Version)]);
        }

        Assert.Equal(sent.Count, outcomes.Count);
        Assert.Equal(sent.Count + loans.Length, await Database.Ask<long>("select count(*) from mt_events", Stop));
        Assert.Equal(await Database.Ask<long>("select value from counters", Stop), await Database.Ask<long>("select count(*) from mt_streams", Stop));
        await ViewsAreWhatFollowsFromTheFacts();
    }

    private static (NpgsqlDataSource, CaseStore) Replica(NpgsqlDataSource source) => (source, new(source, [KeyLoans.Type, KeyBoards.Type], Book));

    private IEnumerable<(int Replica, CaseStore Store, string Name)> Callers(int each) =>
        Replicas.SelectMany((r, n) => Enumerable.Range(0, each).Select(c => (n, r.Store, $"{n}{c}")));

    /// <summary>The answers' spans of versions, put together, are each stream from where it stood to its end, each version once.</summary>
    private async Task EveryVersionWasMadeByOne(IEnumerable<Outcome.Done> outcomes, Dictionary<string, long> before)
    {
        foreach (var stream in outcomes.Distinct().GroupBy(o => o.Id))
        {
            var made = stream.SelectMany(o => Enumerable.Range((int)o.Since + 1, (int)(o.Version - o.Since))).Order();
            var from = (int)before.GetValueOrDefault(stream.Key);
            var reading = await Store.Read(KeyLoans.Type, stream.Key, cancel: Stop);
            Assert.Equal(Enumerable.Range(from + 1, (int)reading.Version - from), made);
            Assert.Equal(Enumerable.Range(1, (int)reading.Version), reading.Facts.Select(f => (int)f.Version));
        }
    }

    private async Task ViewsAreWhatFollowsFromTheFacts() =>
        Assert.All(await new ViewRebuild(Database.AsOwner, Store).Run(acceptDifferences: false, Stop), t => Assert.True(t.Equal, t.Table));

    /// <summary>Reads on and opens a loan for every key taken off, until all has been told and heard; says how often another was faster.</summary>
    private static async Task<int> Hear(CaseStore store, EventLog log, int replica, CancellationToken over)
    {
        for (var beaten = 0; ;)
        {
            var last = over.IsCancellationRequested;
            var floor = await log.Position(Reader, Stop);
            var final = await log.FinalPosition(Stop);
            var page = await log.ReadOn(floor, final, 5, Stop);
            var ceiling = page.Count == 5 ? page[^1].Sequence : final;
            if (ceiling <= floor)
            {
                if (last)
                {
                    return beaten;
                }

                continue;
            }

            try
            {
                await store.Execute([.. page.Where(e => e.Alias == "key_taken_off").Select(e => Open($"{((KeyTakenOff)e.As(KeyBoards.Type).Fact).Key} {replica} {beaten}"))], (Reader, floor, ceiling), Stop);
            }
            catch (PositionMovedException)
            {
                beaten++;
            }
        }
    }

    /// <summary>Ends every connection of one replica, whatever it is doing, until told otherwise; says how many it ended.</summary>
    private async Task<int> CutOff(int replica, CancellationToken over)
    {
        await using var hand = await Connect(Database.Superuser);
        await using var cut = new NpgsqlCommand($"select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name = '{Sources.Name(replica)}' and state <> 'idle'", hand);
        var ended = 0;
        while (!over.IsCancellationRequested)
        {
            ended += (int)(long)(await cut.ExecuteScalarAsync(Stop))!;
            await Task.Delay(10, Stop);
        }

        return ended;
    }

    private async Task<List<string>> Column(string sql)
    {
        await using var command = Database.AsOwner.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var values = new List<string>();
        while (await reader.ReadAsync(Stop))
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }
}
