using Platform.EventStore;

namespace Platform.Benchmarks;

/// <summary>Many callers on one stream, each of whom wants its event in it.</summary>
internal static class Contend
{
    private const int Callers = 32;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public static async Task Run(Ground ground, Report report)
    {
        report.Note("ours: CaseStore.Execute without an expected version; a command turned down counts as refused, and none may be");
        report.Note("raw: begin, select the stream's row for update, insert, update, commit in two round trips");
        report.Note("a new stream for each round");
        await using var store = await ground.Create("contend");
        var (ours, theirs) = (new StreamSet(Ledgers.Plain, "ours", Report.Rounds + 1, 1), new StreamSet(Ledgers.Plain, "raw", Report.Rounds + 1, 1));
        await ours.Write(store);
        await theirs.Write(store);
        await History.Settle(store);
        var raw = await RawStore.Open(store, Callers);
        var (round, rawRound, requests) = (0, 0, 0L);
        var line = await report.Measure($"contend, {Callers} callers", 5, () => Ours(ours.Id(++round)), () => Raw(theirs.Id(++rawRound)));
        if (line.OursMedian.Refused > 0)
        {
            report.Note($"MISSED: {line.OursMedian.Refused} commands were refused");
        }

        await RawStore.Close(raw);

        Task<Pace> Ours(string id) => Load.Run(Callers, Time, async _ =>
            await store.Cases.Execute(new Order(Ledgers.Plain, id, Acts.Entry(), Acts.By($"contend-{Interlocked.Increment(ref requests)}"))) is Outcome.Done);

        Task<Pace> Raw(string id) => Load.Run(Callers, Time, async c =>
        {
            var act = Acts.By($"contend-{Interlocked.Increment(ref requests)}");
            await raw[c].AppendForUpdate(Ledgers.Plain, id, Acts.Fact(Acts.Entry(), act), act);
            return true;
        });
    }
}
