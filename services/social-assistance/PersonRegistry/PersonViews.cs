using Platform.Cases;
using Platform.ServiceHost;

namespace SocialAssistance.PersonRegistry;

/// <summary>Who is whose near relative, as declared in a person's or a household's case.</summary>
[Row("near_relatives", nameof(Source), nameof(Person), nameof(Official))]
internal sealed record NearRelativeRow(string Source, PersonId Person, string Official, Kinship Kinship);

internal static class PersonViews
{
    /// <summary>A register is no worklist: a person is open only while two sources contradict each other.</summary>
    public static CaseSummary Summary(PersonCase person) => new(Name(person), person.Person.Region, person.Person.Id.ToString(), person is Deceased { Conflicts.IsEmpty: false });

    public static IEnumerable<Change> Changes(Recorded<PersonEvent> fact, PersonCase after) => fact.Fact switch
    {
        NearRelativeDeclared f => [new Change.Put(new NearRelativeRow($"{Processes.Person}/{fact.Id}", after.Person.Id, f.Official, f.Kinship))],
        PersonErased => [new Change.Remove(new VaultRow(PersonId.Hydrate(fact.Id), [], ""))],
        _ => [],
    };

    private static Text Name(PersonCase person) => person switch
    {
        Registered => new("已登记", "Registered"),
        Deceased => new("已死亡", "Deceased"),
        Merged => new("已合并", "Merged"),
        Erased => new("已删除", "Erased"),
        _ => new("未登记", "Not registered"),
    };
}
