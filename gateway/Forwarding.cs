using Platform.Cases;
using Platform.ServiceHost;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Platform.Gateway;

/// <summary>
/// Fills the routes' addresses from <c>Services:{name}:address</c> and holds every route to the rule: a token, a rate, a
/// body limit. A route that breaks it stops the start.
/// </summary>
internal sealed class RouteRules(Settings settings) : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig origCluster, CancellationToken cancel)
    {
        var service = settings.Services.GetValueOrDefault(origCluster.ClusterId)
            ?? throw new InvalidOperationException($"Cluster '{origCluster.ClusterId}' has no 'Services:{origCluster.ClusterId}:address'.");
        return ValueTask.FromResult(origCluster with
        {
            Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { ["service"] = new() { Address = service.Address.AbsoluteUri } },
        });
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel)
    {
        var limited = route with { MaxRequestBodySize = route.MaxRequestBodySize ?? settings.BodyLimit };
        string[] broken =
        [
            .. Unless(route.AuthorizationPolicy is { } policy && !policy.Equals("anonymous", StringComparison.OrdinalIgnoreCase), "an AuthorizationPolicy other than anonymous"),
            .. Unless(route.RateLimiterPolicy is { } rate && !rate.Equals("disable", StringComparison.OrdinalIgnoreCase), "a RateLimiterPolicy"),
            .. Unless(limited.MaxRequestBodySize > 0, "a MaxRequestBodySize above zero"),
        ];
        return broken.Length == 0
            ? ValueTask.FromResult(limited)
            : throw new InvalidOperationException($"Route '{route.RouteId}' needs {string.Join(" and ", broken)}.");
    }

    private static string[] Unless(bool holds, string rule) => holds ? [] : [rule];
}

/// <summary>What happens around forwarding one request: too large a body is refused, a service that does not answer is reported.</summary>
internal static partial class Forwarding
{
    private const string RetryAfterSeconds = "5";

    private static readonly Text ServiceDown = new("业务服务暂时不可用,请稍后再试。", "The service does not answer; try again shortly.");
    private static readonly Text Unreadable = new("请求内容无法读取。", "The request body cannot be read.");

    public static void Pipeline(IReverseProxyApplicationBuilder proxy)
    {
        proxy.Use(RefuseAmbiguousPath);
        proxy.Use(RefuseLargeBody);
        proxy.Use(ReportFailure);
    }

    // An encoded slash or an empty segment may mean one path to the gateway and another to a service.
    private static Task RefuseAmbiguousPath(HttpContext http, RequestDelegate next) =>
        http.Request.Path.Value is { } path && (path.Contains("//", StringComparison.Ordinal) || path.Contains("%2F", StringComparison.OrdinalIgnoreCase))
            ? GatewayApp.NotFound(http)
            : next(http);

    private static Task RefuseLargeBody(HttpContext http, RequestDelegate next) =>
        http.Request.ContentLength > BodyLimit(http) ? TooLarge(http) : next(http);

    private static async Task ReportFailure(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.GetForwarderErrorFeature() is not { } failure || http.Response.HasStarted || http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        // A body sent in chunks shows its size only while it is read.
        switch (FromBody(failure))
        {
            case { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                await TooLarge(http);
                break;
            case { } unreadable:
                await ProblemAnswer.WriteAsync(http, unreadable.StatusCode, "E_REQUEST", Unreadable);
                break;
            case null when http.Response.StatusCode >= StatusCodes.Status500InternalServerError:
                NoAnswer(http.RequestServices.GetRequiredService<ILogger<RouteRules>>(), http.GetReverseProxyFeature().Cluster.Config.ClusterId, failure.Error, failure.Exception?.Message);
                http.Response.Headers.RetryAfter = RetryAfterSeconds;
                await ProblemAnswer.WriteAsync(http, http.Response.StatusCode, "E_SERVICE_DOWN", ServiceDown);
                break;
        }
    }

    private static BadHttpRequestException? FromBody(IForwarderErrorFeature failure)
    {
        for (var cause = failure.Exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is BadHttpRequestException bad)
            {
                return bad;
            }

            if (cause is AggregateException { InnerExceptions: var all } && all.OfType<BadHttpRequestException>().FirstOrDefault() is { } among)
            {
                return among;
            }
        }

        return null;
    }

    private static long BodyLimit(HttpContext http) => http.GetReverseProxyFeature().Route.Config.MaxRequestBodySize!.Value;

    private static Task TooLarge(HttpContext http) => ProblemAnswer.WriteAsync(
        http,
        StatusCodes.Status413PayloadTooLarge,
        "E_TOO_LARGE",
        new($"请求内容超过 {BodyLimit(http)} 字节。", $"The request body is larger than {BodyLimit(http)} bytes."));

    [LoggerMessage(Level = LogLevel.Warning, Message = "No answer from {Service}: {Error} ({Why})")]
    private static partial void NoAnswer(ILogger log, string service, ForwarderError error, string? why);
}
