using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using SocialAssistance.Entitlement;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.SpotCheck;

/// <summary>What an officer asks for; population and seed are the system's.</summary>
internal sealed record SpotCheckOrder(SpotCheckScope Scope, RegionCode Region, DateOnly DueOn, Area? Area = null, decimal? Rate = null);

internal sealed record CheckerAssignment(string Case, IReadOnlyList<string> Checkers);

internal sealed record FindingReport(string Case, CheckFinding Finding, string Detail, string? Visit = null);

internal static class SpotCheckExchange
{
    private const int SeedBytes = 32;

    // In payment in this month: begun, and not ended before it.
    private const string EntitlementsInPayment =
        "select entitlement, region from entitlement_roll where region like $1 and first_month <= $2 and (last_month is null or last_month >= $2) and ($3::text is null or area = $3)";

    private const string CasesUnderWay = $"select id, region from case_list where process = '{Processes.SubsistenceAllowance}' and open and region like $1";

    /// <summary>What was found wrong is put right in the case itself, in the same transaction.</summary>
    public static IEnumerable<Consequence> Then(Recorded<SpotCheckEvent> fact, SpotCheckCase after) => (after.Plan.Scope, fact.Fact) switch
    {
        (_, SpotCheckRecorded { Finding: CheckFinding.Correct }) => [],
        (SpotCheckScope.Entitlements, SpotCheckRecorded f) => [new(Processes.Entitlement, f.Case, new OrderRectification(fact.Id, $"{f.Finding}", f.Detail))],
        (SpotCheckScope.OpenCases, SpotCheckRecorded f) => [new(Processes.SubsistenceAllowance, f.Case, new NoteSpotCheck(fact.Id, $"{f.Finding}", f.Detail))],
        _ => [],
    };

    public static async ValueTask<(Prepared?, Refusal?)> Plan(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var order = (SpotCheckOrder)request;
        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand(order.Scope == SpotCheckScope.Entitlements ? EntitlementsInPayment : CasesUnderWay);
        command.Parameters.Add(new() { Value = order.Region.Prefix + "%" });
        if (order.Scope == SpotCheckScope.Entitlements)
        {
            command.Parameters.Add(new() { Value = YearMonth.From(act.Today).ToString() });
            command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)order.Area?.ToString() ?? DBNull.Value });
        }

        var found = new List<(string Case, RegionCode Township)>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found.Add((reader.GetString(0), Township(reader.GetString(1))));
        }

        List<Stratum> population = [.. found.GroupBy(f => f.Township).Select(g => new Stratum(g.Key, [.. g.Select(f => f.Case)]))];
        return (new(new PlanSpotCheck(order.Scope, order.Region, order.Area, order.DueOn, order.Rate, population, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SeedBytes))), []), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Assign(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var assignment = (CheckerAssignment)request;
        return (new(new AssignCheckers(assignment.Case, assignment.Checkers, await Actors(services, id!, assignment.Case, cancel)), []), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Record(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var report = (FindingReport)request;
        return (new(new RecordFinding(report.Case, report.Finding, report.Detail, report.Visit, await Actors(services, id!, report.Case, cancel)), []), null);
    }

    private static async Task<IReadOnlyList<string>> Actors(IServiceProvider services, string plan, string sampled, CancellationToken cancel)
    {
        var reading = await services.GetRequiredService<CaseStore>().Read(SpotCheckProcess.Type, plan, cancel: cancel);
        return reading.State is SpotCheckCase { Plan: var p } && p.Checks.Exists(c => c.Case == sampled)
            ? await CaseLookup.Actors(services, new(p.Process, sampled), cancel)
            : [];
    }

    private static RegionCode Township(string region) => RegionCode.Hydrate(region[..9].PadRight(12, '0'));
}
