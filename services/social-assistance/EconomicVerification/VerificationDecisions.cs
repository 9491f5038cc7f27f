using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.EconomicVerification;

internal abstract record VerificationCommand;

internal sealed record RequestVerification(
    CaseRef Case, VerificationPurpose Purpose, IReadOnlyList<PersonId> Persons, RegionCode Region, DateOnly AsOf, IReadOnlyList<DeclaredItem> Items) : VerificationCommand;

internal sealed record RegisterAuthorisation(PersonId Person, DateOnly SignedOn, DateOnly ValidTo, Document Document, PersonId? Guardian = null) : VerificationCommand;

internal sealed record DispatchQuery(DataSource Source, string RequestNumber) : VerificationCommand;

internal sealed record NoteStartOverdue : VerificationCommand;

internal sealed record ReceiveResult(string RequestNumber, DateOnly ReturnedOn, bool Found, IReadOnlyList<SourceLine> Lines, string RawReference) : VerificationCommand;

/// <summary>What the registers say of an item; an item that was not declared counts as declared with nothing.</summary>
internal sealed record VerifiedItem(string Item, Money Verified);

internal sealed record IssueReport(string ReportNumber, VerificationConclusion Conclusion, IReadOnlyList<VerifiedItem> Verified, IReadOnlyList<string> Alerts) : VerificationCommand;

internal sealed record DisputeReport(string Grounds, IReadOnlyList<Document> Evidence) : VerificationCommand;

internal sealed record CompleteRecheck(string ReportNumber, VerificationConclusion Conclusion, IReadOnlyList<VerifiedItem> Verified, IReadOnlyList<string> Alerts, string Changes) : VerificationCommand;

internal sealed record ExpireReport : VerificationCommand;

internal sealed record WithdrawVerification(string Reason) : VerificationCommand;

internal static class VerificationDecisions
{
    /// <summary>Deadline: the day after the last day on which the check may be started.</summary>
    public const string StartDuePassed = "verification-start-due-passed";

    /// <summary>Deadline: the day after the report's last valid day.</summary>
    public const string ReportRunOut = "verification-report-run-out";

    /// <summary>The centre checks and compares; it never decides who is eligible.</summary>
    public static Decision<VerificationEvent> Decide(VerificationCase verification, VerificationCommand command, VerificationPolicy policy, Act act) => (verification, command) switch
    {
        (NotRequested, RequestVerification c) => Request(c, policy, act),
        (NotRequested, _) => Refusal.NotNow(),
        (Withdrawn, WithdrawVerification) => [],
        (Withdrawn, _) => Refusal.NotNow(),
        (Requested or Authorised, NoteStartOverdue) => StartOverdue(verification.Commission, act),
        (_, NoteStartOverdue) => [],
        (Requested or Authorised or Dispatched or PartiallyReturned or Disputed, RegisterAuthorisation c) => Authorise(verification.Commission, c, act),
        (Requested or Authorised or Dispatched or PartiallyReturned or Disputed, DispatchQuery c) => Dispatch(verification.Commission, c, act),
        (Dispatched or PartiallyReturned or Reported or Disputed or Rechecked, ReceiveResult c) => Receive(verification.Commission, c, act),
        (Dispatched or PartiallyReturned, IssueReport c) => Issue(verification.Commission, c, policy, act),
        (Reported r, IssueReport c) when c.ReportNumber == r.Report.ReportNumber => [],
        (Reported or Rechecked, DisputeReport c) => Dispute(c, act),
        (Disputed d, DisputeReport c) when d.Grounds == c.Grounds => [],
        (Disputed, CompleteRecheck c) => Recheck(verification.Commission, c, policy, act),
        (Rechecked r, CompleteRecheck c) when c.ReportNumber == r.Report.ReportNumber => [],
        (Reported { Report.Conclusion: VerificationConclusion.Incomplete } or Rechecked { Report.Conclusion: VerificationConclusion.Incomplete }, CompleteRecheck c) => Recheck(verification.Commission, c, policy, act),
        (Reported r, ExpireReport) => Expire(r.Report, act),
        (Disputed d, ExpireReport) => Expire(d.Report, act),
        (Rechecked r, ExpireReport) => Expire(r.Report, act),
        (Expired, ExpireReport) => [],
        (Requested or Authorised or Dispatched or PartiallyReturned, WithdrawVerification c) => Checks.Stated(c.Reason, "reason") is { } refusal ? refusal : [new VerificationWithdrawn(c.Reason, act.Today)],
        _ => Refusal.NotNow(),
    };

