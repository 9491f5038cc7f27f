using System.Security.Cryptography;
using System.Text;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.Benchmarks;

/// <summary>Streams of one kind and one length that one side writes to.</summary>
internal sealed class StreamSet(CaseType type, string name, int count, int length)
{
    public CaseType Type => type;

    public int Count => count;

    /// <summary>Versions by stream number, for the side that has to keep them itself.</summary>
    public long[] Versions { get; } = [.. Enumerable.Repeat((long)length, count + 1)];

    public string Id(int n) => History.Id(name, n);

    public Task Write(Store store) => History.Write(store, type, name, count, $"{length}");
}

/// <summary>Callers who each go round their own streams of a set, spread evenly over it.</summary>
internal sealed class Callers(StreamSet set, int callers, int each)
{
    private static int made;
    private readonly int stride = Math.Max(1, set.Count / (callers * each));
    private readonly int run = Interlocked.Increment(ref made);
    private readonly long[] done = new long[callers];

    /// <summary>One entry through the case store.</summary>
    public async Task<bool> Execute(Store store, int caller, bool keyed = false)
    {
        var (n, act) = Next(caller);
        var order = new Order(set.Type, set.Id(n), Acts.Entry(), act) { Body = keyed ? SHA256.HashData(Encoding.UTF8.GetBytes(act.Request)) : null };
        return await store.Cases.Execute(order) is Outcome.Done { Replayed: false };
    }

    /// <summary>One entry by hand, under the version this side knows of.</summary>
    public async Task<bool> Append(RawStore[] raw, int caller)
    {
        var (n, act) = Next(caller);
        await raw[caller].Append(set.Type, set.Id(n), set.Versions[n]++, Acts.Fact(Acts.Entry(), act), act);
        return true;
    }

    /// <summary>One entry by hand, decided on what stands in the stream.</summary>
    public async Task<bool> Decide(RawStore[] raw, int caller)
    {
        var (n, act) = Next(caller);
        await raw[caller].Decide(set.Type, set.Id(n), Acts.Entry(), act);
        return true;
    }

    /// <summary>Every stream once through the case store: its states are in the cache then.</summary>
    public async Task Warm(Store store) =>
        await Parallel.ForAsync(0, each * callers, async (i, stop) =>
        {
            var n = (i * stride) + 1;
            if (await store.Cases.Execute(new Order(set.Type, set.Id(n), Acts.Entry(), Acts.By($"warm-{run}-{n}")), stop) is Outcome.Refused refused)
            {
                throw new InvalidOperationException($"The warm-up was turned down: {refused.Refusal.Why.En}");
            }
        });

    private (int Stream, Act Act) Next(int caller)
    {
        var n = done[caller]++;
        return ((((caller * each) + (int)(n % each)) * stride) + 1, Acts.By($"run-{run}-{caller}-{n}"));
    }
}
