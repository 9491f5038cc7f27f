using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Platform.Cases;
using Platform.ServiceHost;

namespace SocialAssistance.EconomicVerification;

/// <summary>One county in the monthly return of verifications (核对月报).</summary>
/// <param name="County">First six digits of the region code; empty for all counties together.</param>
/// <param name="Orders">Orders requested in the month.</param>
/// <param name="Households">Cases they were requested for, each once.</param>
/// <param name="Persons">Persons to be checked.</param>
/// <param name="Reports">Reports issued in the month, rechecks included.</param>
/// <param name="Hits">Reports that found a limit exceeded.</param>
/// <param name="HitRate">Hits by reports; none when there were no reports.</param>
/// <param name="AverageDays">Calendar days from request to report, on average; none when there were no reports.</param>
internal sealed record MonthlyReturnLine(string County, long Orders, long Households, long Persons, long Reports, long Hits, decimal? HitRate, decimal? AverageDays);

internal sealed record MonthlyReturnAnswer(YearMonth Month, string Region, IReadOnlyList<MonthlyReturnLine> Counties, MonthlyReturnLine Total);

/// <summary>An order behind the figures.</summary>
internal sealed record MonthlyReturnOrder(string Verification, string CaseProcess, string CaseId, DateOnly RequestedOn, int Persons, string? ReportNumber, DateOnly? IssuedOn, string? Conclusion, int? Days);

/// <summary>核对月报: counted from the rows of orders and reports, and opened to them.</summary>
internal static class MonthlyReturn
{
    private static readonly IReadOnlyList<string> Readers = [Roles.VerificationCentre, Roles.CountyOfficer, Roles.CountyApprover, Roles.CitySupervisor, Roles.ProvinceSupervisor, Roles.Auditor];

    public static void Map(IEndpointRouteBuilder service)
    {
        var routes = service.MapGroup("economic-verifications/monthly-return").WithTags("Economic verifications");
        routes.MapGet("", Lines).Describe(new("核对月报", "Monthly return of verifications"), Readers).WithName("economic-verification.monthly-return").Produces<MonthlyReturnAnswer>().Refuses(400, 401, 403);
        routes.MapGet("orders", Orders).Describe(new("核对月报明细", "Orders behind the monthly return"), Readers).WithName("economic-verification.monthly-return-orders")
            .Produces<IReadOnlyList<MonthlyReturnOrder>>().Refuses(400, 401, 403);
    }

    private static async Task<IResult> Lines(HttpContext context, NpgsqlDataSource database, ReadLog reads, string month)
    {
        if (!YearMonth.TryCreate(month, out var asked, out var refusal))
        {
            return Problems.Of(refusal);
        }

        var region = RegionCode.Hydrate(Caller.From(context.User).Region);
        await reads.Write(context, "economic-verification/monthly-return", $"{asked} {region}");
        await using var command = Command(database, asked, region, """
            with orders as (
              select left(region, 6) county, count(*) orders, count(distinct case_process || '/' || case_id) households, sum(persons) persons
              from verification_orders where region like $1 and requested_on between $2 and $3 group by 1),
            reports as (
              select left(region, 6) county, count(*) reports, count(*) filter (where conclusion = 'ExceedsLimit') hits, sum(days) days
              from verification_reports where region like $1 and issued_on between $2 and $3 group by 1)
            select county, coalesce(orders, 0), coalesce(households, 0), coalesce(persons, 0), coalesce(reports, 0), coalesce(hits, 0), coalesce(days, 0)
            from orders full join reports using (county) order by county
            """);
        await using var reader = await command.ExecuteReaderAsync(context.RequestAborted);
        var lines = new List<(MonthlyReturnLine Line, long Days)>();
        while (await reader.ReadAsync(context.RequestAborted))
        {
            lines.Add((Line(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)), reader.GetInt64(6)));
        }

        // A case has one region, so households of several counties are never counted twice.
        var total = Line("", lines.Sum(l => l.Line.Orders), lines.Sum(l => l.Line.Households), lines.Sum(l => l.Line.Persons), lines.Sum(l => l.Line.Reports), lines.Sum(l => l.Line.Hits), lines.Sum(l => l.Days));
        return Results.Json(new MonthlyReturnAnswer(asked, region.ToString(), [.. lines.Select(l => l.Line)], total), Json.Plain);
    }

    private static async Task<IResult> Orders(HttpContext context, NpgsqlDataSource database, ReadLog reads, string month)
    {
        if (!YearMonth.TryCreate(month, out var asked, out var refusal))
        {
            return Problems.Of(refusal);
        }

        var region = RegionCode.Hydrate(Caller.From(context.User).Region);
        await reads.Write(context, "economic-verification/monthly-return", $"orders {asked} {region}");
        await using var command = Command(database, asked, region, """
            select o.verification, o.case_process, o.case_id, o.requested_on, o.persons, r.report_number, r.issued_on, r.conclusion, r.days
            from verification_orders o left join verification_reports r on r.verification = o.verification and r.issued_on between $2 and $3
            where o.region like $1 and (o.requested_on between $2 and $3 or r.issued_on is not null) order by o.verification, r.version
            """);
        await using var reader = await command.ExecuteReaderAsync(context.RequestAborted);
        var orders = new List<MonthlyReturnOrder>();
        while (await reader.ReadAsync(context.RequestAborted))
        {
            var reported = !reader.IsDBNull(5);
            orders.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateOnly>(3), reader.GetInt32(4),
                reported ? reader.GetString(5) : null, reported ? reader.GetFieldValue<DateOnly>(6) : null, reported ? reader.GetString(7) : null, reported ? reader.GetInt32(8) : null));
        }

        return Results.Json(orders, Json.Plain);
    }

    private static MonthlyReturnLine Line(string county, long orders, long households, long persons, long reports, long hits, long days) => new(
        county, orders, households, persons, reports, hits,
        reports == 0 ? null : decimal.Round((decimal)hits / reports, 4, MidpointRounding.AwayFromZero),
        reports == 0 ? null : decimal.Round((decimal)days / reports, 1, MidpointRounding.AwayFromZero));

    private static NpgsqlCommand Command(NpgsqlDataSource database, YearMonth month, RegionCode region, string sql)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = region.Prefix + "%" });
        command.Parameters.Add(new() { Value = month.First });
        command.Parameters.Add(new() { Value = month.Last });
        return command;
    }
}
