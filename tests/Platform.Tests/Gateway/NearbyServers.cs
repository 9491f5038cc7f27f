using System.Security.Cryptography;
using System.Text.Json.Nodes;
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

namespace Platform.Tests.Gateway;

/// <summary>A server of this process on a free loopback port.</summary>
internal static class Nearby
{
    public const string Anywhere = "http://127.0.0.1:0";

    public static WebApplication New()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Anywhere);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        return builder.Build();
    }

    public static Uri Address(this WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
}

/// <summary>Signs tokens with a key of its own and publishes that key where a realm would.</summary>
internal sealed class Realm : IAsyncDisposable
{
    private readonly RSA rsa = RSA.Create(2048);
    private readonly WebApplication app = Nearby.New();

    private SigningCredentials Key => new(new RsaSecurityKey(rsa) { KeyId = "realm-key" }, SecurityAlgorithms.RsaSha256);

    public string Server => app.Address().AbsoluteUri;

    public string Issuer => $"{app.Address().AbsoluteUri}realms/civil-affairs";

    public static async Task<Realm> Start()
    {
        Realm realm = new();
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(realm.rsa.ExportParameters(includePrivateParameters: false)) { KeyId = "realm-key" });
        realm.app.MapGet("/realms/civil-affairs/.well-known/openid-configuration", () => Results.Json(new { issuer = realm.Issuer, jwks_uri = $"{realm.Issuer}/keys" }));
        realm.app.MapGet("/realms/civil-affairs/keys", () => Results.Json(new { keys = new[] { new { kty = key.Kty, kid = key.Kid, use = "sig", alg = "RS256", n = key.N, e = key.E } } }));
        await realm.app.StartAsync();
        return realm;
    }

    public string[] Settings() =>
        [$"--Keycloak:auth-server-url={Server}", "--Keycloak:realm=civil-affairs", "--Keycloak:resource=platform-gateway"];

    public string Token(
        string client = "county-front-end",
        string[]? roles = null,
        string audience = "civil-affairs-platform",
        string? issuer = null,
        TimeSpan? age = null,
        SigningCredentials? key = null,
        params string[] without)
    {
        var issued = DateTime.UtcNow - (age ?? TimeSpan.Zero);
        Dictionary<string, object> claims = new(StringComparer.Ordinal)
        {
            ["sub"] = "0b7c5a40-0000-4000-8000-000000000001",
            ["preferred_username"] = "li.min",
            ["name"] = "李敏",
            ["azp"] = client,
            ["region"] = "330106000000",
            ["organisation"] = "330106-assistance",
            ["realm_access"] = new Dictionary<string, object>(StringComparer.Ordinal) { ["roles"] = roles ?? ["town-handler"] },
        };
        foreach (var claim in without)
        {
            claims.Remove(claim);
        }

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Issuer,
            Audience = audience,
            IssuedAt = issued,
            NotBefore = issued,
            Expires = issued.AddMinutes(5),
            Claims = claims,
            SigningCredentials = key ?? Key,
        });
    }

    /// <summary>The realm's public key misused as a shared secret: the classic confusion of algorithms.</summary>
    public SigningCredentials PublicKeyAsSecret() =>
        new(new SymmetricSecurityKey(rsa.ExportSubjectPublicKeyInfo()) { KeyId = "realm-key" }, SecurityAlgorithms.HmacSha256);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        rsa.Dispose();
    }
}

/// <summary>A service behind the gateway that says back what reached it.</summary>
internal sealed class EchoService : IAsyncDisposable
{
    private readonly WebApplication app = Nearby.New();
    private int reached;

    public int Reached => Volatile.Read(ref reached);

    public Uri Address => app.Address();

    public static async Task<EchoService> Start(string name, string document)
    {
        EchoService service = new();
        service.app.MapGet($"/{name}/openapi.json", () => Results.Text(document, "application/json"));
        service.app.MapGet("/health/ready", () => Results.Ok());
        service.app.MapGet($"/{name}/slow", async (HttpContext http) => await Task.Delay(TimeSpan.FromMinutes(1), http.RequestAborted));
        service.app.MapGet($"/{name}/refusal", () => Results.Json(new { code = "E_STATE" }, contentType: "application/problem+json", statusCode: 409));
        service.app.MapFallback("{**path}", (Delegate)service.Echo);
        await service.app.StartAsync();
        return service;
    }

    private async Task<IResult> Echo(HttpContext http)
    {
        Interlocked.Increment(ref reached);
        var length = 0L;
        var buffer = new byte[65536];
        for (var read = 1; read > 0; length += read)
        {
            read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted);
        }

        http.Response.Headers.Server = "echo";
        http.Response.Headers["X-Powered-By"] = "echo";
        http.Response.Headers.ContentSecurityPolicy = "default-src *";
        http.Response.Headers.ETag = "\"8\"";
        return Results.Json(new
        {
            method = http.Request.Method,
            target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            length,
            headers = new JsonObject(http.Request.Headers.Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), (JsonNode?)JsonValue.Create(header.Value.ToString())))),
        });
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
