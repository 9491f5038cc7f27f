using Platform.Cases;

namespace Platform.EventStore;

/// <summary>A command on its way to a case.</summary>
/// <param name="Type">The kind of case.</param>
/// <param name="Id">Its number; null when the command opens a case that is numbered on opening.</param>
/// <param name="Command">The command.</param>
/// <param name="Act">Who, when, why.</param>
public sealed record Order(CaseType Type, string? Id, object Command, Act Act)
{
    /// <summary>The version the caller has seen (If-Match); null when it does not say.</summary>
    public long? Expected { get; init; }

    /// <summary>True when the command may open the case.</summary>
    public bool Opens { get; init; }

    /// <summary>SHA-256 of the request's body; null when the request is not to be remembered.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Rows written in the same transaction that do not follow from facts, such as sealed personal details.</summary>
    public IReadOnlyList<object> Rows { get; init; } = [];

    /// <summary>For a reader's order: the row written in the transaction of the position when the order is refused.</summary>
    public Func<Refusal, object>? WhenRefused { get; init; }
}

/// <summary>How an order ended.</summary>
public abstract record Outcome
{
    private Outcome() { }

    /// <summary>Carried out, now or (the same request) before.</summary>
    /// <param name="Id">Case number.</param>
    /// <param name="Since">Version before; equal to <paramref name="Version"/> when nothing new happened.</param>
    /// <param name="Version">Version after.</param>
    /// <param name="Replayed">True when this request had been carried out before.</param>
    public sealed record Done(string Id, long Since, long Version, bool Replayed) : Outcome;

    /// <summary>Turned down; nothing is recorded.</summary>
    public sealed record Refused(Refusal Refusal) : Outcome;
}

/// <summary>A case read back.</summary>
/// <param name="Id">Case number.</param>
/// <param name="Version">Version; 0 when there is no such case.</param>
/// <param name="State">The folded state.</param>
/// <param name="Facts">The facts it was folded from.</param>
public sealed record CaseReading(string Id, long Version, object State, IReadOnlyList<Recorded<object>> Facts);
