using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Complaint;
using SocialAssistance.Entitlement;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Tests.Complaint;

public sealed class ComplaintTests
{
    private const string Number = "TST-341503-2026-000001";
    private static readonly PersonId Sealed = PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob");
    private static readonly RegionCode Village = RegionCode.Hydrate("341503101201");
    private static readonly CaseRef New = new(Processes.SubsistenceAllowance, "DB-341503-2026-000123");
    private static readonly CaseRef InPayment = new(Processes.Entitlement, "DB-341503-2013-000007");

    private static readonly ComplaintReceived Named = new(ComplaintChannel.Hotline12349, true, Sealed, new(New, "u-102"), Village, "收入未申报", new(2026, 11, 3));
    private static readonly ComplaintReceived Anonymous = Named with { RealName = false, Reporter = null };
    private static readonly ComplaintRegistered Registered = new(new(2026, 11, 3), new(2027, 1, 2), true);
    private static readonly ComplaintAssigned Assigned = new("u-301", new(2026, 11, 4), "u-202");
    private static readonly ComplaintConcluded Proven = new(ComplaintResult.Substantiated, ["停发"], "属实", new(2026, 11, 20), "u-301");
    private static readonly Officer Window = Officer.With(Roles.WindowOfficer).Named("u-101");
    private static readonly Officer Approver = Officer.With(Roles.CountyApprover).Named("u-202");
    private static readonly Officer Handler = Officer.With(Roles.CountyOfficer).Named("u-301");
    private static readonly Officer City = Officer.With(Roles.CitySupervisor).Named("u-501");

    private static Scenario Complaint => Scenario.Of(ComplaintProcess.Type, PolicyFiles.Shipped, Number);

    private static Scenario InHand => Complaint.Given(Named, Registered, Assigned);

    [Fact]
    public void A_complaint_is_received_under_a_name_or_without()
    {
        Complaint.When(new ReceiveComplaint(ComplaintChannel.Hotline12349, true, Sealed, Named.Target, Village, Named.Content), Window.On("2026-11-03")).Then(Named).Twice("E_STATE");
        Complaint.When(new ReceiveComplaint(ComplaintChannel.Hotline12349, false, null, Named.Target, Village, Named.Content), Window.On("2026-11-03")).Then(Anonymous);
        Complaint.When(new ReceiveComplaint(ComplaintChannel.Hotline12349, true, null, Named.Target, Village, Named.Content), Window.On("2026-11-03")).Refused("E_REPORTER");
        Complaint.When(new ReceiveComplaint(ComplaintChannel.Hotline12349, false, Sealed, Named.Target, Village, Named.Content), Window.On("2026-11-03")).Refused("E_REPORTER");
        Complaint.When(new ReceiveComplaint(ComplaintChannel.Hotline12349, false, null, new(), Village, Named.Content), Window.On("2026-11-03")).Refused("E_TARGET");
        Complaint.When(new ReceiveComplaint(ComplaintChannel.Hotline12349, false, null, Named.Target, Village, ""), Window.On("2026-11-03")).Refused("E_REASON");
    }