    private static Decision<VerificationEvent> Request(RequestVerification c, VerificationPolicy policy, Act act) =>
        c.Persons.Count == 0 || c.Persons.Distinct().Count() != c.Persons.Count ? Refusal.Rule("E_PERSONS", "须列明被核对人员,且不得重复。", "Name the persons to be checked, each once.")
        : c.Items.Count == 0 || c.Items.Any(i => string.IsNullOrWhiteSpace(i.Item)) || c.Items.Select(i => i.Item).Distinct(StringComparer.Ordinal).Count() != c.Items.Count
            ? Refusal.Rule("E_ITEMS", "须列明核对项目,且不得重复。", "Name the items to be checked, each once.")
        : Checks.NotAfter(c.AsOf, act, "asOf") is { } refusal ? refusal
        : WorkingCalendar.National.TryDue(act.Today, policy.StartWorkingDays, out var due, out var missing)
            ? [new VerificationRequested(c.Case, c.Purpose, c.Persons, c.Region, c.AsOf, c.Items, act.Today, due, act.Actor)]
        : missing;

    private static Decision<VerificationEvent> StartOverdue(Commission commission, Act act) =>
        commission.StartOverdue ? []
        : act.Today <= commission.StartDue ? Refusal.NotNow("E_NOT_YET", "期限尚未届满。", "The term has not ended.").With("due", commission.StartDue)
        : [new VerificationStartOverdue(commission.StartDue)];

    private static Decision<VerificationEvent> Authorise(Commission commission, RegisterAuthorisation c, Act act) =>
        !commission.Persons.Contains(c.Person) ? NotOfTheOrder(c.Person)
        : c.Guardian == c.Person ? Refusal.Rule("E_GUARDIAN", "监护人不能是本人。", "Nobody is their own guardian.")
        : Checks.NotAfter(c.SignedOn, act, "signedOn") is { } future ? future
        : c.ValidTo < act.Today || c.ValidTo < c.SignedOn ? Refusal.Rule("E_AUTH_MISSING", "授权书已过有效期。", "The authorisation is no longer valid.").With("validTo", c.ValidTo)
        : Checks.Hashed([c.Document], 1, "document") is { } refusal ? refusal
        : new Authorisation(c.Person, c.SignedOn, c.ValidTo, c.Document, c.Guardian) is var given && commission.Authorisations.Contains(given) ? []
        : [new AuthorisationRegistered(given)];

    private static Decision<VerificationEvent> Dispatch(Commission commission, DispatchQuery c, Act act) =>
        commission.Unauthorised(act.Today).ToList() is { Count: > 0 } without
            ? Refusal.NotNow("E_AUTH_MISSING", "尚有人员未授权核对,未授权不得核对。", "Not everybody has authorised the check: no authorisation, no check.", "社会救助暂行办法 第58条").With("persons", without.Select(p => p.ToString()).ToList())
        : commission.Queries.Find(q => q.RequestNumber == c.RequestNumber) is { } sent
            ? sent.Source == c.Source ? [] : Refusal.Rule("E_REQUEST_NUMBER", "该查询编号已用于其他来源。", "This request number was used for another source.").With("source", $"{sent.Source}")
        : Named(c.RequestNumber, "requestNumber") is { } refusal ? refusal
        : [new QueryDispatched(c.Source, c.RequestNumber, act.Today)];

    private static Decision<VerificationEvent> Receive(Commission commission, ReceiveResult c, Act act) =>
        commission.Queries.Find(q => q.RequestNumber == c.RequestNumber) is not { } query ? Refusal.Rule("E_REQUEST_NUMBER", "没有这一查询编号。", "No query has this number.").With("requestNumber", c.RequestNumber)
        : query.Result is { } before
            ? before.Found == c.Found && before.RawReference == c.RawReference && before.Lines.SequenceEqual(c.Lines) ? []
            : Refusal.Rule("E_RESULT_DIFFERS", "该查询已有不同的反馈结果。", "This query has been answered differently; ask again under a new number.").With("requestNumber", c.RequestNumber)
        : c.Lines.FirstOrDefault(l => !commission.Persons.Contains(l.Person)) is { } stranger ? NotOfTheOrder(stranger.Person)
        : !c.Found && c.Lines.Count > 0 ? Refusal.Rule("E_RESULT", "未查到信息时不应有明细。", "Nothing was found, yet there are lines.")
        : c.ReturnedOn < query.DispatchedOn ? Refusal.Rule("E_DATE", "反馈日期早于查询日期。", "It was answered before it was asked.").With("dispatchedOn", query.DispatchedOn)
        : Checks.NotAfter(c.ReturnedOn, act, "returnedOn") is { } future ? future
        : Named(c.RawReference, "rawReference") is { } refusal ? refusal
        : [new SourceResultReceived(c.RequestNumber, query.Source, c.ReturnedOn, c.Found, c.Lines, c.RawReference)];

