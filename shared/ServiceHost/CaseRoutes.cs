using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>What a command answers: the case and how far it has moved.</summary>
/// <param name="Id">Case number.</param>
/// <param name="Since">Version before.</param>
/// <param name="Version">Version after; the same when nothing new happened.</param>
public sealed record CaseAnswer(string Id, long Since, long Version);

/// <summary>Many commands in one request, each on its own terms.</summary>
/// <param name="Commands">At most 500.</param>
public sealed record CommandBatch(IReadOnlyList<BatchedCommand> Commands);

/// <summary>One command of a batch.</summary>
/// <param name="Act">Name of the act; empty for the act that opens a case.</param>
/// <param name="Key">Its own idempotency key.</param>
/// <param name="Body">The request body of that act.</param>
/// <param name="Id">Case number; none for an act that opens a case.</param>
/// <param name="Version">The version the caller has seen.</param>
/// <param name="OccurredOn">Day of the act, for historic entry.</param>
public sealed record BatchedCommand(string Act, string Key, JsonElement Body, string? Id = null, long? Version = null, string? OccurredOn = null);

/// <summary>How one command of a batch ended.</summary>
/// <param name="Key">Its idempotency key.</param>
/// <param name="Status">The status it would have had alone.</param>
/// <param name="Case">The answer, when carried out.</param>
/// <param name="Problem">The problem, when turned down.</param>
public sealed record BatchedAnswer(string Key, int Status, CaseAnswer? Case, object? Problem);

/// <summary>Answers of a batch, in the order of its commands.</summary>
public sealed record BatchAnswer(IReadOnlyList<BatchedAnswer> Results);

/// <summary>Routes of one process: each act, many acts at once.</summary>
internal sealed class CaseRoutes(Process process, CaseStore store, TimeProvider clock, JsonSerializerOptions strict)
{
    private const int LargestBatch = 500;
    private const int LargestBatchBody = 16 << 20;

    public void Map(IEndpointRouteBuilder service)
    {
        var cases = service.MapGroup(process.Path).WithTags(process.Title.En);
        foreach (var act in process.Acts)
        {
            // Handlers, not request delegates: the API document lists only those.
            Delegate handler = act.Opens ? (HttpContext context) => One(context, act, null) : (HttpContext context, string id) => One(context, act, id);
            cases.MapPost(act.Opens ? act.Name : $"{{id}}/{act.Name}", handler)
                .Describe(act.Title, act.Roles)
                .WithName($"{process.Type.Name}.{(act.Name.Length == 0 ? "open" : act.Name)}")
                .WithMetadata(new CommandRoute(act.Opens, act.Example))
                .Accepts(act.Request, "application/json")
                .Produces<CaseAnswer>(act.Opens ? StatusCodes.Status201Created : StatusCodes.Status200OK)
                .Refuses(400, 401, 403, 404, 409, 412, 422, 503);
        }

        IReadOnlyList<string> anyRole = [.. process.Acts.SelectMany(a => a.Roles).Distinct(StringComparer.Ordinal)];
        cases.MapPost("batch", (Delegate)Many)
            .Describe(new($"批量办理:{process.Title.Zh}", $"Many acts at once: {process.Title.En}"), anyRole)
            .WithName($"{process.Type.Name}.batch")
            .WithMetadata(new CommandRoute(Opens: true, Example: null), new RequestSizeLimitAttribute(LargestBatchBody))
            .Accepts(typeof(CommandBatch), "application/json")
            .Produces<BatchAnswer>()
            .Refuses(400, 401, 403, 413, 503);
    }

    private async Task One(HttpContext context, ActRoute act, string? id)
    {
        var body = await Body(context);
        if (!Acts.TryOf(context, clock, act.Roles, context.Request.Headers[Acts.IdempotencyKey], Header(context, Acts.OccurredOn), out var by, out var refusal)
            || !TryVersion(context, out var expected, out refusal))
        {
            await Problems.Of(refusal).ExecuteAsync(context);
            return;
        }

        var (order, turnedDown) = await Read(act, id, body, by, expected, context);
        var outcome = turnedDown is null ? await store.Execute(order!, context.RequestAborted) : new Outcome.Refused(turnedDown);
        if (outcome is Outcome.Done done)
        {
            context.Response.Headers.ETag = $"\"{done.Version}\"";
            context.Response.StatusCode = act.Opens ? StatusCodes.Status201Created : StatusCodes.Status200OK;
            if (act.Opens)
            {
                var path = context.Request.Path.Value!;
                context.Response.Headers.Location = $"{path[..(path.IndexOf($"/{process.Path}", StringComparison.Ordinal) + process.Path.Length + 1)]}/{done.Id}";
            }

            await context.Response.WriteAsJsonAsync(new CaseAnswer(done.Id, done.Since, done.Version), Json.Plain, context.RequestAborted);
        }
        else
        {
            await Problems.Of(((Outcome.Refused)outcome).Refusal).ExecuteAsync(context);
        }
    }

