using Platform.Cases;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.ServiceHost;

/// <summary>Who gets in, and what everybody else is told.</summary>
public sealed class AdmissionTests : ServiceTesting
{
    [Theory]
    [InlineData("/keys/loans")]
    [InlineData("/keys/loans/KEY-341503-2026-000001")]
    [InlineData("/keys/feed")]
    [InlineData("/keys/slow")]
    [InlineData("/keys/nowhere")]
    public async Task Nobody_reads_without_a_token(string path)
    {
        var answer = (await Keys.As(null).Get(path)).Is(401, "E_SIGN_IN");
        Assert.StartsWith("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_acts_without_a_token() => (await Keys.As(null).Post(Loans, KeyTesting.Lend("K-1"))).Is(401, "E_SIGN_IN");

    [Fact]
    public async Task A_token_for_others_or_past_its_time_or_of_another_realm_is_none()
    {
        await using var other = await TestIdentity.Start();
        string[] tokens =
        [
            Keys.Identity.Token("li", [Roles.WindowOfficer], County, audience: "another-platform"),
            Keys.Identity.Token("li", [Roles.WindowOfficer], County, issued: DateTimeOffset.UtcNow.AddMinutes(-6)),
            Keys.Identity.Token("li", [Roles.WindowOfficer], County, issued: DateTimeOffset.UtcNow.AddMinutes(2)),
            other.Token("li", [Roles.WindowOfficer], County),
            Keys.Identity.Token("li", [Roles.WindowOfficer], County)[..^4] + "AAAA",
        ];
        foreach (var token in tokens)
        {
            (await Keys.As(token).Post(Loans, KeyTesting.Lend("K-1"))).Is(401, "E_SIGN_IN");
        }

        Assert.Equal(0, await Database.Ask<long>("select count(*) from mt_events", Stop));
        _ = (await Keys.As(Keys.Identity.Token("li", [Roles.WindowOfficer], County)).Post(Loans, KeyTesting.Lend("K-1"))).Ok;
    }

    [Fact]
    public async Task Another_role_may_neither_act_nor_read()
    {
        var id = await Lent("K-1");
        (await Township.Post(Loans, KeyTesting.Lend("K-2"))).Is(403, "E_ROLE");
        (await Window.Post($"{Loans}/{id}/extend-loan", new ExtendLoan(KeyTesting.Day("2026-04-01")))).Is(403, "E_ROLE");
        (await Keys.As("bank", County, Roles.Bank).Get($"{Loans}/{id}")).Is(403, "E_ROLE");
        (await Window.Get($"{Loans}/{id}/export")).Is(403, "E_ROLE");
        (await Window.Get("/keys/feed")).Is(403, "E_ROLE");
        (await Keys.As("nobody", County).Get(Loans)).Is(403, "E_ROLE");
    }

    [Fact]
    public async Task Another_region_may_neither_act_nor_read()
    {
        var id = await Lent("K-1");
        var neighbour = Keys.As("chen", "341502000000", Roles.WindowOfficer, Roles.Auditor);

        (await neighbour.Post(Loans, KeyTesting.Lend("K-2"))).Is(403, "E_REGION_SCOPE");
        (await neighbour.Post($"{Loans}/{id}/return-key", new ReturnKey())).Is(403, "E_REGION_SCOPE");
        foreach (var part in new[] { "", "/history", "/export", "/reads", "/explain?line=fee" })
        {
            (await neighbour.Get($"{Loans}/{id}{part}")).Is(403, "E_REGION_SCOPE");
        }

        Assert.Equal(1, (await Window.Get($"{Loans}/{id}")).Version);
    }

    [Fact]
    public async Task An_unknown_case_or_route_is_not_found_and_says_so_as_a_problem()
    {
        (await Window.Get($"{Loans}/KEY-341503-2026-000009")).Is(404, "E_NOT_FOUND");
        (await Window.Post($"{Loans}/KEY-341503-2026-000009/return-key", new ReturnKey())).Is(404, "E_NOT_FOUND");
        (await Window.Get("/keys/nowhere")).Is(404, "E_ROUTE");
        (await Window.Post($"{Loans}/KEY-341503-2026-000009/borrow", new ReturnKey())).Is(404, "E_ROUTE");
        (await Window.Post("/keys/slow", new ReturnKey())).Is(405, "E_ROUTE");
    }

    [Fact]
    public async Task The_act_is_recorded_under_the_role_that_allowed_it()
    {
        var both = Keys.As("li", County, Roles.WindowOfficer, Roles.Bank, "offline_access");
        var id = (await both.Post(Loans, KeyTesting.Lend("K-1"), purpose: Uri.EscapeDataString("窗口办理"))).Id;

        var entry = (await Auditor.Get($"{Loans}/{id}/history")).Json[0]!;
        Assert.Equal(("li", "window-officer", "bureau", County, "test", "窗口办理"),
            ((string?)entry["actor"], (string?)entry["role"], (string?)entry["organisation"], (string?)entry["region"], (string?)entry["client"], (string?)entry["purpose"]));
    }
}
