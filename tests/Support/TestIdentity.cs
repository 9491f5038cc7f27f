using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Tests.Support;

/// <summary>
/// A realm on the loopback address: signs access tokens in the shape of Keycloak's, with a key of its own that it publishes
/// where a realm would. Services verify these tokens exactly as they verify real ones.
/// </summary>
public sealed class TestIdentity : IAsyncDisposable
{
    private const string Realm = "civil-affairs";
    private static readonly Lazy<Task<TestIdentity>> One = new(Start);

    private readonly RSA key = RSA.Create(2048);
    private readonly string secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    private readonly WebApplication app;

    private TestIdentity(WebApplication app) => this.app = app;

    /// <summary>The realm that all services of this process share.</summary>
    public static Task<TestIdentity> Shared => One.Value;

    /// <summary>What services get as <c>Keycloak:auth-server-url</c>.</summary>
    public string Server => app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    /// <summary>The realm's issuer.</summary>
    public string Issuer => $"{Server}/realms/{Realm}";

    /// <summary>Command-line settings that make a service trust this realm.</summary>
    public IReadOnlyList<string> Settings => [$"--Keycloak:auth-server-url={Server}", $"--Keycloak:realm={Realm}", "--Keycloak:resource=test-service", $"--Keycloak:credentials:secret={secret}"];

    /// <summary>Starts a realm of one's own, with another key.</summary>
    public static async Task<TestIdentity> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var identity = new TestIdentity(builder.Build());
        var shown = identity.key.ExportParameters(includePrivateParameters: false);
        var keys = new { keys = new[] { new { kty = "RSA", kid = "test-key", use = "sig", alg = "RS256", n = Base64UrlEncoder.Encode(shown.Modulus), e = Base64UrlEncoder.Encode(shown.Exponent) } } };
        identity.app.MapGet($"/realms/{Realm}/.well-known/openid-configuration", () => Results.Json(new { issuer = identity.Issuer, jwks_uri = $"{identity.Issuer}/protocol/openid-connect/certs", token_endpoint = $"{identity.Issuer}/protocol/openid-connect/token" }));
        identity.app.MapGet($"/realms/{Realm}/protocol/openid-connect/certs", () => Results.Json(keys));
        identity.app.MapPost($"/realms/{Realm}/protocol/openid-connect/token", identity.Grant);
        await identity.app.StartAsync();
        return identity;
    }

    /// <summary>An access token.</summary>
    /// <param name="user">User id (<c>sub</c>).</param>
    /// <param name="roles">Realm roles.</param>
    /// <param name="region">12-digit code.</param>
    /// <param name="organisation">Organisation code.</param>
    /// <param name="client">Client the token was issued to (<c>azp</c>).</param>
    /// <param name="audience">The platform's audience unless another is wanted.</param>
    /// <param name="issued">When it was issued; it is good for five minutes. Now, unless set.</param>
    public string Token(
        string user, IReadOnlyList<string> roles, string region = "000000000000", string organisation = "bureau", string client = "test", string audience = "civil-affairs-platform",
        DateTimeOffset? issued = null)
    {
        var from = (issued ?? DateTimeOffset.UtcNow).UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = audience,
            IssuedAt = from,
            NotBefore = from,
            Expires = from.AddMinutes(5),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["sub"] = user,
                ["preferred_username"] = user,
                ["azp"] = client,
                ["region"] = region,
                ["organisation"] = organisation,
                ["realm_access"] = new Dictionary<string, object>(StringComparer.Ordinal) { ["roles"] = roles.ToArray() },
            },
            SigningCredentials = new(new RsaSecurityKey(key) { KeyId = "test-key" }, SecurityAlgorithms.RsaSha256),
        });
    }

    /// <summary>A service's own token, for its secret: it may read feeds.</summary>
    private async Task<IResult> Grant(HttpRequest request)
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"test-service:{secret}"));
        return request.Headers.Authorization == $"Basic {basic}" && (await request.ReadFormAsync())["grant_type"] == "client_credentials"
            ? Results.Json(new { access_token = Token("service-account-test-service", ["feed-reader", "system"], client: "test-service"), token_type = "Bearer", expires_in = 300 })
            : Results.Json(new { error = "invalid_client" }, statusCode: StatusCodes.Status401Unauthorized);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }
}
