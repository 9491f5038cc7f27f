using Platform.Cases;

namespace SocialAssistance.SubsistenceAllowance;

internal enum ServiceMethod
{
    InPerson,
    Post,
    Electronic,
    LeftAtHome,
    PublicNotice,
}

/// <summary>The reasons for which the whole term may be extended.</summary>
internal enum ExtensionReason
{
    Objection,
    SplitResidence,
    OtherRegionVerification,
    DifficultInvestigation,
}

internal enum TerminationReason
{
    NonCooperation,
    DeclarationWithdrawn,
    Death,
    MovedOut,
    Duplicate,
}

internal enum ReconsiderationOrgan
{
    Reconsideration,
    Court,
}

internal enum ReconsiderationResult
{
    Upheld,
    Revoked,
    Amended,
}

internal sealed record ServeDecision(ServiceMethod Method, DateOnly ServedOn, Document Receipt) : AllowanceCommand;

internal sealed record ExtendDeadline(DateOnly NewDue, ExtensionReason Reason, string Explanation) : AllowanceCommand;

internal sealed record TerminateCase(TerminationReason Reason, string Explanation) : AllowanceCommand;

internal sealed record WithdrawApplication(string Reason) : AllowanceCommand;

/// <param name="Document">Number of the organ's document.</param>
/// <param name="Amendment">What is amended; needed when the result is Amended.</param>
internal sealed record RecordReconsideration(ReconsiderationOrgan Organ, DocumentNumber Document, ReconsiderationResult Result, string? Amendment = null) : AllowanceCommand;

/// <summary>A term is four fifths over, or over; from the deadline worker only.</summary>
internal sealed record NoteDeadline(Clock Clock, bool Missed) : AllowanceCommand;

internal static partial class AllowanceDecisions
{
    private static Decision<AllowanceEvent> Serve(ServeDecision c, DateOnly decided, DateOnly noticeDue, Act act) =>
        Checks.NotAfter(c.ServedOn, act, "servedOn") is { } future ? future
        : c.ServedOn < decided ? Refusal.Rule("E_DATE_ORDER", "送达日期不能早于决定日期。", "The decision cannot be served before it was taken.").With("decidedOn", decided)
        : Checks.Hashed([c.Receipt], 1, "receipt") is { } refusal ? refusal
        : [new AllowanceDecisionServed(c.Method, c.ServedOn, c.Receipt, c.ServedOn <= noticeDue, act.Actor)];

    private static Decision<AllowanceEvent> Extend(AllowanceFile file, ExtendDeadline c, Act act)
    {
        var term = file.Terms.Find(t => t.Clock == Clock.Total);
        if (term is null || file.Procedure.Total is not { } total)
        {
            return Refusal.NotNow("E_DEADLINE_EXTENSION", "本案程序没有可延长的办理总期限。", "The procedure of this case sets no whole term that could be extended.");
        }

        return c.NewDue == term.Due && term.Due != Original(file, total) ? []
            : !WorkingCalendar.National.TryDue(term.From, Math.Max(1, total.ExtendableTo), out var latest, out var missing) ? missing
            : c.NewDue <= term.Due || c.NewDue > latest
                ? Refusal.Rule("E_DEADLINE_EXTENSION", $"办理期限最长可延至{latest:yyyy-MM-dd}。", $"The term may be extended until {latest:yyyy-MM-dd} at the latest.", total.Basis).With("due", term.Due).With("latest", latest)
            : Checks.Stated(c.Explanation, "explanation") is { } unstated ? unstated
            : Extended(term, c, act);

        static DateOnly? Original(AllowanceFile file, TotalTerm total) =>
            file.AcceptedOn is { } accepted && WorkingCalendar.National.TryDue(accepted, Math.Max(1, total.Days), out var due, out _) ? due : null;
    }

    private static Decision<AllowanceEvent> Extended(Term term, ExtendDeadline c, Act act) =>
        !WorkingCalendar.National.TryWorkingDays(term.From, c.NewDue, out var days, out var missing)
            || !WorkingCalendar.National.TryDue(term.From, Math.Max(1, days * 4 / 5), out var warnOn, out missing) ? missing
        : [new AllowanceDeadlineExtended(new(Clock.Total, term.From, warnOn, c.NewDue), c.Reason, c.Explanation, act.Actor)];

    /// <summary>A term that has passed is noted and decides nothing: silence never grants.</summary>
    private static Decision<AllowanceEvent> Note(AllowanceFile file, NoteDeadline c, Act act) =>
        !act.BySystem ? Refusal.NotYours("E_ROLE", "期限提醒由系统记录。", "Reminders are recorded by the system.")
        : file.Terms.Find(t => t.Clock == c.Clock) is not { } term ? []
        : c.Missed && !term.Missed && act.Today > term.Due ? [new AllowanceDeadlineMissed(c.Clock, term.Due, act.Today)]
        : !c.Missed && !term.Warned && act.Today >= term.WarnOn ? [new AllowanceDeadlineWarned(c.Clock, term.Due, act.Today)]
        : [];

    private static Decision<AllowanceEvent> Terminate(TerminateCase c, Act act) =>
        Checks.Stated(c.Explanation, "explanation") is { } refusal ? refusal : [new AllowanceTerminated(c.Reason, c.Explanation, act.Today, act.Actor)];

    /// <summary>What a reconsideration organ or court has said (社会救助暂行办法 第65条); an upheld decision stands.</summary>
    private static Decision<AllowanceEvent> Reconsider(AllowanceCase aid, RecordReconsideration c, Act act)
    {
        if ((Numbered(c.Document) ?? (c.Result == ReconsiderationResult.Amended ? Checks.Stated(c.Amendment ?? "", "amendment") : null)) is { } refusal)
        {
            return refusal;
        }

        var recorded = new AllowanceReconsiderationRecorded(c.Organ, c.Document, c.Result, act.Today, act.Actor);
        return c.Result switch
        {
            ReconsiderationResult.Revoked => [recorded, new AllowanceDecisionRevoked(c.Document, act.Today)],
            ReconsiderationResult.Amended => [recorded, new AllowanceDecisionAmended(c.Document, c.Amendment!, act.Today)],
            _ => [recorded],
        };
    }
}
