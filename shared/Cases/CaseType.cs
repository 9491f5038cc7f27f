using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Cases;

/// <summary>What a list shows of a case, whatever its process.</summary>
/// <param name="State">The state's name in Chinese and English; its code is the state type's name.</param>
/// <param name="Region">The region the case belongs to.</param>
/// <param name="Subject">What the case is about: a household, a village, a batch month.</param>
/// <param name="Open">False when nothing is left to be done.</param>
/// <param name="Due">The day by which the next step must be done, if one is set.</param>
/// <param name="People">Persons the case concerns.</param>
public sealed record CaseSummary(Text State, RegionCode Region, string Subject, bool Open, DateOnly? Due = null, IReadOnlyList<PersonId>? People = null);

/// <summary>One input of an explained figure and the fact it was taken from.</summary>
/// <param name="Name">Name of the input.</param>
/// <param name="Value">Its value as used.</param>
/// <param name="Unit">Unit with period, e.g. yuan/person/month.</param>
/// <param name="Process">Process of the stream it was taken from; null for a policy parameter.</param>
/// <param name="Id">Case number.</param>
/// <param name="Version">Version of the fact.</param>
/// <param name="Policy">The policy edition, for a parameter.</param>
public sealed record ExplainedInput(string Name, string Value, string Unit, string? Process = null, string? Id = null, long? Version = null, string? Policy = null);

/// <summary>How a figure came about.</summary>
/// <param name="Line">Which line of the case is explained.</param>
/// <param name="Item">What is paid or owed.</param>
/// <param name="Formula">The formula, with the article it follows.</param>
/// <param name="Result">The figure.</param>
/// <param name="Inputs">Everything that went into it.</param>
public sealed record Explanation(string Line, Text Item, string Formula, Money Result, IReadOnlyList<ExplainedInput> Inputs);

/// <summary>How a stored name that is no longer written is read: history keeps its name and its shape for ever.</summary>
/// <param name="Alias">The name that it is read under, which may itself be a former one.</param>
/// <param name="Reshape">Makes the content of <paramref name="Alias"/> from what is stored; null when only the name has changed. Pure.</param>
public sealed record FormerFact(string Alias, Func<JsonObject, JsonObject>? Reshape = null);

/// <summary>A kind of case as store and host see it: without its types.</summary>
public abstract class CaseType
{
    /// <summary>Name of the process, kebab-case; streams are named <c>{Name}/{case number}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Letters before the case number (domain section 1.7) when cases are numbered on opening; null when the opening command names the case.</summary>
    public string? Numbered { get; init; }

    /// <summary>Stored names of the facts.</summary>
    public abstract IReadOnlyDictionary<string, JsonTypeInfo> FactTypes { get; }

    /// <summary>Stored names that are no longer written, and how each is read.</summary>
    public IReadOnlyDictionary<string, FormerFact> Former { get; init; } = new Dictionary<string, FormerFact>(StringComparer.Ordinal);

    /// <summary>Whether a stored name is or was a fact of this process.</summary>
    public bool Knows(string alias) => FactTypes.ContainsKey(alias) || Former.ContainsKey(alias);

    /// <summary>Reads a fact of any time under its stored name.</summary>
    /// <param name="alias">The stored name.</param>
    /// <param name="json">The content, UTF-8.</param>
    /// <exception cref="JsonException">The content is not that of a fact of this name.</exception>
    public object Read(string alias, ReadOnlySpan<byte> json)
    {
        if (FactTypes.TryGetValue(alias, out var info))
        {
            return JsonSerializer.Deserialize(json, info) ?? throw new JsonException();
        }

        var content = JsonSerializer.Deserialize<JsonNode>(json)!.AsObject();
        for (; Former.TryGetValue(alias, out var former); alias = former.Alias)
        {
            content = former.Reshape?.Invoke(content) ?? content;
        }

        return content.Deserialize(FactTypes[alias]) ?? throw new JsonException();
    }

    /// <summary>The stored name of a fact.</summary>
    public abstract string AliasOf(object fact);

