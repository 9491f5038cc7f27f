using System.Globalization;
using Microsoft.AspNetCore.Http;
using Platform.Cases;
using Platform.ServiceHost;

namespace SocialAssistance.Reports;

/// <summary>
/// Reads what a report is asked for and remembers the first thing that is wrong; whoever asked refuses when
/// <see cref="Refusal"/> is set, and then must not use what was read.
/// </summary>
internal sealed class Asked(HttpContext context)
{
    private const int LargestPage = 200;

    public Refusal? Refusal { get; private set; }

    /// <summary>The region asked for, which must lie within the caller's own; the caller's own when none is.</summary>
    public RegionCode Region(string? text)
    {
        var own = RegionCode.Hydrate(Caller.From(context.User).Region);
        if (text is null)
        {
            return own;
        }

        if (!RegionCode.TryCreate(text, out var region, out var refusal))
        {
            Refusal ??= refusal;
        }
        else
        {
            Within(own, region);
        }

        return region;
    }

    /// <summary>What is read must lie within the caller's region.</summary>
    public void Within(RegionCode region) => Within(RegionCode.Hydrate(Caller.From(context.User).Region), region);

    public DateOnly Day(string? text, string name)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            Refusal ??= Refusal.Malformed("E_DATE", "日期应写作“年-月-日”,例如 2014-12-31。", "A day is written yyyy-MM-dd, for example 2014-12-31.", "GB/T 7408").With("field", name);
        }

        return day;
    }

    public YearMonth Month(string? text, string name)
    {
        if (!YearMonth.TryCreate(text, out var month, out var refusal))
        {
            Refusal ??= refusal.With("field", name);
        }

        return month;
    }

    public void Period<T>(T from, T to) where T : IComparable<T>
    {
        if (to.CompareTo(from) < 0)
        {
            Refusal ??= Refusal.Malformed("E_PERIOD", "结束日期不能早于开始日期。", "The period ends before it begins.");
        }
    }

    /// <summary>One of these names, written exactly so; null when nothing is asked.</summary>
    public string? OneOf(string? text, string name, params IReadOnlyList<string> names)
    {
        if (text is not null && !names.Contains(text, StringComparer.Ordinal))
        {
            Refusal ??= Refusal.Malformed("E_CHOICE", $"{name} 的取值不正确。", $"{name} is not one of the values there are.").With("field", name).With("values", names);
        }

        return text;
    }

    /// <summary>What is asked about must be there.</summary>
    public void There(bool found, string what) => Refusal ??= found ? null : Refusal.NotFound(what);

    /// <summary>A text as it was given; the database holds no zero characters, and none is looked for.</summary>
    public string? Plain(string? text, string name)
    {
        if (text?.Contains('\0', StringComparison.Ordinal) == true)
        {
            Refusal ??= Refusal.Malformed("E_TEXT", $"{name} 含有无效字符。", $"{name} holds a character that no text has.").With("field", name);
        }

        return text;
    }

    /// <summary>Something must be named.</summary>
    public string Named(string? text, string name)
    {
        Plain(text, name);
        if (string.IsNullOrEmpty(text))
        {
            Refusal ??= Refusal.Malformed("E_MISSING", $"须指明 {name}。", $"Name the {name}.").With("field", name);
        }

        return text ?? "";
    }

    public int Limit(int? limit)
    {
        if (limit is < 1 or > LargestPage)
        {
            Refusal ??= Refusal.Malformed("E_LIMIT", "每页1至200条。", "A page holds 1 to 200 rows.");
        }

        return limit ?? 50;
    }

    private void Within(RegionCode own, RegionCode region) =>
        Refusal ??= own.Covers(region) ? null : Refusal.NotYours("E_REGION_SCOPE", "该地区不在您的管辖范围内。", "The region lies outside yours.").With("region", $"{region}");
}

/// <summary>
/// The instant whose knowledge a report shows: as it would have been printed then. Facts recorded later are left out,
/// whatever day they are about. PostgreSQL keeps microseconds, and so does the link to the rows behind a figure.
/// </summary>
internal static class KnownAt
{
    public static DateTimeOffset Of(DateTimeOffset? asked, TimeProvider clock) => CivilTime.Stored(asked ?? clock.GetUtcNow());
}
