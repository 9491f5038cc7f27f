namespace Platform.Local.Demonstration;

/// <summary>One figure as the source document prints it, with the sentence it stands in.</summary>
internal sealed record PrintedFigure(decimal Value, string Unit, string Quote);

/// <summary>What the source document prints about the allowance of one area.</summary>
internal sealed record PrintedArea(
    PrintedFigure CancelledHouseholds,
    PrintedFigure CancelledPersons,
    PrintedFigure AddedHouseholds,
    PrintedFigure AddedPersons,
    PrintedFigure ClosingHouseholds,
    PrintedFigure ClosingPersons,
    PrintedFigure PaidInYear);

/// <summary>
/// The figures of a district's year-end summary (names and years blanked in print; the district is inferred to be
/// 裕安区 and the year 2014). They size the plan and are what a run is compared with at its end, nothing between.
/// </summary>
internal static class PrintedFigures
{
    public static PrintedFigure Townships { get; } = new(23, "乡镇街", "为全区23乡镇街社会救助“一门受理”服务窗口");

    public static PrintedFigure CampaignMonths { get; } = new(8, "月", "今年派出工作组历经8个月");

    public static PrintedFigure VillagesHeard { get; } = new(324, "村(居)、社区", "对全区324个村(居)、社区的城乡低保听证评议程序进行现场监督和指导");

    public static PrintedFigure CancelledPersons { get; } = new(12_111, "人", "共取消不符合低保人数12111人");

    public static PrintedFigure AddedPersons { get; } = new(3_834, "人", "新增符合低保人数3834人");

    public static PrintedArea Urban { get; } = new(
        CancelledHouseholds: new(2_474, "户", "其中城市低保取消2474户4136人"),
        CancelledPersons: new(4_136, "人", "其中城市低保取消2474户4136人"),
        AddedHouseholds: new(327, "户", "新增327户526人"),
        AddedPersons: new(526, "人", "新增327户526人"),
        ClosingHouseholds: new(4_005, "户", "城市低保在保人数4005户6386人"),
        ClosingPersons: new(6_386, "人", "城市低保在保人数4005户6386人"),
        PaidInYear: new(36_000_000.00m, "元", "年发放低保金3600万元"));

    public static PrintedArea Rural { get; } = new(
        CancelledHouseholds: new(4_443, "户", "农村低保取消4443户7975人"),
        CancelledPersons: new(7_975, "人", "农村低保取消4443户7975人"),
        AddedHouseholds: new(1_748, "户", "新增1748户3308人"),
        AddedPersons: new(3_308, "人", "新增1748户3308人"),
        ClosingHouseholds: new(15_410, "户", "农村低保15410户27020人"),
        ClosingPersons: new(27_020, "人", "农村低保15410户27020人"),
        PaidInYear: new(45_000_000.00m, "元", "年发放低保金4500万元"));
}
