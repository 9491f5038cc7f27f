namespace Platform.Local.Demonstration;

/// <summary>Why the hearing took a household off the list.</summary>
internal sealed record CancellationCause(string Code, string Zh, string En);

/// <summary>A household cancelled in the review campaign; paid up to and including the month of the decision.</summary>
internal sealed record Cancellation(Household Household, DateOnly HeardOn, DateOnly DecidedOn, CancellationCause Cause)
{
    public DateOnly LastPaidMonth => WorkingDays.MonthOf(DecidedOn);

    public DateOnly StoppedFrom => LastPaidMonth.AddMonths(1);
}

internal enum IncomeKind
{
    Wage,
    Business,
    Transfer,
    Support,
}

/// <summary>A line of declared income, in yuan for the twelve months before the application.</summary>
internal sealed record IncomeLine(string ResidentId, IncomeKind Kind, decimal AnnualAmount);

/// <summary>
/// The days of one application under the procedure of 2012 (民发〔2012〕220号). The democratic review is the village's
/// hearing. A notice posted on day D stands through D+7; the next step comes on D+8 at the earliest.
/// </summary>
internal sealed record AdditionSteps(
    DateOnly SubmittedOn,
    DateOnly AcceptedOn,
    DateOnly InvestigatedOn,
    DateOnly ReviewedOn,
    DateOnly OpinionOn,
    DateOnly PostedOn,
    DateOnly ReportedOn,
    DateOnly? CountyVisitedOn,
    DateOnly CountyReviewedOn,
    DateOnly ApprovalPostedOn,
    DateOnly DecidedOn)
{
    public const int NoticeDays = 7;

    public DateOnly LastPublicDay => PostedOn.AddDays(NoticeDays);

    public DateOnly ApprovalLastPublicDay => ApprovalPostedOn.AddDays(NoticeDays);

    public DateOnly FirstPaidMonth => WorkingDays.MonthOf(DecidedOn).AddMonths(1);
}

/// <summary>A household added in the campaign, with what it declared and every dated step.</summary>
internal sealed record Addition(Household Household, IReadOnlyList<IncomeLine> DeclaredIncome, AdditionSteps Steps);

/// <summary>The calendar of the review campaign and of the applications it brought.</summary>
internal static class Campaign
{
    public const int MostMonths = 8;

    private const int FirstMonth = 3;

    // A hearing on the 24th of October still leads to a decision in November, through two notices of seven days.
    private const int LastHearingDay = 24;
    private const int VisitedPerHundred = 30;
    private const string Employment = "employed";

    private static readonly (CancellationCause Item, int Weight)[] Causes =
    [
        (new("income-above-standard", "家庭人均收入高于当地低保标准", "Income per person is above the local standard"), 38),
        (new(Employment, "家庭成员稳定就业,不再符合条件", "A member is in steady employment; no longer eligible"), 17),
        (new("owns-car", "家庭拥有机动车辆", "The household owns a motor vehicle"), 9),
        (new("owns-shop", "家庭拥有商铺或开办企业", "The household owns a shop or a business"), 9),
        (new("owns-house", "家庭拥有两套以上住房", "The household owns more than one dwelling"), 8),
        (new("moved-away", "户籍迁出或长期不在本地居住", "Moved away, or has long not lived here"), 8),
        (new("not-living-together", "共同生活家庭成员已变化,重新核算后不符合条件", "The members living together have changed; no longer eligible when reckoned anew"), 7),
        (new("supported-by-family", "法定赡养、抚养、扶养义务人有能力供养", "Relatives bound by law are able to support the household"), 4),
    ];

    /// <summary>One hearing day for each village, in even shares of the campaign's months.</summary>
    public static IEnumerable<DateOnly> HearingDays(BureauPlan plan)
    {
        for (var m = 0; m < plan.CampaignMonths; m++)
        {
            var month = FirstMonth + m;
            DateOnly[] days = [.. Enumerable.Range(1, LastHearingDay).Select(d => WorkingDays.On(month, d)).Where(WorkingDays.Is)];
            var hearings = (plan.Villages * (m + 1) / plan.CampaignMonths) - (plan.Villages * m / plan.CampaignMonths);
            for (var i = 0; i < hearings; i++)
            {
                yield return days[i * days.Length / hearings];
            }
        }
    }

