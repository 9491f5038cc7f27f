using Platform.Cases;
using SocialAssistance.PublicityNotice;

namespace SocialAssistance.SubsistenceAllowance;

internal abstract record AllowanceCommand;

/// <summary>Who visited: the township that investigates, or the county that checks.</summary>
internal enum VisitKind
{
    Township,
    County,
}

internal enum VerificationConclusion
{
    Consistent,
    Discrepant,
    ExceedsLimit,
    Incomplete,
}

// What the sub-processes report to the case they belong to.
internal sealed record AttachVisit(string Visit, VisitKind Kind, DateOnly On, IReadOnlyList<string> Investigators, bool Conforms, string Findings) : AllowanceCommand;

internal sealed record AttachReport(string Order, VerificationConclusion Conclusion, DateOnly IssuedOn, DateOnly ValidTo) : AllowanceCommand;

internal sealed record AttachReview(string Review, DateOnly On, int Agree, int Disagree, int Abstain, bool Upheld, bool Disputed) : AllowanceCommand;

internal sealed record OpenPublicity(string Notice, NoticeKind Kind, DateOnly PostedOn, DateOnly LastDay) : AllowanceCommand;

internal sealed record ClosePublicity(string Notice, NoticeKind Kind, NoticeOutcome Outcome, DateOnly ClosedOn) : AllowanceCommand;

internal sealed record NoteComplaint(string Complaint, string Target) : AllowanceCommand;

internal sealed record NoteSpotCheck(string Plan, string Finding, string Detail) : AllowanceCommand;

/// <summary>The law of 最低生活保障审核确认 as a table: where the case stands, what is asked, what it leads to.</summary>
internal static partial class AllowanceDecisions
{
    public static Decision<AllowanceEvent> Decide(AllowanceCase aid, AllowanceCommand command, AllowancePolicy policy, Act act) =>
        NearRelative(aid, command, [act.Actor]) is { } refusal ? refusal : (aid, command) switch
        {
            (NoApplication, SubmitApplication c) => Submit(c, policy, act),
            (Submitted, RequestSupplement c) => Supplement(c, act),
            (SupplementAwaited, RequestSupplement) => Refusal.NotNow("E_SECOND_SUPPLEMENT", "补正材料只能一次性告知。", "Missing papers are asked for once only.", "社会救助暂行办法; 民发〔2021〕57号: 一次性告知"),
            (Submitted or SupplementAwaited, AcceptApplication c) => Accept(aid, c, policy, act),
            ({ Underway: true }, AcceptApplication) => [],
            ({ Open: true }, DeclareRelative c) => Declare(aid.File, c, act),
            ({ Open: true }, RegisterSeparately c) => Register(aid.File, c, act),

            (Accepted, StartInvestigation c) => Start(aid.File, c, act),
            ({ Underway: true }, StartInvestigation c) when c.Investigators.ToHashSet(StringComparer.Ordinal).SetEquals(aid.File.Investigators) => [],
            // What comes after the decision belongs to the entitlement and stands in its own record.
            (not NoApplication and { Open: false }, AttachVisit or AttachReport or AttachReview) => [],
            (_, AttachVisit c) when aid.File.Visits.Any(v => v.Number == c.Visit) => [],
            ({ UnderInvestigation: true }, AttachVisit { Kind: VisitKind.Township } c) => Visit(aid, c, Step.Investigate, act),
            ({ Underway: true }, AttachVisit { Kind: VisitKind.County } c) => Visit(aid, c, Step.CountyCheck, act),
            ({ Underway: true }, AttachReport c) => Attach(aid.File, c),
            (_, AttachReview c) when aid.File.Review?.Review == c.Review => [],
            ({ UnderInvestigation: true }, AttachReview c) => [new AllowanceReviewAttached(c.Review, c.On, c.Agree, c.Disagree, c.Abstain, c.Upheld, c.Disputed)],
            ({ Underway: true }, AttachCoInvestigation c) => Attach(aid.File, c, act),
            ({ UnderInvestigation: true }, RecordRefusalToCooperate c) => NotCooperating(aid.File, c, act),
            ({ UnderInvestigation: true }, AssessIncome c) => Assess(aid, c, act),
            ({ UnderInvestigation: true }, AssessAssets c) => Assess(aid, c, policy, act),
            ({ UnderInvestigation: true }, NotifyVerificationFailure) => Notify(aid.File, policy, act),
            ({ UnderInvestigation: true }, DisputeFinding c) => Dispute(aid.File, c, act),
            ({ UnderInvestigation: true }, CompleteReexamination c) => Reexamine(aid.File, c, act),

            ({ UnderInvestigation: true }, GiveInitialOpinion c) => Opine(aid, c, policy, act),
            (OpinionGiven { File.Opinion.Grant: true }, OpenPublicity { Kind: NoticeKind.Initial } c) => Opened(c),
            // Another notice stands in the place of one that was withdrawn; the same one again when it was found missing.
            (InPublicity p, OpenPublicity { Kind: NoticeKind.Initial } c) => (p.Notice, p.LastDay) == (c.Notice, c.LastDay) ? [] : Opened(c),
            (InPublicity p, ClosePublicity c) when p.Notice == c.Notice => Close(aid, p.LastDay, c, act),
            (ReportedToCounty or ObjectionHandling { Kind: NoticeKind.Approval }, OpenPublicity { Kind: NoticeKind.Approval } c) => OpenApproval(aid, c),
            (InApprovalPublicity p, OpenPublicity { Kind: NoticeKind.Approval } c) => (p.Notice, p.LastDay) == (c.Notice, c.LastDay) ? [] : Opened(c),
            (InApprovalPublicity p, ClosePublicity c) when p.Notice == c.Notice => Close(aid, p.LastDay, c, act),
            (Confirmed p, OpenPublicity { Kind: NoticeKind.Result or NoticeKind.LongTerm } c) => p.Result?.Notice == c.Notice && p.Result.LastDay == c.LastDay ? [] : Opened(c),
            // Any other end of a notice that this case does not wait for stands in the notice's own record.
            (not NoApplication, ClosePublicity) => [],

            (PublicityEnded or OpinionGiven { File.Opinion.Grant: false } or Returned { File.Opinion: not null }, ReportToCounty c) => Report(aid, c, act),
            (ReportedToCounty, ReportToCounty) => [],
            (InPublicity p, ReportToCounty or ConfirmAllowance or RefuseAllowance) => StillOpen(p.LastDay),
            (ObjectionHandling, ReportToCounty or ConfirmAllowance) => ObjectionPending(),
            (ReportedToCounty or ObjectionHandling { Kind: NoticeKind.Approval }, RecordCountyCheck c) => Check(aid.File, c, act),
            (ReportedToCounty or ObjectionHandling { Kind: NoticeKind.Approval }, ReturnToTownship c) => Return(aid.File, c, act),
            (InApprovalPublicity p, ConfirmAllowance or RefuseAllowance) => StillOpen(p.LastDay),
            (ReportedToCounty or PublicityEnded, ConfirmAllowance c) => Confirm(aid, c, policy, act),
            (Confirmed p, ConfirmAllowance c) when p.Decision.DecisionNumber == c.DecisionNumber => [],
            (ReportedToCounty or PublicityEnded or ObjectionHandling { Kind: NoticeKind.Approval } or OpinionGiven { File.Opinion.Grant: false }, RefuseAllowance c) => Refuse(aid, c, policy, act),
            (Refused p, RefuseAllowance c) when p.Decision.DecisionNumber == c.DecisionNumber => [],

            (Confirmed { Served: null } p, ServeDecision c) => Serve(c, p.Decision.DecidedOn, p.Decision.NoticeDue, act),
            (Refused { Served: null } p, ServeDecision c) => Serve(c, p.Decision.DecidedOn, p.Decision.NoticeDue, act),
            (Confirmed { Served: { } s }, ServeDecision c) when s.On == c.ServedOn => [],
            (Refused { Served: { } s }, ServeDecision c) when s.On == c.ServedOn => [],
            ({ Underway: true }, ExtendDeadline c) => Extend(aid.File, c, act),
            (_, NoteDeadline c) => Note(aid.File, c, act),
            ({ Open: true }, TerminateCase c) => Terminate(c, act),
            (Terminated, TerminateCase) => [],
            ({ Open: true }, WithdrawApplication c) => Checks.Stated(c.Reason, "reason") is { } unstated ? unstated : [new AllowanceWithdrawn(c.Reason, act.Today, act.Actor)],
            (Withdrawn, WithdrawApplication) => [],
            (_, RecordReconsideration c) when aid.File.Reconsiderations.Any(r => r.Document == c.Document && r.Result == c.Result) => [],
            (Confirmed or Refused, RecordReconsideration c) => Reconsider(aid, c, act),

            (not NoApplication, NoteComplaint c) when !aid.Open || aid.File.Complaints.Contains(c.Complaint, StringComparer.Ordinal) => [],
            ({ Open: true }, NoteComplaint c) => [new AllowanceComplaintNoted(c.Complaint, c.Target, act.Today)],
            (not NoApplication, NoteSpotCheck c) => aid.File.SpotChecks.Contains(c.Plan, StringComparer.Ordinal) ? [] : [new AllowanceSpotCheckNoted(c.Plan, c.Finding, c.Detail, act.Today)],
            _ => Refusal.NotNow(),
        };

