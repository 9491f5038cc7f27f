using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.Local.Demonstration;

namespace Platform.Tests.Demonstration;

/// <summary>The year is generated once and only read.</summary>
public sealed class GeneratorTests
{
    // The register of the printed plan under the default seed. It changes only when somebody means to change the demonstration.
    private const string RegisterSha256 = "2a44651b4c391bc09b2e3e31f76b863c51e278963ff037bea6f588765a844e15";

    private static readonly DemonstrationBureau Bureau = DemonstrationBureau.Generate(BureauPlan.Printed, DemonstrationBureau.DefaultSeed);

    private static readonly Household[] Everybody = [.. Bureau.Opening, .. Bureau.Additions.Select(a => a.Household)];

    private static BureauPlan Small { get; } = new(
        "341503", Townships: 4, Villages: 30, CampaignMonths: 8,
        Urban: new(Area.Urban, 60, 97, 24, 40, 7, 11, PaidInYear: 350_000.37m, MonthlyStandard: 460m),
        Rural: new(Area.Rural, 180, 315, 44, 79, 0, 0, PaidInYear: 447_000.01m, MonthlyStandard: 220m));

    public static TheoryData<string> Plans { get; } = ["printed", "small"];

    [Fact]
    public void The_printed_plan_gives_the_printed_counts_of_each_area()
    {
        Assert.Equal((6_152, 9_996), Count(Bureau.Opening, Area.Urban));
        Assert.Equal((18_105, 31_687), Count(Bureau.Opening, Area.Rural));
        Assert.Equal((2_474, 4_136), Count(Bureau.Cancellations.Select(c => c.Household), Area.Urban));
        Assert.Equal((4_443, 7_975), Count(Bureau.Cancellations.Select(c => c.Household), Area.Rural));
        Assert.Equal((327, 526), Count(Bureau.Additions.Select(a => a.Household), Area.Urban));
        Assert.Equal((1_748, 3_308), Count(Bureau.Additions.Select(a => a.Household), Area.Rural));

        var cancelled = Bureau.Cancellations.Select(c => c.Household.No).ToHashSet(StringComparer.Ordinal);
        var closing = Everybody.Where(h => !cancelled.Contains(h.No)).ToArray();
        Assert.Equal((4_005, 6_386), Count(closing, Area.Urban));
        Assert.Equal((15_410, 27_020), Count(closing, Area.Rural));
        Assert.Equal((4_005, 6_386), (Bureau.Months[^1].Urban.Households, Bureau.Months[^1].Urban.Persons));
        Assert.Equal((15_410, 27_020), (Bureau.Months[^1].Rural.Households, Bureau.Months[^1].Rural.Persons));
    }

    [Fact]
    public void The_printed_figures_agree_among_themselves()
    {
        Assert.Equal(PrintedFigures.CancelledPersons.Value, PrintedFigures.Urban.CancelledPersons.Value + PrintedFigures.Rural.CancelledPersons.Value);
        Assert.Equal(PrintedFigures.AddedPersons.Value, PrintedFigures.Urban.AddedPersons.Value + PrintedFigures.Rural.AddedPersons.Value);
        Assert.All(PrintedCounts(PrintedFigures.Urban).Concat(PrintedCounts(PrintedFigures.Rural)), f =>
            Assert.Contains(f.Value.ToString("0", CultureInfo.InvariantCulture), f.Quote, StringComparison.Ordinal));
    }

