using System.Diagnostics.CodeAnalysis;
using Platform.Cases;

namespace SocialAssistance.PublicityNotice;

/// <summary>How long a notice stands and what it may show.</summary>
/// <param name="Days">Full calendar days by kind (<c>publicity-days</c>).</param>
/// <param name="Fields">Labels that may be published, by kind (<c>publicity-fields</c>).</param>
/// <param name="OverRestDays">Whether a last day on a rest day moves to the next working day (民法典 第203条; local).</param>
internal sealed record NoticePolicy(IReadOnlyDictionary<NoticeKind, int> Days, IReadOnlyDictionary<NoticeKind, IReadOnlyList<string>> Fields, bool OverRestDays)
{
    public static NoticePolicy Read(PolicyReading p) => new(
        Enum.GetValues<NoticeKind>().ToDictionary(k => k, k => p.Whole("publicity-days", ("kind", $"{k}"))),
        Enum.GetValues<NoticeKind>().ToDictionary(k => k, k => (IReadOnlyList<string>)p.List("publicity-fields", ("kind", $"{k}"))),
        p.Flag("publicity-extend-over-rest-days"));

    public IReadOnlyList<string> Allowed(NoticeKind kind) => Fields[kind];

    /// <summary>The day of posting does not count; the notice stands to the end of the last day (domain section 1.6).</summary>
    public bool LastDay(DateOnly posted, NoticeKind kind, out DateOnly lastDay, [NotNullWhen(false)] out Refusal? refusal)
    {
        lastDay = WorkingCalendar.LastPublicityDay(posted, Days[kind]);
        refusal = null;
        return !OverRestDays || WorkingCalendar.National.TryLastPublicityDayOverRestDays(posted, Days[kind], out lastDay, out refusal);
    }
}
