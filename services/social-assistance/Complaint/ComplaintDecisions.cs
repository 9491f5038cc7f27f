using System.Collections.Immutable;
using Platform.Cases;

namespace SocialAssistance.Complaint;

internal abstract record ComplaintCommand;

/// <param name="Reporter">Where the reporter's details are sealed; null when anonymous.</param>
internal sealed record ReceiveComplaint(ComplaintChannel Channel, bool RealName, PersonId? Reporter, ComplaintTarget Target, RegionCode Region, string Content) : ComplaintCommand;

/// <param name="CaseUndecided">Whether the case complained about is still under way.</param>
internal sealed record RegisterComplaint(bool CaseUndecided) : ComplaintCommand;

internal sealed record DeclineComplaint(string Reason) : ComplaintCommand;

/// <param name="Actors">Everybody who has acted in the case complained about.</param>
internal sealed record AssignComplaint(string Handler, IReadOnlyList<string> Actors) : ComplaintCommand;

internal sealed record AddEvidence(string Note, IReadOnlyList<Document> Documents) : ComplaintCommand;

internal sealed record ConcludeComplaint(ComplaintResult Result, IReadOnlyList<string> Measures, string Findings) : ComplaintCommand;

internal sealed record ReplyToReporter(string Method) : ComplaintCommand;

internal sealed record TransferComplaint(string ToOrganisation, string Reason) : ComplaintCommand;

internal sealed record IssueSupervisionOrder(string Content, DateOnly DueOn) : ComplaintCommand;

internal sealed record NoteComplaintOverdue : ComplaintCommand;

internal sealed record CloseComplaint : ComplaintCommand;

internal static class ComplaintDecisions
{
    /// <summary>Deadline: the day after the last day for a conclusion.</summary>
    public const string DuePassed = "complaint-due-passed";

    private const string Basis = "民发〔2012〕220号: 实名举报逐一核查、及时反馈";

    public static Decision<ComplaintEvent> Decide(ComplaintCase complaint, ComplaintCommand command, ComplaintPolicy policy, Act act) => (complaint, command) switch
    {
        (NotReceived, ReceiveComplaint c) => Receive(c, act),
        (NotReceived, _) => Refusal.NotNow(),
        (_, not ReceiveComplaint) when !act.BySystem && complaint.Matter.Target.Staff == act.Actor =>
            Refusal.Duties("SOD-4", "被投诉举报人不得办理该投诉举报。", "Whoever is complained about does not handle the complaint.", "信访条例 第30条"),
        (Received, RegisterComplaint c) => [new ComplaintRegistered(act.Today, act.Today.AddDays(policy.DueDays), c.CaseUndecided)],
        (Registered, RegisterComplaint) => [],
        (Received or Registered, DeclineComplaint c) => Checks.Stated(c.Reason, "reason") is { } refusal ? refusal : [new ComplaintNotAccepted(c.Reason, act.Today)],
        (NotAccepted, DeclineComplaint) => [],
        (Registered or Assigned or Investigating, AssignComplaint c) => Assign(complaint.Matter, c, act),
        (Assigned or Investigating, AddEvidence or ConcludeComplaint) when complaint.Matter.Handler != act.Actor =>
            Refusal.NotYours("E_HANDLER", "只有指定的承办人可以办理。", "Only the officer it is assigned to may do this.").With("handler", complaint.Matter.Handler),
        (Assigned, AddEvidence c) => Add([], c, act),
        (Investigating i, AddEvidence c) => Add(i.Evidence, c, act),
        (Assigned or Investigating, ConcludeComplaint c) => Conclude(c, act),
        (Concluded k, ConcludeComplaint c) when k.Conclusion.Result == c.Result && k.Conclusion.Findings == c.Findings => [],
        (Concluded { Matter.RealName: false }, ReplyToReporter) => Refusal.NotNow("E_ANONYMOUS", "匿名举报无须答复举报人。", "An anonymous reporter cannot be answered."),
        (Concluded, ReplyToReporter c) => Checks.Stated(c.Method, "method") is { } refusal ? refusal : [new ReporterReplied(c.Method, act.Today, act.Actor)],
        (RepliedToReporter, ReplyToReporter) => [],
        (Concluded { Matter.RealName: true }, CloseComplaint) => Refusal.NotNow("E_REPLY_MISSING", "实名举报须先答复举报人。", "A reporter who gave a name is answered first.", Basis),
        (Concluded or RepliedToReporter, CloseComplaint) => [new ComplaintClosed(act.Today, act.Actor)],
        (Closed, CloseComplaint) => [],
        (Received or Registered or Assigned or Investigating, TransferComplaint c) =>
            (Checks.Stated(c.ToOrganisation, "toOrganisation") ?? Checks.Stated(c.Reason, "reason")) is { } refusal ? refusal : [new ComplaintTransferred(c.ToOrganisation, c.Reason, act.Today)],
        (Transferred t, TransferComplaint c) when t.ToOrganisation == c.ToOrganisation => [],
        (Registered or Assigned or Investigating, IssueSupervisionOrder c) => Order(complaint.Matter, c, act),
        (Registered or Assigned or Investigating, NoteComplaintOverdue) => Overdue(complaint.Matter, act),
        (_, NoteComplaintOverdue) => [],
        _ => Refusal.NotNow(),
    };