    [Fact]
    public void The_year_is_paid_to_the_fen()
    {
        Assert.Equal(36_000_000.00m, PaidInYear(Bureau, Area.Urban));
        Assert.Equal(45_000_000.00m, PaidInYear(Bureau, Area.Rural));
        Assert.Equal(36_000_000.00m, Bureau.Months.Sum(m => m.Urban.Amount));
        Assert.Equal(45_000_000.00m, Bureau.Months.Sum(m => m.Rural.Amount));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Another_plan_is_met_as_exactly(string plan)
    {
        var bureau = plan == "small" ? DemonstrationBureau.Generate(Small, 7) : DemonstrationBureau.Generate(BureauPlan.Printed, 8);

        Assert.All(bureau.Plan.Areas, area =>
        {
            Assert.Equal((area.OpeningHouseholds, area.OpeningPersons), Count(bureau.Opening, area.Area));
            Assert.Equal((area.CancelledHouseholds, area.CancelledPersons), Count(bureau.Cancellations.Select(c => c.Household), area.Area));
            Assert.Equal((area.AddedHouseholds, area.AddedPersons), Count(bureau.Additions.Select(a => a.Household), area.Area));
            Assert.Equal(area.PaidInYear, PaidInYear(bureau, area.Area));
        });
        Assert.Equal(bureau.Plan.Villages, Different(bureau.Villages.Select(v => v.Code)));
        Assert.All(bureau.Additions, a => Assert.True(a.Steps.DecidedOn <= new DateOnly(2014, 11, 30)));
    }

    [Fact]
    public void A_plan_whose_money_cannot_be_plausible_is_refused()
    {
        var tooMuch = Small with { Urban = Small.Urban with { PaidInYear = 600_000m } };
        var tooLittle = Small with { Urban = Small.Urban with { PaidInYear = 10_000m } };
        var tooManyCancelled = Small with { Urban = Small.Urban with { CancelledHouseholds = 61 } };

        Assert.Throws<InvalidOperationException>(() => DemonstrationBureau.Generate(tooMuch, 1));
        Assert.Throws<InvalidOperationException>(() => DemonstrationBureau.Generate(tooLittle, 1));
        Assert.Throws<InvalidOperationException>(() => DemonstrationBureau.Generate(tooManyCancelled, 1));
    }

    [Fact]
    public void Every_amount_follows_from_the_income_by_the_difference_formula()
    {
        Assert.All(Everybody, h =>
        {
            var standard = h.Area == Area.Urban ? 460.00m : 2_640.00m / 12;
            var perCapita = h.AnnualIncome / 12 / h.Members.Count;
            Assert.True(perCapita >= 0 && perCapita < standard);
            Assert.Equal(h.MonthlyAmount, Math.Round((standard - perCapita) * h.Members.Count, 2, MidpointRounding.AwayFromZero));
            Assert.Equal(h.AnnualIncome, Math.Round(h.AnnualIncome, 2));
            Assert.True(h.MonthlyAmount >= 30);
        });
    }

    [Fact]
    public void Amounts_spread_and_are_whole_yuan_but_for_a_few()
    {
        Assert.All(Bureau.Plan.Areas, area =>
        {
            var perPerson = Everybody.Where(h => h.Area == area.Area).GroupBy(h => (int)(h.MonthlyAmount / h.Members.Count / 10)).ToArray();
            Assert.True(perPerson.Length >= 8);
            Assert.All(perPerson, g => Assert.True(g.Count() < 0.35 * Everybody.Count(h => h.Area == area.Area)));
        });
        Assert.InRange(Everybody.Count(h => h.MonthlyAmount != Math.Floor(h.MonthlyAmount)), 0, 4);
    }

    [Fact]
    public void Resident_numbers_are_valid_unique_and_fit_the_person()
    {
        var persons = Everybody.SelectMany(h => h.Members).ToArray();

        Assert.All(persons, p =>
        {
            int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
            Assert.Equal(18, p.ResidentId.Length);
            Assert.Equal("10X98765432"[weights.Select((w, i) => w * (p.ResidentId[i] - '0')).Sum() % 11], p.ResidentId[17]);
            Assert.Equal(p.BirthDate, DateOnly.ParseExact(p.ResidentId[6..14], "yyyyMMdd", CultureInfo.InvariantCulture));
            Assert.Equal(p.Sex == Sex.Male, (p.ResidentId[16] - '0') % 2 == 1);
            Assert.InRange(p.BirthDate, new(1915, 1, 1), new(2013, 12, 31));
        });
        Assert.Equal(persons.Length, Different(persons.Select(p => p.ResidentId[6..17])));
    }

    [Fact]
    public void Households_have_one_head_plausible_ages_and_their_own_card()
    {
        Assert.All(Everybody, h =>
        {
            Assert.InRange(h.Members.Count, 1, 6);
            Assert.Equal(Relation.Head, h.Head.Relation);
            Assert.Single(h.Members, m => m.Relation == Relation.Head);
            Assert.True(h.Members.Count(m => m.Relation == Relation.Spouse) <= 1);
            Assert.InRange(h.Head.AgeAtStartOfYear, 30, 89);
            Assert.All(h.Members.Where(m => m.Relation == Relation.Child), c => Assert.True(c.AgeAtStartOfYear <= h.Head.AgeAtStartOfYear - 12));
            Assert.All(h.Members.Where(m => m.Relation == Relation.Parent), p => Assert.True(p.AgeAtStartOfYear >= h.Head.AgeAtStartOfYear + 12));
            Assert.Equal(h.Head.Name, h.Card.Holder);
            Assert.Equal(12, h.Card.BankCode.Length);
            Assert.True(Luhn(h.Card.Number));
        });
        Assert.Equal(Everybody.Length, Different(Everybody.Select(h => h.Card.Number)));
        Assert.Equal(Everybody.Length, Different(Everybody.Select(h => h.No)));
        Assert.All(Bureau.Opening, h => Assert.InRange(h.PaidSince, new(2008, 1, 1), new(2013, 12, 1)));
    }

    [Fact]
    public void All_324_villages_have_one_hearing_on_a_working_day_in_eight_even_months()
    {
        Assert.Equal(324, Bureau.Villages.Count);
        Assert.Equal(324, Different(Bureau.Villages.Select(v => v.Code)));
        Assert.Equal(324, Different(Bureau.Villages.Select(v => v.Name)));
        Assert.Equal(23, Different(Bureau.Villages.Select(v => v.TownshipCode)));
        Assert.Equal(23, Different(Bureau.Villages.Select(v => v.TownshipName)));
        Assert.All(Bureau.Villages, v =>
        {
            Assert.StartsWith("341503", v.Code, StringComparison.Ordinal);
            Assert.Equal(12, v.Code.Length);
            Assert.Equal(v.TownshipCode, v.Code[..9] + "000");
            Assert.InRange(int.Parse(v.Code.AsSpan(9), CultureInfo.InvariantCulture), v.Residents ? 1 : 200, v.Residents ? 199 : 399);
            Assert.True(WorkingDays.Is(v.HeardOn));
        });
        var perMonth = Bureau.Villages.GroupBy(v => v.HeardOn.Month).ToArray();
        Assert.Equal([3, 4, 5, 6, 7, 8, 9, 10], perMonth.Select(g => g.Key).Order());
        Assert.All(perMonth, g => Assert.InRange(g.Count(), 40, 41));

        Assert.Equal(324, Different(Bureau.Cancellations.Select(c => c.Household.Village.Code).Concat(Bureau.Additions.Select(a => a.Household.Village.Code))));
        var urban = Bureau.Opening.Where(h => h.Area == Area.Urban).ToArray();
        Assert.True(urban.Count(h => h.Village.Residents) > 0.9 * urban.Length);
    }

    [Fact]
    public void A_cancellation_follows_its_own_villages_hearing_and_stops_the_month_after()
    {
        Assert.Equal(Bureau.Cancellations.Count, Different(Bureau.Cancellations.Select(c => c.Household.No)));
        Assert.All(Bureau.Cancellations, c =>
        {
            Assert.Equal(c.Household.Village.HeardOn, c.HeardOn);
            Assert.True(WorkingDays.Is(c.DecidedOn));
            Assert.InRange(WorkingDaysBetween(c.HeardOn, c.DecidedOn), 3, 10);
            Assert.Equal(new DateOnly(2014, c.DecidedOn.Month, 1).AddMonths(1), c.StoppedFrom);
        });
        Assert.True(Different(Bureau.Cancellations.Select(c => c.Cause.Code)) >= 6);
    }

    [Fact]
    public void Every_addition_keeps_the_periods_of_the_2012_procedure()
    {
        Assert.All(Bureau.Additions, a =>
        {
            var s = a.Steps;
            DateOnly[] days = [s.SubmittedOn, s.AcceptedOn, s.InvestigatedOn, s.ReviewedOn, s.OpinionOn, s.PostedOn, s.ReportedOn, s.CountyReviewedOn, s.ApprovalPostedOn, s.DecidedOn];
            Assert.All(days, d => Assert.True(WorkingDays.Is(d)));
            Assert.Equal(days.Order(), days);
            Assert.InRange(WorkingDaysBetween(s.AcceptedOn, s.InvestigatedOn), 1, 10);
            Assert.Equal(a.Household.Village.HeardOn, s.ReviewedOn);
            Assert.InRange(WorkingDaysBetween(s.InvestigatedOn, s.ReviewedOn), 1, 5);
            Assert.True(s.ReportedOn >= s.PostedOn.AddDays(8));
            Assert.InRange(WorkingDaysBetween(s.ReportedOn, s.CountyReviewedOn), 1, 5);
            Assert.True(s.DecidedOn >= s.ApprovalPostedOn.AddDays(8));
            Assert.InRange(WorkingDaysBetween(s.ApprovalLastPublicDay, s.DecidedOn), 1, 3);
            Assert.True(s.DecidedOn <= new DateOnly(2014, 11, 30));
            Assert.Equal(new DateOnly(2014, s.DecidedOn.Month, 1).AddMonths(1), a.Household.PaidSince);
            Assert.True(s.CountyVisitedOn is not { } visit || (visit > s.ReportedOn && visit <= s.CountyReviewedOn && WorkingDays.Is(visit)));
        });
        Assert.All(Bureau.Additions.GroupBy(a => a.Steps.CountyReviewedOn.Month), g =>
            Assert.InRange(g.Count(a => a.Steps.CountyVisitedOn is not null), 0.30 * g.Count(), (0.30 * g.Count()) + 1));
    }

    [Fact]
    public void Declared_income_adds_up_to_the_households_income()
    {
        Assert.All(Bureau.Additions, a =>
        {
            Assert.InRange(a.DeclaredIncome.Count, 1, 3);
            Assert.Equal(a.Household.AnnualIncome, a.DeclaredIncome.Sum(l => l.AnnualAmount));
            Assert.All(a.DeclaredIncome, l =>
            {
                Assert.True(l.AnnualAmount > 0);
                Assert.Contains(a.Household.Members, m => m.ResidentId == l.ResidentId);
            });
        });
    }

    [Fact]
    public void Twelve_batches_are_paid_on_the_tenth_or_the_working_day_before()
    {
        (int Month, int Day)[] expected = [(1, 10), (2, 10), (3, 10), (4, 10), (5, 9), (6, 10), (7, 10), (8, 8), (9, 10), (10, 10), (11, 10), (12, 10)];
        Assert.Equal(expected.Select(d => new DateOnly(2014, d.Month, d.Day)), Bureau.Months.Select(m => m.PaidOn));
        Assert.Equal(expected.Select(d => new DateOnly(2014, d.Month, 1)), Bureau.Months.Select(m => m.Month));
        Assert.Equal(250, Enumerable.Range(0, 365).Count(d => WorkingDays.Is(new DateOnly(2014, 1, 1).AddDays(d))));
    }

    [Fact]
    public void The_register_is_the_same_file_on_every_run()
    {
        using var again = new MemoryStream();
        DemonstrationBureau.Generate(BureauPlan.Printed, DemonstrationBureau.DefaultSeed).WriteRegister(again);
        Assert.Equal(RegisterSha256, Convert.ToHexStringLower(SHA256.HashData(again.ToArray())));

        using var other = new MemoryStream();
        DemonstrationBureau.Generate(BureauPlan.Printed, DemonstrationBureau.DefaultSeed + 1).WriteRegister(other);
        Assert.NotEqual(RegisterSha256, Convert.ToHexStringLower(SHA256.HashData(other.ToArray())), StringComparer.Ordinal);
    }

    [Fact]
    public void The_register_has_a_row_per_person_and_the_households_money_on_the_heads_row()
    {
        using var file = new MemoryStream();
        Bureau.WriteRegister(file);
        var bytes = file.ToArray();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var rows = Encoding.UTF8.GetString(bytes.AsSpan(3)).Split("\r\n");
        Assert.Equal("household_no,area,village_code,village_name,relation,name,resident_id,category,annual_income,monthly_amount,paid_since,account,account_holder,bank_code", rows[0]);
        Assert.Equal("", rows[^1]);

        var cells = rows[1..^1].Select(r => r.Split(',')).ToArray();
        Assert.Equal(9_996 + 31_687, cells.Length);
        Assert.All(cells, c => Assert.Equal(14, c.Length));
        Assert.All(cells, c => Assert.Equal(c[4] == "Head", c[8..].All(v => v.Length > 0)));
        Assert.All(cells, c => Assert.Equal(c[4] != "Head", c[8..].All(v => v.Length == 0)));
        Assert.Equal(Bureau.Months[0].Urban.Amount + Bureau.Months[0].Rural.Amount, cells.Where(c => c[4] == "Head").Sum(c => decimal.Parse(c[9], CultureInfo.InvariantCulture)));
    }

    /// <summary>Recomputed here from the standard and the income, month by month, independently of the generator's batches.</summary>
    private static decimal PaidInYear(DemonstrationBureau bureau, Area area)
    {
        var standard = area == Area.Urban ? 460.00m : 220.00m;
        var stopped = bureau.Cancellations.ToDictionary(c => c.Household.No, c => c.DecidedOn.Month, StringComparer.Ordinal);
        return bureau.Opening.Where(h => h.Area == area).Sum(h => Amount(h) * stopped.GetValueOrDefault(h.No, 12))
            + bureau.Additions.Where(a => a.Household.Area == area).Sum(a => Amount(a.Household) * (12 - a.Steps.DecidedOn.Month));

        decimal Amount(Household h) => Math.Round((standard - (h.AnnualIncome / 12 / h.Members.Count)) * h.Members.Count, 2, MidpointRounding.AwayFromZero);
    }

    private static (int Households, int Persons) Count(IEnumerable<Household> households, Area area)
    {
        var those = households.Where(h => h.Area == area).ToArray();
        return (those.Length, those.Sum(h => h.Members.Count));
    }

    private static int WorkingDaysBetween(DateOnly after, DateOnly upTo) =>
        Enumerable.Range(1, Math.Max(0, upTo.DayNumber - after.DayNumber)).Count(d => WorkingDays.Is(after.AddDays(d)));

    private static int Different(IEnumerable<string> texts) => texts.Distinct(StringComparer.Ordinal).Count();

    private static IEnumerable<PrintedFigure> PrintedCounts(PrintedArea area) =>
        [area.CancelledHouseholds, area.CancelledPersons, area.AddedHouseholds, area.AddedPersons, area.ClosingHouseholds, area.ClosingPersons];

    private static bool Luhn(string digits) =>
        digits.Reverse().Select((c, i) => (c - '0') * (1 + (i % 2))).Sum(d => d > 9 ? d - 9 : d) % 10 == 0;
}
