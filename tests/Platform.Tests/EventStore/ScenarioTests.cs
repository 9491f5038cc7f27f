using System.Text.Json.Serialization;
using Platform.Cases;
using Platform.Tests.Support;
using Xunit.Sdk;

namespace Platform.Tests.EventStore;

/// <summary>A scenario that does not hold fails, and says what was expected and what was found.</summary>
public sealed class ScenarioTests
{
    private static readonly Act Today = Officer.With(Roles.WindowOfficer).In("341503000000").On("2026-03-02");
    private static readonly KeyLent Lent = new(KeyLoans.Region("341503002000"), "K-1", KeyTesting.Borrower, KeyTesting.Day("2026-03-02"), KeyTesting.Day("2026-03-10"), new(12.50m), null);

    private static Scenario Nothing => Scenario.Of(KeyLoans.Type, KeyTesting.Book);

    [Fact]
    public void Facts_lead_to_facts_refusals_or_nothing()
    {
        var lent = Nothing.When(KeyTesting.Lend("K-1"), Today).Then(Lent).Twice("E_STATE");
        Assert.Equal("key-fee@341503 from 2026-01-01", lent.Policies!["key-fee"]);
        Assert.Equal("K-1", lent.After.Is<Out>().Loan.Key);
        Assert.Equal([new KeyWasLent("TST-341503-2026-000001", "K-1", Lent.LastDay)], lent.Told());
        Assert.Equal(4, lent.Changes().Count);

        Nothing.Given(Lent).When(new ReturnKey(), Today).Then(new KeyReturned(Today.Today)).Twice()
            .When(new ExtendLoan(KeyTesting.Day("2026-04-01")), Today).Refused("E_STATE");
        Nothing.Given(Lent, new KeyReturned(Today.Today)).When(new ReturnKey(), Today).NothingNew();
        Assert.Equal([new("key-board", "board-a", new TakeOff("K-1"))], Nothing.When(KeyTesting.Lend("K-1", "board-a"), Today).Consequences());
    }

    [Fact]
    public void Another_fact_is_shown_line_by_line() => Fails(
        () => Nothing.Given(Lent).When(new ExtendLoan(KeyTesting.Day("2026-04-01")), Today).Then(new LoanExtended(KeyTesting.Day("2026-04-02"))),
        """
        Expected 1 fact(s), got 1:
          loan_extended
            {
        -     "lastDay": "2026-04-02"
        +     "lastDay": "2026-04-01"
            }
        """);

    [Fact]
    public void A_fact_too_many_is_shown() => Fails(
        () => Nothing.Given(Lent).When(new LabelKey(["a", "b"]), Today).Then(new KeyLabelled("b")),
        """
        Expected 1 fact(s), got 2:
          key_labelled
            {
        +     "tag": "a"
        +   }
        + key_labelled
        +   {
              "tag": "b"
            }
        """);

    [Fact]
    public void A_refusal_where_facts_are_expected_and_the_reverse_are_named()
    {
        Fails(() => Nothing.Given(Lent, new KeyReturned(Today.Today)).When(new LabelKey([]), Today).NothingNew(), "Refused: E_STATE: The case is not in a state in which this can be done. ");
        Fails(() => Nothing.When(KeyTesting.Lend("K-1", lastDay: "2026-03-01"), Today).Refused("E_STATE"), "Expected the refusal E_STATE, but got E_PAST: That day is over.");
        Fails(() => Nothing.Given(Lent).When(new ReturnKey(), Today).Refused("E_STATE"), "Expected the refusal E_STATE, but recorded:\n  key_returned\n    {\n      \"on\": \"2026-03-02\"\n    }");
        Fails(() => Nothing.Given(Lent).When(new LabelKey(["a"]), Today).Twice(), "Expected 0 fact(s), got 1:\n+ key_labelled\n+   {\n+     \"tag\": \"a\"\n+   }");
    }

    [Fact]
    public void A_fact_that_loses_something_on_its_way_through_the_store_fails() =>
        Fails(() => Scenario.Of(Forgetful).Given(new Noted(14)), "noted loses something between writing and reading:\n  written {\"Half\":7}\n  read    {\"Half\":3}");

    private static CaseType<Note, Note, Note, string> Forgetful => new(ForgetfulJson.Default)
    {
        Name = "note",
        Initial = new Note(),
        Policy = _ => "",
        Region = (_, _) => RegionCode.Nation,
        Summary = _ => new(new("", ""), RegionCode.Nation, "", Open: true),
        Decide = (_, _, _, _) => [],
        Evolve = (note, _) => note,
    };

    private static void Fails(Action scenario, string words) => Assert.Equal(words, Assert.ThrowsAny<XunitException>(scenario).Message.TrimEnd('\n', '\r'));
}

[JsonDerivedType(typeof(Noted), "noted")]
internal record Note;

internal sealed record Noted : Note
{
    [JsonConstructor]
    public Noted(int half) => Half = half / 2;

    public int Half { get; }
}

[JsonSerializable(typeof(Note))]
internal sealed partial class ForgetfulJson : JsonSerializerContext;
