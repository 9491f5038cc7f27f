using Platform.Cases;

namespace SocialAssistance.PublicityNotice;

internal abstract record NoticeCommand;

internal sealed record DraftNotice(CaseRef Case, NoticeKind Kind, RegionCode Region, IReadOnlyList<NoticeField> Fields, IReadOnlyList<string> Places) : NoticeCommand;

internal sealed record PostNotice(IReadOnlyList<Document> Photos) : NoticeCommand;

internal sealed record RaiseObjection(string Content, bool Anonymous) : NoticeCommand;

internal sealed record ResolveObjection(int Objection, bool Upheld, string Findings) : NoticeCommand;

internal sealed record RecordMissing(string Place) : NoticeCommand;

internal sealed record CloseNotice : NoticeCommand;

internal sealed record WithdrawNotice(string Reason) : NoticeCommand;

internal static class NoticeDecisions
{
    /// <summary>Deadline: the day after the last day.</summary>
    public const string LastDayPassed = "publicity-last-day-passed";

    public static Decision<NoticeEvent> Decide(NoticeCase notice, NoticeCommand command, NoticePolicy policy, Act act) => (notice, command) switch
    {
        (NoNotice, DraftNotice c) => Draft(c, policy, act),
        (Drafted d, PostNotice c) => Post(d, c, policy, act),
        (Posted, PostNotice) => [],
        (Posted p, RaiseObjection c) => Object(p, c, act),
        (Posted p, ResolveObjection c) => Resolve(p, c, act),
        (Posted p, RecordMissing c) => Missing(p, c, policy, act),
        (Posted p, CloseNotice) when act.Today <= p.LastDay => StillOpen(p),
        (Posted p, CloseNotice) when p.Pending.Any() => Refusal.NotNow("E_OBJECTION_PENDING", "异议尚未处理完毕。", "An objection has not been resolved.", "民发〔2012〕220号 第24条"),
        (Posted p, CloseNotice) => [new NoticeClosed(act.Today, p.Outcome)],
        (Closed, CloseNotice) => [],
        (Closed c, RaiseObjection) => Late(c.LastDay),
        (Drafted or Posted, WithdrawNotice c) => Checks.Stated(c.Reason, "reason") is { } refusal ? refusal : [new NoticeWithdrawn(c.Reason)],
        (Withdrawn, WithdrawNotice) => [],
        _ => Refusal.NotNow(),
    };

    private static Decision<NoticeEvent> Draft(DraftNotice c, NoticePolicy policy, Act act) =>
        c.Fields.FirstOrDefault(f => !policy.Allowed(c.Kind).Contains(f.Label, StringComparer.Ordinal)) is { } forbidden
            ? Refusal.Rule("E_PRIVACY_FIELD", "公示内容超出规定范围。", "The notice shows more than may be published.", "民发〔2012〕220号 第24条: 申请人姓名、家庭成员数、拟保障金额").With("field", forbidden.Label)
        : c.Places.Count == 0 || c.Places.Any(string.IsNullOrWhiteSpace) ? Refusal.Rule("E_PLACES", "须写明公示地点。", "Name the places where the notice stands.")
        : [new NoticeDrafted(c.Case, c.Kind, c.Region, c.Fields, c.Places, act.Actor)];

    private static Decision<NoticeEvent> Post(Drafted d, PostNotice c, NoticePolicy policy, Act act) =>
        Checks.Hashed(c.Photos, d.Notice.Places.Count, "photos") is { } refusal ? refusal
        : policy.LastDay(act.Today, d.Notice.Kind, out var lastDay, out var missing) ? [new NoticePosted(act.Today, lastDay, c.Photos, act.Actor)]
        : missing;

    private static Decision<NoticeEvent> Object(Posted p, RaiseObjection c, Act act) =>
        act.Today > p.LastDay ? Late(p.LastDay)
        : Checks.Stated(c.Content, "content") is { } refusal ? refusal
        : [new ObjectionRaised(p.Objections.Count + 1, c.Content, c.Anonymous, act.Today)];

    private static Decision<NoticeEvent> Resolve(Posted p, ResolveObjection c, Act act) =>
        Checks.SameHand(act, "SOD-1", p.Notice.Handlers) is { } sameHand ? sameHand
        : p.Objections.FirstOrDefault(o => o.Number == c.Objection) is not { } objection ? Refusal.Rule("E_OBJECTION", "没有这项异议。", "There is no such objection.")
        : objection.Upheld is not null ? (objection.Upheld == c.Upheld ? [] : Refusal.NotNow("E_OBJECTION_RESOLVED", "该异议已处理。", "The objection has been resolved."))
        : Checks.Stated(c.Findings, "findings") is { } refusal ? refusal
        : [new ObjectionResolved(c.Objection, c.Upheld, c.Findings, act.Actor)];

    /// <summary>Full days must stand: the clock starts again on the day the notice was found missing (domain section 2.1).</summary>
    private static Decision<NoticeEvent> Missing(Posted p, RecordMissing c, NoticePolicy policy, Act act) =>
        !p.Notice.Places.Contains(c.Place, StringComparer.Ordinal) ? Refusal.Rule("E_PLACES", "公示地点不符。", "The notice does not stand there.")
        : policy.LastDay(act.Today, p.Notice.Kind, out var lastDay, out var missing) ? [new NoticeFoundMissing(c.Place, act.Today, lastDay)]
        : missing;

    private static Refusal StillOpen(Posted p) =>
        Refusal.NotNow("E_PUBLICITY_OPEN", $"公示期至{p.LastDay:yyyy-MM-dd}止,期满次日方可结束。", $"The notice stands until {p.LastDay:yyyy-MM-dd}; it can be closed on the day after.", "民发〔2012〕220号 第24条").With("lastDay", p.LastDay);

    private static Refusal Late(DateOnly lastDay) =>
        Refusal.NotNow("E_LATE_OBJECTION", "公示期已满,请按投诉举报登记。", "The notice has ended; register a complaint instead.", "民发〔2012〕220号 第24条").With("lastDay", lastDay);
}
