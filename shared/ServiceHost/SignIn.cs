using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Platform.Cases;

namespace Platform.ServiceHost;

/// <summary>
/// Who is calling: every request carries a Keycloak access token that this process verifies itself (RFC 6750, RFC 9068).
/// </summary>
public static partial class SignIn
{
    /// <summary>The audience that the realm writes into every access token for the platform.</summary>
    public const string DefaultAudience = "civil-affairs-platform";

    private static readonly string[] RequiredKeys = ["auth-server-url", "realm", "resource"];

    /// <summary>
    /// Verifies bearer tokens of the realm named by Keycloak's own keys <c>Keycloak:auth-server-url</c>,
    /// <c>Keycloak:realm</c> and <c>Keycloak:resource</c> (optionally <c>Keycloak:audience</c>), and lets nobody in who is
    /// not signed in unless a route says so. Refusals are answered as problem+json (RFC 9457): 401 <c>E_SIGN_IN</c>,
    /// 401 <c>E_TOKEN</c>, 403 <c>E_ROLE</c>, 503 <c>E_IDENTITY_DOWN</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A key is missing (all missing ones are named), or the address is plain http to another machine.
    /// </exception>
    public static TBuilder AddPlatformSignIn<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var keycloak = Keycloak.Read(builder.Configuration.GetSection("Keycloak"));
        builder.Services
            .AddSingleton<IAuthorizationMiddlewareResultHandler, SignInAnswers>()
            .AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services
            .AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(options => Verify(options, keycloak));
        return builder;
    }

    /// <summary>
    /// Whether this process holds the realm's signing keys or can fetch them now. Without them no token can be verified,
    /// so the process is not ready.
    /// </summary>
    public static async Task<bool> CanVerifyTokensAsync(IServiceProvider services, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(services);
        var keys = services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager
            ?? throw new InvalidOperationException("Sign-in was not added to this process.");
        try
        {
            return (await keys.GetConfigurationAsync(cancellation)).SigningKeys.Count > 0;
        }
        catch (InvalidOperationException unreachable)
        {
            KeysNotFetched(services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(SignIn)), unreachable);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The realm's signing keys cannot be fetched.")]
    private static partial void KeysNotFetched(ILogger log, Exception unreachable);

    private static void Verify(JwtBearerOptions options, Keycloak keycloak)
    {
        options.Authority = keycloak.Issuer;
        options.RequireHttpsMetadata = !keycloak.AuthServerUrl.IsLoopback;
        options.Challenge = $"Bearer realm=\"{keycloak.Resource}\"";
        options.BackchannelTimeout = TimeSpan.FromSeconds(5);
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new()
        {
            ValidIssuer = keycloak.Issuer,
            ValidAudience = keycloak.Audience,
            ValidateIssuer = true,
            ValidateAudience = true,
            ValidateLifetime = true,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidateIssuerSigningKey = true,
            // What Keycloak's realm keys sign with; a symmetric algorithm would let a public key pass for a secret.
            ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
            ClockSkew = TimeSpan.FromSeconds(30),
            NameClaimType = Caller.UserNameClaim,
            RoleClaimType = ClaimTypes.Role,
        };
        options.Events = new() { OnTokenValidated = ReadRoles };
    }

    private static Task ReadRoles(TokenValidatedContext context)
    {
        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        try
        {
            identity.AddClaims(RealmRoles(identity).Select(role => new Claim(ClaimTypes.Role, role)));
            _ = Caller.From(context.Principal);
        }
        catch (IncompleteTokenException incomplete)
        {
            context.Fail(incomplete);
        }

        return Task.CompletedTask;
    }

    private static List<string> RealmRoles(ClaimsIdentity identity)
    {
        if (identity.FindFirst("realm_access") is not { } access)
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize<RealmAccess>(access.Value, JsonSerializerOptions.Web)?.Roles ?? [];
        }
        catch (JsonException unreadable)
        {
            throw new IncompleteTokenException("realm_access", unreadable);
        }
    }

    private sealed record RealmAccess(List<string>? Roles);

    private sealed record Keycloak(Uri AuthServerUrl, string Realm, string Resource, string Audience)
    {
        public string Issuer => $"{AuthServerUrl.AbsoluteUri.TrimEnd('/')}/realms/{Realm}";

        public static Keycloak Read(IConfigurationSection section)
        {
            string[] missing = [.. RequiredKeys.Where(key => string.IsNullOrWhiteSpace(section[key])).Select(key => $"{section.Path}:{key}")];
            if (missing.Length > 0)
            {
                throw new InvalidOperationException($"Sign-in is not configured: set {string.Join(", ", missing)}.");
            }

            if (!Uri.TryCreate(section["auth-server-url"], UriKind.Absolute, out var server)
                || !(server.Scheme == Uri.UriSchemeHttps || (server.Scheme == Uri.UriSchemeHttp && server.IsLoopback)))
            {
                throw new InvalidOperationException($"{section.Path}:auth-server-url must be an https address; plain http only to this machine.");
            }

            return new(server, section["realm"]!, section["resource"]!, section["audience"] is { Length: > 0 } audience ? audience : DefaultAudience);
        }
    }
}