    public static CancellationCause Cause(Household household, Draw draw)
    {
        var cause = draw.Weighted(Causes);
        return cause.Code != Employment || household.Members.Any(IsOfWorkingAge) ? cause : Cause(household, draw);
    }

    public static DateOnly CancelledOn(Village village, Draw draw) => WorkingDays.Plus(village.HeardOn, draw.Between(3, 10));

    public static AdditionSteps Steps(Village village, Draw draw)
    {
        var reviewed = village.HeardOn;
        var investigated = WorkingDays.Plus(reviewed, -draw.Between(1, 5));
        var accepted = WorkingDays.Plus(investigated, -draw.Between(3, 10));
        var submitted = WorkingDays.Plus(accepted, -draw.Between(0, 2));
        var opinion = WorkingDays.Plus(reviewed, draw.Between(1, 2));
        var posted = WorkingDays.Plus(opinion, draw.Between(0, 1));
        var reported = WorkingDays.Plus(posted.AddDays(AdditionSteps.NoticeDays), draw.Between(1, 2));
        var countyReviewed = WorkingDays.Plus(reported, draw.Between(1, 5));
        var approvalPosted = WorkingDays.Plus(countyReviewed, draw.Between(0, 1));
        var decided = WorkingDays.Plus(approvalPosted.AddDays(AdditionSteps.NoticeDays), draw.Between(1, 3));
        return new(submitted, accepted, investigated, reviewed, opinion, posted, reported, null, countyReviewed, approvalPosted, decided);
    }

    /// <summary>The county visits at least 30 % of each month's applications at home (民发〔2012〕220号).</summary>
    public static IReadOnlyList<Addition> WithCountyVisits(IReadOnlyList<Addition> additions, Draw draw)
    {
        var visited = additions
            .GroupBy(a => WorkingDays.MonthOf(a.Steps.CountyReviewedOn))
            .OrderBy(g => g.Key)
            .SelectMany(g => draw.Shuffled(g).Take(((g.Count() * VisitedPerHundred) + 99) / 100))
            .Select(a => a.Household.No)
            .ToHashSet(StringComparer.Ordinal);
        return [.. additions.Select(a => visited.Contains(a.Household.No) ? a with { Steps = a.Steps with { CountyVisitedOn = WorkingDays.Plus(a.Steps.ReportedOn, 1) } } : a)];
    }

    /// <summary>Declares the year's income in one to three lines that add up to it.</summary>
    public static IReadOnlyList<IncomeLine> Declared(Household household, Draw draw)
    {
        var sources = Sources(household).Take(draw.Between(1, 3)).ToArray();
        var left = household.AnnualIncome;
        var lines = new List<IncomeLine>(sources.Length);
        for (var i = 0; i < sources.Length; i++)
        {
            var amount = i == sources.Length - 1 ? left : Math.Floor(left * draw.Between(35, 75) / 100);
            left -= amount;
            lines.Add(new(sources[i].Earner.ResidentId, sources[i].Kind, amount));
        }

        return lines;
    }

    private static IEnumerable<(Person Earner, IncomeKind Kind)> Sources(Household household)
    {
        foreach (var adult in household.Members.Where(m => m.AgeAtStartOfYear >= 18))
        {
            yield return (adult, !IsOfWorkingAge(adult) ? IncomeKind.Transfer : household.Area == Area.Rural && adult == household.Head ? IncomeKind.Business : IncomeKind.Wage);
        }

        yield return (household.Head, IncomeKind.Support);
    }

    private static bool IsOfWorkingAge(Person person) => person.AgeAtStartOfYear is >= 18 and < 60;
}
