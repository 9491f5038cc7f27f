namespace Platform.Cases;

/// <summary>The one civil clock of the country: Asia/Shanghai, UTC+8 (with summer time in 1986–1991 only).</summary>
public static class CivilTime
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    /// <summary>The instant to the microsecond, in UTC: what PostgreSQL keeps, so that what is answered is what is stored.</summary>
    public static DateTimeOffset Stored(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>The civil day of an instant.</summary>
    public static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);

    /// <summary>The instant at which a civil day begins.</summary>
    public static DateTimeOffset Start(DateOnly day)
    {
        var midnight = day.ToDateTime(default);
        return new(midnight, Zone.GetUtcOffset(midnight));
    }
}
