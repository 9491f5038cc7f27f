namespace Platform.Benchmarks;

/// <summary>The same commands on stores that hold more and more.</summary>
internal static class Growth
{
    private const int Callers = 32;
    private const int Length = 20;
    private static readonly int[] Sizes = [100_000, 1_000_000, 5_000_000];
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public static async Task Run(Ground ground, Report report)
    {
        report.Note($"streams of {Length} events; {Callers} callers write to the same number of streams at every size, spread evenly over all of them");
        report.Note("ours: at the size named; raw stands for ours at the smallest size, in the same round");
        report.Note("the sizes are what is stored before the first round");
        var sizes = new List<Size>();
        foreach (var events in Sizes)
        {
            sizes.Add(await Make(ground, events));
        }

        foreach (var (name, callers) in new (string, Func<Size, Callers>)[] { ("append", s => s.Plain), ("decide", s => s.WithRows) })
        {
            var paces = sizes.ConvertAll(_ => new List<Pace>());
            for (var round = 0; round <= Report.Rounds; round++)
            {
                for (var i = 0; i < sizes.Count; i++)
                {
                    var (store, us) = (sizes[i].Store, callers(sizes[i]));
                    paces[i].Add(await Load.Run(Callers, Time, c => us.Execute(store, c)));
                }
            }

            for (var i = 0; i < sizes.Count; i++)
            {
                report.Add(new($"{name}, {Callers} callers, {sizes[i].Events:#,0} events", i == sizes.Count - 1 ? 0.9 : null, paces[i][1..], paces[0][1..]));
            }
        }

        foreach (var size in sizes)
        {
            await size.Store.DisposeAsync();
        }
    }

    private static async Task<Size> Make(Ground ground, int events)
    {
        var store = await ground.Create($"growth_{events}");
        var count = events / Length / 2;
        var each = Sizes[0] / Length / 2 / Callers;
        var (plain, rows) = (new StreamSet(Ledgers.Plain, "ours", count, Length), new StreamSet(Ledgers.WithRows, "ours", count, Length));
        await plain.Write(store);
        await rows.Write(store);
        await History.Settle(store);
        var size = new Size(events, store, new(plain, Callers, each), new(rows, Callers, each));
        await size.Plain.Warm(store);
        await size.WithRows.Warm(store);
        return size;
    }

    private sealed record Size(int Events, Store Store, Callers Plain, Callers WithRows);
}
