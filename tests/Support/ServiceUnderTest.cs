using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Platform.ServiceHost;

namespace Platform.Tests.Support;

/// <summary>
/// A service as it is deployed: its own configuration from the command line, Kestrel on a free loopback port, a database
/// of its own, tokens that it verifies itself. Deadlines run only when a test asks for them.
/// </summary>
public sealed class ServiceUnderTest : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TestDatabase? owned;

    private ServiceUnderTest(WebApplication app, TestDatabase database, TestDatabase? owned, TestIdentity identity)
    {
        (this.app, Database, this.owned, Identity) = (app, database, owned, identity);
        Address = new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        Http = new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>A client without a token.</summary>
    public HttpClient Http { get; }

    /// <summary>Its database.</summary>
    public TestDatabase Database { get; }

    /// <summary>The realm it trusts.</summary>
    public TestIdentity Identity { get; }

    /// <summary>What it is made of: <c>CaseStore</c>, <c>Vault</c>, <c>DeadlineWorker</c>, …</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Starts a service.</summary>
    /// <param name="service">Not started before.</param>
    /// <param name="clock">The clock it goes by; the real one unless set.</param>
    /// <param name="database">Its database; a new one unless given, and then deleted with it.</param>
    /// <param name="settings">More settings, e.g. <c>--Deadlines:Seconds=1</c>; a later one wins.</param>
    public static async Task<ServiceUnderTest> Start(Service service, TimeProvider? clock = null, TestDatabase? database = null, params IReadOnlyList<string> settings)
    {
        var own = database is null ? await TestDatabase.Create() : null;
        var identity = await TestIdentity.Shared;
        if (clock is not null)
        {
            service.With(services => services.AddSingleton(clock));
        }

        WebApplication? built = null;
        try
        {
            built = service.Build([.. Settings(database ?? own!, identity), .. settings]);
            await built.StartAsync();
            return new(built, database ?? own!, own, identity);
        }
        catch
        {
            await (built?.DisposeAsync() ?? default);
            await (own?.DisposeAsync() ?? default);
            throw;
        }
    }

    /// <summary>The command line under which a service runs against this database and realm.</summary>
    public static IReadOnlyList<string> Settings(TestDatabase database, TestIdentity identity) =>
    [
        "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Critical", "--Deadlines:Seconds=0",
        $"--ConnectionStrings:Events={database.App}", $"--ConnectionStrings:Owner={database.Owner}",
        $"--Vault:PseudonymKey={PseudonymKey}", $"--Vault:EncryptionKey={EncryptionKey}",
        .. identity.Settings,
    ];

    /// <summary>Somebody who has signed in.</summary>
    public SignedIn As(string user, string region, params IReadOnlyList<string> roles) => As(Identity.Token(user, roles, region));

    /// <summary>Somebody who brings this token.</summary>
    public SignedIn As(string? token) => new(Http, token);

    /// <summary>Stops it as a signal would: running requests are finished.</summary>
    public Task Stop() => app.StopAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        await (owned?.DisposeAsync() ?? default);
    }

    // Drawn per process: services of one test know the same person by the same id.
    private static readonly string PseudonymKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly string EncryptionKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
