using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>Refusals as HTTP answers (RFC 9457), mapped here and nowhere else.</summary>
public static partial class Problems
{
    /// <summary>Media type of a problem.</summary>
    public const string MediaType = "application/problem+json";

    private const int RetryAfterSeconds = 2;

    /// <summary>The status a kind of refusal is answered with.</summary>
    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Malformed => StatusCodes.Status400BadRequest,
        RefusalKind.NotYours => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.NotNow or RefusalKind.Taken => StatusCodes.Status409Conflict,
        RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
        RefusalKind.Rule => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.Busy => StatusCodes.Status503ServiceUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>The body of a problem: Chinese first, English second, the rule's code and basis, and the numbers behind it.</summary>
    public static object Body(Refusal refusal, string? trace = null) => new
    {
        type = $"urn:problem:{refusal.Code}",
        title = Title(refusal.Kind),
        status = StatusOf(refusal.Kind),
        detail = $"{refusal.Why.Zh} / {refusal.Why.En}",
        code = refusal.Code,
        text = refusal.Why,
        basis = refusal.Basis,
        details = refusal.Details.Count == 0 ? null : refusal.Details,
        // The header's seconds again: one answer of a batch has no header of its own.
        retryAfter = refusal.Kind == RefusalKind.Busy ? RetryAfterSeconds : (int?)null,
        traceId = trace ?? Activity.Current?.TraceId.ToString(),
    };

    /// <summary>Answers with the refusal.</summary>
    public static IResult Of(Refusal refusal) => new ProblemResult(refusal);

    /// <summary>What cannot be read as the request it should be, named by its place in the body.</summary>
    public static Refusal Unreadable(JsonException e)
    {
        var refusal = e is MalformedValueException value ? value.Refusal
            : Refusal.Malformed("E_JSON", "请求内容格式不正确。", "The body cannot be read as this request.");
        var missing = MissingProperties().Match(e.Message) is { Success: true } m ? m.Groups["names"].Value.Replace("'", "", StringComparison.Ordinal).TrimEnd('.') : null;
        refusal = e.Path is null ? refusal : refusal.With("path", e.Path);
        return missing is null ? refusal : refusal.With("missing", missing);
    }

    /// <summary>A fault is a 500 with a trace id, and never a message.</summary>
    internal static async Task Fault(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        if (error is BadHttpRequestException bad)
        {
            var (code, zh, en) = bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? ("E_TOO_LARGE", "请求内容过大。", "The body is too large.")
                : ("E_REQUEST", "请求格式不正确。", "The request is malformed.");
            await Write(context, bad.StatusCode, new { type = $"urn:problem:{code}", title = Title(RefusalKind.Malformed), status = bad.StatusCode, detail = $"{zh} / {en}", code, traceId = Activity.Current?.TraceId.ToString() });
            return;
        }

        if (error is not null)
        {
            Failed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems)), context.Request.Method, (context.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText, Faults.Describe(error));
        }

        if (error is Npgsql.NpgsqlException { IsTransient: true } or TimeoutException)
        {
            await Of(new(RefusalKind.Busy, "E_DATABASE_DOWN", new("数据库暂时不可用,请稍后重试。", "The database cannot be reached; try again shortly."))).ExecuteAsync(context);
            return;
        }

        await Write(context, StatusCodes.Status500InternalServerError, new
        {
            type = "urn:problem:E_FAULT",
            title = "系统故障 / Fault",
            status = StatusCodes.Status500InternalServerError,
            detail = "系统发生故障,未记录任何内容,请联系管理员并提供追踪编号。 / Something failed on our side; quote the trace id.",
            code = "E_FAULT",
            traceId = Activity.Current?.TraceId.ToString(),
        });
    }

    /// <summary>An empty error answer gets a body: no such route, no such method.</summary>
    internal static Task Bare(HttpContext context) => Write(context, context.Response.StatusCode, new
    {
        type = "about:blank",
        title = context.Response.StatusCode == StatusCodes.Status404NotFound ? "没有这个地址 / No such route" : Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(context.Response.StatusCode),
        status = context.Response.StatusCode,
        code = "E_ROUTE",
        traceId = Activity.Current?.TraceId.ToString(),
    });

    internal static Task Write(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body, body.GetType(), Json.Plain, MediaType, context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Route} failed: {Fault}")]
    private static partial void Failed(ILogger log, string method, string? route, string fault);

    private static string Title(RefusalKind kind) => kind switch
    {
        RefusalKind.Malformed => "内容有误 / Malformed",
        RefusalKind.NotYours => "无权办理 / Not yours to do",
        RefusalKind.NotFound => "没有找到 / Not found",
        RefusalKind.NotNow => "现在不能办理 / Not now",
        RefusalKind.Taken => "已被占用 / Taken",
        RefusalKind.Stale => "内容已更新 / Stale",
        RefusalKind.Busy => "系统繁忙 / Busy",
        _ => "不符合规定 / Against a rule",
    };

    [GeneratedRegex("missing required properties including: (?<names>.*)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MissingProperties();

    private sealed class ProblemResult(Refusal refusal) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (refusal.Kind == RefusalKind.Busy)
            {
                httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            }

            return Write(httpContext, StatusOf(refusal.Kind), Body(refusal));
        }
    }
}

/// <summary>Faults as they may be logged: what and where. Messages are left out, because they quote what people wrote; that of an event that cannot be read quotes nothing.</summary>
public static class Faults
{
    /// <summary>Types, SQLSTATE and places of an exception and everything inside it.</summary>
    public static string Describe(Exception fault) => string.Join("\n  caused by ", Within(fault).Select(e => $"{e.GetType().FullName}{(e is Npgsql.PostgresException p ? $" {p.SqlState}" : e is UnreadableEventException ? $" {e.Message}" : "")}\n{e.StackTrace}"));

    private static IEnumerable<Exception> Within(Exception fault) =>
        (fault is AggregateException many ? many.InnerExceptions : fault.InnerException is { } inner ? [inner] : (IEnumerable<Exception>)[]).SelectMany(Within).Prepend(fault);
}
