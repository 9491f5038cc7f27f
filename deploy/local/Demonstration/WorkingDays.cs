namespace Platform.Local.Demonstration;

/// <summary>The working days of 2014, by the State Council's holiday notice for that year.</summary>
internal static class WorkingDays
{
    public const int Year = 2014;

    private static readonly (DateOnly From, DateOnly To)[] Off =
    [
        (On(1, 1), On(1, 1)), (On(1, 31), On(2, 6)), (On(4, 5), On(4, 7)), (On(5, 1), On(5, 3)),
        (On(5, 31), On(6, 2)), (On(9, 6), On(9, 8)), (On(10, 1), On(10, 7)),
    ];

    private static readonly DateOnly[] Extra = [On(1, 26), On(2, 8), On(5, 4), On(9, 28), On(10, 11)];

    public static DateOnly On(int month, int day) => new(Year, month, day);

    public static bool Is(DateOnly day) => day.Year != Year
        ? throw new InvalidOperationException("There is no working-day calendar for that year.")
        : Extra.Contains(day)
          || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Off.Any(o => o.From <= day && day <= o.To));

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
