using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Campaign;
using SocialAssistance.Entitlement;

namespace SocialAssistance.Tests.Campaign;

/// <summary>The decision table of a review campaign.</summary>
public sealed class CampaignTests
{
    private const string Number = "ZX-341503-2014-000001";
    private static readonly RegionCode County = RegionCode.Hydrate("341503000000");
    private static readonly RegionCode Rural = RegionCode.Hydrate("341503101201");
    private static readonly RegionCode Urban = RegionCode.Hydrate("341503001001");
    private static readonly RegionCode Stranger = RegionCode.Hydrate("341503101299");
    private static readonly Officer Clerk = Officer.With(Roles.CountyOfficer).Named("clerk").In(County);
    private static readonly Officer Approver = Officer.With(Roles.CountyApprover).Named("approver").In(County);
    private static readonly Officer Township = Officer.With(Roles.TownshipOfficer).Named("township").In(County);

    private static readonly OpenCampaign Order = new(
        County, "城乡低保专项整治", CampaignCategory.County, new(2014, 3, 1), new(2014, 10, 31), "区政府通知", [new(Rural, Area.Rural), new(Urban, Area.Urban)],
        [new(Area.Urban, 6_152, 9_996, new(1_230_400.00m)), new(Area.Rural, 18_105, 31_687, new(2_534_700.00m))]);

    private static readonly CampaignOpened Opened = new(Order.Region, Order.Title, Order.Category, Order.From, Order.Until, Order.Basis, Order.Villages, Order.Baseline, "clerk");
    private static readonly NoteHearing Hearing = new("PY-1", Rural, new(2014, 3, 10), 50, 36, SupervisorPresent: true);
    private static readonly VillageHeard Heard = new("PY-1", Rural, new(2014, 3, 10), 50, 36, SupervisorPresent: true, "township");
    private static readonly CancelledHousehold Car = new("DB-1", Rural, Area.Rural, 3, new(260.00m), "owns-car", "户主名下有轿车", "决〔2014〕1号");
    private static readonly CancelledHousehold House = new("DB-2", Rural, Area.Urban, 2, new(300.00m), "owns-house", "有两套住房", "决〔2014〕2号", Finding.PersonalFavour);
    private static readonly CancelHouseholds Cancel = new(Rural, [Car, House]);
    private static readonly HouseholdsCancelled Cancelled = new(Rural, new(2014, 3, 17), [Car, House], "approver");
    private static readonly NoteAddition Addition = new("DB-9", Rural, Area.Rural, 4, new(300.00m), new(2014, 4, 20));
    private static readonly HouseholdAdded Added = new("DB-9", Rural, Area.Rural, 4, new(300.00m), new(2014, 4, 20));

    private static readonly PolicyBook Book = PolicyFiles.Shipped;

    private static Scenario None => Scenario.Of(CampaignProcess.Type, Book, Number);

    private static Scenario Running => None.Given(Opened);

    private static Scenario Reviewed => Running.Given(Heard);

    private static Scenario Over => Reviewed.Given(new CampaignClosed(new(2014, 10, 31), 1, "一个村拆迁"));

    [Fact]
    public void A_campaign_opens_with_its_villages_and_the_stock_of_the_day() => None.When(Order, Clerk.On("2014-03-01")).Then(Opened).Twice("E_STATE");

    [Fact]
    public void Its_villages_are_the_countys_each_once_and_at_most_a_thousand()
    {
        var by = Clerk.On("2014-03-01");
        None.When(Order with { Villages = [] }, by).Refused("E_LIST_SIZE");
        None.When(Order with { Villages = Many(1_001) }, by).Refused("E_LIST_SIZE");
        Assert.Null(None.When(Order with { Villages = Many(999) }, by).Refusal);
        None.When(Order with { Villages = [new(Rural, Area.Rural), new(Rural, Area.Rural)] }, by).Refused("E_VILLAGE");
        None.When(Order with { Villages = [new(RegionCode.Hydrate("341502101201"), Area.Rural)] }, by).Refused("E_VILLAGE");
        None.When(Order with { Villages = [new(RegionCode.Hydrate("341503101000"), Area.Rural)] }, by).Refused("E_VILLAGE");
        None.When(Order with { Region = Rural, Villages = [new(Rural, Area.Rural)] }, by).Refused("E_REGION_LEVEL");

        static List<CampaignVillage> Many(int count) =>
            [.. Enumerable.Range(1, count).Select(i => new CampaignVillage(RegionCode.Hydrate($"341503{101 + (i / 900):000}{(i % 900) + 1:000}"), Area.Rural))];
    }

