using Platform.Cases;

namespace Platform.Local.Demonstration;

/// <summary>The working days of 2014, by the platform's own calendar.</summary>
internal static class WorkingDays
{
    public const int Year = 2014;

    public static DateOnly On(int month, int day) => new(Year, month, day);

    public static bool Is(DateOnly day) =>
        day.Year == Year && WorkingCalendar.National.TryIsWorkingDay(day, out var working, out _) ? working
        : throw new InvalidOperationException("There is no working-day calendar for that year.");

    /// <summary>The day itself, or the next working day.</summary>
    public static DateOnly OnOrAfter(DateOnly day) => Is(day) ? day : OnOrAfter(day.AddDays(1));

    /// <summary>The day itself, or the working day before.</summary>
    public static DateOnly OnOrBefore(DateOnly day) => Is(day) ? day : OnOrBefore(day.AddDays(-1));

    /// <summary>The n-th working day after (or, negative, before) a day; the day itself does not count.</summary>
    public static DateOnly Plus(DateOnly day, int n) => n switch
    {
        > 0 => Plus(OnOrAfter(day.AddDays(1)), n - 1),
        < 0 => Plus(OnOrBefore(day.AddDays(-1)), n + 1),
        _ => day,
    };

    public static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);
}
