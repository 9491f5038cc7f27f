using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.ServiceHost;

/// <summary>A service that lacks something does not start, and says what.</summary>
public sealed class StartTests : IAsyncLifetime
{
    private TestDatabase? database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestDatabase Database => database!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateEmpty(Stop);

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    [Theory]
    [InlineData("ConnectionStrings:Events", "ConnectionStrings:Events is not set.")]
    [InlineData("Vault:PseudonymKey", "Vault:PseudonymKey must hold 32 bytes in base64; there is no default key.")]
    [InlineData("Vault:EncryptionKey", "Vault:EncryptionKey must hold 32 bytes in base64; there is no default key.")]
    [InlineData("Keycloak:auth-server-url", "Keycloak:auth-server-url")]
    [InlineData("Keycloak:realm", "Keycloak:realm")]
    [InlineData("Keycloak:resource", "Keycloak:resource")]
    public async Task What_is_not_configured_is_named(string setting, string named)
    {
        var settings = ServiceUnderTest.Settings(Database, await TestIdentity.Shared).Where(s => !s.StartsWith($"--{setting}=", StringComparison.Ordinal)).ToArray();

        var refused = Assert.Throws<InvalidOperationException>(() => KeyService.Create().Build(settings));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Vault:EncryptionKey=c2hvcnQ=")]
    [InlineData("--Vault:PseudonymKey=not base64")]
    [InlineData("--Keycloak:auth-server-url=http://identity.example")]
    public async Task What_is_configured_wrongly_is_refused(string setting) =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => ServiceUnderTest.Start(KeyService.Create(), null, Database, setting));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_route_that_names_no_roles_does_not_start(bool authorized)
    {
        var service = KeyService.Create().Map(routes =>
        {
            var open = routes.MapGet("open", () => "everybody");
            _ = authorized ? open.RequireAuthorization(new AuthorizeAttribute()) : open;
        });

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServiceUnderTest.Start(service, null, Database));

        Assert.Equal("These routes name no roles: /keys/open.", refused.Message);
    }

    [Fact]
    public async Task A_route_with_an_empty_list_of_roles_does_not_start()
    {
        var service = KeyService.Create().Map(routes => routes.MapGet("open", () => "everybody").Describe(new("开放", "Open"), []));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ServiceUnderTest.Start(service, null, Database));
    }

    [Fact]
    public void Two_acts_of_one_name_do_not_start() =>
        Assert.Throws<InvalidOperationException>(() => new Process(KeyLoans.Type, "loans", new("", "")).Does(new("", ""), [Roles.Bank], new ReturnKey()).Does(new("", ""), [Roles.Bank], new ReturnKey()));

    [Fact]
    public async Task The_owner_sets_the_schema_up_and_without_one_an_old_database_is_refused()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => WithoutOwner());
        Assert.StartsWith("The database lacks schema scripts", refused.Message, StringComparison.Ordinal);

        Assert.Equal(0, await Service.Run(["schema", .. ServiceUnderTest.Settings(Database, await TestIdentity.Shared)], KeyService.Create()));

        await using var started = await WithoutOwner();
        Assert.Equal("Healthy", (await started.As(null).Get("/health/ready")).Text);
    }

    [Fact]
    public async Task A_newer_database_is_refused()
    {
        await SchemaSetup.Apply(Database.AsOwner, [.. KeyTesting.Scripts, new("keys", 2, "create table newer (id int)")], Database.AppRole, Stop);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServiceUnderTest.Start(KeyService.Create(), null, Database));
        Assert.Equal("The database is newer than this program: it has schema scripts keys 0002.", refused.Message);
    }

    [Fact]
    public async Task A_rebuild_from_the_command_line_tells_by_its_exit_code_what_it_found()
    {
        string[] settings = [.. ServiceUnderTest.Settings(Database, await TestIdentity.Shared)];
        await using (var keys = await ServiceUnderTest.Start(KeyService.Create(), TestClock.On("2026-03-02"), Database))
        {
            _ = (await keys.As("li", "341503000000", Roles.WindowOfficer).Post("/keys/loans", KeyTesting.Lend("K-1"))).Ok;
        }

        Assert.Equal(0, await Service.Run(["rebuild", .. settings], KeyService.Create()));
        await Database.Do("update keys_out set fee = 0", Stop);
        Assert.Equal(1, await Service.Run(["rebuild", .. settings], KeyService.Create()));
        Assert.Equal(0, await Database.Ask<decimal>("select fee from keys_out", Stop));
        Assert.Equal(0, await Service.Run(["rebuild", "--accept", .. settings], KeyService.Create()));
        Assert.Equal(12.50m, await Database.Ask<decimal>("select fee from keys_out", Stop));
    }

    private Task<ServiceUnderTest> WithoutOwner() => ServiceUnderTest.Start(KeyService.Create(), null, Database, "--ConnectionStrings:Owner=");
}
