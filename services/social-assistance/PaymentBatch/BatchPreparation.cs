using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Cases;
using Platform.ServiceHost;

namespace SocialAssistance.PaymentBatch;

/// <summary>Asks for a batch. The lines are never sent: they are computed from the roll.</summary>
/// <param name="Benefit">Kind of benefit, e.g. <c>subsistence-allowance</c>.</param>
/// <param name="Region">The county.</param>
/// <param name="Month">The month paid for.</param>
/// <param name="Supplementary">True for arrears and what earlier batches could not pay.</param>
internal sealed record BatchRequest(string Benefit, RegionCode Region, YearMonth Month, bool Supplementary);

/// <param name="Count">Lines of the batch, counted by the checker.</param>
/// <param name="ControlSum">Their sum, added up by the checker.</param>
internal sealed record CheckRequest(int Count, Money ControlSum);

/// <param name="Budget">Yuan available for the benefit.</param>
/// <param name="Voucher">Number of the treasury's voucher.</param>
internal sealed record ApproveRequest(Money Budget, string Voucher);

internal sealed record ReleaseRequest;

/// <summary>Looks up what the commands of a batch must carry.</summary>
internal static class BatchPreparation
{
    private const int AccountsAtOnce = 2_000;

    // What has become of the drawn lines of a batch since they were calculated.
    private const string Changes = """
        select line, reason from (
          select l.line, case
            when r.entitlement is null then 'EntitlementStopped'
            when r.on_hold is not null then r.on_hold
            when r.state = 'Suspended' then 'EntitlementOnHold'
            when l.month < r.first_month or l.month > r.last_month then 'EntitlementStopped'
            when r.payee <> l.payee then 'EntitlementChanged'
            when l.component = 'Regular' and s.amount is distinct from l.amount then 'EntitlementChanged' end as reason
          from payment_lines l
          left join entitlement_roll r on r.entitlement = l.entitlement
          left join lateral (select s.amount from entitlement_slices s where s.entitlement = l.entitlement and s.from_month <= l.month order by s.from_month desc limit 1) s on l.component = 'Regular'
          where l.batch = $1 and l.status = 'Drawn') c
        where reason is not null order by line
        """;

