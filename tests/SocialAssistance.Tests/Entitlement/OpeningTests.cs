using Platform.Cases;
using Platform.Contracts.SocialAssistance;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using static SocialAssistance.Tests.Entitlement.Entitled;

namespace SocialAssistance.Tests.Entitlement;

public sealed class OpeningTests
{
    [Fact]
    public void A_grant_for_a_later_month_waits_and_becomes_active_on_its_first_day()
    {
        var granted = New.When(Grant(Month(12)), Approver.On("2026-11-02"));
        granted.After.Is<Pending>();
        Assert.Contains(new Change.Due(EntitlementDecisions.FirstMonthBegins, new(2026, 12, 1)), granted.Changes());
        Assert.Equal(new(2027, 5, 2), granted.After.State().NextReview);
        granted.When(new ActivateEntitlement(), Officer.System("2026-11-30")).Refused("E_STATE");
        granted.When(new ActivateEntitlement(), Officer.System("2026-12-01")).Then(new EntitlementActivated(Month(12))).Twice().After.Is<Active>();
        granted.Twice();
    }

    [Fact]
    public void A_grant_enters_the_ledger_as_an_addition_and_is_told_without_amounts()
    {
        var granted = New.When(Grant(Month(12)), Approver.On("2026-11-02"));
        var row = Assert.Single(Rows<LedgerRow>(granted));
        Assert.Equal(("Added", Month(12), 1, 3, Yuan(1660)), (row.Kind, row.EffectiveMonth, row.Households, row.Persons, row.Amount));
        var slice = Assert.Single(Rows<SliceRow>(granted));
        Assert.Equal((Month(12), Yuan(1660), Processes.SubsistenceAllowance, Number, 14L), (slice.FromMonth, slice.Amount, slice.SourceProcess, slice.SourceId, slice.SourceVersion));
        Assert.Equal("2026-12", Assert.IsType<AllowanceConfirmed>(Assert.Single(granted.Told())).FromMonth);
        Assert.DoesNotContain(granted.Changes(), c => c is Change.Reserve);
    }

    [Fact]
    public void An_imported_row_is_the_opening_stock_holds_the_claims_and_names_its_row()
    {
        var imported = New.When(Import(), Approver.On("2014-09-30"));
        imported.After.Is<Pending>();
        Assert.Equal("Opening", Assert.Single(Rows<LedgerRow>(imported)).Kind);
        var claims = imported.Changes().OfType<Change.Reserve>().ToList();
        Assert.Equal(3, claims.Count);
        Assert.All(claims, c => Assert.Equal((Claims.BasicBenefit, Number, new DateOnly(2014, 10, 1), "E_BENEFIT_CONFLICT"), (c.Kind, c.Holder, c.From, c.Taken.Code)));
        var slice = Assert.Single(Rows<SliceRow>(imported));
        Assert.Equal((Processes.LegacyImport, "import-1", 17L), (slice.SourceProcess, slice.SourceId, slice.SourceVersion));
        imported.Twice();
        imported.When(Import("another"), Approver.On("2014-09-30")).Refused("E_STATE");
        New.When(Import(), Approver.On("2015-02-01")).After.Is<Active>();
    }

    [Fact]
    public void Explaining_a_month_names_the_granting_fact_and_for_an_import_the_fact_with_its_row()
    {
        var granted = FromAugust();
        var explained = EntitlementProcess.Type.Explained(granted.State, "2026-09")!;
        Assert.Equal(Yuan(1660), explained.Result);
        Assert.All(explained.Inputs, i => Assert.Equal((Processes.SubsistenceAllowance, Number, 14L), (i.Process, i.Id, i.Version)));
        Assert.Contains(explained.Inputs, i => i is { Name: "perCapitaIncome", Value: "266.666667" });
        Assert.Null(EntitlementProcess.Type.Explained(granted.State, "2026-07"));
        Assert.Null(EntitlementProcess.Type.Explained(granted.State, "July"));
        var imported = EntitlementProcess.Type.Explained(New.When(Import(), Approver.On("2014-09-30")).State, "2014-10")!;
        Assert.All(imported.Inputs, i => Assert.Equal((Processes.Entitlement, Number, 1L), (i.Process, i.Id, i.Version)));
    }

    [Fact]
    public void What_cannot_be_a_household_or_an_amount_is_not_granted()
    {
        var act = Approver.On("2026-07-02");
        New.When(Grant(Month(8)) with { Members = [] }, act).Refused("E_MEMBER_INCOMPLETE");
        New.When(Grant(Month(8)) with { Members = [Zhang, Zhang, Li] }, act).Refused("E_MEMBER_INCOMPLETE");
        New.When(Grant(Month(8), Basis(9600, 2), Zhang, Li, Child), act).Refused("E_MEMBER_INCOMPLETE");
        New.When(Grant(Month(8), Basis(9600, 3) with { Monthly = Yuan(2_000_000_000) }), act).Refused("E_AMOUNT_RANGE");
        New.When(Grant(Month(8), Basis(9600, 3) with { Base = -Yuan(1) }), act).Refused("E_AMOUNT_RANGE");
        New.When(Grant(new(1999, 9)), act).Refused("E_MONTH_RANGE");
        New.When(Grant(new(2027, 9)), act).Refused("E_MONTH_RANGE");
        New.When(Grant(new(2027, 8)), act).After.Is<Pending>();
    }

    [Fact]
    public void Reviews_come_as_often_as_category_area_and_the_law_of_the_day_say()
    {
        Assert.Equal(new(2014, 10, 30), New.When(Import(), Approver.On("2014-09-30")).After.State().NextReview);
        Assert.Equal(new(2014, 12, 30), New.When(Import() with { Area = Area.Rural }, Approver.On("2014-09-30")).After.State().NextReview);
        Assert.Equal(new(2015, 9, 30), New.When(Import() with { Category = Category.A }, Approver.On("2014-09-30")).After.State().NextReview);
        Assert.Equal(new(2027, 1, 2), New.When(Grant(Month(8)), Approver.On("2026-07-02")).After.State().NextReview);
    }

    private static IReadOnlyList<T> Rows<T>(Scenario.Decided decided) => [.. decided.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<T>()];
}
