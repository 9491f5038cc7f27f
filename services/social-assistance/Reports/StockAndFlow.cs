using System.Globalization;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Platform.Cases;
using Platform.ServiceHost;

namespace SocialAssistance.Reports;

/// <summary>A figure of the report: one row for one area, or for both together.</summary>
/// <param name="Area"><c>Urban</c> or <c>Rural</c>; none for both together.</param>
/// <param name="MonthlyAmount">Yuan per month.</param>
/// <param name="Href">The facts that the figure is the sum of.</param>
internal sealed record StockCell(string Row, Text Title, string? Area, long Households, long Persons, Money MonthlyAmount, string Href);

/// <summary>Who was in payment when the period began, who came, who went, and who was in payment when it ended.</summary>
/// <param name="Basis"><c>decision</c>: a change counts on the day it was decided; <c>month</c>: in the month from which it is paid.</param>
/// <param name="KnownAt">The report as it would have been printed at this instant.</param>
internal sealed record StockReport(RegionCode Region, string Benefit, DateOnly From, DateOnly To, string Basis, DateTimeOffset KnownAt, string Formula, IReadOnlyList<StockCell> Cells);

/// <summary>One fact behind a figure.</summary>
/// <param name="Entitlement">The case.</param>
/// <param name="Version">The fact's place in the case.</param>
/// <param name="Amount">Yuan per month that it adds or takes.</param>
/// <param name="EffectiveMonth">The first month it concerns.</param>
/// <param name="Href">History of the case.</param>
internal sealed record StockLine(
    string Entitlement, long Version, string Kind, string Area, int Households, int Persons, Money Amount, YearMonth EffectiveMonth, DateOnly OccurredOn, DateTimeOffset RecordedAt,
    string? Cause, string? Campaign, string Href);

/// <summary>
/// Stock and flow of a benefit, from the ledger that every fact about being in payment adds a row to. A household stopped
/// in December with effect from January is gone on 31 December by decision (so the bureau's own figures of the year's
/// end count), and still there by month (so the treasury's do): <c>basis</c> says which is meant.
/// </summary>
internal static class StockAndFlow
{
    private const string Formula = "期末 = 期初 + 新增 − 取消 + 其他变动; 指标 I03 = 期末在保人数 / closing = opening + added − cancelled + other; indicator I03 = persons at closing";

    // A grant, or a stop that was revoked, adds a household; a stop takes one; what changes persons or amount only is other.
    // What was taken over from a register of the past is stock, never flow, on whichever day it was entered.
    private static readonly (string Name, Text Title, string Condition, int Sign)[] Kinds =
    [
        ("opening", new("期初在保", "In payment at the beginning"), "({day} < @from or kind = 'Opening')", 1),
        ("added", new("新增", "Added"), "{day} >= @from and kind <> 'Opening' and households > 0", 1),
        ("cancelled", new("取消", "Cancelled"), "{day} >= @from and kind <> 'Opening' and households < 0", -1),
        ("other", new("其他变动", "Other changes"), "{day} >= @from and kind <> 'Opening' and households = 0", 1),
        ("closing", new("期末在保", "In payment at the end"), "true", 1),
    ];

    private static readonly string[] Areas = [nameof(Area.Urban), nameof(Area.Rural)];

    public static async Task<IResult> Report(
        HttpContext context, NpgsqlDataSource database, ReadLog reads, TimeProvider clock, string? region, string? benefit, string? from, string? to, string? basis, DateTimeOffset? knownAt)
    {
        var asked = new Asked(context);
        var question = Question.Read(asked, region, benefit, from, to, basis, KnownAt.Of(knownAt, clock));
        if (asked.Refusal is { } refusal)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, "reports/stock-and-flow", $"{context.Request.QueryString}");
        var sums = Kinds.SelectMany(k => ((string[])["households", "persons", "amount"]).Select(c => $"coalesce(sum({k.Sign} * {c}) filter (where {question.On(k.Condition)}), 0)"));
        var areas = await question.Rows("true", null).Sum(
            database, $"area, {string.Join(", ", sums)}", "area",
            r => (Area: r.GetString(0), Figures: Kinds.Select((_, i) => new Figures(r.GetInt64((3 * i) + 1), r.GetInt64((3 * i) + 2), new(r.GetDecimal((3 * i) + 3)))).ToList()),
            context.RequestAborted);
        return Results.Json(new StockReport(
            question.Region, question.Benefit, question.From, question.To, question.Basis, question.KnownAt, Formula,
            [.. Kinds.SelectMany((kind, i) => Areas.Append(null).Select(area => Cell(i, area, Figures.Sum(areas.Where(a => area is null || a.Area == area).Select(a => a.Figures[i])))))]), Json.Plain);