    [Fact]
    public void It_has_a_period_a_title_and_a_basis()
    {
        var by = Clerk.On("2014-03-01");
        Assert.Null(None.When(Order with { Until = Order.From }, by).Refusal);
        None.When(Order with { Until = Order.From.AddDays(-1) }, by).Refused("E_PERIOD");
        None.When(Order with { Title = " " }, by).Refused("E_REASON");
        None.When(Order with { Basis = "" }, by).Refused("E_REASON");
    }

    [Fact]
    public void Nothing_is_done_in_a_campaign_that_was_never_opened()
    {
        foreach (CampaignCommand command in new CampaignCommand[] { Hearing, Cancel, Addition, new CloseCampaign() })
        {
            Assert.Equal(RefusalKind.NotFound, None.When(command, Approver.On("2014-05-01")).Refused("E_NOT_FOUND").Kind);
        }
    }

    [Fact]
    public void A_hearing_is_counted_once() => Running.When(Hearing, Township.On("2014-03-10")).Then(Heard).Twice();

    [Fact]
    public void A_hearing_is_of_a_village_of_the_campaign_and_not_of_tomorrow()
    {
        Running.When(Hearing with { Village = Stranger }, Township.On("2014-03-10")).Refused("E_VILLAGE");
        Running.When(Hearing, Township.On("2014-03-09")).Refused("E_DATE_FUTURE");
        Running.When(Hearing with { Upheld = 51 }, Township.On("2014-03-10")).Refused("E_COUNT");
        Running.When(Hearing with { CasesHeard = -1, Upheld = -1 }, Township.On("2014-03-10")).Refused("E_COUNT");
    }

    [Fact]
    public void Households_are_cancelled_where_they_have_been_heard() => Reviewed.When(Cancel, Approver.On("2014-03-17")).Then(Cancelled).Twice();

    [Fact]
    public void Nothing_is_cancelled_before_a_hearing_under_the_countys_supervision()
    {
        var refusal = Running.When(Cancel, Approver.On("2014-03-17")).Refused("E_NOT_HEARD");
        Assert.Equal(RefusalKind.NotNow, refusal.Kind);
        Assert.NotNull(refusal.Basis);
        Running.Given(Heard with { SupervisorPresent = false }).When(Cancel, Approver.On("2014-03-17")).Refused("E_NOT_HEARD");
        Running.Given(Heard with { Village = Urban }).When(Cancel, Approver.On("2014-03-17")).Refused("E_NOT_HEARD");
    }

    [Fact]
    public void The_probe_tells_whether_any_village_can_be_dealt_with()
    {
        Running.When(CampaignExamples.CancelProbe, Approver.On("2014-03-17")).Refused("E_NOT_HEARD");
        Assert.Equal(RefusalKind.Rule, Reviewed.When(CampaignExamples.CancelProbe, Approver.On("2014-03-17")).Refused("E_VILLAGE").Kind);
        Reviewed.When(Cancel with { Village = Urban }, Approver.On("2014-03-17")).Refused("E_NOT_HEARD");
        Reviewed.When(Cancel with { Village = Stranger }, Approver.On("2014-03-17")).Refused("E_VILLAGE");
    }

