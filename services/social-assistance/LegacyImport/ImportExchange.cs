using Platform.Cases;
using SocialAssistance.Entitlement;
using SocialAssistance.HouseholdRegistry;
using SocialAssistance.PersonRegistry;

namespace SocialAssistance.LegacyImport;

internal static class ImportExchange
{
    /// <summary>A part becomes persons, households and benefits in payment, and progress of its import: all or nothing.</summary>
    public static IEnumerable<Consequence> Then(Recorded<ImportEvent> fact, ImportCase after) => fact.Fact is not RowsImported f ? [] :
    [
        .. f.Households.SelectMany(h => h.Members.Select(m => new Consequence(Processes.Person, m.Person.ToString(),
            new ImportPerson(m.Sex, m.BornOn, h.Region, h.Hukou, m.ConvertedFrom15, f.Import, m.Row, m.RowHash, m.Account, m.Revision)))),
        .. f.Households.Select(h => new Consequence(Processes.Household, h.HouseholdId,
            new ImportHousehold([.. h.Members.Select(m => new Member(m.Person, m.Relation))], h.Region, h.Region, h.PaidSince.First, f.Import, h.Row, h.RowHash))),
        .. f.Households.Select(h => new Consequence(Processes.Entitlement, h.EntitlementId,
            new ImportEntitlement(f.Benefit, h.Area, h.Region, h.HouseholdId, h.Members.First(m => m.Relation == Relation.Head).Person, [.. h.Members.Select(m => m.Person)], h.Basis, h.Category, h.PaidSince, f.Import, h.Row, h.RowHash))),
        new(Processes.LegacyImport, f.Import, new NotePart(f.Part, f.From, f.To, f.Households.Count, f.Households.Sum(h => h.Members.Count), f.Households.Sum(h => h.Basis.Monthly), f.LeftOut)),
    ];
}
