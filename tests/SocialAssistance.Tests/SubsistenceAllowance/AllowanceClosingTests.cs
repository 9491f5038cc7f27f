using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.SubsistenceAllowance.Story;

namespace SocialAssistance.Tests.SubsistenceAllowance;

public sealed class AllowanceClosingTests
{
    [Theory]
    [InlineData("2026-11-05", true)]
    [InlineData("2026-11-06", false)]
    public void A_decision_is_served_within_three_working_days(string on, bool inTime)
    {
        var by = Township.On(on);
        Assert.Equal(inTime, Assert.IsType<AllowanceDecisionServed>(Confirmed().When(AllowanceExamples.Serve with { ServedOn = by.Today }, by).Twice().Facts.Single()).InTime);
        Refused().When(AllowanceExamples.Serve with { ServedOn = by.Today }, by).Twice();
    }

    [Fact]
    public void A_decision_is_served_after_it_was_taken_and_once()
    {
        var by = Township.On("2026-11-04");
        Confirmed().When(AllowanceExamples.Serve with { ServedOn = new(2026, 11, 5) }, by).Refused("E_DATE_FUTURE");
        Confirmed().When(AllowanceExamples.Serve with { ServedOn = new(2026, 11, 1) }, by).Refused("E_DATE_ORDER");
        Confirmed().When(AllowanceExamples.Serve with { Receipt = new("receipt", "f", "") }, by).Refused("E_DOCUMENTS");
        Confirmed().Do(AllowanceExamples.Serve, by).When(AllowanceExamples.Serve with { ServedOn = new(2026, 11, 3) }, by).Refused("E_STATE");
        Checked().When(AllowanceExamples.Serve, by).Refused("E_STATE");
    }

    [Theory]
    [InlineData("2026-12-01", null)] // the 45th working day
    [InlineData("2026-12-02", "E_DEADLINE_EXTENSION")]
    [InlineData("2026-11-10", "E_DEADLINE_EXTENSION")] // no extension at all
    [InlineData("2031-01-01", "E_DEADLINE_EXTENSION")]
    public void The_whole_term_is_extended_to_45_working_days_at_most(string due, string? refused) =>
        Investigating().When(AllowanceExamples.Extend with { NewDue = Approver.On(due).Today }, Approver.On("2026-10-20")).Ends(refused);

    [Fact]
    public void An_extension_moves_due_day_and_reminders()
    {
        var extended = Investigating().When(AllowanceExamples.Extend, Approver.On("2026-10-20")).Twice();
        var term = extended.After.Is<Investigating>().File.Terms.Single(t => t.Clock == Clock.Total);
        Assert.Equal((new DateOnly(2026, 12, 1), new DateOnly(2026, 11, 18), false), (term.Due, term.WarnOn, term.Warned)); // warned on working day 36 of 45
        Assert.Contains(extended.Changes(), c => c is Change.Due { Kind: "whole-term-missed" } d && d.On == new DateOnly(2026, 12, 2));
        Investigating().When(AllowanceExamples.Extend with { Explanation = "" }, Approver.On("2026-10-20")).Refused("E_REASON");
    }

    [Fact]
    public void The_2012_procedure_has_no_whole_term_to_extend() =>
        New().Do(Apply(), Window.On("2014-05-04")).Do(AllowanceExamples.Accept, Window.On("2014-05-05")).When(AllowanceExamples.Extend, Approver.On("2014-05-20")).Refused("E_DEADLINE_EXTENSION");

    [Fact]
    public void A_term_is_warned_once_and_missed_once_and_decides_nothing()
    {
        var warned = Investigating().When(new NoteDeadline(Clock.Total, Missed: false), Officer.System("2026-11-02")).Then(new AllowanceDeadlineWarned(Clock.Total, new(2026, 11, 10), new(2026, 11, 2))).Twice().After;
        warned.When(new NoteDeadline(Clock.Total, Missed: true), Officer.System("2026-11-10")).NothingNew();
        var missed = warned.When(new NoteDeadline(Clock.Total, Missed: true), Officer.System("2026-11-11"));
        missed.Then(new AllowanceDeadlineMissed(Clock.Total, new(2026, 11, 10), new(2026, 11, 11))).Twice();
        missed.After.Is<Investigating>();
        Assert.True(missed.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<AllowanceRow>().Single().Overdue);
        Investigating().When(new NoteDeadline(Clock.Investigation, Missed: true), Officer.System("2026-09-29")).NothingNew();
        Investigating().When(new NoteDeadline(Clock.Total, Missed: true), Approver.On("2026-11-11")).Refused("E_ROLE");
    }