    /// <summary>SOD-2: a near relative of a member acts in no step of the case (民发〔2012〕220号 第14条); declaring it is all that is left to them.</summary>
    private static Refusal? NearRelative(AllowanceCase aid, AllowanceCommand command, IEnumerable<string> users) =>
        command is not DeclareRelative && users.FirstOrDefault(u => aid.File.Relatives.Any(r => r.User == u)) is { } user
            ? Refusal.Duties("SOD-2", "经办人员与申请家庭有近亲属关系,应当回避。", "A near relative of a member of the household may not act in the case.", "民发〔2012〕220号 第14条").With("user", user)
            : null;

    /// <summary>SOD-1: whoever has acted in one of the steps investigate, opinion, county check, confirm acts in no other.</summary>
    private static Refusal? OtherStep(AllowanceFile file, Step step, Act act, params IReadOnlyList<string> users)
    {
        var others = file.Hands.Where(h => h.Step != step).Select(h => h.User).ToList();
        return users.Select(u => Checks.SameHand(act with { Actor = u }, "SOD-1", others)?.With("user", u)).FirstOrDefault(r => r is not null);
    }

    private static Refusal StillOpen(DateOnly lastDay) =>
        Refusal.NotNow("E_PUBLICITY_OPEN", $"公示期至{lastDay:yyyy-MM-dd}止,公示结束后方可办理。", $"The notice stands until {lastDay:yyyy-MM-dd} and must be closed first.", "民发〔2012〕220号 第24条, 第27条; 民发〔2021〕57号 第19条").With("lastDay", lastDay);

    private static Refusal ObjectionPending() =>
        Refusal.NotNow("E_OBJECTION_PENDING", "公示异议成立,须重新调查后再次提出意见。", "The objection was upheld: investigate again, then give a new opinion.", "民发〔2012〕220号 第24条, 第27条");
}
