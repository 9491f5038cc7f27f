using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Platform.Cases;

/// <summary>
/// What a command leads to: facts to record, or a refusal. Built by a collection expression; <c>[]</c> records nothing
/// (asked twice: nothing new happened); a <see cref="Cases.Refusal"/> converts implicitly.
/// </summary>
/// <typeparam name="TEvent">The closed family of facts of one kind of case.</typeparam>
[CollectionBuilder(typeof(Decision), nameof(Decision.Of))]
public readonly struct Decision<TEvent> : IEnumerable<TEvent>
{
    private readonly ImmutableArray<TEvent> facts;

    internal Decision(ImmutableArray<TEvent> facts) => this.facts = facts;

    private Decision(Refusal refusal) => Refusal = refusal;

    /// <summary>The refusal, or null when the command was decided.</summary>
    public Refusal? Refusal { get; }

    /// <summary>The facts in order; empty when refused or when nothing new happened.</summary>
    public ImmutableArray<TEvent> Facts => facts.IsDefault ? [] : facts;

    /// <summary>A refusal is a decision that records nothing.</summary>
    public static implicit operator Decision<TEvent>(Refusal refusal) => new(refusal);

    /// <inheritdoc />
    public IEnumerator<TEvent> GetEnumerator() => Facts.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Builds decisions for collection expressions.</summary>
public static class Decision
{
    /// <summary>The decision that records these facts.</summary>
    public static Decision<TEvent> Of<TEvent>(ReadOnlySpan<TEvent> facts) => new(ImmutableArray.Create(facts));
}
