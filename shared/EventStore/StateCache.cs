using Platform.Cases;

namespace Platform.EventStore;

/// <summary>What a stream came to at a version.</summary>
/// <param name="State">The folded state; immutable, so it may be shared.</param>
/// <param name="Version">The version it was folded up to.</param>
/// <param name="Correlation">The chain that the case began in.</param>
/// <param name="OpenedOn">Day of its first fact.</param>
/// <param name="Bytes">Length of the JSON of the facts it was folded from: the measure of what it holds.</param>
internal sealed record Folded(object State, long Version, string? Correlation, DateOnly OpenedOn, long Bytes)
{
    /// <summary>One fact further.</summary>
    public Folded With(CaseType type, Recorded<object> fact, long bytes) =>
        new(type.Apply(State, fact.Fact), fact.Version, Correlation ?? fact.By.Correlation, Version == 0 ? fact.By.On : OpenedOn, Bytes + bytes);
}

/// <summary>States by stream, bounded by number and by size; the least recently used go first. Only an append can tell whether one still holds.</summary>
/// <param name="streams">At most so many.</param>
/// <param name="bytes">At most so many bytes of facts.</param>
internal sealed class StateCache(int streams, long bytes)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Stream, Folded State)>> nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Stream, Folded State)> byUse = new();
    private long held;

    public (int Streams, long Bytes) Held
    {
        get
        {
            lock (gate)
            {
                return (nodes.Count, held);
            }
        }
    }

    public Folded? Find(string stream)
    {
        lock (gate)
        {
            if (!nodes.TryGetValue(stream, out var node))
            {
                return null;
            }

            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value.State;
        }
    }

    /// <summary>Keeps a state that has been committed. Of two callers, the one who committed first may come last: the later version stays.</summary>
    public void Put(string stream, Folded state)
    {
        lock (gate)
        {
            if (nodes.TryGetValue(stream, out var known) && known.Value.State.Version > state.Version)
            {
                return;
            }

            Remove(stream);
            nodes[stream] = byUse.AddFirst((stream, state));
            held += state.Bytes;
            while (nodes.Count > streams || held > bytes)
            {
                Remove(byUse.Last!.Value.Stream);
            }
        }
    }

    private void Remove(string stream)
    {
        if (nodes.Remove(stream, out var node))
        {
            byUse.Remove(node);
            held -= node.Value.State.Bytes;
        }
    }
}
