using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.SpotCheck;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Tests.SpotCheck;

public sealed class SpotCheckTests
{
    private const string Number = "TST-341503-2026-000001";
    private static readonly RegionCode County = RegionCode.Hydrate("341503000000");
    private static readonly RegionCode Town = RegionCode.Hydrate("341503101000");
    private static readonly Stratum Population = new(Town, ["E-1", "E-2", "E-3", "E-4", "E-5"]);

    private static readonly PlanSpotCheck Plan = new(SpotCheckScope.Entitlements, County, Area.Rural, new(2026, 12, 31), null, [Population], "seed");
    private static readonly Officer Approver = Officer.With(Roles.CountyApprover).Named("u-202");
    private static readonly Officer City = Officer.With(Roles.CitySupervisor).Named("u-501");
    private static readonly Officer Checker = Officer.With(Roles.CountyOfficer).Named("u-301");

    private static Scenario Check => Scenario.Of(SpotCheckProcess.Type, PolicyFiles.Shipped, Number);

    private static Scenario Drawn => Check.When(Plan, Approver.On("2026-10-12")).After;

    /// <summary>30 % of five is two.</summary>
    private static string[] Sampled => [.. ((SpotCheckCase)Drawn.State).Plan.Checks.Select(c => c.Case)];

    private static Scenario Assigned => Drawn.Given(new SpotCheckAssigned(Sampled[0], ["u-301", "u-302"], "u-202"));

    [Fact]
    public void A_plan_freezes_population_seed_and_sample()
    {
        var planned = Check.When(Plan with { Population = [new(Town, ["E-5", "E-3"]), new(Town, ["E-1", "E-2", "E-4", "E-1"])] }, Approver.On("2026-10-12"));
        var fact = Assert.IsType<SpotCheckPlanned>(planned.Facts.Single());
        Assert.Equal(["E-1", "E-2", "E-3", "E-4", "E-5"], fact.Population.Single().Cases);
        Assert.Equal(Draw.Sample(Draw.Of([Population], 0.30m, "seed")), fact.Sample);
        Assert.Equal((2, 0.30m, 0.30m, "seed"), (fact.Sample.Count, fact.Rate, fact.MandatedRate, fact.Seed));
        Assert.Equal(2, planned.Changes().OfType<Change.Put>().Count(p => p.Row is SampleRow));
        planned.Twice("E_STATE");
    }

    [Fact]
    public void A_plan_is_drawn_from_something_at_a_sensible_rate_for_a_day_to_come()
    {
        Check.When(Plan with { Population = [] }, Approver.On("2026-10-12")).Refused("E_POPULATION_EMPTY");
        Check.When(Plan with { Rate = 0 }, Approver.On("2026-10-12")).Refused("E_RATE");
        Check.When(Plan with { Rate = 1.01m }, Approver.On("2026-10-12")).Refused("E_RATE");
        Assert.Equal(5, ((SpotCheckPlanned)Check.When(Plan with { Rate = 1 }, Approver.On("2026-10-12")).Facts[0]).Sample.Count);
        Check.When(Plan with { Seed = "" }, Approver.On("2026-10-12")).Refused("E_SEED");
        Check.When(Plan with { Scope = SpotCheckScope.OpenCases }, Approver.On("2026-10-12")).Refused("E_AREA");
        Assert.Null(Check.When(Plan, Approver.On("2026-12-31")).Refusal);
        Check.When(Plan, Approver.On("2027-01-01")).Refused("E_DATE_PAST");
    }