    public static async ValueTask<(Prepared?, Refusal?)> Calculate(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (BatchRequest)request;
        var database = services.GetRequiredService<NpgsqlDataSource>();
        var roll = new BatchRoll(r.Benefit, r.Region, r.Month);
        await roll.Read(database, r.Supplementary, cancel);
        var number = 0;
        if (r.Supplementary)
        {
            await using var command = database.CreateCommand("select coalesce(max(supplementary), 0) from payment_batches where benefit = $1 and region = $2 and month = $3 and state <> 'Cancelled'");
            foreach (var value in new[] { r.Benefit, r.Region.ToString(), r.Month.ToString() })
            {
                command.Parameters.Add(new() { Value = value });
            }

            number = (int)(await command.ExecuteScalarAsync(cancel))! + 1;
        }

        return (new(new CalculateBatch(r.Benefit, r.Region, r.Month, number, roll.Seen, roll.Grounds, roll.Lines), []), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Check(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (CheckRequest)request;
        return (new(new CheckBatch(r.Count, r.ControlSum, await Changed(services.GetRequiredService<NpgsqlDataSource>(), id!, cancel)), []), null);
    }

    /// <summary>Builds the files from the lines and the payees' accounts; they are kept sealed, and the facts hold their hashes.</summary>
    public static async ValueTask<(Prepared?, Refusal?)> Approve(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (ApproveRequest)request;
        var database = services.GetRequiredService<NpgsqlDataSource>();
        var order = await Order(database, id!, act, cancel);
        if (order is null)
        {
            // Not there, not ours or not at this step: Decide says which.
            return (new(new ApproveBatch(r.Budget, r.Voucher, [], []), []), null);
        }

        var vault = services.GetRequiredService<Vault>();
        var held = await Changed(database, id!, cancel);
        var (payments, unpayable) = await Payments(database, vault, id!, held.Select(h => h.Line).ToHashSet(), cancel);
        var total = new Total(payments.Count, payments.Sum(p => p.Amount));
        var files = new List<BankFile>();
        var rows = new List<object>();
        foreach (var format in Enum.GetValues<BankFormat>())
        {
            var bytes = BankFiles.Build(format, order, payments);
            files.Add(new(format, BankFiles.Hash(bytes), bytes.Length, total.Lines, total.Sum));
            rows.Add(new BankFileRow(id!, format, files[^1].Sha256, vault.SealBytes(Name(id!, format), bytes)));
        }

        return (new(new ApproveBatch(r.Budget, r.Voucher, [.. held, .. unpayable.Select(line => new HeldLine(line, HoldReason.AccountInvalid))], files), rows), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Release(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var database = services.GetRequiredService<NpgsqlDataSource>();
        var files = new Dictionary<BankFormat, string>();
        foreach (var format in Enum.GetValues<BankFormat>())
        {
            files[format] = await File(database, services.GetRequiredService<Vault>(), id!, format, cancel) is { } bytes ? BankFiles.Hash(bytes) : "";
        }

        return (new(new ReleaseBatch(await Changed(database, id!, cancel), files), []), null);
    }

    /// <summary>The bytes of a file; null when there is none or when what is kept was altered.</summary>
    public static async Task<byte[]?> File(NpgsqlDataSource database, Vault vault, string batch, BankFormat format, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select sealed from bank_files where batch = $1 and format = $2");
        command.Parameters.Add(new() { Value = batch });
        command.Parameters.Add(new() { Value = $"{format}" });
        if (await command.ExecuteScalarAsync(cancel) is not byte[] kept)
        {
            return null;
        }

        try
        {
            return vault.OpenBytes(Name(batch, format), kept);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string Name(string batch, BankFormat format) => $"bank-file/{batch}/{format}";

    private static async Task<IReadOnlyList<HeldLine>> Changed(NpgsqlDataSource database, string batch, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Changes);
        command.Parameters.Add(new() { Value = batch });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var changed = new List<HeldLine>();
        while (await reader.ReadAsync(cancel))
        {
            changed.Add(new(reader.GetInt32(0), BatchDecisions.ReasonOf(reader.GetString(1))));
        }

        // A line of several months keeps its gravest reason, which is the first in the list of reasons.
        return [.. changed.GroupBy(h => h.Line).Select(g => g.MinBy(h => h.Reason)!)];
    }

    private static async Task<BankOrder?> Order(NpgsqlDataSource database, string batch, Act act, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select benefit, region, month, supplementary from payment_batches where batch = $1 and state in ('Checked', 'Approved')");
        command.Parameters.Add(new() { Value = batch });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel) || !act.Region.Covers(RegionCode.Hydrate(reader.GetString(1))))
        {
            return null;
        }

        var month = YearMonth.Hydrate(reader.GetString(2));
        var remark = string.Create(CultureInfo.InvariantCulture, $"{month.Year}年{month.Month}月{PaidBenefit.Of(reader.GetString(0))?.Zh}{(reader.GetInt32(3) == 0 ? "" : "补发")}");
        return new(batch, RegionCode.Hydrate(reader.GetString(1)), month, act.Today, remark);
    }

    private static async Task<(List<BankPayment> Payments, List<int> Unpayable)> Payments(NpgsqlDataSource database, Vault vault, string batch, HashSet<int> except, CancellationToken cancel)
    {
        var drawn = new List<(int Line, PersonId Payee, Money Amount)>();
        await using (var command = database.CreateCommand("select line, payee, sum(amount) from payment_lines where batch = $1 and status = 'Drawn' group by line, payee order by line"))
        {
            command.Parameters.Add(new() { Value = batch });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                drawn.Add((reader.GetInt32(0), PersonId.Hydrate(reader.GetString(1)), new(reader.GetDecimal(2))));
            }
        }

        var payments = new List<BankPayment>(drawn.Count);
        var unpayable = new List<int>();
        foreach (var some in drawn.Where(d => !except.Contains(d.Line)).Chunk(AccountsAtOnce))
        {
            var people = await vault.Open(some.Select(d => d.Payee), cancel);
            foreach (var (line, payee, amount) in some)
            {
                if (people.GetValueOrDefault(payee)?.Account is { } account && BankFiles.CanPay(account))
                {
                    payments.Add(new(line, account, amount));
                }
                else
                {
                    unpayable.Add(line);
                }
            }
        }

        return (payments, unpayable);
    }
}
