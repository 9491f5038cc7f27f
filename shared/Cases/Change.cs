namespace Platform.Cases;

/// <summary>
/// What a fact changes beside its stream, described and not done: the store writes the changes of many commands in the
/// transaction of their facts.
/// </summary>
public abstract record Change
{
    private Change() { }

    /// <summary>Inserts a row of a view, or replaces the row with the same key.</summary>
    /// <param name="Row">A record whose type carries <see cref="RowAttribute"/>.</param>
    public sealed record Put(object Row) : Change;

    /// <summary>Inserts a row whose key must be new; when it is not, the whole command is refused.</summary>
    /// <param name="Row">A record whose type carries <see cref="RowAttribute"/>.</param>
    /// <param name="Taken">The refusal when the key already stands.</param>
    public sealed record Insert(object Row, Refusal Taken) : Change;

    /// <summary>Deletes the row with the key of this row.</summary>
    /// <param name="Row">A record of which only the key is read.</param>
    public sealed record Remove(object Row) : Change;

    /// <summary>Claims what must be unique across cases from a day on.</summary>
    /// <param name="Kind">What is claimed, e.g. <c>basic-benefit</c>.</param>
    /// <param name="Key">For whom or which.</param>
    /// <param name="Holder">The case that holds it; a holder may claim again what it holds.</param>
    /// <param name="From">First day of the claim; an earlier claim that has ended before it does not stand in the way.</param>
    /// <param name="Taken">The refusal when another case holds it.</param>
    public sealed record Reserve(string Kind, string Key, string Holder, DateOnly From, Refusal Taken) : Change;

    /// <summary>Ends a claim after its last day.</summary>
    public sealed record Release(string Kind, string Key, string Holder, DateOnly LastDay) : Change;

    /// <summary>Something must happen on this day; the deadline worker then asks the case type which command.</summary>
    /// <param name="Kind">What falls due; one of a kind per case.</param>
    /// <param name="On">The civil day.</param>
    public sealed record Due(string Kind, DateOnly On) : Change;

    /// <summary>What was due is met or has lapsed.</summary>
    public sealed record NotDue(string Kind) : Change;
}

/// <summary>Names the table of a row record; columns are the properties in snake_case.</summary>
/// <param name="table">Table name.</param>
/// <param name="key">Property names of the primary key, in order.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RowAttribute(string table, params string[] key) : Attribute
{
    /// <summary>Table name.</summary>
    public string Table { get; } = table;

    /// <summary>Property names of the primary key.</summary>
    public IReadOnlyList<string> Key { get; } = key;

    /// <summary>False for rows that are not derived from facts and are never rebuilt, such as sealed personal details.</summary>
    public bool Derived { get; init; } = true;
}

/// <summary>A command that a fact leads to in another case of the same service, in the same transaction.</summary>
/// <param name="Process">Name of the other case's process.</param>
/// <param name="Id">The other case's number.</param>
/// <param name="Command">What it is told to do; when it refuses, the first command is refused with it.</param>
public sealed record Consequence(string Process, string Id, object Command);
