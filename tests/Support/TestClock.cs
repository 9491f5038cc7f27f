using System.Globalization;

namespace Platform.Tests.Support;

/// <summary>A clock that a test sets.</summary>
public sealed class TestClock(DateTimeOffset now) : TimeProvider
{
    private long ticks = now.UtcTicks;

    /// <summary>The instant it shows, UTC.</summary>
    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref ticks, value.UtcTicks);
    }

    /// <summary>Ten in the morning in Shanghai on a day, yyyy-MM-dd.</summary>
    public static TestClock On(string day) => new(Morning(day));

    /// <summary>Goes to ten in the morning in Shanghai on a day, yyyy-MM-dd.</summary>
    public void GoTo(string day) => Now = Morning(day);

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => Now;

    private static DateTimeOffset Morning(string day) => new(DateTime.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddHours(10), TimeSpan.FromHours(8));
}
