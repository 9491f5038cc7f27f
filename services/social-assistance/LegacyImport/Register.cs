using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.LegacyImport;

/// <summary>A fault of a register: where, which rule, and whether it keeps the household out. Repeats no content of the row.</summary>
internal sealed record RegisterFault(int Row, string Field, string? Household, bool Blocks, Refusal Refusal);

internal sealed record RegisterMember(int Row, string Hash, Relation Relation, string Name, ResidentId Number, bool ConvertedFrom15);

/// <summary>A household whose rows could be read.</summary>
internal sealed record RegisterHousehold(
    string Number, int Row, string Hash, Area Area, RegionCode Region, Category Category, AmountBasis Basis, YearMonth PaidSince, BankAccountNumber Account, string Holder, string? Bank,
    IReadOnlyList<RegisterMember> Members);

/// <summary>A household's place in the register; without <see cref="Household"/> when its rows cannot be read.</summary>
internal sealed record RegisterEntry(string Number, int Row, RegisterHousehold? Household);

/// <summary>A register as judged: its households in the order of the file, and everything that is wrong with it.</summary>
/// <param name="Standards">Policy values under which amounts were reckoned.</param>
internal sealed record Register(int Rows, IReadOnlyList<RegisterEntry> Entries, IReadOnlyList<RegisterFault> Faults, IReadOnlyList<string> Standards)
{
    public IEnumerable<RegisterHousehold> Readable => Entries.Select(e => e.Household).OfType<RegisterHousehold>();

    /// <summary>Rows and households, without judging them.</summary>
    public static (int Rows, int Households) Count(IEnumerable<RegisterRow> rows)
    {
        var (count, households) = (0, new HashSet<string>(StringComparer.Ordinal));
        foreach (var row in rows)
        {
            count++;
            households.Add(row[RegisterColumn.HouseholdNo]);
        }

        return (count, households.Count);
    }

    /// <summary>Households with a fault that blocks, each with all its codes.</summary>
    public static IReadOnlyList<LeftOut> Blocked(IEnumerable<(string Household, int Row, string Code)> faults) =>
        [.. faults.GroupBy(f => f.Household, StringComparer.Ordinal).Select(g => new LeftOut(g.Key, g.Min(f => f.Row), [.. g.Select(f => f.Code).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)])).OrderBy(l => l.Row)];
}
