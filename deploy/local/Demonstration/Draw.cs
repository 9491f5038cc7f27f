namespace Platform.Local.Demonstration;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same draws on every runtime, unlike System.Random.</summary>
internal sealed class Draw(ulong seed)
{
    private ulong state = seed;

    /// <summary>0 … bound − 1.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool Chance(int percent) => Below(100) < percent;

    public T Weighted<T>(IReadOnlyList<(T Item, int Weight)> items)
    {
        var left = Below(items.Sum(i => i.Weight));
        foreach (var (item, weight) in items)
        {
            if ((left -= weight) < 0)
            {
                return item;
            }
        }

        throw new InvalidOperationException("Weights are positive.");
    }

    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        var all = items.ToArray();
        for (var i = all.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (all[i], all[j]) = (all[j], all[i]);
        }

        return all;
    }

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
