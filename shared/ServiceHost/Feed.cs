using System.Text.Json.Nodes;
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
public sealed record CloudEvent(string Specversion, string Id, string Source, string Type, string Subject, DateTimeOffset Time, string Datacontenttype, JsonNode Data, long Position);

/// <summary>A page of the feed.</summary>
/// <param name="Events">Events in the log's final order.</param>
/// <param name="Next">Ask for what comes after this position.</param>
/// <param name="Final">True when the page will never change: everything up to <paramref name="Next"/> is told.</param>
public sealed record FeedPage(IReadOnlyList<CloudEvent> Events, long Next, bool Final);

/// <summary>What this service tells others: the log, through each process's contracts. Not routed by the gateway.</summary>
internal sealed class Feed(string service, CaseStore store, EventLog log, IHostApplicationLifetime life)
{
    private const int PageSize = 500;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("feed", Read).WithTags("Feed").WithName("feed").Describe(new("事件订阅", "Feed of published events"), [Roles.FeedReader]).Produces<FeedPage>().Refuses(400, 401, 403);

    private async Task<IResult> Read(HttpContext context, long after = 0, int wait = 0)
    {
        if (after < 0 || wait < 0)
        {
            return Problems.Of(Refusal.Malformed("E_POSITION", "位置和等待秒数不能为负。", "Position and wait are not negative."));
        }

        var page = await Page(after, context.RequestAborted);
        if (page.Next == after && wait > 0)
        {
            await Wait(after, TimeSpan.FromSeconds(wait), context.RequestAborted);
            page = await Page(after, context.RequestAborted);
        }

        return Results.Json(page, Json.Plain);
    }

    /// <summary>A service that stops answers its waiting readers at once.</summary>
    private async Task Wait(long after, TimeSpan patience, CancellationToken gone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, life.ApplicationStopping);
        try
        {
            await log.Appended(after, patience < LongestWait ? patience : LongestWait, end.Token);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            // Stopping: the page is what it is.
        }
    }

    private async Task<FeedPage> Page(long after, CancellationToken cancel)
    {
        var final = await log.FinalPosition(cancel);
        var stored = final > after ? await log.ReadOn(after, final, PageSize, cancel) : [];
        var events = new List<CloudEvent>();
        foreach (var e in stored)
        {
            if (store.Types.TryGetValue(e.Process, out var type) && type.ContractOf(e.As(type)) is { } contract)
            {
                events.Add(new("1.0", e.EventId.ToString(), $"/{service}", $"{service}.{Process.Kebab(contract.GetType().Name)}", e.Id, e.By.At, "application/json",
                    JsonSerializer.SerializeToNode(contract, contract.GetType(), Json.Plain)!, e.Sequence));
            }
        }

        // A full page ends at its last event; a page that is not full has read everything up to the fence.
        var next = stored.Count == PageSize ? stored[^1].Sequence : Math.Max(after, final);
        return new(events, next, stored.Count == PageSize);
    }
}