    /// <summary>The base type of the commands.</summary>
    public abstract Type CommandType { get; }

    /// <summary>JSON metadata of states, for reads.</summary>
    public abstract JsonTypeInfo StateInfo { get; }

    /// <summary>JSON metadata of everything the process names.</summary>
    public abstract IJsonTypeInfoResolver Json { get; }

    /// <summary>The state before the first fact.</summary>
    public abstract object InitialState { get; }

    /// <summary>Adds a fact to a state; never refuses.</summary>
    public abstract object Apply(object state, object fact);

    /// <summary>Decides a command under the policy in force for the case's region on the act's day.</summary>
    /// <param name="policies">Editions used, for the record.</param>
    public abstract Decision<object> Decided(object state, object command, PolicyBook book, Act act, out IReadOnlyDictionary<string, string>? policies);

    /// <summary>The region that a command concerns.</summary>
    public abstract RegionCode RegionOf(object state, object command);

    /// <summary>The number of the case that an opening command names itself.</summary>
    public abstract string Identify(object command);

    /// <summary>False when no rows, claims or deadlines ever follow from its facts.</summary>
    public abstract bool Describes { get; }

    /// <summary>Rows, claims and deadlines that follow from a fact.</summary>
    public abstract IEnumerable<Change> ChangesOf(Recorded<object> fact, object stateAfter);

    /// <summary>Commands to other cases that follow from a fact.</summary>
    public abstract IEnumerable<Consequence> ConsequencesOf(Recorded<object> fact, object stateAfter);

    /// <summary>What other services are told of a fact; null for most.</summary>
    public abstract object? ContractOf(Recorded<object> fact);

    /// <summary>The command when a deadline has come, or null when it no longer matters.</summary>
    public abstract object? OnDue(object state, string kind);

    /// <summary>What lists show.</summary>
    public abstract CaseSummary Summarise(object state);

    /// <summary>How a line of the case came about; null when there is no such line.</summary>
    public abstract Explanation? Explained(object state, string line);
}

