using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Platform.Gateway;

/// <summary>What every answer carries, whoever wrote it: security headers and the W3C trace.</summary>
internal static class Edge
{
    private const string NoContent = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>What a page of the gateway itself may load; answers without it may load nothing.</summary>
    internal sealed record PagePolicy(string Value)
    {
        public static readonly PagePolicy OwnFiles = new(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    // Written when the answer starts, so that nothing a service sends can weaken it.
    public static Task Headers(HttpContext http, RequestDelegate next)
    {
        http.Response.OnStarting(() =>
        {
            Write(http);
            return Task.CompletedTask;
        });
        return next(http);
    }

    private static void Write(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = http.GetEndpoint()?.Metadata.GetMetadata<PagePolicy>()?.Value ?? NoContent;
        headers["Referrer-Policy"] = "no-referrer";
        headers.Remove("Server");
        headers.Remove("X-Powered-By");
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }

        if (http.Features.Get<IHttpActivityFeature>()?.Activity is { } activity)
        {
            headers["traceresponse"] = activity.Id;
            headers["Trace-Id"] = activity.TraceId.ToHexString();
        }
    }
}

/// <summary>
/// Gives every request an activity, keeping an incoming <c>traceparent</c>: ASP.NET Core starts one by itself only while
/// somebody logs or exports, and the trace must not depend on that.
/// </summary>
internal sealed class Tracing : IHostedService, IDisposable
{
    private readonly ActivityListener listener = new()
    {
        ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
        Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
            ? ActivitySamplingResult.AllDataAndRecorded
            : ActivitySamplingResult.PropagationData,
    };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ActivitySource.AddActivityListener(listener);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => listener.Dispose();
}
