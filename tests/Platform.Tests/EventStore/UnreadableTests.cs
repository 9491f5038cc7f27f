using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;

namespace Platform.Tests.EventStore;

/// <summary>An event that cannot be read stops whoever comes to it, and is left out only by a decision on record.</summary>
public sealed class UnreadableTests : KeyTesting
{
    private const string Secret = "told-to-nobody";

    public static TheoryData<string, string> Foul => new()
    {
        { "type = 'key_melted'", "key-loan knows no such fact" },
        { $$"""data = '{"lastDay":"{{Secret}}"}'""", "its content cannot be read (JsonException at byte " },
        { $$"""data = '["{{Secret}}"]'""", "its content cannot be read (JsonException at byte 1)" },
        { "data = 'null'", "its content cannot be read (JsonException)" },
        { $$"""type = 'loan_put_off', data = '{"since":"{{Secret}}"}'""", "its content cannot be read (NullReferenceException)" },
        { $$"""headers = '{"on":"{{Secret}}"}'""", "its headers cannot be read (JsonException at byte " },
    };

    [Theory]
    [MemberData(nameof(Foul))]
    public async Task Every_reader_stops_there_and_says_where_and_why_but_not_what_it_says(string foul, string why)
    {
        var id = await Spoilt(foul);

        Func<Task>[] readers =
        [
            () => Store.Read(KeyLoans.Type, id, cancel: Stop),
            async () => (await Log.ReadOn(0, 9, 10, Stop)).ToList().ForEach(e => e.As(Store.Types)),
            () => Rebuild.Run(acceptDifferences: true, Stop),
        ];
        foreach (var reader in foul.StartsWith("headers", StringComparison.Ordinal) ? readers : [.. readers, Replay])
        {
            var stopped = await Assert.ThrowsAsync<UnreadableEventException>(reader);
            Assert.StartsWith(why, stopped.Why, StringComparison.Ordinal);
            Assert.Matches($@"^Event 2 \(key-loan/{id}, version 2, \w+\) cannot be read: ", stopped.Message);
            Assert.DoesNotContain(Secret, stopped.ToString(), StringComparison.Ordinal);
            // A fault is logged without its words, but for these.
            Assert.Contains(stopped.Message, Faults.Describe(stopped), StringComparison.Ordinal);
        }

        Assert.Equal(2, await Database.Ask<long>("select count(*) from keys_out", Stop));
    }

    [Fact]
    public async Task So_does_a_stream_of_a_process_that_nobody_knows()
    {
        await Lent("K-1");
        await Superuser("set session_replication_role = replica; update mt_events set stream_id = 'key-theft/1'");

        foreach (var reader in new Func<Task>[] { Replay, () => Rebuild.Run(acceptDifferences: true, Stop), async () => _ = (await Log.ReadOn(0, 1, 1, Stop))[0].As(Store.Types) })
        {
            Assert.Equal("no such process is known", (await Assert.ThrowsAsync<UnreadableEventException>(reader)).Why);
        }
    }

    [Fact]
    public async Task A_command_on_its_case_is_a_fault_and_nothing_is_recorded()
    {
        var id = await Spoilt("type = 'key_melted'");
        var fresh = new CaseStore(Database.Application, Store.Types.Values, Book);

        await Assert.ThrowsAsync<UnreadableEventException>(() => fresh.Execute(On(id, new ReturnKey()), Stop));
        Assert.Equal(3, await Database.Ask<long>("select count(*) from mt_events", Stop));
        // Another case is as open as ever.
        Done(await fresh.Execute(On("KEY-341503-2026-000002", new ReturnKey()), Stop));
    }

    [Fact]
    public async Task Left_out_on_record_it_is_passed_over_and_stays_visible_in_its_place()
    {
        var id = await Spoilt("type = 'key_melted'");
        await Database.Do("insert into unread_events select seq_id, stream_id, version, 'nobody knows it', 'wu', '2026-03-05 08:00Z' from mt_events where seq_id = 2", Stop);
        var fresh = new CaseStore(Database.Application, Store.Types.Values, Book);

        var reading = await fresh.Read(KeyLoans.Type, id, cancel: Stop);
        Assert.Equal(2, reading.Version);
        Assert.Equal(Day("2026-03-10"), Assert.IsType<Out>(reading.State).LastDay);
        Assert.Equal(new FactLeftOut("key_melted", "nobody knows it", "wu", new(2026, 3, 5, 8, 0, 0, TimeSpan.Zero)), reading.Facts[1].Fact);
        Assert.Equal([1L, 3L], (await Log.ReadOn(0, 9, 10, Stop)).Select(e => e.Sequence));
        await Replay();

        Assert.Equal(3, Done(await fresh.Execute(On(id, new ReturnKey()), Stop)).Version);
        Assert.DoesNotContain(await Rebuild.Run(acceptDifferences: false, Stop), t => t is { Table: "keys_out", Equal: false });
    }

    [Theory]
    [InlineData("type = 'key_melted'")]
    [InlineData("headers = '[]'")]
    public async Task A_case_whose_opening_is_left_out_comes_to_nothing_and_stops_nobody(string foul)
    {
        var id = await Lent("K-1");
        Done(await Store.Execute(On(id, new ExtendLoan(Day("2026-04-01"))), Stop));
        await Lent("K-2");
        await Superuser($"update mt_events set {foul} where seq_id = 1");
        await Database.Do("insert into unread_events select seq_id, stream_id, version, 'nobody knows it', 'wu', now() from mt_events where seq_id = 1", Stop);

        var reading = await Store.Read(KeyLoans.Type, id, cancel: Stop);
        Assert.Equal((2L, KeyLoans.Type.InitialState), (reading.Version, reading.State));
        Assert.Equal(1, Assert.Single(await Rebuild.Run(acceptDifferences: true, Stop), t => t.Table == "keys_out").Rows);
    }

    private ViewRebuild Rebuild => new(Database.AsOwner, Store);

    private async Task Replay()
    {
        await Log.Replay(Store.Types, await Log.FinalPosition(Stop), cancel: Stop);
    }

    /// <summary>Two loans; the second event, an extension of the first loan, is spoilt.</summary>
    private async Task<string> Spoilt(string foul)
    {
        var id = await Lent("K-1");
        Done(await Store.Execute(On(id, new ExtendLoan(Day("2026-04-01"))), Stop));
        await Lent("K-2");
        await Superuser($"update mt_events set {foul} where seq_id = 2");
        return id;
    }

    private async Task Superuser(string sql)
    {
        await using var superuser = await Connect(Database.Superuser);
        await using var command = new NpgsqlCommand(sql, superuser);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
