using System.Net;

namespace Platform.Gateway;

/// <summary>The gateway's own questions to services (readiness, documents): straight, short, without anybody's token.</summary>
internal sealed partial class ServiceCalls(ILogger<ServiceCalls> log) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        AutomaticDecompression = DecompressionMethods.All,
    })
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = 16 * 1024 * 1024,
    };

    /// <summary>Status and body, or null when the service does not answer.</summary>
    public async Task<(HttpStatusCode Status, string Body)?> Ask(Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(address);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
        {
            NoAnswer(log, address, silent.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No answer from {Address}: {Why}")]
    private static partial void NoAnswer(ILogger log, Uri address, string why);

    public void Dispose() => http.Dispose();
}

/// <summary>One answer shared by everybody who asks within a short while, so that anonymous callers cannot multiply calls to services.</summary>
internal sealed class Briefly<T>(TimeSpan keep, TimeProvider clock, Func<Task<T>> ask)
{
    private readonly Lock gate = new();
    private Task<T>? answer;
    private long asked;

    public Task<T> Get()
    {
        lock (gate)
        {
            if (answer is null || (answer.IsCompleted && clock.GetElapsedTime(asked) > keep))
            {
                asked = clock.GetTimestamp();
                answer = ask();
            }

            return answer;
        }
    }
}
