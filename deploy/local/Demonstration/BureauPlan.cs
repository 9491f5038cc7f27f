namespace Platform.Local.Demonstration;

internal enum Area
{
    Urban,
    Rural,
}

/// <summary>How large the allowance of one area is; money in yuan, the standard per person and month.</summary>
internal sealed record AreaPlan(
    Area Area,
    int OpeningHouseholds,
    int OpeningPersons,
    int CancelledHouseholds,
    int CancelledPersons,
    int AddedHouseholds,
    int AddedPersons,
    decimal PaidInYear,
    decimal MonthlyStandard)
{
    public int KeptHouseholds => OpeningHouseholds - CancelledHouseholds;

    public int KeptPersons => OpeningPersons - CancelledPersons;
}

/// <summary>The size of a bureau and of its review campaign of 2014.</summary>
internal sealed record BureauPlan(string County, int Townships, int Villages, int CampaignMonths, AreaPlan Urban, AreaPlan Rural)
{
    // The summary prints no standard. Both are assumed for the demonstration; the rural one is set by the year.
    private const decimal UrbanMonthlyStandard = 460.00m;
    private const decimal RuralYearlyStandard = 2_640.00m;

    /// <summary>The district of the summary. The opening stock is not printed: closing + cancelled − added.</summary>
    public static BureauPlan Printed { get; } = new(
        County: "341503",
        Townships: (int)PrintedFigures.Townships.Value,
        Villages: (int)PrintedFigures.VillagesHeard.Value,
        CampaignMonths: (int)PrintedFigures.CampaignMonths.Value,
        Urban: Of(Area.Urban, PrintedFigures.Urban, UrbanMonthlyStandard),
        Rural: Of(Area.Rural, PrintedFigures.Rural, RuralYearlyStandard / 12));

    public IReadOnlyList<AreaPlan> Areas => [Urban, Rural];

    public void Check()
    {
        Require(County is { Length: 6 } && County.All(char.IsAsciiDigit), "The county code has six digits.");
        Require(Townships is >= 3 and <= Regions.MostTownships, "Too few or too many townships.");
        Require(Villages >= 6 * Townships && Villages <= Regions.MostVillages, "Too few or too many villages.");
        Require(CampaignMonths is >= 1 and <= Campaign.MostMonths && Villages >= CampaignMonths, "The campaign does not fit into the year.");
        Require(Urban.Area == Area.Urban && Rural.Area == Area.Rural, "The areas are mixed up.");
        foreach (var area in Areas)
        {
            Require(Fits(area.KeptHouseholds, area.KeptPersons), "Kept households have one to six members each.");
            Require(Fits(area.CancelledHouseholds, area.CancelledPersons), "Cancelled households have one to six members each.");
            Require(Fits(area.AddedHouseholds, area.AddedPersons), "Added households have one to six members each.");
            Require(area.MonthlyStandard > 0 && area.PaidInYear > 0, "Standards and payments are positive.");
        }
    }

    private static AreaPlan Of(Area area, PrintedArea printed, decimal standard) => new(
        area,
        OpeningHouseholds: (int)(printed.ClosingHouseholds.Value + printed.CancelledHouseholds.Value - printed.AddedHouseholds.Value),
        OpeningPersons: (int)(printed.ClosingPersons.Value + printed.CancelledPersons.Value - printed.AddedPersons.Value),
        (int)printed.CancelledHouseholds.Value,
        (int)printed.CancelledPersons.Value,
        (int)printed.AddedHouseholds.Value,
        (int)printed.AddedPersons.Value,
        printed.PaidInYear.Value,
        standard);

    private static bool Fits(int households, int persons) => households >= 0 && persons >= households && persons <= households * HouseholdSizes.Largest;

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
