using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.Overpayment;
using static SocialAssistance.Tests.Entitlement.Entitled;

namespace SocialAssistance.Tests.Entitlement;

/// <summary>With routes, database and what was paid.</summary>
public sealed class EntitlementServiceTests : IAsyncLifetime
{
    private const string Path = "/social-assistance/entitlements";
    private readonly TestClock clock = TestClock.On("2026-10-20");
    private ServiceUnderTest service = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        service = await ServiceUnderTest.Start(Contents.Service, clock);
        // The payment batch's own table, where this process is tested without it.
        await service.Database.Do("create table if not exists payment_lines (entitlement text, month text, component text, batch text, line int, area text, region text, payee text, household text, persons int, amount numeric, status text, version bigint, recorded_at timestamptz)", Stop);
        await service.Database.Do($"grant select on payment_lines to {service.Database.AppRole}", Stop);
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_late_death_leads_through_the_comparison_to_a_debt_and_back_when_it_is_revoked()
    {
        await Open(1, Grant(Month(8)));
        await Pay(1, (8, 1660, "Drawn"), (9, 1660, "Drawn"), (10, 1660, "Held"));
        await Carry(1, new NoteMemberDeath(Child, new(2026, 8, 31)), Officer.System("2026-10-20"));
        var county = service.As("county", "341503000000", Roles.CountyOfficer);
        _ = (await county.Post($"{Path}/{Id(1)}/assess-payments", new { })).Ok.Version;
        var debt = (await county.Get($"/social-assistance/overpayments/CY-{Id(1)}-1")).Ok.Json;
        Assert.Equal(("Detected", 553.33m), ((string)debt["state"]!, (decimal)debt["case"]!["debt"]!["balance"]!));
        await Carry(1, new RevokeMemberDeath(Child), Officer.System("2026-10-21"));
        Assert.Equal("Cancelled", (string)(await county.Get($"/social-assistance/overpayments/CY-{Id(1)}-1")).Ok.Json["state"]!);
        _ = (await county.Post($"{Path}/{Id(1)}/assess-payments", new { })).Ok.Version;
        // October was held and is not paid: it is owed once what is due has been compared again.
        Assert.Equal(1660m, await service.Database.Ask<decimal>($"select sum(amount) from entitlement_arrears where entitlement = '{Id(1)}' and month = '2026-10'", Stop));
        (await service.As("city", "341600000000", Roles.CountyOfficer).Post($"{Path}/{Id(1)}/assess-payments", new { })).Is(403, "E_REGION_SCOPE");
    }

    [Fact]
    public async Task What_was_turned_back_and_will_be_issued_again_is_not_owed_a_second_time()
    {
        await Open(1, Grant(Month(8)));
        await Pay(1, (8, 1660, "Drawn"), (9, 1660, "Returned"), (10, 1660, "LetGo"));
        await Line(1, 9, "Reissue:B9", "B10", 1660, "Drawn");
        await Line(1, 8, "Arrears:4", "B10", 40, "Drawn");
        var payments = (await EntitlementPayments.Of(service.Database.Application, [Id(1)], Stop))[Id(1)];
        Assert.Equal([new(Month(8), Yuan(1700), Yuan(40)), new(Month(9), Yuan(1660), Yuan(0)), new(Month(10), Yuan(1660), Yuan(0))], payments.Months);
        Assert.Equal(Month(10), payments.LastRun);
    }

    [Fact]
    public async Task An_uprating_reaches_the_whole_region_once()
    {
        var old = Basis(9600, 3) with { Standard = Yuan(700), Base = Yuan(1300), Monthly = Yuan(1300) };
        for (var i = 1; i <= 3; i++)
        {
            PersonId[] members = [Person((char)('b' + (3 * i))), Person((char)('c' + (3 * i))), Person((char)('d' + (3 * i)))];
            await Open(i, Grant(Month(8), old, members));
        }

        await Pay(1, (8, 1300, "Drawn"), (9, 1300, "Drawn"), (10, 1300, "Held"));
        var approver = service.As("approver", "341503000000", Roles.CountyApprover);
        var body = new { region = "341503000000", area = "Urban", standardFrom = "2026-07-01" };
        var first = (await approver.Post($"{Path}/uprate", body)).Ok.Json;
        Assert.Equal((3, 3, 0), ((int)first["entitlements"]!, (int)first["raised"]!, (int)first["unchanged"]!));
        var second = (await approver.Post($"{Path}/uprate", body)).Ok.Json;
        Assert.Equal((3, 0, 3), ((int)second["entitlements"]!, (int)second["raised"]!, (int)second["unchanged"]!));
        Assert.Equal(720m, await service.Database.Ask<decimal>("select sum(amount) from entitlement_arrears", Stop));
        Assert.Equal(4980m, await service.Database.Ask<decimal>("select sum(amount) from allowance_ledger where effective_month <= '2026-10'", Stop));
        Assert.Equal(3L, await service.Database.Ask<long>("select count(*) from entitlement_slices where policy like '%allowance-standard@341503#area=Urban from 2026-07-01%'", Stop));
        (await approver.Post($"{Path}/uprate", body with { region = "341500000000" })).Is(403, "E_REGION_SCOPE");
        (await service.As("officer", "341503000000", Roles.CountyOfficer).Post($"{Path}/uprate", body)).Is(403, "E_ROLE");
    }

