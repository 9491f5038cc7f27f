using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.SubsistenceAllowance.Story;

namespace SocialAssistance.Tests.SubsistenceAllowance;

public sealed class AllowanceInvestigationTests
{
    private static readonly Act Day = Township.On("2026-10-10");

    [Theory]
    [InlineData("2026-09-28", true)]
    [InlineData("2026-09-29", false)]
    public void Investigation_starts_within_three_working_days(string on, bool inTime) =>
        Accepted().When(AllowanceExamples.Start, Township.On(on)).Then(new AllowanceInvestigationStarted(["u-102", "u-103"], Township.On(on).Today, inTime, "u-102")).Twice();

    [Fact]
    public void Two_different_investigators_are_needed() =>
        Assert.Equal("SOD-3", Accepted().When(new StartInvestigation(["u-102", "u-102"]), Day).Refused("E_SOD").Details["rule"]);

    [Fact]
    public void A_near_relative_neither_investigates_nor_does_anything_else()
    {
        var declared = Accepted().Do(AllowanceExamples.Relative with { User = "u-103" }, Window.On("2026-09-22"));
        Assert.Equal("SOD-2", declared.When(AllowanceExamples.Start, Township.On("2026-09-24")).Refused("E_SOD").Details["rule"]);
        Assert.Equal("SOD-2", declared.When(new StartInvestigation(["u-102", "u-106"]), Township.Named("u-103").On("2026-09-24")).Refused("E_SOD").Details["rule"]);
        declared.Do(new StartInvestigation(["u-102", "u-106"]), Township.On("2026-09-24")).When(AllowanceExamples.TownshipVisit, Township.On("2026-09-29")).Refused("E_SOD");
    }

    [Fact]
    public void The_investigation_term_is_met_by_starting_in_2021_and_by_completing_in_2012()
    {
        Assert.DoesNotContain(Investigating().Is<Investigating>().File.Terms, t => t.Clock == Clock.Investigation);
        var old = New().Do(Apply(), Window.On("2014-05-04")).Do(AllowanceExamples.Accept, Window.On("2014-05-05")).Do(AllowanceExamples.Start, Township.On("2014-05-06"));
        Assert.Contains(old.Is<Investigating>().File.Terms, t => t.Clock == Clock.Investigation);
        var done = old.Do(AllowanceExamples.TownshipVisit with { On = new(2014, 5, 8) }, Township.On("2014-05-08"))
            .Do(AllowanceExamples.Income with { From = new(2013, 5), To = new(2014, 4) }, Township.On("2014-05-09"));
        Assert.DoesNotContain(done.Is<Investigating>().File.Terms, t => t.Clock == Clock.Investigation);
    }

    [Fact]
    public void A_visit_is_attached_once_and_makes_its_visitors_investigators()
    {
        var visited = Investigating().When(AllowanceExamples.TownshipVisit, Township.On("2026-09-29")).Twice();
        Assert.Contains(new Hand(Step.Investigate, "u-103"), visited.After.Is<Investigating>().File.Hands);
    }

    [Fact]
    public void Visits_reports_and_reviews_after_the_decision_do_not_touch_the_case()
    {
        foreach (var later in new AllowanceCommand[] { AllowanceExamples.CountyVisit with { Visit = "RH-9" }, AllowanceExamples.AttachedReport with { Order = "HD-9" }, AllowanceExamples.Review with { Review = "PY-9" } })
        {
            Confirmed().When(later, Township.On("2027-04-01")).NothingNew();
        }
    }

    [Fact]
    public void A_visit_needs_an_open_investigation() => Accepted().When(AllowanceExamples.TownshipVisit, Day).Refused("E_STATE");

    [Fact]
    public void A_county_visitor_has_not_investigated() =>
        Assert.Equal("SOD-1", Reported().When(AllowanceExamples.CountyVisit with { Investigators = ["u-201", "u-103"] }, County.On("2026-10-27")).Refused("E_SOD").Details["rule"]);

    [Fact]
    public void Report_review_and_co_investigation_are_attached_once()
    {
        Investigating().When(AllowanceExamples.AttachedReport, Day).Twice();
        Investigating().When(AllowanceExamples.Review, Day).Twice();
        Investigating().When(AllowanceExamples.CoInvestigation, Day).Twice();
        Investigating().When(AllowanceExamples.CoInvestigation with { RepliedOn = new(2026, 10, 11) }, Day).Refused("E_DATE_FUTURE");
        Investigating().When(AllowanceExamples.NotCooperating, Day).Twice();
        Investigating().When(new RecordRefusalToCooperate(""), Day).Refused("E_REASON");
    }

    [Fact]
    public void Income_is_assessed_to_six_places_and_to_the_fen()
    {
        var fact = Assert.IsType<AllowanceIncomeAssessed>(Investigating().When(AllowanceExamples.Income, Day).Twice().Facts.Single());
        Assert.Equal((12, 3, 266.666667m, new Money(266.67m)), (fact.Months, fact.Members, fact.PerCapitaExact, fact.PerCapitaMonthly));
    }

