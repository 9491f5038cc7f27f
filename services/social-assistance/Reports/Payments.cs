using Microsoft.AspNetCore.Http;
using Npgsql;
using Platform.Cases;
using Platform.ServiceHost;

namespace SocialAssistance.Reports;

/// <summary>A figure of the report: what was paid or came back, for one month or all, in one area or both.</summary>
/// <param name="Month">The month paid for; none for all together.</param>
/// <param name="Lines">One per household, month and component (regular, arrears, reissue).</param>
/// <param name="PersonMonths">Persons in payment, each month once, however many lines paid for it.</param>
/// <param name="Average">Yuan per person and month; none where nobody was paid.</param>
/// <param name="Href">The lines that the figure is the sum of.</param>
internal sealed record PaymentCell(string Row, Text Title, string? Month, string? Area, long Lines, long PersonMonths, Money Amount, Money? Average, string Href);

/// <summary>What was paid for the months of a period.</summary>
/// <param name="KnownAt">The report as it would have been printed at this instant.</param>
internal sealed record PaymentReport(RegionCode Region, string Benefit, YearMonth From, YearMonth To, DateTimeOffset KnownAt, string Formula, IReadOnlyList<PaymentCell> Cells);

/// <summary>A payment behind a figure.</summary>
/// <param name="RecordedAt">When the bank's answer became known: that it was paid, or that it was turned back.</param>
/// <param name="Code">The bank's code, when it was turned back.</param>
/// <param name="Href">History of the entitlement.</param>
/// <param name="BatchHref">History of the batch.</param>
internal sealed record PaidLine(
    string Entitlement, YearMonth Month, string Component, string Batch, int Line, string Area, int PersonMonths, Money Amount, DateTimeOffset RecordedAt, string? Code, string Href, string BatchHref);

/// <summary>
/// Indicator I04: spending and average aid. A line is paid once the bank has reported its batch, unless the bank turned it
/// back; what it turns back is paid again by a later batch, and counts there. As known at an instant, a line counts by
/// what the bank had reported by then.
/// </summary>
internal static class Payments
{
    private const string Formula = "指标 I04: 支出 = Σ 已发放金额; 人均补差 = 支出 ÷ 人月数 / indicator I04: spending = sum of lines paid; average aid = spending divided by person-months";

    private static readonly string[] Areas = [nameof(Area.Urban), nameof(Area.Rural)];

    private static readonly (string Name, Text Title)[] Kinds = [("paid", new("已发放", "Paid")), ("returned", new("退回", "Turned back by the bank"))];

    public static async Task<IResult> Report(
        HttpContext context, NpgsqlDataSource database, ReadLog reads, TimeProvider clock, string? region, string? benefit, string? from, string? to, DateTimeOffset? knownAt)
    {
        var asked = new Asked(context);
        var question = Question.Read(asked, region, benefit, from, to, KnownAt.Of(knownAt, clock));
        if (asked.Refusal is { } refusal)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, "reports/payments", $"{context.Request.QueryString}");
        var sums = await question.Rows(null, null, null).Sum(
            database, "outcome, month, area, count(*), sum(person_months), sum(amount)", "outcome, month, area",
            r => (Row: r.GetString(0), Month: r.GetString(1), Area: r.GetString(2), Figures: new Figures(r.GetInt64(3), r.GetInt64(4), new(r.GetDecimal(5)))), context.RequestAborted);
        var months = sums.Select(s => s.Month).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Append(null).ToList();
        return Results.Json(new PaymentReport(
            question.Region, question.Benefit, question.From, question.To, question.KnownAt, Formula,
            [.. Kinds.SelectMany(k => months.SelectMany(month => Areas.Append(null).Select(area => Cell(k.Name, k.Title, month, area, Figures.Sum(
                sums.Where(s => s.Row == k.Name && (month is null || s.Month == month) && (area is null || s.Area == area)).Select(s => s.Figures))))))]), Json.Plain);

