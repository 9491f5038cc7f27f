using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>An event told to other services: CloudEvents 1.0, JSON format.</summary>
/// <param name="Specversion">Always 1.0.</param>
/// <param name="Id">The stored event's id: the same at every reading.</param>
/// <param name="Source">Path of the service.</param>
/// <param name="Type">Name of the contract, e.g. <c>social-assistance.allowance-confirmed</c>.</param>
/// <param name="Subject">Case number.</param>
/// <param name="Time">When it was recorded.</param>
/// <param name="Datacontenttype">application/json.</param>
/// <param name="Data">The contract.</param>
/// <param name="Position">Position in the feed (extension attribute).</param>
/// <param name="Traceparent">W3C trace context of the command behind it (distributed tracing extension); absent when there was none.</param>
public sealed record CloudEvent(string Specversion, string Id, string Source, string Type, string Subject, DateTimeOffset Time, string Datacontenttype, JsonElement Data, long Position, string? Traceparent = null)
{
    /// <summary>The contract, when it is of this kind; null otherwise.</summary>
    /// <typeparam name="T">A record of <c>shared/Contracts</c>.</typeparam>
    /// <exception cref="JsonException">It bears the name and cannot be read as it.</exception>
    public T? As<T>() where T : class => Type == Feed.NameOf(Source[1..], typeof(T)) ? Data.Deserialize<T>(Json.Plain) : null;
}

/// <summary>A page of the feed: the contracts among the next 500 stored events.</summary>
/// <param name="Events">Events in the log's final order.</param>
/// <param name="Next">Ask for what comes after this position.</param>
/// <param name="Final">True when the page is full: it will never change, and may be kept for ever.</param>
public sealed record FeedPage(IReadOnlyList<CloudEvent> Events, long Next, bool Final);