    [Fact]
    public void Deductions_exclusions_and_recognised_expenses_are_taken_off()
    {
        var c = new AssessIncome(
            new(2026, 7), new(2026, 9),
            [
                new(Mother, IncomeKind.Wage, new(3000m), new(300m), Money.Zero, "工资表,扣除就业成本"),
                new(Grandfather, IncomeKind.Transfer, new(600m), Money.Zero, new(450m), "基础养老金不计入"),
            ], new(850m), new(2000m));
        var fact = Assert.IsType<AllowanceIncomeAssessed>(Investigating().When(c, Day).Facts.Single());
        Assert.Equal((new Money(2000m), 3, 222.222222m), (fact.HouseholdCountable, fact.Months, fact.PerCapitaExact));
        var below = c with { RecognisedExpenses = new(900_000m), HouseholdCountable = Money.Zero };
        Assert.Equal(0m, Assert.IsType<AllowanceIncomeAssessed>(Investigating().When(below, Day).Facts.Single()).PerCapitaExact);
    }

    [Fact]
    public void A_sum_that_differs_is_refused_with_the_right_one() =>
        Assert.Equal(9600.00m, Investigating().When(AllowanceExamples.Income with { HouseholdCountable = new(9600.01m) }, Day).Refused("E_AMOUNT_MISMATCH").Details["computed"]);

    [Fact]
    public void The_period_has_one_to_twelve_months_and_is_not_to_come()
    {
        Investigating().When(AllowanceExamples.Income with { From = new(2025, 8) }, Day).Refused("E_PERIOD");
        Investigating().When(AllowanceExamples.Income with { From = new(2026, 9) }, Day).Refused("E_PERIOD");
        Investigating().When(AllowanceExamples.Income with { From = new(2026, 1), To = new(2026, 11) }, Day).Refused("E_PERIOD");
        Investigating().When(AllowanceExamples.Income with { From = new(2026, 8) }, Day).NothingRefused();
    }

    [Fact]
    public void Income_lines_are_sound()
    {
        var line = AllowanceExamples.Income.Lines[0];
        void Line(IncomeLine changed, string code) => Investigating().When(AllowanceExamples.Income with { Lines = [changed] }, Day).Refused(code);
        Line(line with { Person = PersonId.Hydrate(new('a', 26)) }, "E_MEMBER_UNKNOWN");
        Line(line with { Gross = new(1_000_000m) }, "E_AMOUNT_RANGE");
        Line(line with { Gross = new(999_999_999_999m), Deduction = new(999_999_999_999m), Excluded = new(999_999_999_999m) }, "E_AMOUNT_RANGE");
        Line(line with { Deduction = new(9600.01m) }, "E_DEDUCTION");
        Line(line with { Basis = "" }, "E_REASON");
    }

    [Fact]
    public void Assets_are_judged_by_the_rules_of_the_region()
    {
        var fact = Assert.IsType<AllowanceAssetsAssessed>(Investigating().When(AllowanceExamples.Assets, Day).Twice().Facts.Single());
        Assert.True(fact.WithinLimit);
        var car = Assert.IsType<AllowanceAssetsAssessed>(Investigating().When(new AssessAssets([new(Mother, AssetKind.Vehicle, new(20000m))]), Day).Facts.Single());
        Assert.Equal(["vehicles"], car.Results.Where(r => !r.Pass).Select(r => r.Rule));
    }

    [Theory]
    [InlineData(59040.00, true)] // 24 × 820 × 3
    [InlineData(59040.06, false)]
    public void Money_at_the_limit_passes_and_above_it_does_not(double yuan, bool pass) =>
        Assert.Equal(pass, Assert.IsType<AllowanceAssetsAssessed>(Investigating().When(new AssessAssets([new(Mother, AssetKind.Deposits, new((decimal)yuan))]), Day).Facts.Single()).WithinLimit);

    [Fact]
    public void A_finding_is_notified_disputed_and_reexamined()
    {
        var exceeds = Investigating().Do(AllowanceExamples.AttachedReport with { Conclusion = VerificationConclusion.ExceedsLimit }, Day);
        var notified = exceeds.When(AllowanceExamples.Notify, Day).Twice().After;
        var disputed = notified.When(AllowanceExamples.Dispute, Window.On("2026-10-12")).Twice().After;
        disputed.When(AllowanceExamples.Reexamine, Township.On("2026-10-13")).Twice();
        notified.When(AllowanceExamples.Reexamine, Day).Refused("E_NOT_DISPUTED");
        exceeds.When(AllowanceExamples.Dispute, Day).Refused("E_NOT_NOTIFIED");
        notified.When(AllowanceExamples.Dispute with { Evidence = [] }, Day).Refused("E_DOCUMENTS");
    }

    [Fact]
    public void Nothing_is_notified_where_nothing_speaks_against_the_household() => Established().When(AllowanceExamples.Notify, Day).Refused("E_NOTHING_FAILED");

    [Fact]
    public void Complaints_and_spot_checks_are_noted_once()
    {
        Assert.True(Accepted().When(new NoteComplaint("TS-1", "case"), Day).Twice().After.Is<Accepted>().File.CountyVisitMandatory);
        Confirmed().When(new NoteComplaint("TS-1", "case"), Day).NothingNew();
        Confirmed().When(new NoteSpotCheck("CC-1", "Correct", "属实"), Day).Twice();
    }
}
