using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>A command that something heard leads to.</summary>
/// <param name="Type">The kind of case.</param>
/// <param name="Id">Its number; null when the command names the case, or opens one that is numbered on opening.</param>
/// <param name="Command">The command.</param>
/// <param name="Opens">True when the command may open the case.</param>
public sealed record Reaction(CaseType Type, string? Id, object Command, bool Opens = false);

/// <summary>
/// Hears what another service tells, and does about it what is to be done, exactly once: the position moves in the
/// transaction of the effects, by compare-and-set, in whichever replica is first. What the law of this service refuses is
/// written to <c>refused_reactions</c> and passed; what cannot be read or carried out at all holds the reader before it.
/// Configuration: <c>Services:{publisher}:address</c>, <c>Services:{publisher}:feed</c> (path; /{publisher}/feed unless set).
/// </summary>
public sealed partial class Subscription : BackgroundService
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly Func<CloudEvent, IEnumerable<Reaction>> when;
    private readonly CaseStore store;
    private readonly NpgsqlDataSource database;
    private readonly ServiceToken token;
    private readonly TimeProvider clock;
    private readonly ILogger<Subscription> log;
    private readonly Uri feed;

    /// <summary>Made by <see cref="Service.Hears"/>.</summary>
    /// <exception cref="InvalidOperationException">The publisher's address is not configured.</exception>
    public Subscription(
        string publisher, string reader, Func<CloudEvent, IEnumerable<Reaction>> when,
        IConfiguration configuration, CaseStore store, NpgsqlDataSource database, ServiceToken token, TimeProvider clock, ILogger<Subscription> log)
    {
        (Publisher, Reader, this.when, this.store, this.database, this.token, this.clock, this.log) = (publisher, reader, when, store, database, token, clock, log);
        var address = configuration[$"Services:{publisher}:address"] is { Length: > 0 } set ? set : throw new InvalidOperationException($"Services:{publisher}:address is not set.");
        feed = new(new Uri(address), configuration[$"Services:{publisher}:feed"] ?? $"/{publisher}/feed");
    }

    /// <summary>Name of the service that is heard.</summary>
    public string Publisher { get; }

    /// <summary>Name under which the position is kept; a new name hears everything from the beginning.</summary>
    public string Reader { get; }

    /// <summary>Position as last read or moved by this replica.</summary>
    public long Position { get; private set; }

    /// <summary>How far the publisher's log was final when it last answered; behind by the difference to <see cref="Position"/>.</summary>
    public long End { get; private set; }

    /// <summary>What holds the reader up at present; null when nothing does.</summary>
    public string? Fault { get; private set; }

    /// <inheritdoc />
    public override void Dispose()
    {
        base.Dispose();
        http.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var faults = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await Hear(stoppingToken);
                (faults, Fault) = (0, null);
            }
            catch (PositionMovedException)
            {
                // Another replica was faster: on from where it stands.
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // Given up in the middle: what was not written is heard again.
                return;
            }
            catch (Exception e)
            {
                Fault = e.Message;
                HeldUp(log, e, Reader, Publisher, Position);
                var pause = 250 << Math.Min(faults++, 7);
                await Task.Delay(RandomNumberGenerator.GetInt32(pause / 2, pause), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One page: everything it leads to, and the position, in one transaction.</summary>
    private async Task Hear(CancellationToken stop)
    {
        Position = await new EventLog(database).Position(Reader, stop);
        var page = await Ask(stop);
        if (page.Next <= Position)
        {
            return;
        }

        try
        {
            await React(page.Events, page.Next, stop);
        }
        catch (Exception e) when (IsFault(e))
        {
            // Something cannot be read or carried out: what stands before it is done, and the reader stops right there.
            foreach (var told in page.Events)
            {
                try
                {
                    await React([told], told.Position, stop);
                }
                catch (Exception fault) when (IsFault(fault))
                {
                    throw new InvalidOperationException($"{Reader} cannot get past {told.Type} {told.Id} at position {told.Position}: {fault.Message}", fault);
                }
            }
        }

        static bool IsFault(Exception e) => e is not (PositionMovedException or OperationCanceledException or TimeoutException or NpgsqlException);
    }

    private async Task<FeedPage> Ask(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{feed}?after={Position}&wait=25");
        request.Headers.Authorization = new("Bearer", await token.Get(stop));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        if (!answer.IsSuccessStatusCode)
        {
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
            {
                token.Forget();
            }

            var problem = answer.Content.Headers.ContentType?.MediaType == Problems.MediaType ? await answer.Content.ReadFromJsonAsync<Problem>(Json.Plain, stop) : null;
            throw new HttpRequestException($"{Publisher} answers {(int)answer.StatusCode} {problem?.Code}: {problem?.Detail}");
        }

        End = answer.Headers.TryGetValues(Feed.End, out var end) && long.TryParse(end.First(), CultureInfo.InvariantCulture, out var final) ? final : End;
        return (await answer.Content.ReadFromJsonAsync<FeedPage>(Json.Plain, stop))!;
    }

    private async Task React(IReadOnlyList<CloudEvent> events, long ceiling, CancellationToken stop)
    {
        await store.Execute([.. events.SelectMany(OrdersOf)], (Reader, Position, ceiling), stop);
        Position = ceiling;
    }

    private List<Order> OrdersOf(CloudEvent told)
    {
        // A trace of its own, linked to the one behind what was told: the orders carry it.
        using var following = StoreMeter.Following(told.Traceparent, Reader);
        var now = CivilTime.Stored(clock.GetUtcNow());
        return [.. when(told).Select((reaction, i) =>
        {
            // The reader stands in the request's key as the client: two readers of one service do not take each other's work for done.
            var request = i == 0 ? $"{Publisher}:{told.Id}" : $"{Publisher}:{told.Id}#{i + 1}";
            return new Order(reaction.Type, reaction.Id, reaction.Command, Act.BySystemOn(CivilTime.Day(now), now, request) with { Client = Reader })
            {
                Opens = reaction.Opens,
                Body = SHA256.HashData(Encoding.UTF8.GetBytes(request)),
                WhenRefused = refusal =>
                {
                    Refused(log, Reader, told.Type, request, reaction.Command.GetType().Name, refusal.Code);
                    return new RefusedReactionRow(Reader, request, told.Position, told.Type, told.Subject, reaction.Type.Name, reaction.Id, reaction.Command.GetType().Name, refusal.Code, refusal.Why.Zh, refusal.Why.En, now);
                },
            };
        })];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reader}: {Contract} {Request} asked for {Command}, refused: {Code}")]
    private static partial void Refused(ILogger log, string reader, string contract, string request, string command, string code);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reader} does not get on with what {Publisher} tells after {Position}; trying again.")]
    private static partial void HeldUp(ILogger log, Exception fault, string reader, string publisher, long position);
}

/// <summary>What another service told us and our own law refused to do.</summary>
[Row("refused_reactions", nameof(Reader), nameof(Request), Derived = false)]
internal sealed record RefusedReactionRow(
    string Reader, string Request, long Position, string Contract, string Subject, string Process, string? CaseId, string Command, string Code, string ReasonZh, string ReasonEn, DateTimeOffset At);