        StockCell Cell(int kind, string? area, Figures f) => new(
            Kinds[kind].Name, Kinds[kind].Title, area, f.Households, f.Persons, f.Amount, Links.Cell(context, "cell", [.. question.Query, ("row", Kinds[kind].Name), ("area", area)]));
    }

    public static async Task<IResult> Lines(
        HttpContext context, NpgsqlDataSource database, ReadLog reads, TimeProvider clock, string? region, string? benefit, string? from, string? to, string? basis, DateTimeOffset? knownAt,
        string? row, string? area, string? after, int? limit)
    {
        var asked = new Asked(context);
        var question = Question.Read(asked, region, benefit, from, to, basis, KnownAt.Of(knownAt, clock));
        var name = asked.OneOf(asked.Named(row, "row"), "row", [.. Kinds.Select(k => k.Name)]);
        var within = asked.OneOf(area, "area", Areas);
        var (size, seen) = (asked.Limit(limit), asked.Plain(after, "after"));
        if (asked.Refusal is { } refusal)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, "reports/stock-and-flow", $"cell {context.Request.QueryString}");
        var kind = Array.Find(Kinds, k => k.Name == name);
        return await question.Rows(kind.Condition, within).Page(
            context, database, $"entitlement, version, kind, area, {kind.Sign} * households, {kind.Sign} * persons, {kind.Sign} * amount, effective_month, occurred_on, recorded_at, cause, campaign",
            [("entitlement", "text"), ("version", "bigint"), ("effective_month", "text")],
            r => new StockLine(
                r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetInt32(4), r.GetInt32(5), new(r.GetDecimal(6)), YearMonth.Hydrate(r.GetString(7)), r.GetFieldValue<DateOnly>(8),
                new(r.GetDateTime(9), TimeSpan.Zero), r.IsDBNull(10) ? null : r.GetString(10), r.IsDBNull(11) ? null : r.GetString(11), Links.History(context, Paths.Entitlements, r.GetString(0))),
            line => [line.Entitlement, line.Version.ToString(CultureInfo.InvariantCulture), $"{line.EffectiveMonth}"], seen, size);
    }

    private sealed record Question(RegionCode Region, string Benefit, DateOnly From, DateOnly To, string Basis, DateTimeOffset KnownAt)
    {
        /// <summary>The question again, with the instant of this answer: the rows behind a figure stay those that were summed.</summary>
        public IReadOnlyList<(string, string?)> Query =>
            [("region", $"{Region}"), ("benefit", Benefit), ("from", Links.Day(From)), ("to", Links.Day(To)), ("basis", Basis), ("knownAt", Links.At(KnownAt))];

        public static Question Read(Asked asked, string? region, string? benefit, string? from, string? to, string? basis, DateTimeOffset knownAt)
        {
            var (first, last) = (asked.Day(from, "from"), asked.Day(to, "to"));
            asked.Period(first, last);
            return new(asked.Region(region), asked.Plain(benefit, "benefit") ?? Processes.SubsistenceAllowance, first, last, asked.OneOf(basis, "basis", "decision", "month") ?? "decision", knownAt);
        }

        /// <summary>A condition on the day, or the month, by which changes count.</summary>
        public string On(string condition) => condition.Replace("{day}", Basis == "month" ? "effective_month" : "occurred_on", StringComparison.Ordinal);

        /// <summary>By decision, a fact that moves several months counts as one change; by month, each month for itself.</summary>
        public Rows Rows(string condition, string? area) => new(
            $"""
            (select entitlement, version, min(kind) as kind, area, sum(households)::integer as households, sum(persons)::integer as persons, sum(amount) as amount,
               min(effective_month) as effective_month, occurred_on, recorded_at, min(cause) as cause, min(campaign) as campaign
             from allowance_ledger where benefit = @benefit and region like @region and recorded_at <= @knownAt and {On("{day} <= @to")}
             group by entitlement, version, area, occurred_on, recorded_at{(Basis == "month" ? ", effective_month" : "")}) l
            where {On(condition)}{(area is null ? "" : " and area = @area")}
            """,
            ("benefit", Benefit), ("region", Region.Prefix + "%"), ("knownAt", KnownAt.UtcDateTime),
            ("from", Basis == "month" ? $"{YearMonth.From(From)}" : From), ("to", Basis == "month" ? $"{YearMonth.From(To)}" : To), ("area", area ?? ""));
    }
}
