using Platform.Cases;
using Platform.EventStore;
using Platform.Tests.Support;
using SocialAssistance.SpotCheck;

namespace SocialAssistance.Tests.SpotCheck;

public sealed class SampleProofTests
{
    private const string County = "341503000000";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thirty_percent_of_37_open_cases_are_drawn_and_an_auditor_draws_the_same_twelve()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, TestClock.On("2026-10-12"));
        await service.Database.Do("""
            insert into case_list
            select 'subsistence-allowance/DB-' || i, 'subsistence-allowance', 'DB-' || i, case when i <= 20 then '341503101201' else '341503102201' end, 'InPublicity', '', '', '', true, null, '2026-10-01'
            from generate_series(1, 37) i;
            insert into case_list values
              ('subsistence-allowance/DB-closed', 'subsistence-allowance', 'DB-closed', '341503101201', 'Refused', '', '', '', false, null, '2026-10-01'),
              ('subsistence-allowance/DB-elsewhere', 'subsistence-allowance', 'DB-elsewhere', '341504101201', 'InPublicity', '', '', '', true, null, '2026-10-01');
            insert into home_visits select 'RH-' || i, 'subsistence-allowance', 'DB-' || i, 'Township', '341503101201', '2026-10-02', '["u-102", "u-103"]', null, null, 0, null, 'Planned' from generate_series(1, 37) i;
            """, Stop);
        var approver = service.As("u-202", County, Roles.CountyApprover);
        var plan = (await approver.Post("/social-assistance/spot-checks", new { scope = "OpenCases", region = County, dueOn = "2026-12-31" })).Id;

        var proof = (await service.As("u-901", County, Roles.Auditor).Get($"/social-assistance/spot-checks/{plan}/sample")).Ok.Json;
        Assert.Equal((37, 12, true), ((int)proof["population"]!, (int)proof["size"]!, (bool)proof["agrees"]!));
        // Shares of 12: 20/37 → 6 rest 18, 17/37 → 5 rest 19.
        Assert.Equal([6, 6], proof["strata"]!.AsArray().Select(s => (int)s!["size"]!));
        Assert.Equal(64, ((string)proof["seed"]!).Length);
        string[] sample = [.. proof["strata"]!.AsArray().SelectMany(s => s!["ranking"]!.AsArray()).Where(c => (bool)c!["taken"]!).Select(c => (string)c!["case"]!)];
        Assert.Equal(12, sample.Length);
        (await service.As("u-901", "330802000000", Roles.Auditor).Get($"/social-assistance/spot-checks/{plan}/sample")).Is(403, "E_REGION_SCOPE");

        // SOD-7: u-103 visited all these households before.
        (await approver.Post($"/social-assistance/spot-checks/{plan}/assign-checkers", new { @case = sample[0], checkers = new[] { "u-301", "u-103" } })).Is(403, "E_SOD");
        _ = (await approver.Post($"/social-assistance/spot-checks/{plan}/assign-checkers", new { @case = sample[0], checkers = new[] { "u-301", "u-302" } })).Ok;
        _ = (await service.As("u-301", County, Roles.CountyOfficer).Post($"/social-assistance/spot-checks/{plan}/record-finding", new { @case = sample[0], finding = "Correct", detail = "无误" })).Ok;
        (await approver.Post($"/social-assistance/spot-checks/{plan}/close-spot-check", new { reason = "x" })).Is(403, "E_RATE_NOT_MET");
        _ = (await service.As("u-501", "341500000000", Roles.CitySupervisor).Post($"/social-assistance/spot-checks/{plan}/close-spot-check", new { reason = "汛期" })).Ok;

        Assert.Equal("Closed", await service.Database.Ask<string>($"select state from spot_checks where plan = '{plan}'", Stop));
        Assert.Equal(1L, await service.Database.Ask<long>("select count(*) from spot_check_sample where finding = 'Correct'", Stop));
        await RebuildsEqual(service, "spot_checks", "spot_check_sample");
    }

    [Fact]
    public async Task Households_in_payment_this_month_are_what_is_drawn_from()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, TestClock.On("2026-10-12"));
        await service.Database.Do($"""
            create table if not exists entitlement_roll (
              entitlement text not null primary key, benefit text not null, area text not null, region text not null, household text not null, payee text not null, members jsonb not null, category text not null,
              state text not null, first_month text not null, last_month text, monthly_amount numeric not null, on_hold text, next_review date, version bigint not null);
            grant select on entitlement_roll to "{service.Database.AppRole}";
            insert into entitlement_roll (entitlement, benefit, area, region, household, payee, members, category, state, first_month, last_month, monthly_amount, version)
            select e, 'DB', area, region, 'hh-' || e, 'p', '[]', 'C', 'Active', first_month, last_month, 700, 1 from (values
              ('E-1', 'Rural', '341503101201', '2014-06', null), ('E-2', 'Rural', '341503101201', '2026-10', null), ('E-3', 'Rural', '341503101201', '2014-06', '2026-10'),
              ('E-4', 'Rural', '341503101201', '2014-06', '2026-09'), ('E-5', 'Rural', '341503101201', '2026-11', null), ('E-6', 'Urban', '341503101001', '2014-06', null),
              ('E-7', 'Rural', '341504101201', '2014-06', null)) as v (e, area, region, first_month, last_month);
            """, Stop);
        var city = service.As("u-501", "341500000000", Roles.CitySupervisor);
        Assert.Equal(["E-1", "E-2", "E-3"], await Population(new { scope = "Entitlements", region = County, area = "Rural", dueOn = "2026-12-31", rate = 1.0m }));
        Assert.Equal(["E-1", "E-2", "E-3", "E-6"], await Population(new { scope = "Entitlements", region = County, dueOn = "2026-12-31", rate = 1.0m }));
        (await city.Post("/social-assistance/spot-checks", new { scope = "Entitlements", region = "341505000000", dueOn = "2026-12-31" })).Is(422, "E_POPULATION_EMPTY");

        async Task<IEnumerable<string>> Population(object order)
        {
            var id = (await city.Post("/social-assistance/spot-checks", order)).Id;
            var plan = (SpotCheckCase)(await ((CaseStore)service.Services.GetService(typeof(CaseStore))!).Read(SpotCheckProcess.Type, id, cancel: Stop)).State;
            return plan.Plan.Population.SelectMany(s => s.Cases);
        }
    }

    private static async Task RebuildsEqual(ServiceUnderTest service, params string[] tables)
    {
        var rebuilt = await new ViewRebuild(service.Database.AsOwner, (CaseStore)service.Services.GetService(typeof(CaseStore))!).Run(acceptDifferences: false, Stop);
        Assert.All(tables, t => Assert.True(Assert.Single(rebuilt, r => r.Table == t).Equal, t));
    }
}
