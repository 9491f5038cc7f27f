using Platform.Cases;
using Platform.EventStore;

namespace Platform.Tests.EventStore;

/// <summary>Case numbers are drawn in the transaction that uses them: without a gap, whatever happens.</summary>
public sealed class NumberTests : KeyTesting
{
    [Fact]
    public async Task Numbers_have_no_gap_when_thirty_two_open_at_once_and_some_are_refused()
    {
        // Every fourth asks for a key that another of them gets, every eighth states a day that is over.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Store.Execute(
            i % 8 == 7 ? Remembered(new(KeyLoans.Type, null, Lend($"K-{i}", lastDay: "2026-03-01"), Officer.On("2026-03-02")) { Opens = true })
            : Open(i % 4 == 0 ? "K-wanted" : $"K-{i}"), Stop)));

        var numbers = outcomes.OfType<Outcome.Done>().Select(d => d.Id).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(21, numbers.Count);
        Assert.Equal(Enumerable.Range(1, 21).Select(n => $"KEY-341503-2026-{n:000000}"), numbers);
        Assert.Equal(7, outcomes.Count(o => o is Outcome.Refused { Refusal.Code: "E_KEY_OUT" }));
        Assert.Equal(4, outcomes.Count(o => o is Outcome.Refused { Refusal.Code: "E_PAST" }));
        await NoGaps();
    }

    [Fact]
    public async Task Counties_and_years_count_apart()
    {
        var elsewhere = new Order(KeyLoans.Type, null, Lend("K-9") with { Region = KeyLoans.Region("341503000000") }, Officer.On("2026-03-02")) { Opens = true };
        Assert.Equal("KEY-341503-2026-000001", await Lent("K-1"));
        Assert.Equal("KEY-341503-2026-000002", Done(await Store.Execute(elsewhere, Stop)).Id);
        Assert.Equal("KEY-341503-2027-000001", Done(await Store.Execute(
            Remembered(new(KeyLoans.Type, null, Lend("K-2", lastDay: "2027-02-01"), Officer.On("2027-01-04")) { Opens = true }), Stop)).Id);
    }

    [Fact]
    public async Task A_group_of_openings_gets_consecutive_numbers_in_its_order()
    {
        var outcomes = await Store.Execute([Open("K-1"), Open("K-2"), Open("K-3")], cancel: Stop);
        Assert.Equal(["KEY-341503-2026-000001", "KEY-341503-2026-000002", "KEY-341503-2026-000003"], outcomes.Select(o => Done(o).Id));
    }

    [Fact]
    public async Task A_refused_one_of_a_group_uses_no_number()
    {
        var past = Remembered(new(KeyLoans.Type, null, Lend("K-2", lastDay: "2026-03-01"), Officer.On("2026-03-02")) { Opens = true });
        var outcomes = await Store.Execute([Open("K-1"), past, Open("K-3")], cancel: Stop);

        Refused(outcomes[1], "E_PAST");
        Assert.Equal(["KEY-341503-2026-000001", "KEY-341503-2026-000002"], outcomes.OfType<Outcome.Done>().Select(d => d.Id));
    }

    [Fact]
    public async Task A_case_that_is_named_by_its_command_opens_once()
    {
        Assert.Equal("board-a", await Hung("board-a"));
        Assert.Equal(1, Done(await Store.Execute(Hang("board-a"), Stop)).Version);
    }
}
