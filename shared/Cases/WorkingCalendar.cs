using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Cases;

/// <summary>
/// Working days as the yearly notices of the State Council set them: an extra working day is one, a day off is none,
/// otherwise Monday to Friday. A year without a notice refuses with <c>E_CALENDAR_MISSING</c>; nothing is guessed.
/// </summary>
/// <remarks>
/// Periods do not count the day that triggers them (民法典 art. 201) and end with the last day. For months use
/// <see cref="DateOnly.AddMonths"/>: the same day of the month, or the month's last when it has none (art. 202).
/// </remarks>
public sealed partial class WorkingCalendar
{
    private static readonly Lazy<WorkingCalendar> Embedded = new(static () =>
    {
        using var json = typeof(WorkingCalendar).Assembly.GetManifestResourceStream("calendar.json")!;
        return Read(json);
    });

    private readonly FrozenDictionary<DateOnly, bool> exceptions;
    private readonly FrozenSet<int> years;
    private readonly FrozenSet<int> provisional;

    private WorkingCalendar(IReadOnlyList<Notice> notices)
    {
        var working = new Dictionary<DateOnly, bool>();
        foreach (var notice in notices)
        {
            // In the order of issue: a later notice amends an earlier one, day by day.
            Mark(working, notice, notice.Off, isWorking: false);
            Mark(working, notice, notice.Work, isWorking: true);
        }

        exceptions = working.ToFrozenDictionary();
        years = notices.Select(notice => notice.Year).ToFrozenSet();
        provisional = notices.Where(notice => notice.Provisional).Select(notice => notice.Year).ToFrozenSet();
    }

    /// <summary>The calendar of the country, from the notices this platform ships with.</summary>
    public static WorkingCalendar National => Embedded.Value;

    /// <summary>
    /// Reads notices in the order of issue: <c>{ "notices": [{ "year", "source", "provisional"?, "off": [day or from/to], "work": [day] }] }</c>.
    /// </summary>
    /// <exception cref="InvalidDataException">A day is unreadable, lies outside the notice's year (December before included), or is both off and worked.</exception>
    /// <exception cref="JsonException">Not of this shape.</exception>
    public static WorkingCalendar Read(Stream json) =>
        new(JsonSerializer.Deserialize(json, CalendarJson.Default.Schedule)?.Notices ?? throw new JsonException("The calendar is empty."));

    /// <summary>The last day of a period of calendar days: the first day is the one after posting (公示).</summary>
    public static DateOnly LastPublicityDay(DateOnly posted, int days) => posted.AddDays(AtLeastOne(days));

    /// <summary>The same, moved on to the next working day when it would end on a rest day (民法典 art. 203).</summary>
    public bool TryLastPublicityDayOverRestDays(DateOnly posted, int days, out DateOnly last, [NotNullWhen(false)] out Refusal? refusal)
    {
        var end = LastPublicityDay(posted, days);
        return TryDue(end.AddDays(-1), 1, out last, out refusal);
    }

    /// <summary>Whether only the statutory holidays of the year are known, because its notice is not out yet.</summary>
    public bool IsProvisional(int year) => provisional.Contains(year);

    /// <summary>Says whether a day is worked; refuses for a year without a notice.</summary>
    public bool TryIsWorkingDay(DateOnly day, out bool working, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = years.Contains(day.Year) ? null : Missing(day.Year);
        working = refusal is null && IsWorking(day);
        return refusal is null;
    }

    /// <summary>The n-th working day after the trigger; the deadline is the end of that day (24:00).</summary>
    /// <param name="trigger">The day the period starts from; not counted.</param>
    /// <param name="workingDays">One or more.</param>
    /// <param name="due">The last day on which the act is in time.</param>
    /// <param name="refusal"><c>E_CALENDAR_MISSING</c> when a year on the way has no notice.</param>
    public bool TryDue(DateOnly trigger, int workingDays, out DateOnly due, [NotNullWhen(false)] out Refusal? refusal)
    {
        var remaining = AtLeastOne(workingDays);
        due = trigger;
        while (remaining > 0)
        {
            due = due.AddDays(1);
            if (!TryIsWorkingDay(due, out var working, out refusal))
            {
                due = default;
                return false;
            }

            remaining -= working ? 1 : 0;
        }

        refusal = null;
        return true;
    }

    /// <summary>Working days after one day up to and including another: what <see cref="TryDue"/> would have counted.</summary>
    public bool TryWorkingDays(DateOnly after, DateOnly until, out int count, [NotNullWhen(false)] out Refusal? refusal)
    {
        count = 0;
        for (var day = after.AddDays(1); day <= until; day = day.AddDays(1))
        {
            if (!TryIsWorkingDay(day, out var working, out refusal))
            {
                count = 0;
                return false;
            }

            count += working ? 1 : 0;
        }

        refusal = null;
        return true;
    }

    private static int AtLeastOne(int days)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        return days;
    }

    private static Refusal Missing(int year) =>
        Refusal.Rule("E_CALENDAR_MISSING", $"尚无{year}年节假日安排,不能计算工作日期限。", $"No holiday schedule for {year}: working-day periods cannot be computed.", "国务院办公厅年度节假日安排通知").With("year", year);

    private static void Mark(Dictionary<DateOnly, bool> working, Notice notice, IReadOnlyList<string> spans, bool isWorking)
    {
        var off = isWorking ? notice.Off.SelectMany(Days).ToHashSet() : [];
        foreach (var day in spans.SelectMany(Days))
        {
            if (day.Year != notice.Year && (day.Year != notice.Year - 1 || day.Month != 12))
            {
                throw new InvalidDataException($"{notice.Source}: {Iso(day)} lies outside its year.");
            }

            if (off.Contains(day))
            {
                throw new InvalidDataException($"{notice.Source}: {Iso(day)} is both off and worked.");
            }

            working[day] = isWorking;
        }
    }

    private static IEnumerable<DateOnly> Days(string span)
    {
        var ends = span.Split('/');
        if (ends.Length > 2
            || !DateOnly.TryParseExact(ends[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            || !DateOnly.TryParseExact(ends[^1], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            || last < first)
        {
            throw new InvalidDataException($"'{span}' is neither a day nor a span of days.");
        }

        return Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays);
    }

    private static string Iso(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    private bool IsWorking(DateOnly day) =>
        exceptions.TryGetValue(day, out var working) ? working : day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    private sealed record Schedule(IReadOnlyList<Notice> Notices);

    private sealed record Notice(int Year, string Source, IReadOnlyList<string> Off, IReadOnlyList<string> Work, bool Provisional = false);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Schedule))]
    private sealed partial class CalendarJson : JsonSerializerContext;
}
