using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.Support;
using static SocialAssistance.Tests.PaymentBatch.Batches;

namespace SocialAssistance.Tests.PaymentBatch;

/// <summary>A service with a roll of so many households: odd ones rural, every payee with a passbook.</summary>
internal sealed class Roll(ServiceUnderTest service, TestClock clock) : IAsyncDisposable
{
    public const string Path = "/social-assistance/payment-batches";

    public Task<T?> Ask<T>(string sql) => service.Database.Ask<T>(sql, TestContext.Current.CancellationToken);

    public Task Do(string sql) => service.Database.Do(sql, TestContext.Current.CancellationToken);

    public TestClock Clock => clock;

    public SignedIn Elsewhere => service.As("elsewhere", "341502000000", Roles.CountyFinance, Roles.Treasury);

    public SignedIn Maker => service.As("maker", County, Roles.CountyFinance);

    public SignedIn Checker => service.As("checker", County, Roles.CountyApprover);

    public SignedIn Approver => service.As("approver", County, Roles.Treasury);

    public SignedIn Releaser => service.As("releaser", County, Roles.Treasury);

    public SignedIn Teller => service.As("teller", County, Roles.Bank);

    public static object Request(bool supplementary = false, string month = "2014-01") => new { benefit = Processes.SubsistenceAllowance, region = County, month, supplementary };

    public static async Task<Roll> Of(int households)
    {
        var clock = TestClock.On("2014-01-06");
        var service = await ServiceUnderTest.Start(Contents.Service, clock);
        var roll = new Roll(service, clock);
        // Payee n is 'a…' plus digits as letters, as Batches.Person has it.
        await service.Database.Do($$"""
            insert into entitlement_roll
            select 'DB-341503-2013-' || lpad(n::text, 6, '0'), 'subsistence-allowance', case when n % 2 = 1 then 'Rural' else 'Urban' end, '341503' || lpad((101 + n % 20)::text, 3, '0') || lpad((201 + n % 7)::text, 3, '0'),
                   'HH-341503-2013-' || lpad(n::text, 6, '0'), p.person, jsonb_build_array(p.person, translate(lpad((n + 100000)::text, 26, '0'), '0123456789', 'abcdefghij')),
                   'B', 'Active', '2013-06', null, 200 + n % 100, null, null, 1
            from generate_series(1, {{households}}) n, lateral (select translate(lpad(n::text, 26, '0'), '0123456789', 'abcdefghij') as person) p;
            insert into entitlement_slices
            select entitlement, '2013-06', monthly_amount, 2, 220, 120.123456, monthly_amount, 0, '(标准 − 人均收入) × 人数', 'allowance-standard 341503 2013-01-01', 'payment-batch', 'none', 12, 1 from entitlement_roll;
            analyze entitlement_roll; analyze entitlement_slices;
            """);
        await roll.Accounts(Enumerable.Range(1, households));
        return roll;
    }

    /// <summary>What a rebuild finds, but for the tables that stand here without facts.</summary>
    public async Task<IReadOnlyList<RebuiltTable>> Rebuilt() =>
        [.. (await new ViewRebuild(service.Database.AsOwner, service.Services.GetRequiredService<CaseStore>()).Run(acceptDifferences: false, TestContext.Current.CancellationToken))
            .Where(t => t.Table is not ("entitlement_roll" or "entitlement_slices"))];

    public async Task Accounts(IEnumerable<int> households, string? number = null)
    {
        var vault = service.Services.GetRequiredService<Vault>();
        var rows = households.Select(n => vault.Seal(Person(n), new(ResidentId.Hydrate("11010519491231002X"), $"户主{n}", Account: new(BankAccountNumber.Hydrate(number ?? $"Passbook:{n:0000000000}"), $"户主{n}")))).ToList();
        await using var command = service.Database.AsOwner.CreateCommand("insert into person_vault (person, sealed, key) select * from unnest($1::text[], $2::bytea[], $3::text[]) on conflict (person) do update set sealed = excluded.sealed");
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(r => r.Person.ToString()).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(r => r.Sealed).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(r => r.Key).ToArray() });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The steps up to the release; the batch's count and sum are read from its row, as a checker would add them up.</summary>
    public async Task Release(string id = Id, string from = "check-batch", string upTo = "release-batch")
    {
        var (count, controlSum) = await Total(id);
        (string Act, SignedIn By, object Body)[] steps =
        [
            ("check-batch", Checker, new { count, controlSum }), ("approve-batch", Approver, new { budget = 100_000_000.00m, voucher = "六裕财拨〔2014〕3号" }), ("release-batch", Releaser, new { }),
        ];
        foreach (var (act, by, body) in steps.SkipWhile(s => s.Act != from))
        {
            _ = (await by.Post($"{Path}/{id}/{act}", body)).Ok;
            if (act == upTo)
            {
                return;
            }
        }
    }

    public async Task<(byte[] Bytes, string? Digest, string? ETag)> File(string format)
    {
        using var request = Teller.Request(HttpMethod.Get, $"{Path}/{Id}/file?format={format}");
        using var response = await service.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            response.Headers.Concat(response.Content.Headers).FirstOrDefault(h => h.Key == "Content-Digest").Value?.Single(), response.Headers.ETag?.Tag);
    }

    public async Task<(int Count, decimal Sum)> Total(string id = Id) =>
        (await Ask<int>($"select count from payment_batches where batch = '{id}'"), await Ask<decimal>($"select sum from payment_batches where batch = '{id}'"));

    public async ValueTask DisposeAsync() => await service.DisposeAsync();
}