    [Fact]
    public void Who_recorded_the_hearing_does_not_cancel_after_it()
    {
        var refusal = Reviewed.When(Cancel, Approver.Named("township").On("2014-03-17")).Refused("E_SOD");
        Assert.Equal(RefusalKind.NotYours, refusal.Kind);
        Assert.Equal("SOD-1", refusal.Details["rule"]);
        // Duties come before content: what is wrong with the list is not told.
        Reviewed.When(Cancel with { Items = [] }, Approver.Named("township").On("2014-03-17")).Refused("E_SOD");
    }

    [Fact]
    public void Each_household_has_a_listed_cause_in_words_and_a_numbered_decision_of_its_own()
    {
        var by = Approver.On("2014-03-17");
        Refused("E_CAUSE", Car with { Cause = "disliked" });
        Refused("E_REASON", Car with { Explanation = "" });
        Refused("E_REASON", Car with { Explanation = new string('长', 501) });
        Refused("E_DECISION_NUMBER", Car with { DecisionNumber = "" });
        Refused("E_DECISION_NUMBER", Car, House with { DecisionNumber = Car.DecisionNumber });
        Refused("E_DUPLICATE", Car, Car with { DecisionNumber = "决〔2014〕3号" });
        Refused("E_VILLAGE", Car with { Region = Urban });
        Refused("E_LIST_SIZE");
        Refused("E_LIST_SIZE", [.. Enumerable.Range(1, 501).Select(i => Car with { Entitlement = $"DB-{i}", DecisionNumber = $"{i}" })]);
        Assert.Null(Reviewed.When(new CancelHouseholds(Rural, [.. Enumerable.Range(1, 500).Select(i => Car with { Entitlement = $"DB-{i}", DecisionNumber = $"{i}" })]), by).Refusal);

        void Refused(string code, params IReadOnlyList<CancelledHousehold> items) => Reviewed.When(new CancelHouseholds(Rural, items), by).Refused(code);
    }

    [Fact]
    public void A_household_is_cancelled_once()
    {
        var after = Reviewed.Given(Cancelled);
        var third = Car with { Entitlement = "DB-3", DecisionNumber = "决〔2014〕3号" };
        var refusal = after.When(new CancelHouseholds(Rural, [Car, third]), Approver.On("2014-03-18")).Refused("E_CANCELLED_ALREADY");
        Assert.Equal(["DB-1"], Assert.IsType<IEnumerable<string>>(refusal.Details["entitlements"], exactMatch: false));
        Assert.Null(after.When(new CancelHouseholds(Rural, [third]), Approver.On("2014-03-18")).Refusal);
    }

    [Fact]
    public void Every_cancelled_household_loses_its_entitlement_in_the_same_transaction()
    {
        var told = Reviewed.When(Cancel, Approver.On("2014-03-17")).Consequences();
        Assert.Equal(
            [
                new(Processes.Entitlement, "DB-1", new StopEntitlement(StopReason.ReviewCampaign, "owns-car", "决〔2014〕1号", Number)),
                new(Processes.Entitlement, "DB-2", new StopEntitlement(StopReason.ReviewCampaign, "owns-house", "决〔2014〕2号", Number)),
            ],
            told);
    }

    [Fact]
    public void A_household_added_is_counted_once_and_not_after_the_close()
    {
        Running.When(Addition, Approver.On("2014-04-20")).Then(Added).Twice();
        Running.When(Addition with { Village = Stranger }, Approver.On("2014-04-20")).Refused("E_VILLAGE");
        Running.When(Addition with { Persons = 0 }, Approver.On("2014-04-20")).Refused("E_COUNT");
        Running.When(Addition, Approver.On("2014-04-19")).Refused("E_DATE_FUTURE");
        Over.When(Addition, Approver.On("2014-11-20")).NothingNew();
    }

    [Fact]
    public void It_closes_when_every_village_has_been_heard_or_for_a_stated_reason()
    {
        var by = Approver.On("2014-10-31");
        var refusal = Reviewed.When(new CloseCampaign(), by).Refused("E_REASON");
        Assert.Equal(1, refusal.Details["villagesNotHeard"]);
        Reviewed.When(new CloseCampaign("一个村拆迁"), by).Then(new CampaignClosed(new(2014, 10, 31), 1, "一个村拆迁")).Twice();
        Reviewed.Given(Heard with { Review = "PY-2", Village = Urban }).When(new CloseCampaign(), by).Then(new CampaignClosed(new(2014, 10, 31), 2, null));
    }

