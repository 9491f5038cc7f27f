using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.Support;
using SocialAssistance.EconomicVerification;

namespace SocialAssistance.Tests.SpotCheck;

public sealed class ActorsTests
{
    [Fact]
    public async Task Whoever_acted_in_a_case_or_visited_for_it_is_known_and_the_system_is_nobody()
    {
        var clock = TestClock.On("2026-09-24");
        await using var service = await ServiceUnderTest.Start(Contents.Service, clock);
        var stop = TestContext.Current.CancellationToken;
        await service.Database.Do("insert into case_list values ('temporary-aid/LS-1', 'temporary-aid', 'LS-1', '341503101201', 'x', '', '', '', true, null, '2026-09-01')", stop);
        var order = (await service.As("u-102", "341503000000", Roles.TownshipOfficer).Post("/social-assistance/economic-verifications", VerificationExamples.Request with { Case = new("temporary-aid", "LS-1") })).Id;
        _ = (await service.As("u-101", "341503000000", Roles.WindowOfficer).Post($"/social-assistance/economic-verifications/{order}/register-authorisation", VerificationExamples.Authorise)).Ok;
        clock.GoTo("2026-10-08");
        Assert.Equal(1, await ((DeadlineWorker)service.Services.GetService(typeof(DeadlineWorker))!).Run(cancel: stop));
        await service.Database.Do($"insert into home_visits values ('RH-1', 'economic-verification', '{order}', 'Township', '341503101201', '2026-10-02', '[\"u-103\", \"u-104\"]', null, null, 0, null, 'Planned')", stop);
        Assert.Equal(["u-101", "u-102", "u-103", "u-104"], await CaseLookup.Actors(service.Services, new(Processes.EconomicVerification, order), stop));
        Assert.Empty(await CaseLookup.Actors(service.Services, new("no-such-process", "x"), stop));
    }
}