    private static Decision<ComplaintEvent> Receive(ReceiveComplaint c, Act act) =>
        c.Target is { Case: null, Staff: null, Institution: null } ? Refusal.Rule("E_TARGET", "须写明被投诉举报的案件、人员或机构。", "Name the case, the officer or the institution complained about.")
        : c.RealName == c.Reporter is null ? Refusal.Rule("E_REPORTER", "实名举报须登记举报人,匿名举报不得登记。", "A complaint under one's name says who reports; an anonymous one does not.")
        : Checks.Stated(c.Content, "content") is { } refusal ? refusal
        : [new ComplaintReceived(c.Channel, c.RealName, c.Reporter, c.Target, c.Region, c.Content, act.Today)];

    /// <summary>SOD-4: neither the officer complained about nor anybody who acted in the case looks into it.</summary>
    private static Decision<ComplaintEvent> Assign(Matter matter, AssignComplaint c, Act act) =>
        Checks.Stated(c.Handler, "handler") is { } unnamed ? unnamed
        : c.Handler == matter.Target.Staff || c.Actors.Contains(c.Handler, StringComparer.Ordinal)
            ? Refusal.Duties("SOD-4", "不得交由被投诉举报人或者办理过该案件的人员承办。", "It is not assigned to the officer complained about nor to anybody who acted in the case.", "信访条例 第30条").With("handler", c.Handler)
        : matter.Handler == c.Handler ? []
        : [new ComplaintAssigned(c.Handler, act.Today, act.Actor)];

    private static Decision<ComplaintEvent> Add(ImmutableList<ComplaintEvidenceAdded> before, AddEvidence c, Act act) =>
        before.Exists(e => e.Note == c.Note && e.Documents.SequenceEqual(c.Documents)) ? []
        : (Checks.Stated(c.Note, "note") ?? Checks.Hashed(c.Documents, 0, "documents")) is { } refusal ? refusal
        : [new ComplaintEvidenceAdded(before.Count + 1, c.Note, c.Documents, act.Today)];

    private static Decision<ComplaintEvent> Conclude(ConcludeComplaint c, Act act) =>
        Checks.Stated(c.Findings, "findings") is { } unstated ? unstated
        : c.Result is ComplaintResult.Substantiated or ComplaintResult.Partly && c.Measures.Count == 0 ? Refusal.Rule("E_MEASURES", "举报属实或部分属实的,须写明处理措施。", "A substantiated complaint has measures.")
        : c.Measures.Select(m => Checks.Stated(m, "measures")).FirstOrDefault(r => r is not null) is { } refusal ? refusal
        : [new ComplaintConcluded(c.Result, c.Measures, c.Findings, act.Today, act.Actor)];

    private static Decision<ComplaintEvent> Order(Matter matter, IssueSupervisionOrder c, Act act) =>
        matter.Orders.Exists(o => o.Content == c.Content && o.DueOn == c.DueOn) ? []
        : c.DueOn < act.Today ? Refusal.Rule("E_DATE_PAST", "督办期限不能早于办理日。", "The order is due before the day of the act.").With("dueOn", c.DueOn)
        : Checks.Stated(c.Content, "content") is { } refusal ? refusal
        : [new SupervisionOrderIssued(c.Content, c.DueOn, act.Today, act.Actor)];

    private static Decision<ComplaintEvent> Overdue(Matter matter, Act act) =>
        matter.DueOn is not { } due || matter.OverdueSince == due ? []
        : act.Today <= due ? Refusal.NotNow("E_NOT_YET", "期限尚未届满。", "The term has not ended.").With("due", due)
        : [new ComplaintOverdue(due)];
}