    private static Decision<VerificationEvent> Issue(Commission commission, IssueReport c, VerificationPolicy policy, Act act) =>
        Unfit(commission, c.ReportNumber, c.Conclusion, c.Verified) is { } refusal ? refusal
        : [new VerificationReportIssued(ReportOf(commission, c.ReportNumber, c.Conclusion, c.Verified, c.Alerts, policy, act), act.Actor)];

    private static Decision<VerificationEvent> Recheck(Commission commission, CompleteRecheck c, VerificationPolicy policy, Act act) =>
        Checks.Stated(c.Changes, "changes") is { } unstated ? unstated
        : Unfit(commission, c.ReportNumber, c.Conclusion, c.Verified) is { } refusal ? refusal
        : [new RecheckCompleted(ReportOf(commission, c.ReportNumber, c.Conclusion, c.Verified, c.Alerts, policy, act), c.Changes, act.Actor)];

    private static Decision<VerificationEvent> Dispute(DisputeReport c, Act act) =>
        Checks.Stated(c.Grounds, "grounds") is { } unstated ? unstated
        : Checks.Hashed(c.Evidence, 0, "evidence") is { } refusal ? refusal
        : [new VerificationDisputed(c.Grounds, c.Evidence, act.Today)];

    private static Decision<VerificationEvent> Expire(Report report, Act act) =>
        act.Today > report.ValidTo ? [new VerificationReportExpired(act.Today)]
        : Refusal.NotNow("E_NOT_YET", "报告仍在有效期内。", "The report is still valid.").With("validTo", report.ValidTo);

    private static Report ReportOf(
        Commission commission, string number, VerificationConclusion conclusion, IReadOnlyList<VerifiedItem> verified, IReadOnlyList<string> alerts, VerificationPolicy policy, Act act) =>
        new(number, act.Today, act.Today.AddDays(policy.ValidityDays), conclusion, Compared(commission, verified), alerts);

    private static List<ComparisonLine> Compared(Commission commission, IReadOnlyList<VerifiedItem> verified) =>
    [
        .. from v in verified
           let declared = commission.Items.FirstOrDefault(i => i.Item == v.Item)?.Declared ?? Money.Zero
           select new ComparisonLine(v.Item, declared, v.Verified, v.Verified - declared),
    ];

    /// <summary>The conclusion must say what the comparison shows.</summary>
    private static Refusal? Unfit(Commission commission, string number, VerificationConclusion conclusion, IReadOnlyList<VerifiedItem> verified)
    {
        if (Named(number, "reportNumber") is { } unnamed)
        {
            return unnamed;
        }

        if (verified.Any(v => string.IsNullOrWhiteSpace(v.Item)) || verified.Select(v => v.Item).Distinct(StringComparer.Ordinal).Count() != verified.Count)
        {
            return Refusal.Rule("E_ITEMS", "核对项目不得空白或重复。", "An item is blank or stands twice.");
        }

        List<string> open = [.. commission.Unanswered.Select(q => q.RequestNumber), .. commission.Items.Select(i => i.Item).Except(verified.Select(v => v.Item), StringComparer.Ordinal)];
        var differs = Compared(commission, verified).Any(l => l.Difference != Money.Zero);
        var unfit = conclusion switch
        {
            VerificationConclusion.Incomplete => open.Count == 0,
            _ when open.Count > 0 => true,
            VerificationConclusion.Consistent => differs,
            VerificationConclusion.Discrepant => !differs,
            _ => false,
        };
        return unfit
            ? Refusal.Rule("E_CONCLUSION", "核对结论与比对结果不符。", "The conclusion does not fit the comparison.").With("unanswered", open).With("differs", differs)
            : null;
    }

    private static Refusal NotOfTheOrder(PersonId person) =>
        Refusal.Rule("E_PERSON", "该人员不在委托核对范围内。", "This person is not part of the order.").With("person", person.ToString());

    private static Refusal? Named(string number, string field) =>
        string.IsNullOrWhiteSpace(number) || number.Length > 64 ? Refusal.Rule("E_NUMBER", "编号须为1至64个字符。", "A number has 1 to 64 characters.").With("field", field) : null;
}
