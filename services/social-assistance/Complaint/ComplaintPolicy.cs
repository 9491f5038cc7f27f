using Platform.Cases;

namespace SocialAssistance.Complaint;

/// <param name="DueDays">Calendar days from registration to conclusion (<c>complaint-due-days</c>; local).</param>
internal sealed record ComplaintPolicy(int DueDays)
{
    public static ComplaintPolicy Read(PolicyReading p) => new(p.Whole("complaint-due-days"));
}