    [Theory]
    [InlineData("341503101201", "2026-11-03", "2027-01-02")]
    [InlineData("330802101201", "2026-11-03", "2026-11-18")]
    [InlineData("330802101201", "2014-10-31", "2014-12-30")]
    [InlineData("330802101201", "2014-11-01", "2014-11-16")]
    public void The_term_is_the_locality_s(string region, string on, string due)
    {
        var registered = Complaint.Given(Named with { Region = RegionCode.Hydrate(region) }).When(new RegisterComplaint(false), Approver.On(on)).Twice();
        var last = DateOnly.Parse(due, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(last, ((ComplaintRegistered)registered.Facts.Single()).DueOn);
        Assert.Contains(new Change.Due(ComplaintDecisions.DuePassed, last.AddDays(1)), registered.Changes());
    }

    [Fact]
    public void A_complaint_on_an_undecided_case_is_told_to_it_when_it_is_registered()
    {
        Assert.Equal([new Consequence(New.Process, New.Id, new NoteComplaint(Number, "staff"))], Complaint.Given(Named).When(new RegisterComplaint(true), Approver.On("2026-11-03")).Then(Registered).Consequences());
        Assert.Equal(new NoteComplaint(Number, "case"), Complaint.Given(Named with { Target = new(New) }).When(new RegisterComplaint(true), Approver.On("2026-11-03")).Consequences().Single().Command);
        Assert.Empty(Complaint.Given(Named).When(new RegisterComplaint(false), Approver.On("2026-11-03")).Consequences());
        Assert.Empty(Complaint.Given(Named with { Target = new(InPayment) }).When(new RegisterComplaint(true), Approver.On("2026-11-03")).Consequences());
    }

    [Fact]
    public void The_officer_complained_about_does_nothing_with_it()
    {
        object[] acts = [ComplaintExamples.Register, ComplaintExamples.Decline, ComplaintExamples.Assign, ComplaintExamples.Evidence, ComplaintExamples.Conclude, ComplaintExamples.Reply, ComplaintExamples.Transfer, ComplaintExamples.Supervise, ComplaintExamples.Close];
        foreach (var act in acts)
        {
            var refusal = InHand.When(act, Officer.With([.. Roles.All]).Named("u-102").On("2026-11-05")).Refused("E_SOD");
            Assert.Equal(("SOD-4", RefusalKind.NotYours), ((string)refusal.Details["rule"]!, refusal.Kind));
            Complaint.When(act, Approver.On("2026-11-05")).Refused("E_STATE");
        }
    }

    [Fact]
    public void It_is_assigned_to_nobody_with_a_part_in_the_case()
    {
        var registered = Complaint.Given(Named, Registered);
        registered.When(new AssignComplaint("u-301", ["u-102", "u-104"]), Approver.On("2026-11-04")).Then(Assigned).Twice();
        Assert.Equal("SOD-4", registered.When(new AssignComplaint("u-102", []), Approver.On("2026-11-04")).Refused("E_SOD").Details["rule"]);
        registered.When(new AssignComplaint("u-104", ["u-102", "u-104"]), Approver.On("2026-11-04")).Refused("E_SOD");
        registered.When(new AssignComplaint("", []), Approver.On("2026-11-04")).Refused("E_REASON");
        InHand.When(new AssignComplaint("u-302", []), Approver.On("2026-11-05")).Then(new ComplaintAssigned("u-302", new(2026, 11, 5), "u-202"));
    }

    [Fact]
    public void Only_the_assigned_officer_looks_into_it()
    {
        Assert.Equal(RefusalKind.NotYours, InHand.When(ComplaintExamples.Evidence, Officer.With(Roles.CountyOfficer).Named("u-302").On("2026-11-05")).Refused("E_HANDLER").Kind);
        InHand.When(ComplaintExamples.Conclude, Officer.With(Roles.CountyOfficer).Named("u-302").On("2026-11-05")).Refused("E_HANDLER");
        InHand.When(ComplaintExamples.Evidence, Handler.On("2026-11-05")).Then(new ComplaintEvidenceAdded(1, ComplaintExamples.Evidence.Note, ComplaintExamples.Evidence.Documents, new(2026, 11, 5))).Twice();
        InHand.When(new AddEvidence("", []), Handler.On("2026-11-05")).Refused("E_REASON");
        InHand.When(new AddEvidence("x", [new("x", "x", "x")]), Handler.On("2026-11-05")).Refused("E_DOCUMENTS");
    }

    [Theory]
    [InlineData("Substantiated", true)]
    [InlineData("Partly", true)]
    [InlineData("Unfounded", false)]
    [InlineData("CannotVerify", false)]
    public void What_proves_true_has_measures_and_reaches_the_benefit(string result, bool proven)
    {
        var found = Enum.Parse<ComplaintResult>(result);
        var inPayment = Complaint.Given(Named with { Target = new(InPayment) }, Registered, Assigned);
        var concluded = inPayment.When(new ConcludeComplaint(found, ["停发", "追缴"], "核查"), Handler.On("2026-11-20")).Twice();
        Assert.Equal(proven ? [new Consequence(InPayment.Process, InPayment.Id, new NoteComplaintSubstantiated(Number, "停发; 追缴"))] : [], concluded.Consequences());
        var bare = inPayment.When(new ConcludeComplaint(found, [], "核查"), Handler.On("2026-11-20"));
        Assert.Equal(proven ? "E_MEASURES" : null, bare.Refusal?.Code);
        inPayment.When(new ConcludeComplaint(found, [""], "核查"), Handler.On("2026-11-20")).Refused("E_REASON");
        inPayment.When(new ConcludeComplaint(found, ["x"], ""), Handler.On("2026-11-20")).Refused("E_REASON");
    }

    [Fact]
    public void A_reporter_with_a_name_is_answered_before_it_is_closed()
    {
        var concluded = InHand.Given(Proven);
        Assert.Equal(RefusalKind.NotNow, concluded.When(new CloseComplaint(), Approver.On("2026-11-21")).Refused("E_REPLY_MISSING").Kind);
        var replied = concluded.When(ComplaintExamples.Reply, Handler.On("2026-11-21")).Then(new ReporterReplied("电话答复", new(2026, 11, 21), "u-301")).Twice();
        replied.When(new CloseComplaint(), Approver.On("2026-11-22")).Then(new ComplaintClosed(new(2026, 11, 22), "u-202")).Twice();
        concluded.When(new ReplyToReporter(""), Handler.On("2026-11-21")).Refused("E_REASON");
    }

    [Fact]
    public void An_anonymous_one_is_closed_without_an_answer()
    {
        var concluded = Complaint.Given(Anonymous, Registered, Assigned, Proven);
        concluded.When(ComplaintExamples.Reply, Handler.On("2026-11-21")).Refused("E_ANONYMOUS");
        concluded.When(new CloseComplaint(), Approver.On("2026-11-21")).Then(new ComplaintClosed(new(2026, 11, 21), "u-202"));
        InHand.When(new CloseComplaint(), Approver.On("2026-11-21")).Refused("E_STATE");
    }

    [Fact]
    public void It_may_be_declined_or_transferred_for_a_reason()
    {
        Complaint.Given(Named).When(ComplaintExamples.Decline, Approver.On("2026-11-04")).Then(new ComplaintNotAccepted(ComplaintExamples.Decline.Reason, new(2026, 11, 4))).Twice();
        Complaint.Given(Named).When(new DeclineComplaint(""), Approver.On("2026-11-04")).Refused("E_REASON");
        InHand.When(ComplaintExamples.Decline, Approver.On("2026-11-05")).Refused("E_STATE");
        InHand.When(ComplaintExamples.Transfer, Approver.On("2026-11-05")).Then(new ComplaintTransferred("341503-yibao", ComplaintExamples.Transfer.Reason, new(2026, 11, 5))).Twice();
        InHand.When(new TransferComplaint("", "x"), Approver.On("2026-11-05")).Refused("E_REASON");
        InHand.Given(Proven).When(ComplaintExamples.Transfer, Approver.On("2026-11-21")).Refused("E_STATE");
    }

    [Fact]
    public void The_city_orders_it_to_be_done_by_a_day()
    {
        var ordered = InHand.When(new IssueSupervisionOrder("限期核查", new(2026, 11, 30)), City.On("2026-11-10")).Then(new SupervisionOrderIssued("限期核查", new(2026, 11, 30), new(2026, 11, 10), "u-501")).Twice();
        Assert.Contains(new Change.Due(ComplaintDecisions.DuePassed, new(2026, 12, 1)), ordered.Changes());
        InHand.When(new IssueSupervisionOrder("限期核查", new(2026, 11, 9)), City.On("2026-11-10")).Refused("E_DATE_PAST");
        InHand.When(new IssueSupervisionOrder("", new(2026, 11, 30)), City.On("2026-11-10")).Refused("E_REASON");
        Complaint.Given(Named).When(ComplaintExamples.Supervise, City.On("2026-11-10")).Refused("E_STATE");
    }

    [Fact]
    public void Its_term_passes_once_on_the_day_after()
    {
        InHand.When(new NoteComplaintOverdue(), Officer.System("2027-01-02")).Refused("E_NOT_YET");
        var overdue = InHand.When(new NoteComplaintOverdue(), Officer.System("2027-01-03")).Then(new ComplaintOverdue(new(2027, 1, 2))).Twice();
        Assert.Contains(new Change.NotDue(ComplaintDecisions.DuePassed), overdue.Changes());
        InHand.Given(Proven).When(new NoteComplaintOverdue(), Officer.System("2027-01-03")).NothingNew();
        Assert.IsType<NoteComplaintOverdue>(ComplaintProcess.Type.OnDue(InHand.State, ComplaintDecisions.DuePassed));
    }

    [Fact]
    public void Every_act_is_decided_in_every_state() => Totality.Holds(
        ComplaintProcess.Type, PolicyFiles.Shipped,
        [ComplaintExamples.Register, ComplaintExamples.Decline, ComplaintExamples.Assign, ComplaintExamples.Evidence, ComplaintExamples.Conclude, ComplaintExamples.Reply, ComplaintExamples.Transfer, ComplaintExamples.Supervise, ComplaintExamples.Close],
        [
            Named, Registered, Assigned with { Handler = "u-1" }, new ComplaintEvidenceAdded(1, "x", [], new(2026, 11, 5)), new SupervisionOrderIssued("x", new(2026, 11, 9), new(2026, 11, 5), "u-501"), new ComplaintOverdue(new(2026, 11, 9)),
            Proven, new ReporterReplied("x", new(2026, 11, 21), "u-301"), new ComplaintClosed(new(2026, 11, 22), "u-202"),
        ],
        [Named, new ComplaintNotAccepted("x", new(2026, 11, 4))], [Named, Registered, new ComplaintTransferred("x", "y", new(2026, 11, 5))]);
}
