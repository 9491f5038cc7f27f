using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Cases;
using Platform.ServiceHost;

namespace SocialAssistance.Entitlement;

/// <summary>Looks up what was paid, for the commands that compare it with what is due: a batch tells an entitlement nothing.</summary>
internal static class EntitlementPayments
{
    /// <summary>Makes the command of an act from its request and the payments of the entitlement.</summary>
    public static Prepare For<TRequest>(Func<TRequest, Payments, EntitlementCommand> command) => async (request, id, services, _, cancel) =>
    {
        var database = services.GetRequiredService<NpgsqlDataSource>();
        var payments = await Of(database, [id!], cancel);
        return (new Prepared(command((TRequest)request, payments[id!]), []), null);
    };

    /// <summary>Payments of each of these entitlements; what is held or cancelled was not paid.</summary>
    public static async Task<IReadOnlyDictionary<string, Payments>> Of(NpgsqlDataSource database, IReadOnlyList<string> entitlements, CancellationToken cancel)
    {
        await using var batch = database.CreateBatch();
        // What was turned back or let go and is still to be issued again counts as paid: it will be. What is held does not.
        // Recorded arrears that have a line, whatever became of it, are no longer outstanding.
        batch.BatchCommands.Add(new(
            """
            select p.entitlement, p.month,
              coalesce(sum(p.amount) filter (where p.status not in ('Returned', 'LetGo') or ((r.last_month is null or r.last_month >= p.month) and not exists (
                select 1 from payment_lines q where q.entitlement = p.entitlement and q.month = p.month and q.component = 'Reissue:' || p.batch))), 0),
              coalesce(sum(p.amount) filter (where p.component like 'Arrears%'), 0)
            from payment_lines p join entitlement_roll r on r.entitlement = p.entitlement
            where p.entitlement = any ($1) and p.status not in ('Held', 'Cancelled') and p.component not in ('PriceSubsidy', 'Recovery')
            group by p.entitlement, p.month order by p.entitlement, p.month
            """) { Parameters = { new() { Value = entitlements.ToArray() } } });
        batch.BatchCommands.Add(new(
            """
            with asked as (select entitlement, area, left(region, 6) as county from entitlement_roll where entitlement = any ($1)),
              runs as (select k.area, k.county, (select max(p.month) from payment_lines p where p.area = k.area and left(p.region, 6) = k.county) as month from (select distinct area, county from asked) k)
            select asked.entitlement, runs.month from asked join runs using (area, county)
            """) { Parameters = { new() { Value = entitlements.ToArray() } } });
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        var months = new Dictionary<string, List<PaidMonth>>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            var paid = months.TryGetValue(reader.GetString(0), out var known) ? known : months[reader.GetString(0)] = [];
            paid.Add(new(YearMonth.Hydrate(reader.GetString(1)), new(reader.GetDecimal(2)), new(reader.GetDecimal(3))));
        }

        await reader.NextResultAsync(cancel);
        var runs = new Dictionary<string, YearMonth?>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            runs[reader.GetString(0)] = reader.IsDBNull(1) ? null : YearMonth.Hydrate(reader.GetString(1));
        }

        return entitlements.Distinct(StringComparer.Ordinal).ToDictionary(
            e => e, e => new Payments(months.GetValueOrDefault(e) ?? [], runs.GetValueOrDefault(e)), StringComparer.Ordinal);
    }
}
