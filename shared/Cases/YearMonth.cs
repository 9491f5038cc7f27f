using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>A calendar month, written <c>yyyy-MM</c>: what is paid, and for when.</summary>
[JsonConverter(typeof(RecordedValueConverter<YearMonth>))]
public readonly partial record struct YearMonth : IValue<YearMonth>, IComparable<YearMonth>
{
    // Months since January of year 1.
    private readonly int index;

    private YearMonth(int index) => this.index = index;

    /// <summary>A month by year and number 1–12.</summary>
    public YearMonth(int year, int month) : this(From(new DateOnly(year, month, 1)).index)
    {
    }

    /// <inheritdoc />
    public static (string Pattern, string Description) Shape => ("^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", "Month, yyyy-MM");

    /// <summary>The year.</summary>
    public int Year => (index / 12) + 1;

    /// <summary>The month, 1–12.</summary>
    public int Month => (index % 12) + 1;

    /// <summary>The first day of the month.</summary>
    public DateOnly First => new(Year, Month, 1);

    /// <summary>The last day of the month.</summary>
    public DateOnly Last => First.AddMonths(1).AddDays(-1);

    /// <summary>Code: <c>E_MONTH</c>; years 1900 to 2099.</summary>
    public static bool TryCreate(string? text, out YearMonth value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var entered = Entered.HalfWidth(text);
        refusal = Form().IsMatch(entered)
            ? null
            : Refusal.Malformed("E_MONTH", "月份应写作“年-月”,例如 2026-09。", "A month is written yyyy-MM, for example 2026-09.", "GB/T 7408");
        value = refusal is null ? Hydrate(entered) : default;
        return refusal is null;
    }

    /// <inheritdoc />
    public static YearMonth Hydrate(string text) => From(DateOnly.ParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture));

    /// <summary>The month in which a day lies.</summary>
    public static YearMonth From(DateOnly day) => new(((day.Year - 1) * 12) + day.Month - 1);

    /// <summary>Every month from the first to the last, both included; none when the last is before the first.</summary>
    public static IEnumerable<YearMonth> Range(YearMonth first, YearMonth last)
    {
        for (var month = first; month <= last; month = month.AddMonths(1))
        {
            yield return month;
        }
    }

    /// <summary>Earlier.</summary>
    public static bool operator <(YearMonth left, YearMonth right) => left.index < right.index;

    /// <summary>Later.</summary>
    public static bool operator >(YearMonth left, YearMonth right) => left.index > right.index;

    /// <summary>Earlier or the same.</summary>
    public static bool operator <=(YearMonth left, YearMonth right) => left.index <= right.index;

    /// <summary>Later or the same.</summary>
    public static bool operator >=(YearMonth left, YearMonth right) => left.index >= right.index;

    /// <summary>So many months later; earlier when negative.</summary>
    public YearMonth AddMonths(int months) => new(index + months);

    /// <summary>How many months the other one is later; negative when it is earlier.</summary>
    public int MonthsUntil(YearMonth other) => other.index - index;

    /// <summary>Whether a day lies in this month.</summary>
    public bool Contains(DateOnly day) => From(day) == this;

    /// <inheritdoc />
    public int CompareTo(YearMonth other) => index.CompareTo(other.index);

    /// <inheritdoc />
    public override string ToString() => First.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