    [Fact]
    public void It_is_not_opened_again()
    {
        Over.When(Order, Clerk.On("2014-11-01")).Refused("E_STATE");
        Over.When(Hearing with { Review = "PY-8" }, Township.On("2014-11-01")).Refused("E_STATE");
        Over.When(Hearing, Township.On("2014-11-01")).NothingNew();
        Over.When(Cancel, Approver.On("2014-11-01")).Refused("E_STATE");
        Assert.False(CampaignViews.Summary((CampaignCase)Over.State).Open);
    }

    [Fact]
    public void Results_are_counted_by_village_and_area()
    {
        var running = Reviewed.Given(Cancelled, Added, Heard with { Review = "PY-2", CasesHeard = 10, Upheld = 9, By = "other" }).Is<Running>();
        var result = running.Progress.Villages[Rural.ToString()];
        Assert.Equal((2, 2, 60, new(2014, 3, 10)), (result.Hearings, result.Supervised, result.CasesHeard, result.HeardOn!.Value));
        Assert.Equal(["township", "other"], result.HeardBy);
        Assert.Equal((new(1, 2), new(1, 3), Tally.None, new(1, 4)), (result.CancelledUrban, result.CancelledRural, result.AddedUrban, result.AddedRural));
        Assert.Equal(0, running.Progress.Villages[Urban.ToString()].Hearings);
    }

    [Fact]
    public void Every_fact_writes_the_rows_that_reports_are_summed_from()
    {
        Assert.Equal(2, None.When(Order, Clerk.On("2014-03-01")).Changes().Count);
        var hearing = Running.When(Hearing, Township.On("2014-03-10")).Changes();
        Assert.Equal(("PY-1", 50, true, 2), Assert.IsType<HearingRow>(((Change.Put)hearing[0]).Row) is var h ? (h.Review, h.CasesHeard, h.Supervised, h.Version) : default);
        var changes = Reviewed.When(Cancel, Approver.On("2014-03-17")).Changes().Cast<Change.Put>().Select(p => p.Row).ToList();
        Assert.Equal([("DB-1", 3, "owns-car", 3), ("DB-2", 2, "owns-house", 3)], changes.OfType<ChangeRow>().Select(r => (r.Reference, r.Persons, r.Cause, r.Version)));
        var row = Assert.Single(changes.OfType<ResultRow>());
        Assert.Equal((1, 2, 1, 3), (row.CancelledUrbanHouseholds, row.CancelledUrbanPersons, row.CancelledRuralHouseholds, row.CancelledRuralPersons));
        Assert.Equal(HouseholdChange.Added, Running.When(Addition, Approver.On("2014-04-20")).Changes().Cast<Change.Put>().Select(p => p.Row).OfType<ChangeRow>().Single().Kind);
    }

    [Fact]
    public void Nothing_that_can_be_asked_is_a_fault()
    {
        CampaignCommand[] commands =
        [
            Order, Hearing, Cancel, Addition, new CloseCampaign(), CampaignExamples.CancelProbe, CampaignExamples.Close,
            new OpenCampaign(default, "", default, default, default, "", [], []), new OpenCampaign(default, "", default, default, default, "", [new(default, default)], []),
            new NoteHearing("", default, default, int.MaxValue, int.MinValue, default), new CancelHouseholds(default, []),
            new CancelHouseholds(Rural, [new("", default, default, int.MaxValue, default, "", "", "")]), new NoteAddition("", default, default, int.MinValue, default, default), new CloseCampaign(""),
        ];
        foreach (var scenario in new[] { None, Running, Reviewed, Reviewed.Given(Cancelled, Added), Over })
        {
            foreach (var command in commands)
            {
                _ = scenario.When(command, Approver.On("2014-05-01"));
            }
        }
    }
}
