using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;

namespace SocialAssistance;

/// <summary>A case of this service as its list row shows it.</summary>
internal sealed record KnownCase(RegionCode Region, bool Open);

/// <summary>What a check must know of the case it belongs to, looked up before it is decided.</summary>
internal static class CaseLookup
{
    /// <summary>The cases that there are; others are absent.</summary>
    public static async Task<IReadOnlyDictionary<CaseRef, KnownCase>> Find(IServiceProvider services, IEnumerable<CaseRef> cases, CancellationToken cancel)
    {
        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select process, id, region, open from case_list where stream_id = any ($1)");
        command.Parameters.Add(new() { Value = cases.Select(c => $"{c.Process}/{c.Id}").ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new Dictionary<CaseRef, KnownCase>();
        while (await reader.ReadAsync(cancel))
        {
            found[new(reader.GetString(0), reader.GetString(1))] = new(RegionCode.Hydrate(reader.GetString(2)), reader.GetBoolean(3));
        }

        return found;
    }

    /// <summary>Refused when one of the cases does not exist or lies outside the region in which the check is done.</summary>
    public static async Task<Refusal?> Elsewhere(IServiceProvider services, IReadOnlyCollection<CaseRef> cases, RegionCode region, CancellationToken cancel)
    {
        var found = await Find(services, cases, cancel);
        return cases.FirstOrDefault(c => !found.ContainsKey(c)) is { } absent ? Refusal.NotFound($"{absent.Process}/{absent.Id}")
            : cases.FirstOrDefault(c => !region.Covers(found[c].Region)) is { } outside
                ? Refusal.NotYours("E_REGION_SCOPE", "所涉案件不在所述区域内。", "The case concerned lies outside the stated region.").With("case", $"{outside.Process}/{outside.Id}")
            : null;
    }

    /// <summary>Everybody who has acted in a case: in its stream, in the case at the head of its chain, and as a visitor of either.</summary>
    public static async Task<IReadOnlyList<string>> Actors(IServiceProvider services, CaseRef about, CancellationToken cancel)
    {
        var store = services.GetRequiredService<CaseStore>();
        var actors = new SortedSet<string>(StringComparer.Ordinal);
        var chain = new List<CaseRef>();
        if (await Read(about) is { } head && head != about.Id)
        {
            foreach (var other in (await Find(services, store.Types.Keys.Select(process => new CaseRef(process, head)), cancel)).Keys)
            {
                await Read(other);
            }
        }

        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "select distinct jsonb_array_elements_text(investigators) from home_visits where case_process || '/' || case_id = any ($1)");
        command.Parameters.Add(new() { Value = chain.Select(c => $"{c.Process}/{c.Id}").ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            actors.Add(reader.GetString(0));
        }

        return [.. actors];

        async Task<string?> Read(CaseRef one)
        {
            chain.Add(one);
            if (!store.Types.TryGetValue(one.Process, out var type))
            {
                return null;
            }

            var reading = await store.Read(type, one.Id, cancel: cancel);
            actors.UnionWith(reading.Facts.Select(f => f.By.Actor).Where(a => a != Act.SystemActor));
            return reading.Facts.Count == 0 ? null : reading.Facts[0].By.Correlation;
        }
    }
}