    [Fact]
    public void Two_checkers_are_assigned_who_had_no_part_in_the_case()
    {
        Drawn.When(new AssignCheckers(Sampled[0], ["u-301", "u-302"], ["u-102"]), Approver.On("2026-10-13")).Then(new SpotCheckAssigned(Sampled[0], ["u-301", "u-302"], "u-202")).Twice();
        var refusal = Drawn.When(new AssignCheckers(Sampled[0], ["u-301", "u-302"], ["u-102", "u-302"]), Approver.On("2026-10-13")).Refused("E_SOD");
        Assert.Equal(("SOD-7", RefusalKind.NotYours), ((string)refusal.Details["rule"]!, refusal.Kind));
        Drawn.When(new AssignCheckers(Sampled[0], ["u-301"], []), Approver.On("2026-10-13")).Refused("E_CHECKERS");
        Drawn.When(new AssignCheckers(Sampled[0], ["u-301", "u-301"], []), Approver.On("2026-10-13")).Refused("E_CHECKERS");
        Drawn.When(new AssignCheckers(Sampled[0], ["u-301", " "], []), Approver.On("2026-10-13")).Refused("E_CHECKERS");
        Drawn.When(new AssignCheckers("E-9", ["u-301", "u-302"], []), Approver.On("2026-10-13")).Refused("E_NOT_SAMPLED");
    }

    [Fact]
    public void A_checker_records_what_was_found_once()
    {
        var recorded = Assigned.When(new RecordFinding(Sampled[0], CheckFinding.AmountWrong, "少发30元", "RH-1", []), Checker.On("2026-10-20"))
            .Then(new SpotCheckRecorded(Sampled[0], CheckFinding.AmountWrong, "少发30元", "RH-1", new(2026, 10, 20), "u-301")).Twice();
        Assert.Equal([new Consequence(Processes.Entitlement, Sampled[0], new OrderRectification(Number, "AmountWrong", "少发30元"))], recorded.Consequences());
        recorded.When(new RecordFinding(Sampled[0], CheckFinding.Correct, "无误", null, []), Checker.On("2026-10-21")).Refused("E_RECORDED");
        recorded.When(new AssignCheckers(Sampled[0], ["u-303", "u-304"], []), Approver.On("2026-10-21")).Refused("E_RECORDED");
        Assigned.When(new RecordFinding(Sampled[0], CheckFinding.Correct, "", null, []), Checker.On("2026-10-20")).Refused("E_REASON");
    }

    [Fact]
    public void Only_an_assigned_checker_without_a_part_in_the_case_records()
    {
        Assigned.When(new RecordFinding(Sampled[0], CheckFinding.Correct, "无误", null, []), Approver.On("2026-10-20")).Refused("E_CHECKER");
        Drawn.When(new RecordFinding(Sampled[0], CheckFinding.Correct, "无误", null, []), Checker.On("2026-10-20")).Refused("E_CHECKER");
        Assert.Equal("SOD-7", Assigned.When(new RecordFinding(Sampled[0], CheckFinding.Correct, "无误", null, ["u-301"]), Checker.On("2026-10-20")).Refused("E_SOD").Details["rule"]);
        Assigned.When(new RecordFinding("E-9", CheckFinding.Correct, "无误", null, []), Checker.On("2026-10-20")).Refused("E_NOT_SAMPLED");
    }

    [Theory]
    [InlineData("Correct", false)]
    [InlineData("AmountWrong", true)]
    [InlineData("Ineligible", true)]
    [InlineData("Missed", true)]
    [InlineData("Procedural", true)]
    public void What_is_wrong_is_told_to_the_case(string finding, bool told)
    {
        var found = Enum.Parse<CheckFinding>(finding);
        Assert.Equal(told ? 1 : 0, Assigned.When(new RecordFinding(Sampled[0], found, "x", null, []), Checker.On("2026-10-20")).Consequences().Count);
        var open = Check.When(Plan with { Scope = SpotCheckScope.OpenCases, Area = null }, Approver.On("2026-10-12")).After.Given(new SpotCheckAssigned(Sampled[0], ["u-301", "u-302"], "u-202"));
        var consequences = open.When(new RecordFinding(Sampled[0], found, "x", null, []), Checker.On("2026-10-20")).Consequences();
        Assert.Equal(told ? [new Consequence(Processes.SubsistenceAllowance, Sampled[0], new NoteSpotCheck(Number, finding, "x"))] : [], consequences);
    }

