using Platform.Cases;
using Platform.EventStore;
using Platform.Tests.Support;
using SocialAssistance.EconomicVerification;

namespace SocialAssistance.Tests.EconomicVerification;

public sealed class MonthlyReturnTests
{
    private const string County = "341503000000";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_monthly_return_counts_orders_households_persons_hits_and_days()
    {
        var clock = TestClock.On("2026-09-24");
        await using var service = await ServiceUnderTest.Start(Contents.Service, clock);
        await service.Database.Do("""
            insert into case_list select 'temporary-aid/LS-' || i, 'temporary-aid', 'LS-' || i, case when i < 3 then '341503101201' else '341504101201' end, 'x', '', '', '', true, null, '2026-09-01' from generate_series(1, 3) i
            """, Stop);
        var orders = new List<string>();
        foreach (var (number, region) in new[] { ("LS-1", "341503101201"), ("LS-1", "341503101201"), ("LS-2", "341503101201"), ("LS-3", "341504101201") })
        {
            orders.Add((await service.As("u-102", "341500000000", Roles.TownshipOfficer)
                .Post("/social-assistance/economic-verifications", VerificationExamples.Request with { Case = new("temporary-aid", number), Region = RegionCode.Hydrate(region) })).Id);
        }

        await Report(orders[0], "2026-10-04", "Consistent", 9_600m);
        await Report(orders[1], "2026-10-07", "ExceedsLimit", 96_000m);
        await Report(orders[3], "2026-10-04", "Consistent", 9_600m);

        var county = service.As("u-301", County, Roles.CountyOfficer);
        var september = (await county.Get("/social-assistance/economic-verifications/monthly-return?month=2026-09")).Ok.Json["total"]!;
        Assert.Equal((3, 2, 3, 0), ((int)september["orders"]!, (int)september["households"]!, (int)september["persons"]!, (int)september["reports"]!));
        Assert.Null(september["hitRate"]);
        var october = (await county.Get("/social-assistance/economic-verifications/monthly-return?month=2026-10")).Ok.Json["total"]!;
        Assert.Equal((0, 2, 1, 0.5m, 11.5m), ((int)october["orders"]!, (int)october["reports"]!, (int)october["hits"]!, (decimal)october["hitRate"]!, (decimal)october["averageDays"]!));

        var city = (await service.As("u-501", "341500000000", Roles.CitySupervisor).Get("/social-assistance/economic-verifications/monthly-return?month=2026-10")).Ok.Json;
        Assert.Equal(["341503", "341504"], city["counties"]!.AsArray().Select(c => (string)c!["county"]!));
        Assert.Equal(3, (int)city["total"]!["reports"]!);

        var behind = (await county.Get("/social-assistance/economic-verifications/monthly-return/orders?month=2026-10")).Ok.Json.AsArray();
        Assert.Equal([orders[0], orders[1]], behind.Select(o => (string)o!["verification"]!));
        Assert.Equal([10, 13], behind.Select(o => (int)o!["days"]!));
        (await county.Get("/social-assistance/economic-verifications/monthly-return?month=2026-13")).Is(400, "E_MONTH");
        (await service.As("u-102", County, Roles.TownshipOfficer).Get("/social-assistance/economic-verifications/monthly-return?month=2026-10")).Is(403, "E_ROLE");
        Assert.Equal(4L, await service.Database.Ask<long>("select count(*) from read_log where subject = 'economic-verification/monthly-return'", Stop));

        var rebuilt = await new ViewRebuild(service.Database.AsOwner, (CaseStore)service.Services.GetService(typeof(CaseStore))!).Run(acceptDifferences: false, Stop);
        Assert.All(["verification_orders", "verification_reports"], t => Assert.True(Assert.Single(rebuilt, r => r.Table == t).Equal, t));

        async Task Report(string id, string day, string conclusion, decimal wages)
        {
            clock.GoTo(day);
            var path = $"/social-assistance/economic-verifications/{id}";
            var centre = service.As("u-401", "341500000000", Roles.VerificationCentre);
            _ = (await service.As("u-101", "341500000000", Roles.WindowOfficer).Post($"{path}/register-authorisation", VerificationExamples.Authorise)).Ok;
            _ = (await centre.Post($"{path}/dispatch-query", VerificationExamples.Dispatch)).Ok;
            _ = (await service.As("tax-office", "341500000000", Roles.Integration).Post($"{path}/receive-result", VerificationExamples.Receive with { ReturnedOn = Today() })).Ok;
            _ = (await centre.Post($"{path}/issue-report", new { reportNumber = $"R-{id}", conclusion, verified = new[] { new { item = "wages", verified = wages } }, alerts = Array.Empty<string>() })).Ok;

            DateOnly Today() => CivilTime.Day(clock.Now);
        }
    }
}