/// <summary>A kind of case: initial state, decide, evolve, and what follows from a fact.</summary>
/// <typeparam name="TCase">Base record of the states.</typeparam>
/// <typeparam name="TCommand">Base record of the commands.</typeparam>
/// <typeparam name="TEvent">Base record of the facts, with one <see cref="JsonDerivedTypeAttribute"/> and stored name per fact.</typeparam>
/// <typeparam name="TPolicy">The typed parameters.</typeparam>
public sealed class CaseType<TCase, TCommand, TEvent, TPolicy> : CaseType
    where TCase : class
    where TCommand : class
    where TEvent : class
{
    private readonly JsonSerializerContext context;
    private readonly Dictionary<string, JsonTypeInfo> factTypes;
    private readonly Dictionary<Type, string> aliases;

    /// <summary>Takes the source-generated JSON metadata of the process: its states, commands and facts.</summary>
    public CaseType(JsonSerializerContext context)
    {
        this.context = context;
        var derived = Info<TEvent>().PolymorphismOptions?.DerivedTypes
            ?? throw new InvalidOperationException($"{typeof(TEvent).Name} names no stored facts.");
        aliases = derived.ToDictionary(d => d.DerivedType, d => (string)d.TypeDiscriminator!);
        factTypes = derived.ToDictionary(d => (string)d.TypeDiscriminator!, d => context.GetTypeInfo(d.DerivedType)!, StringComparer.Ordinal);
    }

    /// <summary>The state before the first fact.</summary>
    public required TCase Initial { get; init; }

    /// <summary>Reads the typed parameters; a missing one refuses the command.</summary>
    public required Func<PolicyReading, TPolicy> Policy { get; init; }

    /// <summary>The law: pure.</summary>
    public required Func<TCase, TCommand, TPolicy, Act, Decision<TEvent>> Decide { get; init; }

    /// <summary>What a fact adds: pure, total, reads no policy and no clock.</summary>
    public required Func<TCase, TEvent, TCase> Evolve { get; init; }

    /// <summary>The region of the case, or of the command that opens it.</summary>
    public required Func<TCase, TCommand, RegionCode> Region { get; init; }

    /// <summary>What lists show of a state.</summary>
    public required Func<TCase, CaseSummary> Summary { get; init; }

    /// <summary>Rows, claims and deadlines that follow from a fact.</summary>
    public Func<Recorded<TEvent>, TCase, IEnumerable<Change>>? Views { get; init; }

    /// <summary>Commands to other cases of this service, in the same transaction.</summary>
    public Func<Recorded<TEvent>, TCase, IEnumerable<Consequence>> Then { get; init; } = (_, _) => [];

    /// <summary>What other services are told.</summary>
    public Func<Recorded<TEvent>, object?> Publish { get; init; } = _ => null;

    /// <summary>The command when a deadline of this kind has come.</summary>
    public Func<TCase, string, TCommand?> WhenDue { get; init; } = (_, _) => null;

    /// <summary>The number of the case, named by the opening command.</summary>
    public Func<TCommand, string> Named { get; init; } = _ => "";

    /// <summary>How a line came about.</summary>
    public Func<TCase, string, Explanation?> Explain { get; init; } = (_, _) => null;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, JsonTypeInfo> FactTypes => factTypes;

    /// <inheritdoc />
    public override Type CommandType => typeof(TCommand);

    /// <inheritdoc />
    public override JsonTypeInfo StateInfo => Info<TCase>();

    /// <inheritdoc />
    public override IJsonTypeInfoResolver Json => context;

    /// <inheritdoc />
    public override object InitialState => Initial;

    /// <inheritdoc />
    public override string AliasOf(object fact) => aliases[fact.GetType()];

    /// <inheritdoc />
    public override object Apply(object state, object fact) => fact is FactLeftOut ? state : Evolve((TCase)state, (TEvent)fact);

    /// <inheritdoc />
    public override Decision<object> Decided(object state, object command, PolicyBook book, Act act, out IReadOnlyDictionary<string, string>? policies)
    {
        policies = null;
        var reading = book.At(Region((TCase)state, (TCommand)command), act.Today);
        var policy = Policy(reading);
        if (reading.Refusal is { } missing)
        {
            return missing;
        }

        var decision = Decide((TCase)state, (TCommand)command, policy, act);
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        policies = reading.References.Count == 0 ? null : reading.References.GroupBy(r => r.Code, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => string.Join("; ", g.Select(r => r.Reference)), StringComparer.Ordinal);
        return [.. decision.Facts];
    }

    /// <inheritdoc />
    public override RegionCode RegionOf(object state, object command) => Region((TCase)state, (TCommand)command);

    /// <inheritdoc />
    public override string Identify(object command) => Named((TCommand)command);

    /// <inheritdoc />
    public override bool Describes => Views is not null;

    /// <inheritdoc />
    public override IEnumerable<Change> ChangesOf(Recorded<object> fact, object stateAfter) => Views?.Invoke(Typed(fact), (TCase)stateAfter) ?? [];

    /// <inheritdoc />
    public override IEnumerable<Consequence> ConsequencesOf(Recorded<object> fact, object stateAfter) => Then(Typed(fact), (TCase)stateAfter);

    /// <inheritdoc />
    public override object? ContractOf(Recorded<object> fact) => Publish(Typed(fact));

    /// <inheritdoc />
    public override object? OnDue(object state, string kind) => WhenDue((TCase)state, kind);

    /// <inheritdoc />
    public override CaseSummary Summarise(object state) => Summary((TCase)state);

    /// <inheritdoc />
    public override Explanation? Explained(object state, string line) => Explain((TCase)state, line);

    private static Recorded<TEvent> Typed(Recorded<object> fact) => new(fact.Id, fact.Version, (TEvent)fact.Fact, fact.By);

    private JsonTypeInfo Info<T>() => context.GetTypeInfo(typeof(T))
        ?? throw new InvalidOperationException($"{context.GetType().Name} does not list {typeof(T).Name}.");
}