    [Fact]
    public void A_plan_below_the_mandated_rate_is_closed_by_the_city_only()
    {
        var one = Assigned.Given(new SpotCheckRecorded(Sampled[0], CheckFinding.Ineligible, "x", null, new(2026, 10, 20), "u-301"));
        Assert.Equal(RefusalKind.NotYours, one.When(new CloseSpotCheck("人手不足"), Approver.On("2026-12-31")).Refused("E_RATE_NOT_MET").Kind);
        one.When(new CloseSpotCheck(), City.On("2026-12-31")).Refused("E_REASON");
        one.When(new CloseSpotCheck("人手不足"), City.On("2026-12-31")).Then(new SpotCheckClosed(new(2026, 12, 31), 5, 2, 1, 0.2m, 0.30m, 1, "人手不足", "u-501")).Twice();
    }

    [Fact]
    public void A_plan_that_reached_the_mandated_rate_is_closed_by_the_county()
    {
        var both = Drawn.Given([.. Sampled.Select(c => new SpotCheckRecorded(c, CheckFinding.Correct, "x", null, new(2026, 10, 20), "u-301"))]);
        both.When(new CloseSpotCheck(), Approver.On("2026-12-31")).Then(new SpotCheckClosed(new(2026, 12, 31), 5, 2, 2, 0.4m, 0.30m, 0, null, "u-202")).Twice();
        both.When(new CloseSpotCheck(), Approver.On("2026-12-31")).When(new AssignCheckers(Sampled[0], ["a", "b"], []), Approver.On("2027-01-01")).Refused("E_STATE");
    }

    [Fact]
    public void A_smaller_rate_than_mandated_does_not_lower_what_must_be_checked()
    {
        var small = Check.When(Plan with { Rate = 0.10m }, Approver.On("2026-10-12")).After;
        var drawn = ((SpotCheckCase)small.State).Plan.Checks.Single().Case;
        small.Given(new SpotCheckRecorded(drawn, CheckFinding.Correct, "x", null, new(2026, 10, 20), "u-301")).When(new CloseSpotCheck(), Approver.On("2026-12-31")).Refused("E_RATE_NOT_MET");
    }

    [Fact]
    public void The_rate_is_that_of_the_place_and_the_day()
    {
        Assert.Equal("spot-check-rate@000000 from 2012-12-12", Edition(Plan, "2014-05-05"));
        Assert.Equal("spot-check-rate@000000 from 2021-07-01", Edition(Plan, "2026-10-12"));
        Assert.Equal("spot-check-rate@152500 from 2014-01-01", Edition(Plan with { Region = RegionCode.Hydrate("152502000000") }, "2014-05-05"));
        Check.When(Plan, Approver.On("2012-12-11")).Refused("E_PARAM_MISSING");

        static string Edition(PlanSpotCheck plan, string day) => Check.When(plan, Approver.On(day)).Policies!["spot-check-rate"];
    }

    [Fact]
    public void Every_act_is_decided_in_every_state() => Totality.Holds(
        SpotCheckProcess.Type, PolicyFiles.Shipped,
        [SpotCheckExamples.Plan, SpotCheckExamples.Assign, SpotCheckExamples.Record, SpotCheckExamples.Close, Plan, new AssignCheckers(Sampled[0], ["u-1", "u-2"], [])],
        [.. Check.When(Plan, Approver.On("2026-10-12")).Facts, new SpotCheckAssigned(Sampled[0], ["u-1", "u-2"], "u-202"), new SpotCheckRecorded(Sampled[0], CheckFinding.Missed, "x", null, new(2026, 10, 20), "u-1"), new SpotCheckClosed(new(2026, 12, 31), 5, 2, 1, 0.2m, 0.3m, 1, "x", "u-501")]);
}