    [Fact]
    public void A_due_row_leads_to_its_own_reminder()
    {
        foreach (var due in Submitted().When(AllowanceExamples.Accept, Window.On("2026-09-22")).Changes().OfType<Change.Due>())
        {
            var reminder = Assert.IsType<NoteDeadline>(AllowanceProcess.Type.OnDue(Accepted().State, due.Kind));
            Assert.Single(Accepted().When(reminder, Officer.System($"{due.On:yyyy-MM-dd}")).Facts);
        }

        Assert.Null(AllowanceProcess.Type.OnDue(Accepted().State, "something-else"));
    }

    [Fact]
    public void Closing_clears_every_term_and_reminder()
    {
        var closed = Investigating().When(AllowanceExamples.Withdraw, Window.On("2026-09-25"));
        Assert.Empty(closed.After.Is<Withdrawn>().File.Terms);
        Assert.Empty(closed.Changes().OfType<Change.Due>());
        Assert.Equal(10, closed.Changes().OfType<Change.NotDue>().Count());
    }

    [Fact]
    public void An_open_case_is_terminated_or_withdrawn_once()
    {
        Assert.Equal(4, Established().When(AllowanceExamples.Terminate, Reviewer.On("2026-10-10")).Twice().Changes().OfType<Change.Release>().Count());
        Assert.Equal(4, Submitted().When(AllowanceExamples.Withdraw, Window.On("2026-09-21")).Twice().Changes().OfType<Change.Release>().Count());
        Established().When(AllowanceExamples.Terminate with { Explanation = "" }, Reviewer.On("2026-10-10")).Refused("E_REASON");
        Submitted().When(new WithdrawApplication(""), Window.On("2026-09-21")).Refused("E_REASON");
        Confirmed().When(AllowanceExamples.Terminate, Approver.On("2026-11-03")).Refused("E_STATE");
        Confirmed().When(AllowanceExamples.Withdraw, Window.On("2026-11-03")).Refused("E_STATE");
    }

    [Fact]
    public void An_upheld_decision_stands() => Confirmed().When(AllowanceExamples.Reconsider, Approver.On("2027-01-20")).Twice().After.Is<Confirmed>();

    [Fact]
    public void A_revoked_grant_stops_the_entitlement()
    {
        var revoked = Confirmed().When(AllowanceExamples.Reconsider with { Result = ReconsiderationResult.Revoked }, Approver.On("2027-01-20")).Twice();
        revoked.After.Is<Revoked>();
        var stop = revoked.Consequences().Single();
        Assert.Equal(("entitlement", "DB-341503-2026-000123", StopReason.DecisionRevoked), (stop.Process, stop.Id, ((StopEntitlement)stop.Command).Reason));
    }

    [Fact]
    public void A_revoked_refusal_opens_the_case_again_with_its_claims()
    {
        var revoked = Refused().When(AllowanceExamples.Reconsider with { Result = ReconsiderationResult.Revoked }, Approver.On("2027-01-20")).Twice();
        revoked.After.Is<Returned>();
        Assert.Empty(revoked.Consequences());
        Assert.Equal(4, revoked.Changes().OfType<Change.Reserve>().Count());
        revoked.When(Income(9600m), Township.On("2027-01-21")).After.Is<Investigating>();
    }

    [Fact]
    public void An_amended_decision_says_what_is_amended()
    {
        var amended = AllowanceExamples.Reconsider with { Result = ReconsiderationResult.Amended };
        Confirmed().When(amended, Approver.On("2027-01-20")).Refused("E_REASON");
        Assert.Equal(2, Confirmed().When(amended with { Amendment = "月保障金额改为1700元。" }, Approver.On("2027-01-20")).Twice().Facts.Count);
        Confirmed().When(amended with { Document = default, Amendment = "改" }, Approver.On("2027-01-20")).Refused("E_DOCUMENT_NUMBER");
        Checked().When(amended, Approver.On("2027-01-20")).Refused("E_STATE");
    }
}
