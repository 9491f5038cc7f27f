using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.HomeVisit;

internal abstract record VisitCommand;

internal sealed record PlanVisit(CaseRef Case, VisitKind Kind, RegionCode Region, IReadOnlyList<string> Investigators, DateOnly Date) : VisitCommand;

/// <summary>Nobody could be met.</summary>
internal sealed record RecordAttempt(string Reason) : VisitCommand;

internal sealed record ConductVisit(
    VisitMethod Method, IReadOnlyList<PersonId> Present, Housing? Housing, IReadOnlyList<string> Durables, IReadOnlyList<AmountFinding> Income, IReadOnlyList<AmountFinding> Expenditure,
    IReadOnlyList<Document> Photos, string Findings, bool Conforms) : VisitCommand;

internal sealed record InterviewNeighbour(string Relation, string Findings) : VisitCommand;

internal sealed record SendInquiry(string To, string Content) : VisitCommand;

internal sealed record RecordInquiryAnswer(int Inquiry, string Answer) : VisitCommand;

/// <param name="Household">The household's signature; without it the reason why it refused.</param>
internal sealed record SignVisit(IReadOnlyList<InvestigatorSignature> Investigators, Document? Household = null, string? RefusalReason = null) : VisitCommand;

internal sealed record SubmitVisit(string Conclusion) : VisitCommand;

internal sealed record FailVisit(string Reason) : VisitCommand;

internal static class VisitDecisions
{
    private const int LeastInvestigators = 2;
    private const int AttemptsBeforeFailure = 2;
    private const string TwoInvestigators = "民发〔2012〕220号; 民发〔2021〕57号: 两名以上调查人员";

    public static Decision<VisitEvent> Decide(VisitCase visit, VisitCommand command, VisitPolicy policy, Act act) => (visit, command) switch
    {
        (NotPlanned, PlanVisit c) => Plan(c, act),
        (NotPlanned, _) => Refusal.NotNow(),
        (_, not PlanVisit) when !visit.Visit.Investigators.Contains(act.Actor, StringComparer.Ordinal) =>
            Refusal.NotYours("E_INVESTIGATOR", "只有本次入户调查的调查人员可以办理。", "Only an investigator of this visit may do this.", TwoInvestigators),
        (Planned p, RecordAttempt c) => Attempt(p, c, act),
        (Planned p, ConductVisit c) => Conduct(p, c, policy, act),
        (Visited v, ConductVisit c) when Same(v.Record, c) => [],
        (Visited v, InterviewNeighbour c) => Interview(v, c, act),
        (Visited v, SendInquiry c) => Inquire(v, c, act),
        (Visited v, RecordInquiryAnswer c) => Answer(v, c, act),
        (Visited v, SignVisit c) => Sign(v, c, act),
        (Signed s, SignVisit c) when s.Signatures.Investigators.SequenceEqual(c.Investigators) => [],
        (Signed, SubmitVisit c) => Checks.Stated(c.Conclusion, "conclusion") is { } refusal ? refusal : [new InvestigationSubmitted(c.Conclusion, act.Today, act.Actor)],
        (Submitted s, SubmitVisit c) when s.Conclusion == c.Conclusion => [],
        (Planned { Visit.Attempts.Count: < AttemptsBeforeFailure } p, FailVisit) =>
            Refusal.NotNow("E_ATTEMPTS", "须至少两次上门未果方可作入户失败处理。", "A visit fails only after two attempts.", "民发〔2021〕57号 第29条").With("attempts", p.Visit.Attempts.Count),
        (Planned, FailVisit c) => Checks.Stated(c.Reason, "reason") is { } refusal ? refusal : [new VisitFailed(c.Reason, act.Today, act.Actor)],
        (Failed, FailVisit) => [],
        _ => Refusal.NotNow(),
    };

    /// <summary>Two different investigators at least (SOD-3); the county's own visit is the county's to plan.</summary>
    private static Decision<VisitEvent> Plan(PlanVisit c, Act act) =>
        !act.Roles.Contains(c.Kind == VisitKind.County ? Roles.CountyOfficer : Roles.TownshipOfficer)
            ? Refusal.NotYours("E_ROLE", "入户调查的层级与您的岗位不符。", "A township visit is planned by the township, a county visit by the county.").With("kind", $"{c.Kind}")
        : c.Investigators.Any(i => string.IsNullOrWhiteSpace(i) || i.Length > 100) ? Refusal.Rule("E_INVESTIGATORS", "须填写调查人员的用户标识。", "Investigators are named by their user ids.")
        : c.Investigators.Distinct(StringComparer.Ordinal).Count() < LeastInvestigators
            ? Refusal.Rule("E_SOD", "入户调查须由两名以上调查人员进行。", "A visit needs at least two different investigators.", TwoInvestigators).With("rule", "SOD-3")
        : c.Date < act.Today ? Refusal.Rule("E_DATE_PAST", "计划日期不能早于办理日。", "The planned day lies before the day of the act.").With("date", c.Date)
        : [new VisitPlanned(c.Case, c.Kind, c.Region, [.. c.Investigators.Distinct(StringComparer.Ordinal)], c.Date, act.Actor)];