    [Fact]
    public async Task The_roll_is_found_by_member_and_an_amount_opens_to_what_it_came_from()
    {
        await Carry(1, Import(), Approver.On("2014-09-30"), opens: true);
        Assert.Equal(1L, await service.Database.Ask<long>($"select count(*) from entitlement_roll where members @> '[\"{Li}\"]' and state = 'Pending'", Stop));
        await service.Services.GetRequiredService<DeadlineWorker>().Run(cancel: Stop);
        Assert.Equal("Active", await service.Database.Ask<string>("select state from entitlement_roll", Stop));
        var explained = (await service.As("county", "341503000000", Roles.CountyOfficer).Get($"{Path}/{Id(1)}/explain?line=2014-10")).Ok.Json;
        Assert.Equal("9f", (string)explained["inputs"]![0]!["source"]!["content"]!["rowHash"]!);
        var taken = await Order(2, Import("another"), Approver.On("2014-09-30"), opens: true);
        Assert.Equal("E_BENEFIT_CONFLICT", Assert.IsType<Outcome.Refused>(taken).Refusal.Code);
    }

    [Fact]
    public async Task A_stop_frees_the_members_for_another_benefit_from_the_next_month_only()
    {
        await Carry(1, Import(), Approver.On("2014-09-30"), opens: true);
        var stop = await service.As("approver", "341503000000", Roles.CountyApprover).Post($"{Path}/{Id(1)}/stop-entitlement", new { reason = "ReviewCampaign", cause = "清理", decisionNumber = Letter });
        Assert.Equal(2, stop.Ok.Version);
        Assert.IsType<Outcome.Refused>(await Order(2, Import("another") with { From = Month(10) }, Approver.On("2026-10-21"), opens: true));
        Assert.IsType<Outcome.Done>(await Order(2, Import("another") with { From = Month(11) }, Approver.On("2026-10-21"), opens: true));
        Assert.Equal(1L, await service.Database.Ask<long>("select sum(households) from allowance_ledger where effective_month <= '2026-11'", Stop));
    }

    private static string Id(int number) => $"DB-341503-2026-{number:000000}";

    private async Task Open(int number, GrantEntitlement grant)
    {
        await Carry(number, grant with { Source = new(Processes.SubsistenceAllowance, Id(number)) }, Approver.On("2026-07-20"), opens: true);
        await Carry(number, new ActivateEntitlement(), Officer.System("2026-08-01"));
    }

    private async Task Carry(int number, EntitlementCommand command, Act act, bool opens = false)
    {
        var outcome = await Order(number, command, act, opens);
        Assert.True(outcome is Outcome.Done, $"{(outcome as Outcome.Refused)?.Refusal.Code}");
    }

    private Task<Outcome> Order(int number, EntitlementCommand command, Act act, bool opens) =>
        service.Services.GetRequiredService<CaseStore>().Execute(new Order(EntitlementProcess.Type, Id(number), command, act) { Opens = opens }, Stop);

    private async Task Pay(int number, params (int Month, int Amount, string Status)[] lines)
    {
        foreach (var (month, amount, status) in lines)
        {
            await Line(number, month, "Regular", $"B{month}", amount, status);
        }
    }

    private Task<int> Line(int number, int month, string component, string batch, int amount, string status) => service.Database.Do(
        "insert into payment_lines (entitlement, month, component, batch, line, area, region, payee, household, persons, amount, status, version, recorded_at) " +
        $"values ('{Id(number)}', '2026-{month:00}', '{component}', '{batch}', 1, 'Urban', '341503101201', '', '', 3, {amount}, '{status}', 1, now())", Stop);
}
