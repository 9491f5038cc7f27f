namespace Platform.Benchmarks;

/// <summary>One-event commands to distinct streams whose states are known.</summary>
internal static class Append
{
    private const int Streams = 12_800;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public static async Task Run(Ground ground, Report report)
    {
        report.Note("ours: CaseStore.Execute, warm cache; its worklist row is written only when it changes, which it does not here; it notifies readers, raw does not");
        report.Note("raw: one prepared autocommit statement per command (stream row under its expected version, event), a connection for each caller");
        await using var store = await ground.Create("append");
        var (ours, theirs) = (new StreamSet(Ledgers.Plain, "ours", Streams, 1), new StreamSet(Ledgers.Plain, "raw", Streams, 1));
        await ours.Write(store);
        await theirs.Write(store);
        await History.Settle(store);
        foreach (var (callers, target, keyed) in new (int, double?, bool)[] { (1, 0.9, false), (8, null, false), (32, 2, false), (128, 3.5, false), (32, null, true) })
        {
            var each = Math.Min(400, Streams / callers);
            var (us, them) = (new Callers(ours, callers, each), new Callers(theirs, callers, each));
            await us.Warm(store);
            var raw = await RawStore.Open(store, callers);
            await report.Measure(
                keyed ? $"append-keyed, {callers} callers" : $"append, {callers} callers", target,
                () => Load.Run(callers, Time, c => us.Execute(store, c, keyed)), () => Load.Run(callers, Time, c => them.Append(raw, c)));
            await RawStore.Close(raw);
        }
    }
}
