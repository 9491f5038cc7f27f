using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Platform.Cases;
using Platform.ServiceHost;

namespace Platform.Gateway;

/// <summary>How often each client may ask.</summary>
internal static class ClientRates
{
    public const string Policy = "per-client";

    private static readonly Text TooOften = new("请求过于频繁,请稍后再试。", "Too many requests; try again shortly.");

    public static void Limit(RateLimiterOptions options, Rates rates)
    {
        options.AddPolicy(Policy, http => Bucket(http, rates));
        options.OnRejected = Refuse;
    }

    // The client's name comes from a token already verified: sign-in runs before the limiter.
    private static RateLimitPartition<string> Bucket(HttpContext http, Rates rates)
    {
        var (key, rate) = http.User.FindFirst("azp")?.Value is { } client
            ? ($"client {client}", rates.Clients.GetValueOrDefault(client, rates.Default))
            : ($"address {http.Connection.RemoteIpAddress}", rates.Anonymous);
        return RateLimitPartition.GetTokenBucketLimiter(key, _ => new()
        {
            TokenLimit = rate.Burst,
            TokensPerPeriod = rate.PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
    }

    private static async ValueTask Refuse(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await ProblemAnswer.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, "E_RATE", TooOften);
    }
}
