using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Entitlement;

/// <summary>A new standard for a whole region.</summary>
/// <param name="StandardFrom">Day from which the standard is in force: the policy of this day is applied.</param>
internal sealed record UprateRequest(RegionCode Region, Area Area, DateOnly StandardFrom);

internal sealed record UprateRefused(string Entitlement, string Code);

/// <param name="Raised">Raised now.</param>
/// <param name="Unchanged">Nothing left to raise.</param>
/// <param name="Refused">Turned down, each with its code; at most the first hundred.</param>
internal sealed record UprateAnswer(string FromMonth, IReadOnlyList<string> Editions, int Entitlements, int Raised, int Unchanged, IReadOnlyList<UprateRefused> Refused);

/// <summary>调标: sends the new standard to every entitlement of a region, page by page. Done twice, the second run changes nothing.</summary>
internal static class EntitlementUprating
{
    private const int PageSize = 500;
    private const int RefusalsShown = 100;
    private static readonly IReadOnlyList<string> By = [Roles.CountyApprover];

    public static void Map(IEndpointRouteBuilder service) => service.MapPost("entitlements/uprate", Uprate).WithTags("Entitlements")
        .Describe(new("按新标准批量调标", "Uprate a region to a new standard"), By).WithName("entitlement.uprate")
        .Produces<UprateAnswer>().Refuses(400, 401, 403, 422, 503);

    private static async Task<IResult> Uprate(HttpContext context, UprateRequest request, CaseStore store, PolicyBook policies, NpgsqlDataSource database, TimeProvider clock)
    {
        // Each entitlement is uprated under a key of its own; this act is what they have in common.
        if (!Acts.TryOf(context, clock, By, "uprate", null, out var act, out var refusal))
        {
            return Problems.Of(refusal);
        }

        if (!act.Region.Covers(request.Region))
        {
            return Problems.Of(Refusal.NotYours("E_REGION_SCOPE", "该地区不在您的管辖区域内。", "That region is not yours.").With("region", request.Region.ToString()));
        }

        if (request.StandardFrom > act.Today.AddMonths(13))
        {
            return Problems.Of(Refusal.Rule("E_DATE_RANGE", "标准执行日期过晚。", "The standard begins too far ahead."));
        }

        var run = new Run(request, store, policies, database, act);
        return await run.All(context.RequestAborted) is { } missing ? Problems.Of(missing) : Results.Json(run.Answer, Json.Plain);
    }

    private sealed class Run(UprateRequest request, CaseStore store, PolicyBook policies, NpgsqlDataSource database, Act act)
    {
        private readonly Dictionary<RegionCode, (AmountPolicy Amounts, string Edition)> standards = [];
        private readonly List<UprateRefused> refused = [];
        private readonly YearMonth from = YearMonth.From(request.StandardFrom);
        private int entitlements;
        private int raised;
        private int unchanged;

        public UprateAnswer Answer => new(
            from.ToString(), [.. standards.Values.Select(s => s.Edition).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], entitlements, raised, unchanged, refused);

        /// <summary>Goes through the roll; returns why it can't, before anything is changed on the page at hand.</summary>
        public async Task<Refusal?> All(CancellationToken cancel)
        {
            for (var page = await Page("", cancel); page.Count > 0; page = await Page(page[^1].Entitlement, cancel))
            {
                foreach (var region in page.Select(e => e.Region).Distinct().Where(r => !standards.ContainsKey(r)))
                {
                    var reading = policies.At(region, request.StandardFrom);
                    var amounts = AmountPolicy.Read(reading);
                    if (!reading.TryFinish(out var missing))
                    {
                        return missing;
                    }

                    standards[region] = (amounts, string.Join("; ", reading.References
                        .Where(r => r.Code == "allowance-standard" && (r.Dims.Count == 0 || r.Dims.GetValueOrDefault("area") == $"{request.Area}")).Select(r => r.Reference)));
                }

                await Send(page, cancel);
            }

            return null;
        }

        private async Task Send(List<(string Entitlement, RegionCode Region, long Version)> page, CancellationToken cancel)
        {
            var paid = await EntitlementPayments.Of(database, [.. page.Select(e => e.Entitlement)], cancel);
            var outcomes = await store.Execute([.. page.Select(e => Order(e.Entitlement, e.Version, standards[e.Region], paid[e.Entitlement]))], cancel: cancel);
            foreach (var ((entitlement, _, _), outcome) in page.Zip(outcomes))
            {
                entitlements++;
                switch (outcome)
                {
                    case Outcome.Refused r when refused.Count < RefusalsShown: refused.Add(new(entitlement, r.Refusal.Code)); break;
                    case Outcome.Done { Replayed: false } done when done.Version > done.Since: raised++; break;
                    case Outcome.Done: unchanged++; break;
                }
            }
        }

        // The version belongs to the key: the same standard may have to come back to an entitlement that has changed since.
        private Order Order(string entitlement, long version, (AmountPolicy Amounts, string Edition) standard, Payments paid)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"uprate:{entitlement}:{version}:{standard.Edition}");
            return new(EntitlementProcess.Type, entitlement, new UprateStandard(from, standard.Amounts, standard.Edition, paid), act with { Request = key })
            {
                Body = SHA256.HashData(Encoding.UTF8.GetBytes(key)),
            };
        }

        private async Task<List<(string Entitlement, RegionCode Region, long Version)>> Page(string after, CancellationToken cancel)
        {
            await using var command = database.CreateCommand(
                """
                select entitlement, region, version from entitlement_roll
                where benefit = $1 and area = $2 and region like $3 and (last_month is null or last_month >= $4) and entitlement > $5 order by entitlement limit $6
                """);
            foreach (var value in new object[] { Processes.SubsistenceAllowance, request.Area.ToString(), request.Region.Prefix + "%", from.ToString(), after, PageSize })
            {
                command.Parameters.Add(new() { Value = value });
            }

            await using var reader = await command.ExecuteReaderAsync(cancel);
            var page = new List<(string, RegionCode, long)>();
            while (await reader.ReadAsync(cancel))
            {
                page.Add((reader.GetString(0), RegionCode.Hydrate(reader.GetString(1)), reader.GetInt64(2)));
            }

            return page;
        }
    }
}
