using System.Globalization;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.Tests.EventStore;

namespace Platform.Tests.Drills;

/// <summary>What must be so after the storm, read from the databases themselves.</summary>
internal sealed class Aftermath
{
    private const string Loan = "key-loan/";
    private readonly Drill drill;
    private readonly IReadOnlyList<StoredEvent> events;
    private readonly ILookup<string, StoredEvent> byRequest;

    private Aftermath(Drill drill, IReadOnlyList<StoredEvent> events)
    {
        (this.drill, this.events) = (drill, events);
        byRequest = events.ToLookup(e => e.By.Request, StringComparer.Ordinal);
    }

    private IEnumerable<(StoredEvent Stored, KeyLoanEvent Fact)> Loans => events.Where(IsLoan).Select(e => (e, (KeyLoanEvent)e.As(DrillService.Type).Fact));

    public static async Task Check(Drill drill)
    {
        await using var application = NpgsqlDataSource.Create(drill.Server.App);
        var aftermath = new Aftermath(drill, await new EventLog(application).ReadOn(0, long.MaxValue, int.MaxValue, drill.Stop));
        aftermath.OnlyAnswersThatMayBe();
        await aftermath.VersionsWithoutGaps();
        await aftermath.NumbersWithoutGaps();
        await aftermath.EveryCommandOnce();
        aftermath.ConsequencesOnce();
        await aftermath.ClaimsAsTheFactsSay();
        await aftermath.DeadlinesAsTheFactsSay();
        await aftermath.ViewsAsTheFactsSay(application);
        await aftermath.ConsumersHaveHeardAll();
        aftermath.Report();
    }

    /// <summary>A caller is told to try again, or nothing; never that it is a fault.</summary>
    private void OnlyAnswersThatMayBe()
    {
        string[] expected = ["200 ", "201 ", "409 E_KEY_OUT", "409 E_TAG", "409 E_STATE", "412 E_VERSION", "422 E_PAST", "503 E_DATABASE_DOWN", "503 E_BUSY", "no answer", "feed 200 ", "feed 503 E_DATABASE_DOWN"];
        Assert.True(drill.Answers.Keys.All(expected.Contains), $"{string.Join('\n', drill.Answers)}\n{string.Join('\n', drill.Services.Select(s => s.LastWords))}");
    }

    private async Task VersionsWithoutGaps()
    {
        Assert.Equal(
            0,
            await drill.Server.Ask<long>(
                """
                select count(*) from mt_streams s
                left join (select stream_id, count(*) as events, min(version) as lowest, max(version) as highest from mt_events group by stream_id) e on e.stream_id = s.id
                where (e.events, e.lowest, e.highest) is distinct from (s.version, 1, s.version)
                """));
        foreach (var stream in events.GroupBy(e => e.Stream, StringComparer.Ordinal))
        {
            Assert.Equal(Enumerable.Range(1, stream.Count()).Select(v => (long)v), stream.Select(e => e.Version));
        }
    }