    private async Task Many(HttpContext context)
    {
        CommandBatch batch;
        try
        {
            batch = (CommandBatch)Json.Read(await Body(context), typeof(CommandBatch), strict);
        }
        catch (JsonException e)
        {
            await Problems.Of(Problems.Unreadable(e)).ExecuteAsync(context);
            return;
        }

        if (batch.Commands.Count is 0 or > LargestBatch)
        {
            await Problems.Of(Refusal.Malformed("E_BATCH_SIZE", "一次批量办理1至500件。", "A batch holds 1 to 500 commands.")).ExecuteAsync(context);
            return;
        }

        var answers = new BatchedAnswer?[batch.Commands.Count];
        var orders = new List<(int Place, Order Order, ActRoute Act)>();
        for (var i = 0; i < answers.Length; i++)
        {
            var (order, act, refusal) = await Read(batch.Commands[i], context);
            if (refusal is null)
            {
                orders.Add((i, order!, act!));
            }
            else
            {
                answers[i] = Answer(batch.Commands[i].Key, refusal);
            }
        }

        var outcomes = await store.Execute([.. orders.Select(o => o.Order)], cancel: context.RequestAborted);
        foreach (var ((place, order, act), outcome) in orders.Zip(outcomes))
        {
            answers[place] = outcome is Outcome.Done done
                ? new(order.Act.Request, act.Opens ? StatusCodes.Status201Created : StatusCodes.Status200OK, new(done.Id, done.Since, done.Version), null)
                : Answer(order.Act.Request, ((Outcome.Refused)outcome).Refusal);
        }

        await context.Response.WriteAsJsonAsync(new BatchAnswer(answers!), Json.Plain, context.RequestAborted);

        static BatchedAnswer Answer(string key, Refusal refusal) => new(key, Problems.StatusOf(refusal.Kind), null, Problems.Body(refusal));
    }

    private async ValueTask<(Order?, ActRoute?, Refusal?)> Read(BatchedCommand item, HttpContext context)
    {
        var act = process.Acts.FirstOrDefault(a => a.Name == item.Act);
        if (act is null || act.Opens != item.Id is null)
        {
            return (null, null, Refusal.NotFound($"{process.Path}/{(item.Id is null ? "" : "{id}/")}{item.Act}"));
        }

        if (!Acts.TryOf(context, clock, act.Roles, item.Key, item.OccurredOn, out var by, out var refusal))
        {
            return (null, null, refusal);
        }

        var (order, turnedDown) = await Read(act, item.Id, JsonSerializer.SerializeToUtf8Bytes(item.Body), by, item.Version, context);
        return (order, act, turnedDown);
    }

    private async ValueTask<(Order?, Refusal?)> Read(ActRoute act, string? id, byte[] body, Act by, long? expected, HttpContext context)
    {
        object request;
        try
        {
            request = Json.Read(body, act.Request, strict);
        }
        catch (JsonException e)
        {
            return (null, Problems.Unreadable(e));
        }

        var prepared = new Prepared(request, []);
        if (act.Prepare is { } prepare)
        {
            (var made, var refusal) = await prepare(request, id, context.RequestServices, by, context.RequestAborted);
            if (refusal is not null)
            {
                return (null, refusal);
            }

            prepared = made!;
        }

        return (new(process.Type, id, prepared.Command, by)
        {
            Expected = expected,
            Opens = act.Opens,
            // The same key must mean the same act on the same case with the same body.
            Body = SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes($"{process.Path}/{id}/{act.Name}/{by.Actor}\n"), .. body]),
            Rows = prepared.Rows,
        }, null);
    }

    private static bool TryVersion(HttpContext context, out long? expected, out Refusal refusal)
    {
        expected = null;
        refusal = Refusal.Malformed("E_IF_MATCH", "If-Match 应为读取时得到的 ETag。", "If-Match is the ETag that was read.");
        if (Header(context, "If-Match") is not { } tag)
        {
            return true;
        }

        var valid = tag is ['"', .. var version, '"'] && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) && (expected = seen) is not null;
        return valid;
    }

    private static string? Header(HttpContext context, string name) => context.Request.Headers[name].ToString() is { Length: > 0 } value ? value : null;

    private static async Task<byte[]> Body(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }
}
