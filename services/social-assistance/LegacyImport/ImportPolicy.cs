using Platform.Cases;

namespace SocialAssistance.LegacyImport;

/// <param name="HouseholdsAtOnce">Households per part (<c>import-households-at-once</c>).</param>
/// <param name="EarliestMonth">No benefit was paid before (<c>benefit-month-earliest</c>).</param>
/// <param name="HouseholdsPerAccount">More than this are pointed out (<c>payee-account-households</c>).</param>
/// <param name="MostMembers">More members than this are taken for a mistake (<c>household-members-most</c>).</param>
internal sealed record ImportPolicy(int HouseholdsAtOnce, YearMonth EarliestMonth, int HouseholdsPerAccount, int MostMembers)
{
    public static ImportPolicy Read(PolicyReading p) => new(
        p.Whole("import-households-at-once"),
        // A value that is no month lets nothing through.
        YearMonth.TryCreate(p.Text("benefit-month-earliest"), out var month, out _) ? month : new YearMonth(2099, 12),
        p.Whole("payee-account-households"),
        p.Whole("household-members-most"));
}