    private async Task NumbersWithoutGaps()
    {
        var drawn = await drill.Server.All("select name, value from counters", r => (r.GetString(0), r.GetInt64(1)));
        Assert.NotEmpty(drawn);
        var used = events.Where(e => IsLoan(e) && e.Version == 1).GroupBy(e => e.Id[..e.Id.LastIndexOf('-')], e => long.Parse(e.Id[(e.Id.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        foreach (var numbers in used)
        {
            Assert.Equal(Enumerable.Range(1, numbers.Count()).Select(n => (long)n), numbers.Order());
            Assert.Contains((numbers.Key, numbers.LongCount()), drawn);
        }
    }

    private async Task EveryCommandOnce()
    {
        var handled = (await drill.Server.All("select request, stream_id, since, version from handled_requests", r => (Request: r.GetString(0), Stream: r.GetString(1), Since: r.GetInt64(2), Version: r.GetInt64(3))))
            .ToDictionary(h => h.Request[(h.Request.IndexOf('/', StringComparison.Ordinal) + 1)..], StringComparer.Ordinal);
        var given = drill.Given.DistinctBy(c => c.Key, StringComparer.Ordinal).ToDictionary(c => c.Key, StringComparer.Ordinal);
        Assert.All(given.Values, command =>
        {
            if (command.Acknowledged)
            {
                var answer = command.Answer!;
                var (_, stream, since, version) = handled[command.Key];
                Assert.Equal((stream[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..], since, version), (answer.Id, (long)answer.Json["since"]!, answer.Version));
            }
            else
            {
                Assert.False(handled.ContainsKey(command.Key) || byRequest.Contains(command.Key), $"{command.Key} was refused and is there.");
            }
        });
        Assert.All(handled, h =>
        {
            Assert.True(h.Key.StartsWith("due:", StringComparison.Ordinal) || given.ContainsKey(h.Key), $"Nobody gave {h.Key}.");
            Assert.Equal(Enumerable.Range(1, (int)(h.Value.Version - h.Value.Since)).Select(v => h.Value.Since + v), byRequest[h.Key].Where(e => e.Stream == h.Value.Stream).Select(e => e.Version));
        });
        Assert.All(byRequest, e => Assert.True(handled.ContainsKey(e.Key), $"{e.Key} is there without its answer."));
        Assert.All(drill.Abandoned, c => Assert.True(c.Answer is not null));
    }

    private void ConsequencesOnce()
    {
        var expected = Loans.Select(l => l.Fact).OfType<KeyLent>().Where(f => f.Board is not null).Select(f => (f.Board!, f.Key)).Order().ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, events.Where(e => e.Process == KeyBoards.Type.Name).Select(e => (e.Id, Fact: e.As(KeyBoards.Type).Fact as KeyTakenOff)).Where(b => b.Fact is not null).Select(b => (b.Id, b.Fact!.Key)).Order());
    }

    private async Task ClaimsAsTheFactsSay()
    {
        var expected = new Dictionary<string, (string Holder, DateOnly Since, DateOnly? Last)>(StringComparer.Ordinal);
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (stored, fact) in Loans)
        {
            switch (fact)
            {
                case KeyLent f:
                    keys[stored.Id] = f.Key;
                    expected[f.Key] = (stored.Id, f.On, null);
                    break;
                case KeyReturned f:
                    expected[keys[stored.Id]] = expected[keys[stored.Id]] with { Last = f.On };
                    break;
            }
        }

        var standing = await drill.Server.All("select key, holder, since, last_day from reservations where kind = 'key'", r => (r.GetString(0), r.GetString(1), r.GetFieldValue<DateOnly>(2), r.IsDBNull(3) ? (DateOnly?)null : r.GetFieldValue<DateOnly>(3)));
        Assert.Equal(expected.Select(e => (e.Key, e.Value.Holder, e.Value.Since, e.Value.Last)).Order(), standing.Order());
        Assert.Equal(
            Loans.Where(l => l.Fact is KeyLabelled).Select(l => (((KeyLabelled)l.Fact).Tag, l.Stored.Id)).Order(),
            (await drill.Server.All("select tag, loan from key_tags", r => (r.GetString(0), r.GetString(1)))).Order());
    }

    private async Task DeadlinesAsTheFactsSay()
    {
        var today = CivilTime.Day(DateTimeOffset.UtcNow);
        var expected = new Dictionary<string, DateOnly>(StringComparer.Ordinal);
        var reminded = 0;
        foreach (var (stored, fact) in Loans)
        {
            switch (fact)
            {
                case KeyLent f: expected[stored.Stream] = f.LastDay; break;
                case LoanExtended f: expected[stored.Stream] = f.LastDay; break;
                case KeyReturned: expected.Remove(stored.Stream); break;
                case BorrowerReminded:
                    Assert.True(expected.Remove(stored.Stream, out var due) && due <= today, $"{stored.Stream} was reminded twice, or too early.");
                    Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"due:{stored.Stream}:return:{due:yyyy-MM-dd}"), stored.By.Request);
                    reminded++;
                    break;
            }
        }

        Assert.True(reminded > 0, "No deadline was worked on: nothing was tested.");
        Assert.DoesNotContain(expected, e => e.Value <= today);
        Assert.Equal(
            expected.Select(e => (e.Key, e.Value)).Order(),
            (await drill.Server.All("select stream_id, due from deadlines where kind = 'return' and armed", r => (r.GetString(0), r.GetFieldValue<DateOnly>(1)))).Order());
    }

    private async Task ViewsAsTheFactsSay(NpgsqlDataSource application)
    {
        await using var owner = NpgsqlDataSource.Create(drill.Server.Owner);
        var tables = await new ViewRebuild(owner, new(application, [DrillService.Type, KeyBoards.Type], KeyTesting.Book)).Run(acceptDifferences: false, drill.Stop);
        Assert.All(tables, t => Assert.True(t.Equal, $"{t.Table} is not what the facts say."));
        Assert.Equal(["case_list", "case_people", "key_holders", "key_tags", "keys_out"], tables.Select(t => t.Table).Order(StringComparer.Ordinal));
    }

    private async Task ConsumersHaveHeardAll()
    {
        var told = events.Where(IsLoan).Select(e => (e.EventId.ToString(), e.Id, e.Version, e.Alias, e.Sequence)).ToList();
        var plain = new List<(string, string, long, string, long)>();
        await using (var command = drill.Hearing.AsOwner.CreateCommand("select event, loan, version, fact, position from drill_effects order by place"))
        await using (var reader = await command.ExecuteReaderAsync(drill.Stop))
        {
            while (await reader.ReadAsync(drill.Stop))
            {
                plain.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), reader.GetInt64(4)));
            }
        }

        Assert.Equal(told, plain);
        var house = await new EventLog(drill.Hearing.Application).ReadOn(0, long.MaxValue, int.MaxValue, drill.Stop);
        Assert.Equal(told.Count, house.Count);
        Assert.Equal(
            told.GroupBy(t => t.Id, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}: {string.Join(", ", g.Select(t => HouseConsumer.Effect(t.Version, t.Alias)))}"),
            house.GroupBy(e => e.Id, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => ((KeyTakenOff)e.As(KeyBoards.Type).Fact).Key))}"));
    }

    private void Report()
    {
        var counts = drill.Answers.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Key.Trim()}: {a.Value}"));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{events.Count} events in {events.Select(e => e.Stream).Distinct(StringComparer.Ordinal).Count()} streams; {drill.Given.Count} answers, {drill.Abandoned.Count} abandoned and asked again; {string.Join(", ", counts)}"));
    }

    private static bool IsLoan(StoredEvent e) => e.Stream.StartsWith(Loan, StringComparison.Ordinal);
}
