using Platform.Cases;

namespace SocialAssistance.Campaign;

/// <summary>How far each village is, and what has come of it.</summary>
[Row("campaign_results", nameof(Campaign), nameof(Village))]
internal sealed record ResultRow(
    string Campaign, RegionCode Village, Area Area, int Hearings, int Supervised, int CasesHeard, DateOnly? HeardOn,
    int CancelledUrbanHouseholds, int CancelledUrbanPersons, int CancelledRuralHouseholds, int CancelledRuralPersons,
    int AddedUrbanHouseholds, int AddedUrbanPersons, int AddedRuralHouseholds, int AddedRuralPersons);

/// <summary>Each hearing, with the fact that recorded it.</summary>
[Row("campaign_hearings", nameof(Campaign), nameof(Review))]
internal sealed record HearingRow(
    string Campaign, string Review, RegionCode Village, Area Area, DateOnly HeldOn, int CasesHeard, int Upheld, bool Supervised, DateTimeOffset RecordedAt, long Version);

internal enum HouseholdChange
{
    Cancelled,
    Added,
}

/// <summary>Each household cancelled or added, with the fact that recorded it.</summary>
/// <param name="Reference">The entitlement cancelled, or the allowance case granted.</param>
[Row("campaign_changes", nameof(Campaign), nameof(Kind), nameof(Reference))]
internal sealed record ChangeRow(
    string Campaign, HouseholdChange Kind, string Reference, RegionCode Village, Area Area, int Persons, Money Amount, string? Cause, string? Explanation, string? DecisionNumber, Finding? Finding,
    DateOnly OccurredOn, DateTimeOffset RecordedAt, long Version);

internal static class CampaignViews
{
    public static CaseSummary Summary(CampaignCase campaign) => new(Name(campaign), campaign.Plan.Region, campaign.Plan.Title, campaign is Running, campaign is Running ? campaign.Plan.Until : null);

    public static IEnumerable<Change> Changes(Recorded<CampaignEvent> fact, CampaignCase after) => fact.Fact switch
    {
        CampaignOpened f => f.Villages.Select(v => Result(fact.Id, v.Region, after)),
        VillageHeard f =>
        [
            new Change.Put(new HearingRow(fact.Id, f.Review, f.Village, after.Progress.Villages[f.Village.ToString()].Area, f.On, f.CasesHeard, f.Upheld, f.SupervisorPresent, fact.By.At, fact.Version)),
            Result(fact.Id, f.Village, after),
        ],
        HouseholdsCancelled f =>
        [
            .. f.Items.Select(i => new Change.Put(new ChangeRow(
                fact.Id, HouseholdChange.Cancelled, i.Entitlement, f.Village, i.Area, i.Persons, i.MonthlyAmount, i.Cause, i.Explanation, i.DecisionNumber, i.Finding, f.On, fact.By.At, fact.Version))),
            Result(fact.Id, f.Village, after),
        ],
        HouseholdAdded f =>
        [
            new Change.Put(new ChangeRow(fact.Id, HouseholdChange.Added, f.Case, f.Village, f.Area, f.Persons, f.MonthlyAmount, null, null, null, null, f.DecidedOn, fact.By.At, fact.Version)),
            Result(fact.Id, f.Village, after),
        ],
        _ => [],
    };

    private static Change.Put Result(string campaign, RegionCode village, CampaignCase after)
    {
        var v = after.Progress.Villages[village.ToString()];
        return new Change.Put(new ResultRow(
            campaign, village, v.Area, v.Hearings, v.Supervised, v.CasesHeard, v.HeardOn,
            v.CancelledUrban.Households, v.CancelledUrban.Persons, v.CancelledRural.Households, v.CancelledRural.Persons,
            v.AddedUrban.Households, v.AddedUrban.Persons, v.AddedRural.Households, v.AddedRural.Persons));
    }

    private static Text Name(CampaignCase campaign) => campaign switch
    {
        Running => new("进行中", "Running"),
        Closed => new("已结束", "Closed"),
        _ => new("未开展", "Not opened"),
    };
}
