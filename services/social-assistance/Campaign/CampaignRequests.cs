using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Platform.Cases;
using Platform.ServiceHost;

namespace SocialAssistance.Campaign;

internal sealed record CampaignToOpen(RegionCode Region, string Title, CampaignCategory Category, DateOnly From, DateOnly Until, string Basis, IReadOnlyList<CampaignVillage> Villages);

internal sealed record HouseholdToCancel(string Entitlement, string Cause, string Explanation, string DecisionNumber, Finding? Finding = null);

internal sealed record HouseholdsToCancel(RegionCode Village, IReadOnlyList<HouseholdToCancel> Decisions);

/// <summary>What a campaign must know of the roll before it decides.</summary>
internal static class CampaignRequests
{
    /// <summary>The stock on the day of opening, from the ledger: what the campaign is later measured against.</summary>
    public static async ValueTask<(Prepared?, Refusal?)> Open(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (CampaignToOpen)request;
        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "select area, sum(households)::integer, sum(persons)::integer, sum(amount) from allowance_ledger where benefit = $1 and region like $2 and occurred_on <= $3 group by area order by area desc");
        command.Parameters.Add(new() { Value = Processes.SubsistenceAllowance });
        command.Parameters.Add(new() { Value = r.Region.Prefix + "%" });
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Date, Value = act.Today });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var baseline = new List<Stock>();
        while (await reader.ReadAsync(cancel))
        {
            baseline.Add(new(Enum.Parse<Area>(reader.GetString(0)), reader.GetInt32(1), reader.GetInt32(2), new(reader.GetDecimal(3))));
        }

        return (new(new OpenCampaign(r.Region, r.Title, r.Category, r.From, r.Until, r.Basis, r.Villages, baseline), []), null);
    }

    /// <summary>Area, persons and amount of each household, as the roll has them.</summary>
    public static async ValueTask<(Prepared?, Refusal?)> Cancel(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (HouseholdsToCancel)request;
        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "select entitlement, region, area, jsonb_array_length(members), monthly_amount from entitlement_roll where entitlement = any ($1)");
        command.Parameters.Add(new() { Value = r.Decisions.Select(d => d.Entitlement).Take(CampaignDecisions.MostHouseholds).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var roll = new Dictionary<string, (RegionCode Region, Area Area, int Persons, Money Amount)>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            roll[reader.GetString(0)] = (RegionCode.Hydrate(reader.GetString(1)), Enum.Parse<Area>(reader.GetString(2)), reader.GetInt32(3), new(reader.GetDecimal(4)));
        }

        return r.Decisions.Take(CampaignDecisions.MostHouseholds).FirstOrDefault(d => !roll.ContainsKey(d.Entitlement)) is { } unknown
            ? (null, Refusal.Rule("E_NOT_ON_ROLL", "名单中有不在保的家庭。", "The list names a household that is not on the roll.").With("entitlement", unknown.Entitlement))
            : (new(new CancelHouseholds(r.Village, [.. r.Decisions.Select(Item)]), []), null);

        // Beyond the largest list nothing is looked up: the decision refuses its length.
        CancelledHousehold Item(HouseholdToCancel d)
        {
            var (region, area, persons, amount) = roll.GetValueOrDefault(d.Entitlement);
            return new(d.Entitlement, region, area, persons, amount, d.Cause, d.Explanation, d.DecisionNumber, d.Finding);
        }
    }
}
