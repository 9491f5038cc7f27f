using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using static SocialAssistance.Tests.Entitlement.Entitled;

namespace SocialAssistance.Tests.Entitlement;

public sealed class TotalityTests
{
    public static TheoryData<string> States => ["NoEntitlement", "Pending", "Active", "Suspended", "GradualExit", "Stopped"];

    [Theory]
    [MemberData(nameof(States))]
    public void Every_act_s_example_is_decided_in_every_state_and_asked_twice_records_nothing_or_is_refused(string state)
    {
        var scenario = Standing(state);
        Assert.Equal(state, scenario.State.GetType().Name);
        foreach (var act in EntitlementProcess.Page.Acts)
        {
            var by = Officer.With([.. act.Roles]).In("341503000000").Named("prober").On("2026-11-20");
            var decided = scenario.When(act.Probe!, by);
            if (decided.Refusal is null && decided.Facts.Count > 0)
            {
                var again = decided.After.When(act.Probe!, by);
                Assert.True(again.Refusal is not null || again.Facts.Count == 0 || act.Name is "record-arrears", $"{act.Name} twice in {state}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Nothing_is_done_to_what_was_never_granted_and_little_to_what_has_ended(string state)
    {
        var refused = EntitlementProcess.Page.Acts.Where(a => Standing(state).When(a.Probe!, Officer.With([.. a.Roles]).In("341503000000").On("2026-11-20")).Refusal is { Kind: RefusalKind.NotNow }).Select(a => a.Name).ToHashSet();
        if (state == "NoEntitlement")
        {
            Assert.Equal(EntitlementProcess.Page.Acts.Count, refused.Count);
        }
        else if (state == "Stopped")
        {
            Assert.Superset(new HashSet<string> { "start-review", "decide-increase", "add-member", "suspend-entitlement", "start-gradual-exit", "decide-after-death" }, refused);
        }
        else
        {
            Assert.Contains("reinstate-entitlement", refused);
            Assert.DoesNotContain("stop-entitlement", refused);
        }
    }

    [Fact]
    public void Extreme_input_is_refused_and_never_fails()
    {
        var act = Approver.On("2026-11-20");
        var found = FromAugust().Found(ReviewResult.Increase);
        found.When(new DecideIncrease(new(new(999_999_999_999), 12, [], new(1)), "x", Letter), act).Refused("E_AMOUNT_RANGE");
        found.When(new DecideIncrease(new(new(1), 12, [], new(999_999_999_999)), "x", Letter), act).Refused("E_AMOUNT_MISMATCH");
        found.When(new DecideIncrease(new(new(1), int.MaxValue, [], new(1)), "x", Letter), act).Refused("E_AMOUNT_RANGE");
        found.When(new StartGradualExit(int.MaxValue, "x", Letter), act).Refused("E_GRADUAL_EXIT");
        found.When(new StopEntitlement(StopReason.Fraud, "x", Letter, null, DateOnly.MinValue), act).After.Is<Stopped>();
        found.When(new NoteMemberDeath(Child, DateOnly.MinValue), act).After.Is<Active>();
        found.When(new SuspendEntitlement(default, SuspendReason.Investigation, "x"), act).Refused("E_PERIOD_CLOSED");
        found.When(new RecordArrears([new(default, new(1))], "x", Letter, Payments.None), act).Refused("E_ARREARS");
        FromAugust().When(new ScheduleReview(DateOnly.MaxValue, "x"), act).Refused("E_DATE_RANGE");
    }

    [Fact]
    public void A_stop_needs_no_standard_and_an_increase_without_one_is_refused()
    {
        var elsewhere = New.When(Grant(Month(8)) with { Region = RegionCode.Hydrate("330802100201") }, Officer.With(Roles.CountyApprover).On("2026-07-02")).After.Found(ReviewResult.Increase);
        elsewhere.When(new DecideIncrease(Reckoned(6000, 3), "x", Letter), Approver.On("2026-11-20")).Refused("E_PARAM_MISSING");
        elsewhere.When(new StopEntitlement(StopReason.Declined, "x", Letter), Approver.On("2026-11-20")).After.Is<Stopped>();
    }

    private static Scenario Standing(string state) => state switch
    {
        "NoEntitlement" => New,
        "Pending" => New.When(Grant(Month(12)), Approver.On("2026-11-02")).After,
        "Active" => FromAugust(),
        "Suspended" => FromAugust().When(new SuspendEntitlement(Month(11), SuspendReason.Investigation, "核查"), Approver.On("2026-11-02")).After,
        "GradualExit" => FromAugust().When(new StartGradualExit(3, "就业", Letter), Approver.On("2026-11-02")).After,
        _ => FromAugust().When(new StopEntitlement(StopReason.Declined, "放弃", Letter), Approver.On("2026-11-02")).After,
    };
}