/// <summary>What this service tells others: the log, through each process's contracts. Not routed by the gateway.</summary>
internal sealed class Feed(string service, CaseStore store, EventLog log, Arrivals arrivals, IHostApplicationLifetime life)
{
    /// <summary>Header: how far the log is final, for telling how far behind a reader is.</summary>
    public const string End = "Feed-End";
    private const int PageSize = 500;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);
    // With a writer that holds a number, when something can be answered without it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly PipeOptions Unbounded = new(pauseWriterThreshold: 0, minimumSegmentSize: 1 << 16);

    public static string NameOf(string service, Type contract) => $"{service}.{Process.Kebab(contract.Name)}";

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("feed", Read).WithTags("Feed").WithName("feed").Describe(new("事件订阅", "Feed of published events"), [Roles.FeedReader])
            .Produces<FeedPage>().Produces(StatusCodes.Status304NotModified).Refuses(400, 401, 403, 409);

    private async Task<IResult> Read(HttpContext context, long after = 0, int wait = 0)
    {
        if (after < 0 || wait < 0)
        {
            return Problems.Of(Refusal.Malformed("E_POSITION", "位置和等待秒数不能为负。", "Position and wait are not negative."));
        }

        // What is known to be final far enough makes a full page without asking again.
        var page = arrivals.Known >= after + PageSize ? await log.ReadOn(after, arrivals.Known, PageSize, context.RequestAborted) : [];
        var final = arrivals.Known;
        if (page.Count < PageSize)
        {
            if (!await Await(after, TimeSpan.FromSeconds(wait), context.RequestAborted))
            {
                return Problems.Of(Refusal.NotNow("E_POSITION_AHEAD", "所给位置超出了事件日志的末尾:发布方可能已从较早的备份恢复。", "This position lies beyond the log's end: the publisher may have been restored from an older backup.")
                    .With("end", arrivals.Known));
            }

            final = arrivals.Known;
            page = final > after ? await log.ReadOn(after, final, PageSize, context.RequestAborted) : [];
        }

        await Answer(context, after, page, final);
        return Results.Empty;
    }

    /// <summary>Looks, and waits, until the log is final beyond a position; false when that position lies beyond the log's end.</summary>
    private async Task<bool> Await(long after, TimeSpan wait, CancellationToken gone)
    {
        // A service that stops answers its waiting readers at once.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, life.ApplicationStopping);
        end.CancelAfter(wait == TimeSpan.Zero || arrivals.Known > after ? Patience : wait < LongestWait ? wait : LongestWait);
        try
        {
            if (await arrivals.Look(end.Token) < after)
            {
                return false;
            }

            if (wait > TimeSpan.Zero)
            {
                await arrivals.Past(after, end.Token);
            }
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !gone.IsCancellationRequested)
        {
            // Patience at its end, or a writer that dawdles: the page is what is known to be final.
        }

        return true;
    }

    /// <summary>
    /// A full page is a function of its position alone: whatever stands behind the fence stands for ever. Written as a whole
    /// before the first byte leaves, so that a fault is answered as one.
    /// </summary>
    private async Task Answer(HttpContext context, long after, IReadOnlyList<StoredEvent> page, long final)
    {
        var told = Told(page);
        var full = told.Count == PageSize;
        var pipe = new Pipe(Unbounded);
        await using (var json = new Utf8JsonWriter((IBufferWriter<byte>)pipe.Writer, new() { Encoder = Json.Plain.Encoder }))
        {
            Write(json, told, full || told.Count < page.Count ? told[^1].Event.Sequence : Math.Max(after, final), full);
        }

        await pipe.Writer.CompleteAsync();
        var response = context.Response;
        pipe.Reader.TryRead(out var written);
        response.Headers[End] = $"{final}";
        response.Headers.CacheControl = full ? "private, max-age=31536000, immutable" : "no-store";
        if (full)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var part in written.Buffer)
            {
                hash.AppendData(part.Span);
            }

            // A token is needed to read it: no cache may hand it to somebody else.
            response.Headers.Vary = "Authorization";
            response.Headers.ETag = $"\"{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}\"";
        }

        if (full && context.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Tag.Equals("*", StringComparison.Ordinal) || tag.Tag.Equals(response.Headers.ETag.ToString(), StringComparison.Ordinal)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
        }
        else
        {
            response.ContentType = "application/json";
            response.ContentLength = written.Buffer.Length;
            foreach (var part in written.Buffer)
            {
                response.BodyWriter.Write(part.Span);
            }

            await response.BodyWriter.FlushAsync(context.RequestAborted);
        }

        await pipe.Reader.CompleteAsync();
    }

    /// <summary>A page ends before an event that cannot be read; a page that would begin with it is a fault.</summary>
    private List<(StoredEvent Event, object? Contract)> Told(IReadOnlyList<StoredEvent> page)
    {
        var told = new List<(StoredEvent, object?)>(page.Count);
        try
        {
            foreach (var e in page)
            {
                var fact = e.As(store.Types);
                told.Add((e, store.Types[e.Process].ContractOf(fact)));
            }
        }
        catch (UnreadableEventException) when (told.Count > 0)
        {
            // It is met at the beginning of the next page.
        }

        return told;
    }

    private void Write(Utf8JsonWriter json, IReadOnlyList<(StoredEvent Event, object? Contract)> page, long next, bool full)
    {
        json.WriteStartObject();
        json.WriteStartArray("events");
        foreach (var (e, told) in page)
        {
            if (told is { } contract)
            {
                json.WriteStartObject();
                json.WriteString("specversion", "1.0");
                json.WriteString("id", e.EventId);
                json.WriteString("source", $"/{service}");
                json.WriteString("type", NameOf(service, contract.GetType()));
                json.WriteString("subject", e.Id);
                json.WriteString("time", e.By.At);
                json.WriteString("datacontenttype", "application/json");
                json.WritePropertyName("data");
                JsonSerializer.Serialize(json, contract, contract.GetType(), Json.Plain);
                // Extension attributes follow: what CloudEvents itself does not define.
                json.WriteNumber("position", e.Sequence);
                if (e.By.Trace is { } trace)
                {
                    json.WriteString("traceparent", trace);
                }

                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteNumber("next", next);
        json.WriteBoolean("final", full);
        json.WriteEndObject();
    }
}
