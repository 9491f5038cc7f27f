namespace Platform.Benchmarks;

/// <summary>Read, decide, append on streams of twenty events, with a view row, a reservation and a deadline each.</summary>
internal static class Decide
{
    private const int Length = 20;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public static async Task Run(Ground ground, Report report)
    {
        report.Note("ours: CaseStore.Execute, warm cache; also writes the worklist row of its case and notifies readers, raw does not");
        report.Note("raw: reads the stream's rows, folds them with the same generated JSON, decides, writes the same four rows in one prepared autocommit statement");
        await using var store = await ground.Create("decide");
        // The raw side folds what it reads: twice as many streams keep them near twenty events.
        var (ours, theirs) = (new StreamSet(Ledgers.WithRows, "ours", 12_800, Length), new StreamSet(Ledgers.WithRows, "raw", 25_600, Length));
        await ours.Write(store);
        await theirs.Write(store);
        await History.Settle(store);
        foreach (var (callers, target) in new (int, double?)[] { (1, null), (8, null), (32, 3), (128, null) })
        {
            var (us, them) = (new Callers(ours, callers, Math.Min(400, ours.Count / callers)), new Callers(theirs, callers, theirs.Count / callers));
            await us.Warm(store);
            var raw = await RawStore.Open(store, callers);
            await report.Measure(
                $"decide, {callers} callers", target,
                () => Load.Run(callers, Time, c => us.Execute(store, c)), () => Load.Run(callers, Time, c => them.Decide(raw, c)));
            await RawStore.Close(raw);
        }
    }
}
