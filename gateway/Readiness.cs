using System.Net;
using Platform.ServiceHost;

namespace Platform.Gateway;

/// <summary>Ready means: tokens can be verified and every service says it is ready itself.</summary>
internal sealed class Readiness
{
    private readonly Settings settings;
    private readonly ServiceCalls calls;
    private readonly IServiceProvider provider;
    private readonly Briefly<ReadyAnswer> answer;

    public Readiness(Settings settings, ServiceCalls calls, TimeProvider clock, IServiceProvider provider)
    {
        this.settings = settings;
        this.calls = calls;
        this.provider = provider;
        answer = new(TimeSpan.FromSeconds(1), clock, Ask);
    }

    public Task<ReadyAnswer> Get() => answer.Get();

    private async Task<ReadyAnswer> Ask()
    {
        var identity = SignIn.CanVerifyTokensAsync(provider);
        var services = await Task.WhenAll(settings.Services.Values.Select(async service => (service.Name, State: await StateOf(service))));
        var states = services.ToDictionary(each => each.Name, each => each.State, StringComparer.Ordinal);
        var keys = await identity ? State.Ready : State.Down;
        return new(keys == State.Ready && states.Values.All(state => state == State.Ready) ? State.Ready : State.NotReady, keys, states);
    }

    private async Task<string> StateOf(Service service) => (await calls.Ask(service.Ready))?.Status switch
    {
        HttpStatusCode.OK => State.Ready,
        null => State.Down,
        _ => State.NotReady,
    };

    internal sealed record ReadyAnswer(string Status, string Identity, IReadOnlyDictionary<string, string> Services);

    internal static class State
    {
        public const string Ready = "ready";
        public const string NotReady = "not-ready";
        public const string Down = "down";
    }
}

internal static class ReadinessRoutes
{
    // Orchestrators ask without a token, and a limiter that answered 429 would restart a healthy gateway.
    public static void MapReadiness(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Json(new { status = "live" })).AllowAnonymous();
        app.MapGet("/health/ready", Answer).AllowAnonymous();
    }

    private static async Task<IResult> Answer(Readiness readiness)
    {
        var answer = await readiness.Get();
        return Results.Json(answer, statusCode: answer.Status == Readiness.State.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