        PaymentCell Cell(string row, Text title, string? month, string? area, Figures f) => new(
            row, title, month, area, f.Households, f.Persons, f.Amount, f.Persons == 0 ? null : Money.Round(f.Amount.Yuan / f.Persons, Rounding.FenHalfUp),
            Links.Cell(context, "cell", [.. question.Query, ("row", row), ("month", month), ("area", area)]));
    }

    public static async Task<IResult> Lines(
        HttpContext context, NpgsqlDataSource database, ReadLog reads, TimeProvider clock, string? region, string? benefit, string? from, string? to, DateTimeOffset? knownAt, string? row, string? month,
        string? area, string? after, int? limit)
    {
        var asked = new Asked(context);
        var question = Question.Read(asked, region, benefit, from, to, KnownAt.Of(knownAt, clock));
        var name = asked.OneOf(asked.Named(row, "row"), "row", [.. Kinds.Select(k => k.Name)]);
        var during = month is null ? null : $"{asked.Month(month, "month")}";
        var within = asked.OneOf(area, "area", Areas);
        var (size, seen) = (asked.Limit(limit), asked.Plain(after, "after"));
        if (asked.Refusal is { } refusal)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, "reports/payments", $"cell {context.Request.QueryString}");
        return await question.Rows(name, during, within).Page(
            context, database, "entitlement, month, component, batch, line, area, person_months, amount, known_at, code", [("entitlement", "text"), ("month", "text"), ("component", "text")],
            r => new PaidLine(
                r.GetString(0), YearMonth.Hydrate(r.GetString(1)), r.GetString(2), r.GetString(3), r.GetInt32(4), r.GetString(5), r.GetInt32(6), new(r.GetDecimal(7)), new(r.GetDateTime(8), TimeSpan.Zero),
                r.IsDBNull(9) ? null : r.GetString(9), Links.History(context, Paths.Entitlements, r.GetString(0)), Links.History(context, Paths.Batches, r.GetString(3))),
            line => [line.Entitlement, $"{line.Month}", line.Component], seen, size);
    }

    private sealed record Question(RegionCode Region, string Benefit, YearMonth From, YearMonth To, DateTimeOffset KnownAt)
    {
        // Held lines are not in the bank's file. A month counts once per entitlement, whichever component paid for it.
        private const string Reported = """
            (select l.entitlement, l.month, l.component, l.batch, l.line, l.area, l.amount, r.code,
               case when r.batch is null then 'paid' else 'returned' end as outcome,
               coalesce(r.recorded_at, b.paid_known_at) as known_at,
               case when r.batch is null and row_number() over (partition by l.entitlement, l.month, r.batch is null order by l.component desc) = 1 then l.persons else 0 end as person_months
             from payment_lines l
             join payment_batches b on b.batch = l.batch
             left join payment_returns r on r.batch = l.batch and r.line = l.line and r.recorded_at <= @knownAt
             where b.benefit = @benefit and l.region like @region and l.month >= @from and l.month <= @to
               and b.paid_known_at <= @knownAt and l.status in ('Drawn', 'Returned')) p
            """;

        /// <summary>The question again, with the instant of this answer: the rows behind a figure stay those that were summed.</summary>
        public IReadOnlyList<(string, string?)> Query => [("region", $"{Region}"), ("benefit", Benefit), ("from", $"{From}"), ("to", $"{To}"), ("knownAt", Links.At(KnownAt))];

        public static Question Read(Asked asked, string? region, string? benefit, string? from, string? to, DateTimeOffset knownAt)
        {
            var (first, last) = (asked.Month(from, "from"), asked.Month(to, "to"));
            asked.Period(first, last);
            return new(asked.Region(region), asked.Plain(benefit, "benefit") ?? Processes.SubsistenceAllowance, first, last, knownAt);
        }

        public Rows Rows(string? outcome, string? month, string? area) => new(
            $"{Reported} where true{(outcome is null ? "" : " and outcome = @outcome")}{(month is null ? "" : " and month = @month")}{(area is null ? "" : " and area = @area")}",
            ("benefit", Benefit), ("region", Region.Prefix + "%"), ("from", $"{From}"), ("to", $"{To}"), ("knownAt", KnownAt.UtcDateTime), ("outcome", outcome ?? ""), ("month", month ?? ""), ("area", area ?? ""));
    }
}
