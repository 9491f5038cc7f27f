using System.Data;
using System.Text.Json;
using Npgsql;
using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.PaymentBatch;

/// <summary>What the roll says is due: read once, as of one instant.</summary>
internal sealed class BatchRoll(string benefit, RegionCode region, YearMonth month)
{
    private readonly List<Ground> grounds = [];
    private readonly Dictionary<Ground, int> places = [];
    private readonly Dictionary<string, Due> due = new(StringComparer.Ordinal);

    // The month's slice is the latest that has begun. What another county has paid for the month is not paid again.
    private const string Regular = """
        select r.entitlement, r.household, r.payee, r.region, r.area, r.members::text, r.on_hold, s.amount, s.formula, s.source_process, s.standard, s.policy,
               s.source_id, s.source_version, s.version, s.per_capita, s.base, s.uplift
        from entitlement_roll r
        cross join lateral (select * from entitlement_slices s where s.entitlement = r.entitlement and s.from_month <= $3 order by s.from_month desc limit 1) s
        where r.benefit = $1 and r.region like $2 and r.first_month <= $3 and (r.last_month is null or r.last_month >= $3) and r.state <> 'Suspended' and s.amount > 0
          and not exists (select 1 from payment_lines p where p.entitlement = r.entitlement and p.month = $3 and p.component = 'Regular')
        """;

    private const string Arrears = """
        select r.entitlement, r.household, r.payee, r.region, r.area, r.members::text, r.on_hold, a.amount, a.reason, a.month, a.version
        from entitlement_arrears a join entitlement_roll r on r.entitlement = a.entitlement
        where r.benefit = $1 and r.region like $2 and a.month <= $3 and r.state <> 'Suspended' and a.amount > 0
          and not exists (select 1 from payment_lines p where p.entitlement = a.entitlement and p.month = a.month and p.component = 'Arrears:' || a.version)
        order by a.entitlement, a.month, a.version
        """;

    private const string Reissues = """
        select r.entitlement, r.household, r.payee, r.region, r.area, r.members::text, r.on_hold, sum(p.amount), p.batch, p.month, min(p.version)
        from payment_lines p join payment_batches b on b.batch = p.batch join entitlement_roll r on r.entitlement = p.entitlement
        where b.benefit = $1 and b.region = $4 and r.region like $2 and p.month <= $3 and p.status in ('LetGo', 'Returned')
          and r.state <> 'Suspended' and (r.last_month is null or r.last_month >= p.month)
          and not exists (select 1 from payment_lines q where q.entitlement = p.entitlement and q.month = p.month and q.component = 'Reissue:' || p.batch)
        group by r.entitlement, p.batch, p.month
        order by r.entitlement, p.month, p.batch
        """;

    public IReadOnlyList<Ground> Grounds => grounds;

    public int Seen { get; private set; }

    /// <summary>Lines in the order of villages, then of entitlements.</summary>
    public IReadOnlyList<DueLine> Lines => [.. due.Values
        .OrderBy(d => d.Region.ToString(), StringComparer.Ordinal).ThenBy(d => d.Entitlement, StringComparer.Ordinal)
        .Select(d => new DueLine(d.Entitlement, d.Household, d.Payee, d.Region, d.Area, d.Members, d.OnHold, d.Components))];

    /// <summary>Reads all that is due: the month itself and arrears; for a supplementary batch arrears and what could not be paid before.</summary>
    public async Task Read(NpgsqlDataSource database, bool supplementary, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await using (var count = Command("select count(*) from entitlement_roll where benefit = $1 and region like $2 and $3 is not null and $4 is not null", connection))
        {
            Seen = (int)(long)(await count.ExecuteScalarAsync(cancel))!;
        }

        if (!supplementary)
        {
            await Each(Regular, connection, r => new(
                YearMonth.Hydrate(month.ToString()), new(r.GetDecimal(7)), Place(new(ComponentKind.Regular, r.GetString(8), r.GetString(9), new(r.GetDecimal(10)), r.IsDBNull(11) ? null : r.GetString(11))),
                r.GetString(12), r.GetInt64(13), r.GetInt64(14), r.GetDecimal(15), new(r.GetDecimal(16)), r.GetDecimal(17) is 0 ? null : new(r.GetDecimal(17))), cancel);
        }

        await Each(Arrears, connection, r => new(
            YearMonth.Hydrate(r.GetString(9)), new(r.GetDecimal(7)), Place(new(ComponentKind.Arrears, $"补发 应发 − 已发 ({r.GetString(8)}) / arrears: due − paid", Processes.Entitlement)),
            r.GetString(0), r.GetInt64(10)), cancel);
        if (supplementary)
        {
            await Each(Reissues, connection, r => new(
                YearMonth.Hydrate(r.GetString(9)), new(r.GetDecimal(7)), Place(new(ComponentKind.Reissue, "补发 原批次未能发放的金额 / what an earlier batch could not pay", Processes.PaymentBatch)),
                r.GetString(8), r.GetInt64(10)), cancel);
        }
    }

    private async Task Each(string sql, NpgsqlConnection connection, Func<NpgsqlDataReader, Component> component, CancellationToken cancel)
    {
        await using var command = Command(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var entitlement = reader.GetString(0);
            if (!due.TryGetValue(entitlement, out var line))
            {
                due[entitlement] = line = new(
                    entitlement, reader.GetString(1), PersonId.Hydrate(reader.GetString(2)), RegionCode.Hydrate(reader.GetString(3)), Enum.Parse<Area>(reader.GetString(4)),
                    JsonSerializer.Deserialize<string[]>(reader.GetString(5))!, reader.IsDBNull(6) ? null : reader.GetString(6), []);
            }

            line.Components.Add(component(reader));
        }
    }

    private NpgsqlCommand Command(string sql, NpgsqlConnection connection) => new(sql, connection)
    {
        Parameters = { new() { Value = benefit }, new() { Value = region.Prefix + "%" }, new() { Value = month.ToString() }, new() { Value = region.ToString() } },
    };

    private int Place(Ground ground)
    {
        if (!places.TryGetValue(ground, out var place))
        {
            places[ground] = place = grounds.Count;
            grounds.Add(ground);
        }

        return place;
    }

    private sealed record Due(string Entitlement, string Household, PersonId Payee, RegionCode Region, Area Area, string[] Members, string? OnHold, List<Component> Components);
}
