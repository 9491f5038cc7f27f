using Platform.Cases;

namespace SocialAssistance.PublicityNotice;

/// <summary>The notice board: what stands where, and until when.</summary>
[Row("notice_board", nameof(Notice))]
internal sealed record NoticeRow(
    string Notice, string CaseProcess, string CaseId, NoticeKind Kind, RegionCode Region, IReadOnlyList<string> Places, DateOnly? PostedOn, DateOnly? LastDay, int Objections, string State);

internal static class NoticeViews
{
    public static CaseSummary Summary(NoticeCase notice) => new(Name(notice), notice.Notice.Region, $"{notice.Notice.Case.Process}/{notice.Notice.Case.Id}", notice is Drafted or Posted, (notice as Posted)?.LastDay);

    public static IEnumerable<Change> Changes(Recorded<NoticeEvent> fact, NoticeCase after)
    {
        var posted = after as Posted;
        yield return new Change.Put(new NoticeRow(
            fact.Id, after.Notice.Case.Process, after.Notice.Case.Id, after.Notice.Kind, after.Notice.Region, after.Notice.Places, posted?.PostedOn,
            posted?.LastDay ?? (after as Closed)?.LastDay, posted?.Objections.Count ?? 0, after.GetType().Name));
        yield return posted is not null
            ? new Change.Due(NoticeDecisions.LastDayPassed, posted.LastDay.AddDays(1))
            : new Change.NotDue(NoticeDecisions.LastDayPassed);
    }

    private static Text Name(NoticeCase notice) => notice switch
    {
        Drafted => new("已拟定", "Drafted"),
        Posted => new("公示中", "Posted"),
        Closed => new("已结束", "Closed"),
        Withdrawn => new("已撤回", "Withdrawn"),
        _ => new("未拟定", "Not drafted"),
    };
}