/// <summary>The signed-in user or system behind a request, as the verified token states it.</summary>
/// <param name="UserId">The realm's id of the user (<c>sub</c>); stable, not a resident ID number.</param>
/// <param name="UserName">The name signed in with (<c>preferred_username</c>), or the id where the token has none.</param>
/// <param name="DisplayName">The name to show (<c>name</c>), or the user name where the token has none.</param>
/// <param name="Roles">Realm roles (<c>realm_access.roles</c>).</param>
/// <param name="Organisation">Code of the organisation the user acts for (<c>organisation</c>), if the token names one.</param>
/// <param name="Region">12-digit code of the region the user acts in (<c>region</c>).</param>
/// <param name="Client">The client the token was issued to (<c>azp</c>), if the token names one.</param>
public sealed record Caller(string UserId, string UserName, string DisplayName, IReadOnlySet<string> Roles, string? Organisation, string Region, string? Client)
{
    internal const string UserNameClaim = "preferred_username";

    /// <summary>Reads the caller from a verified token.</summary>
    /// <exception cref="IncompleteTokenException">
    /// The token has no <c>sub</c> or no 12-digit <c>region</c>. Such tokens are turned away at sign-in, so a route never sees this.
    /// </exception>
    public static Caller From(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        var id = user.FindFirstValue("sub") is { Length: > 0 } sub ? sub : throw new IncompleteTokenException("sub");
        var region = user.FindFirstValue("region") is { Length: 12 } code && code.All(char.IsAsciiDigit) ? code : throw new IncompleteTokenException("region");
        var name = user.FindFirstValue(UserNameClaim) ?? id;
        return new(
            id,
            name,
            user.FindFirstValue("name") ?? name,
            user.FindAll(ClaimTypes.Role).Select(role => role.Value).ToHashSet(StringComparer.Ordinal),
            user.FindFirstValue("organisation"),
            region,
            user.FindFirstValue("azp"));
    }
}

/// <summary>A token that is genuine but lacks what the platform needs; answered with 401 <c>E_TOKEN</c>.</summary>
/// <param name="claim">The claim that is missing or unreadable.</param>
/// <param name="inner">Why it could not be read, where it was present.</param>
public sealed class IncompleteTokenException(string claim, Exception? inner = null)
    : SecurityTokenException($"The token's claim '{claim}' is missing or unreadable.", inner)
{
    /// <summary>The claim that is missing or unreadable.</summary>
    public string Claim { get; } = claim;
}

/// <summary>Writes problems that arise before any case is asked about: at sign-in and at the gateway.</summary>
public static class ProblemAnswer
{
    /// <summary>Writes status and body in the shape of <see cref="Problem"/>. Headers already set are kept.</summary>
    /// <param name="http">The request to answer.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Stable upper-case code, e.g. <c>E_SIGN_IN</c>.</param>
    /// <param name="why">The reason in Chinese and English.</param>
    public static Task WriteAsync(HttpContext http, int status, string code, Text why)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(why);
        return Problems.Write(http, status, new Problem(
            $"urn:problem:{code}", Title(status), status, $"{why.Zh} / {why.En}", code, why, Basis: null, Details: null, Activity.Current?.TraceId.ToHexString()));
    }

    private static string Title(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "未登录 / Not signed in",
        StatusCodes.Status403Forbidden => "无权办理 / Not yours to do",
        StatusCodes.Status404NotFound => "没有找到 / Not found",
        StatusCodes.Status413PayloadTooLarge => "内容过大 / Too large",
        StatusCodes.Status429TooManyRequests => "请求过于频繁 / Too many requests",
        StatusCodes.Status500InternalServerError => "系统故障 / Fault",
        > StatusCodes.Status500InternalServerError => "暂不可用 / Not available",
        _ => "内容有误 / Malformed",
    };
}

/// <summary>Gives the bearer scheme's answer (status, WWW-Authenticate) a body that says why.</summary>
internal sealed class SignInAnswers : IAuthorizationMiddlewareResultHandler
{
    private static readonly Text SignInFirst = new("请先登录。", "Sign in first.");
    private static readonly Text NotYourRole = new("您的岗位角色不能办理此事项。", "Your role may not do this.");
    private static readonly Text IdentityDown = new("身份认证服务暂时不可用,请稍后再试。", "The identity service cannot be reached; try again shortly.");

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
        }
        else if (authorizeResult.Forbidden)
        {
            await context.ForbidAsync();
            await ProblemAnswer.WriteAsync(context, StatusCodes.Status403Forbidden, "E_ROLE", NotYourRole);
        }
        else
        {
            await Challenge(context);
        }
    }

    private static async Task Challenge(HttpContext context)
    {
        var failure = (await context.AuthenticateAsync()).Failure;
        if (failure is not null && !await SignIn.CanVerifyTokensAsync(context.RequestServices, context.RequestAborted))
        {
            context.Response.Headers.RetryAfter = "5";
            await ProblemAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "E_IDENTITY_DOWN", IdentityDown);
            return;
        }

        await context.ChallengeAsync();
        var (code, why) = failure is IncompleteTokenException incomplete
            ? ("E_TOKEN", new Text($"登录凭证缺少必要内容:{incomplete.Claim}。", $"The token lacks what the platform needs: {incomplete.Claim}."))
            : ("E_SIGN_IN", SignInFirst);
        await ProblemAnswer.WriteAsync(context, StatusCodes.Status401Unauthorized, code, why);
    }
}
