using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.Campaign;

/// <summary>Who ordered the campaign.</summary>
internal enum CampaignCategory
{
    County,
    City,
    Province,
    National,
}

/// <summary>What was found wrong with a household on the list (农村低保专项治理); not every cancellation is a wrong one.</summary>
internal enum Finding
{
    WronglyIncluded,
    PersonalFavour,
    KinshipFavour,
}

/// <summary>A village or community of the campaign.</summary>
/// <param name="Area">What it mostly is, for lists; what counts is the area of each household.</param>
internal sealed record CampaignVillage(RegionCode Region, Area Area);

/// <summary>How many were in payment, and how much a month, on the day the campaign began.</summary>
internal sealed record Stock(Area Area, int Households, int Persons, Money MonthlyAmount);

/// <summary>One household taken off the list; area, persons and amount as the roll stood when the decision was prepared.</summary>
internal sealed record CancelledHousehold(
    string Entitlement, RegionCode Region, Area Area, int Persons, Money MonthlyAmount, string Cause, string Explanation, string DecisionNumber, Finding? Finding = null);

[JsonDerivedType(typeof(CampaignOpened), "campaign_opened")]
[JsonDerivedType(typeof(VillageHeard), "village_heard")]
[JsonDerivedType(typeof(HouseholdsCancelled), "households_cancelled")]
[JsonDerivedType(typeof(HouseholdAdded), "household_added")]
[JsonDerivedType(typeof(CampaignClosed), "campaign_closed")]
internal abstract record CampaignEvent;

internal sealed record CampaignOpened(
    RegionCode Region, string Title, CampaignCategory Category, DateOnly From, DateOnly Until, string Basis, IReadOnlyList<CampaignVillage> Villages, IReadOnlyList<Stock> Baseline,
    string By) : CampaignEvent;

internal sealed record VillageHeard(string Review, RegionCode Village, DateOnly On, int CasesHeard, int Upheld, bool SupervisorPresent, string By) : CampaignEvent;

internal sealed record HouseholdsCancelled(RegionCode Village, DateOnly On, IReadOnlyList<CancelledHousehold> Items, string By) : CampaignEvent;

internal sealed record HouseholdAdded(string Case, RegionCode Village, Area Area, int Persons, Money MonthlyAmount, DateOnly DecidedOn) : CampaignEvent;

internal sealed record CampaignClosed(DateOnly On, int VillagesHeard, string? Reason) : CampaignEvent;

/// <summary>What the campaign is, as it was ordered.</summary>
internal sealed record CampaignPlan(RegionCode Region, string Title, CampaignCategory Category, DateOnly From, DateOnly Until, string Basis, IReadOnlyList<Stock> Baseline);

/// <summary>Households and the persons in them.</summary>
internal sealed record Tally(int Households, int Persons)
{
    public static readonly Tally None = new(0, 0);

    public Tally Plus(int households, int persons) => new(Households + households, Persons + persons);
}

/// <summary>How far a village is, and what has come of it.</summary>
/// <param name="Supervised">Hearings at which the county's supervisor was present.</param>
/// <param name="HeardBy">User ids of those who recorded its hearings.</param>
internal sealed record VillageResult(
    Area Area, int Hearings, int Supervised, int CasesHeard, DateOnly? HeardOn, ImmutableList<string> HeardBy, Tally CancelledUrban, Tally CancelledRural, Tally AddedUrban, Tally AddedRural)
{
    public VillageResult Cancel(Area area, int persons) =>
        area == Area.Urban ? this with { CancelledUrban = CancelledUrban.Plus(1, persons) } : this with { CancelledRural = CancelledRural.Plus(1, persons) };

    public VillageResult Add(Area area, int persons) =>
        area == Area.Urban ? this with { AddedUrban = AddedUrban.Plus(1, persons) } : this with { AddedRural = AddedRural.Plus(1, persons) };
}

/// <summary>The villages by their 12-digit codes, and what has been counted already.</summary>
internal sealed record Progress(ImmutableSortedDictionary<string, VillageResult> Villages)
{
    public static readonly Progress None = new(ImmutableSortedDictionary<string, VillageResult>.Empty.WithComparers(StringComparer.Ordinal));

    [JsonIgnore]
    public ImmutableHashSet<string> Reviews { get; init; } = [];

    [JsonIgnore]
    public ImmutableHashSet<string> Cancelled { get; init; } = [];

    [JsonIgnore]
    public ImmutableHashSet<string> Added { get; init; } = [];

    public Progress In(RegionCode village, Func<VillageResult, VillageResult> change) =>
        Villages.TryGetValue(village.ToString(), out var result) ? this with { Villages = Villages.SetItem(village.ToString(), change(result)) } : this;
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NoCampaign), nameof(NoCampaign))]
[JsonDerivedType(typeof(Running), nameof(Running))]
[JsonDerivedType(typeof(Closed), nameof(Closed))]
internal abstract record CampaignCase(CampaignPlan Plan, Progress Progress);

internal sealed record NoCampaign() : CampaignCase(new(RegionCode.Nation, "", default, default, default, "", []), Progress.None);

internal sealed record Running(CampaignPlan Plan, Progress Progress) : CampaignCase(Plan, Progress);

internal sealed record Closed(CampaignPlan Plan, Progress Progress, DateOnly On, int VillagesHeard, string? Reason) : CampaignCase(Plan, Progress);

internal static class CampaignEvents
{
    public static CampaignCase Evolve(CampaignCase campaign, CampaignEvent fact) => (campaign, fact) switch
    {
        (_, CampaignOpened f) => new Running(new(f.Region, f.Title, f.Category, f.From, f.Until, f.Basis, f.Baseline), Begun(f.Villages)),
        (_, VillageHeard f) => campaign with { Progress = Heard(campaign.Progress, f) },
        (_, HouseholdsCancelled f) => campaign with
        {
            Progress = campaign.Progress.In(f.Village, v => f.Items.Aggregate(v, (sum, i) => sum.Cancel(i.Area, i.Persons))) with
            {
                Cancelled = campaign.Progress.Cancelled.Union(f.Items.Select(i => i.Entitlement)),
            },
        },
        (_, HouseholdAdded f) => campaign with { Progress = campaign.Progress.In(f.Village, v => v.Add(f.Area, f.Persons)) with { Added = campaign.Progress.Added.Add(f.Case) } },
        (_, CampaignClosed f) => new Closed(campaign.Plan, campaign.Progress, f.On, f.VillagesHeard, f.Reason),
        _ => campaign,
    };

    private static Progress Begun(IReadOnlyList<CampaignVillage> villages) => Progress.None with
    {
        Villages = Progress.None.Villages.SetItems(villages.Select(v => KeyValuePair.Create(
            v.Region.ToString(), new VillageResult(v.Area, 0, 0, 0, null, [], Tally.None, Tally.None, Tally.None, Tally.None)))),
    };

    private static Progress Heard(Progress progress, VillageHeard f) => progress.In(f.Village, v => v with
    {
        Hearings = v.Hearings + 1,
        Supervised = v.Supervised + (f.SupervisorPresent ? 1 : 0),
        CasesHeard = v.CasesHeard + f.CasesHeard,
        HeardOn = v.HeardOn > f.On ? v.HeardOn : f.On,
        HeardBy = v.HeardBy.Contains(f.By) ? v.HeardBy : v.HeardBy.Add(f.By),
    }) with { Reviews = progress.Reviews.Add(f.Review) };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CampaignEvent))]
[JsonSerializable(typeof(CampaignCase))]
internal sealed partial class CampaignJson : JsonSerializerContext;
