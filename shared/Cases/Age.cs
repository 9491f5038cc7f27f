namespace Platform.Cases;

/// <summary>Age in completed years (周岁), reached on the birthday.</summary>
public static class Age
{
    /// <summary>
    /// Completed years on a day. Somebody born on 29 February completes a year on 28 February of a common year.
    /// Negative before birth.
    /// </summary>
    public static int On(DateOnly birth, DateOnly day)
    {
        var years = day.Year - birth.Year;
        return birth.AddYears(years) > day ? years - 1 : years;
    }
}