    /// <summary>One attempt a day: the same day entered again is the same attempt.</summary>
    private static Decision<VisitEvent> Attempt(Planned p, RecordAttempt c, Act act) =>
        p.Visit.Attempts.Exists(a => a.On == act.Today) ? []
        : Checks.Stated(c.Reason, "reason") is { } refusal ? refusal
        : [new VisitAttempted(act.Today, c.Reason, act.Actor)];

    private static Decision<VisitEvent> Conduct(Planned p, ConductVisit c, VisitPolicy policy, Act act) =>
        c.Method != VisitMethod.OnSite && !policy.EmergencyMode
            ? Refusal.Rule("E_METHOD", "非紧急状态下须实地入户调查。", "Outside an emergency the visit is made in person.", "民发〔2021〕57号 第16条").With("method", $"{c.Method}")
        : Checks.Hashed(c.Photos, 1, "photos") is { } photos ? photos
        : c.Housing is { Area: <= 0 or > 10_000 } or { Rooms: < 0 or > 100 } ? Refusal.Rule("E_HOUSING", "住房面积或间数不合理。", "The dwelling's area or rooms cannot be so.")
        : Checks.Stated(c.Findings, "findings") is { } refusal ? refusal
        : [new VisitConducted(act.Today, c.Method, c.Present, c.Housing, c.Durables, c.Income, c.Expenditure, c.Photos, c.Findings, c.Conforms, act.Actor)];

    private static bool Same(VisitConducted record, ConductVisit c) =>
        record.Method == c.Method && record.Findings == c.Findings && record.Conforms == c.Conforms && record.Photos.SequenceEqual(c.Photos);

    private static Decision<VisitEvent> Interview(Visited v, InterviewNeighbour c, Act act) =>
        v.Neighbours.Exists(n => n.Relation == c.Relation && n.Findings == c.Findings) ? []
        : (Checks.Stated(c.Relation, "relation") ?? Checks.Stated(c.Findings, "findings")) is { } refusal ? refusal
        : [new NeighbourInterviewed(v.Neighbours.Count + 1, c.Relation, c.Findings, act.Today)];

    private static Decision<VisitEvent> Inquire(Visited v, SendInquiry c, Act act) =>
        v.Inquiries.Exists(i => i.To == c.To && i.Answer is null) ? []
        : (Checks.Stated(c.To, "to") ?? Checks.Stated(c.Content, "content")) is { } refusal ? refusal
        : [new LetterInquirySent(v.Inquiries.Count + 1, c.To, c.Content, act.Today)];

    private static Decision<VisitEvent> Answer(Visited v, RecordInquiryAnswer c, Act act) =>
        v.Inquiries.Find(i => i.Number == c.Inquiry) is not { } inquiry ? Refusal.Rule("E_INQUIRY", "没有这份函询。", "There is no such inquiry.")
        : inquiry.Answer == c.Answer ? []
        : inquiry.Answer is not null ? Refusal.Rule("E_INQUIRY_ANSWERED", "该函询已有回复。", "The inquiry has been answered.")
        : Checks.Stated(c.Answer, "answer") is { } refusal ? refusal
        : [new LetterInquiryAnswered(c.Inquiry, c.Answer, act.Today)];

    private static Decision<VisitEvent> Sign(Visited v, SignVisit c, Act act) =>
        c.Investigators.Select(s => s.Investigator).Distinct(StringComparer.Ordinal).Count() < LeastInvestigators
            || c.Investigators.Any(s => !v.Visit.Investigators.Contains(s.Investigator, StringComparer.Ordinal))
            ? Refusal.Rule("E_SIGNATURES", "须由本次调查的两名调查人员签字。", "Two investigators of this visit sign.", TwoInvestigators)
        : Checks.Hashed([.. c.Investigators.Select(s => s.Signature), .. c.Household is { } own ? [own] : Array.Empty<Document>()], LeastInvestigators, "signatures") is { } refusal ? refusal
        : c.Household is null == c.RefusalReason is null ? Refusal.Rule("E_SIGNATURES", "须有家庭成员签字,或注明拒签原因。", "The household signs, or the reason of its refusal is stated.", TwoInvestigators)
        : c.RefusalReason is { } reason && Checks.Stated(reason, "refusalReason") is { } unstated ? unstated
        : [new InvestigationSigned(c.Investigators, c.Household, c.RefusalReason, act.Today)];
}
