using Platform.Cases;

namespace SocialAssistance.Complaint;

/// <summary>Complaints: about what, with whom, by when; never from whom.</summary>
[Row("complaints", nameof(Complaint))]
internal sealed record ComplaintRow(
    string Complaint, ComplaintChannel Channel, bool RealName, string? CaseProcess, string? CaseId, RegionCode Region, DateOnly ReceivedOn, DateOnly? DueOn, bool Overdue, string? Handler,
    ComplaintResult? Result, DateOnly? RepliedOn, string State);

internal static class ComplaintViews
{
    public static CaseSummary Summary(ComplaintCase complaint) => new(
        Name(complaint), complaint.Matter.Region, complaint.Matter.Target.Case is { } c ? $"{c.Process}/{c.Id}" : $"{complaint.Matter.Channel}",
        complaint is Received or Registered or Assigned or Investigating or Concluded or RepliedToReporter, UnderWay(complaint) ? complaint.Matter.DueOn : null);

    public static IEnumerable<Change> Changes(Recorded<ComplaintEvent> fact, ComplaintCase after)
    {
        var matter = after.Matter;
        yield return new Change.Put(new ComplaintRow(
            fact.Id, matter.Channel, matter.RealName, matter.Target.Case?.Process, matter.Target.Case?.Id, matter.Region, matter.ReceivedOn, matter.DueOn, matter.OverdueSince is not null, matter.Handler,
            Conclusion(after)?.Result, (after as RepliedToReporter)?.Reply.On ?? (after as Closed)?.Reply?.On, after.GetType().Name));
        yield return UnderWay(after) && matter.DueOn is { } due && matter.OverdueSince != due
            ? new Change.Due(ComplaintDecisions.DuePassed, due.AddDays(1))
            : new Change.NotDue(ComplaintDecisions.DuePassed);
    }

    private static bool UnderWay(ComplaintCase complaint) => complaint is Registered or Assigned or Investigating;

    private static ComplaintConcluded? Conclusion(ComplaintCase complaint) => complaint switch
    {
        Concluded c => c.Conclusion,
        RepliedToReporter r => r.Conclusion,
        Closed c => c.Conclusion,
        _ => null,
    };

    private static Text Name(ComplaintCase complaint) => complaint switch
    {
        Received => new("已接收", "Received"),
        NotAccepted => new("不予受理", "Not accepted"),
        Registered => new("已登记", "Registered"),
        Assigned => new("已交办", "Assigned"),
        Investigating => new("核查中", "Investigating"),
        Concluded => new("已作结论", "Concluded"),
        RepliedToReporter => new("已答复", "Reporter answered"),
        Closed => new("已办结", "Closed"),
        Transferred => new("已移送", "Transferred"),
        _ => new("未接收", "Not received"),
    };
}
