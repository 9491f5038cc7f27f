using System.Text.Json;
using Platform.Cases;
using Xunit;

namespace Platform.Tests.Support;

/// <summary>
/// Given facts, when a command, then facts or a refusal. Every fact goes through its stored JSON and back before it is
/// folded, and facts are compared by that JSON: what a scenario shows is what the store would do.
/// </summary>
public sealed class Scenario
{
    private readonly CaseType type;
    private readonly PolicyBook book;
    private readonly string id;
    private readonly long version;

    private Scenario(CaseType type, PolicyBook book, string id, long version, object state) =>
        (this.type, this.book, this.id, this.version, State) = (type, book, id, version, state);

    /// <summary>The state the case is in.</summary>
    public object State { get; }

    /// <summary>A case of this kind with no facts yet.</summary>
    /// <param name="type">The kind of case.</param>
    /// <param name="book">The policy in force; an empty one when the law of this case has no parameters.</param>
    /// <param name="id">Case number.</param>
    public static Scenario Of(CaseType type, PolicyBook? book = null, string id = "TST-341503-2026-000001") =>
        new(type, book ?? PolicyBook.Load([]), id, 0, type.InitialState);

    /// <summary>Facts that are already recorded.</summary>
    public Scenario Given(params IReadOnlyList<object> facts)
    {
        var state = State;
        foreach (var fact in facts)
        {
            state = type.Apply(state, StoredFact.ThereAndBack(type, fact));
        }

        if (facts.Count > 0)
        {
            // Every state that a case can be in must be readable as a list row and as an answer.
            _ = type.Summarise(state);
            _ = JsonSerializer.Serialize(state, type.StateInfo);
        }

        return new(type, book, id, version + facts.Count, state);
    }

    /// <summary>A command of this kind of case.</summary>
    public Decided When(object command, Act act)
    {
        var on = act with { Case = id };
        var decision = type.Decided(State, command, book, on, out var policies);
        return new(this, command, act, decision.Refusal, [.. decision.Facts.Select(f => StoredFact.ThereAndBack(type, f))], policies);
    }

    /// <summary>Asks for the state under the type it should have.</summary>
    public T Is<T>() where T : class
    {
        Assert.True(State is T, $"The case is {State.GetType().Name}, not {typeof(T).Name}.");
        return (T)State;
    }

    /// <summary>What a scenario led to.</summary>
    public sealed class Decided
    {
        private readonly Scenario before;
        private readonly object command;
        private readonly Act act;

        internal Decided(Scenario before, object command, Act act, Refusal? refusal, IReadOnlyList<object> facts, IReadOnlyDictionary<string, string>? policies) =>
            (this.before, this.command, this.act, Refusal, Facts, Policies) = (before, command, act, refusal, facts, policies);

        /// <summary>The refusal, or null.</summary>
        public Refusal? Refusal { get; }

        /// <summary>The new facts, as read back.</summary>
        public IReadOnlyList<object> Facts { get; }

        /// <summary>The policy editions that decided.</summary>
        public IReadOnlyDictionary<string, string>? Policies { get; }

        /// <summary>The case after the new facts.</summary>
        public Scenario After => before.Given(Facts);

        /// <summary>The state after the new facts.</summary>
        public object State => After.State;

        /// <summary>Exactly these facts, in this order.</summary>
        public Decided Then(params IReadOnlyList<object> facts)
        {
            NotRefused();
            StoredFact.Compare(before.type, facts, Facts);
            return this;
        }

        /// <summary>Nothing is recorded, and nothing is wrong.</summary>
        public Decided NothingNew() => Then();

        /// <summary>Turned down with this code.</summary>
        /// <returns>The refusal, for its kind, basis and details.</returns>
        public Refusal Refused(string code)
        {
            Assert.True(Refusal is not null, $"Expected the refusal {code}, but recorded:\n{StoredFact.Text(before.type, Facts)}");
            Assert.True(Refusal.Code == code, $"Expected the refusal {code}, but got {Refusal.Code}: {Refusal.Why.En}");
            return Refusal;
        }

        /// <summary>The same command again: nothing new, or the refusal named.</summary>
        public Decided Twice(string? refusal = null)
        {
            NotRefused();
            var again = After.When(command, act);
            if (refusal is null)
            {
                again.NothingNew();
            }
            else
            {
                again.Refused(refusal);
            }

            return this;
        }

        /// <summary>The next command on the same case.</summary>
        public Decided When(object next, Act by)
        {
            NotRefused();
            return After.When(next, by);
        }

        /// <summary>Rows, claims and deadlines that follow from the new facts, in order.</summary>
        public IReadOnlyList<Change> Changes() => [.. Recorded().SelectMany(r => before.type.ChangesOf(r.Fact, r.After))];

        /// <summary>Commands to other cases that follow from the new facts, in order.</summary>
        public IReadOnlyList<Consequence> Consequences() => [.. Recorded().SelectMany(r => before.type.ConsequencesOf(r.Fact, r.After))];

        /// <summary>What other services are told of the new facts, in order.</summary>
        public IReadOnlyList<object> Told() => [.. Recorded().Select(r => before.type.ContractOf(r.Fact)).OfType<object>()];

        private IEnumerable<(Recorded<object> Fact, object After)> Recorded()
        {
            NotRefused();
            var by = new Provenance(
                act.At, act.Today, act.Actor, string.Join(',', act.Roles.Order(StringComparer.Ordinal)), act.Organisation, act.Region.ToString(), act.Client,
                act.Purpose, act.Request, before.id, act.Historic, Policies);
            var state = before.State;
            foreach (var (i, fact) in Facts.Index())
            {
                state = before.type.Apply(state, fact);
                yield return (new(before.id, before.version + i + 1, fact, by), state);
            }
        }

        private void NotRefused() =>
            Assert.True(Refusal is null, $"Refused: {Refusal?.Code}: {Refusal?.Why.En} {(Refusal is null ? "" : string.Join(", ", Refusal.Details.Select(d => $"{d.Key}={d.Value}")))}");
    }
}
