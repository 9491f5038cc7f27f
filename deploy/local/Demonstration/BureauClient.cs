using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Local.Demonstration;

/// <summary>One command of a batch, as the platform takes it.</summary>
internal sealed record Command(string Act, string Key, object Body, string? Id = null, DateOnly? OccurredOn = null);

/// <summary>Signs officers in and speaks to the platform through its gateway, as any front end would.</summary>
internal sealed class BureauClient(RunningPlatform platform) : IDisposable
{
    private const int LargestBatch = 250;
    // Two processors share database, service and loader: two requests under way keep them busy, more only wait.
    public const int UnderWay = 3;
    private static readonly TimeSpan TokenAge = TimeSpan.FromMinutes(3);
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private readonly HttpClient http = new() { BaseAddress = platform.Gateway, Timeout = TimeSpan.FromMinutes(3) };
    private readonly Dictionary<string, (string Token, DateTime Since)> tokens = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim signIn = new(1);
    private long carriedOut;

    /// <summary>Commands carried out so far.</summary>
    public long CarriedOut => Interlocked.Read(ref carriedOut);

    public void Dispose()
    {
        http.Dispose();
        signIn.Dispose();
    }

    /// <summary>One request; returns the answer.</summary>
    public async Task<JsonNode> Send(string officer, HttpMethod method, string path, object? body = null, string? key = null, DateOnly? occurredOn = null, CancellationToken stop = default)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = await Token(officer, stop);
        request.Headers.Add("Purpose", Uri.EscapeDataString("演示数据"));
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (occurredOn is { } day)
        {
            request.Headers.Add("Occurred-On", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            _ => JsonContent.Create(body, body.GetType(), options: Web),
        };
        using var response = await http.SendAsync(request, stop);
        var text = await response.Content.ReadAsStringAsync(stop);
        return response.IsSuccessStatusCode ? JsonNode.Parse(text.Length == 0 ? "{}" : text)! : throw TurnedDown($"{method} {path}", response.StatusCode, text);
    }

    public Task<JsonNode> Get(string officer, string path, CancellationToken stop) => Send(officer, HttpMethod.Get, path, stop: stop);

    public Task<JsonNode> Post(string officer, string path, object body, string key, DateOnly? occurredOn, CancellationToken stop) =>
        Send(officer, HttpMethod.Post, path, body, key, occurredOn, stop);

    /// <summary>The stable id of an officer's account, as the token states it.</summary>
    public async Task<string> UserId(string officer, CancellationToken stop)
    {
        var payload = (await Token(officer, stop)).Parameter!.Split('.')[1].Replace('-', '+').Replace('_', '/');
        return (string)JsonNode.Parse(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')))!["sub"]!;
    }

    /// <summary>Sends commands in batches, several under way; returns the case numbers in the order of the commands.</summary>
    /// <param name="process">Path of the process.</param>
    /// <param name="underWay">How many batches are under way at once; one where all of them meet in one case.</param>
    /// <param name="done">Told how many more are carried out.</param>
    public async Task<IReadOnlyList<string>> Many(string officer, string process, IReadOnlyList<Command> commands, int underWay, Action<int> done, CancellationToken stop)
    {
        var ids = new string[commands.Count];
        var chunks = Enumerable.Range(0, (commands.Count + LargestBatch - 1) / LargestBatch);
        await Parallel.ForEachAsync(chunks, new ParallelOptions { MaxDegreeOfParallelism = underWay, CancellationToken = stop }, async (chunk, token) =>
        {
            var start = chunk * LargestBatch;
            var some = commands.Skip(start).Take(LargestBatch).ToList();
            var body = new { commands = some.Select(c => new { act = c.Act, key = c.Key, body = c.Body, id = c.Id, occurredOn = c.OccurredOn }) };
            var answer = await Send(officer, HttpMethod.Post, $"/social-assistance/{process}/batch", body, stop: token);
            var results = answer["results"]!.AsArray();
            for (var i = 0; i < results.Count; i++)
            {
                ids[start + i] = (string?)results[i]!["case"]?["id"]
                    ?? throw TurnedDown($"{process}/{some[i].Act} of {some[i].Id ?? some[i].Key}", (HttpStatusCode)(int)results[i]!["status"]!, results[i]!["problem"]!.ToJsonString());
            }

            Interlocked.Add(ref carriedOut, results.Count);
            done(results.Count);
        });
        return ids;
    }

    private static LocalRunException TurnedDown(string what, HttpStatusCode status, string answer) =>
        new($"The platform turned down {what}: {(int)status} {(answer.Length > 600 ? answer[..600] : answer)}");

    private async Task<AuthenticationHeaderValue> Token(string officer, CancellationToken stop)
    {
        await signIn.WaitAsync(stop);
        try
        {
            if (!tokens.TryGetValue(officer, out var held) || DateTime.UtcNow - held.Since > TokenAge)
            {
                using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["grant_type"] = "password",
                    ["client_id"] = "bureau-cli",
                    ["username"] = officer,
                    ["password"] = platform.Password ?? throw new LocalRunException("The realm has no demonstration password."),
                    ["scope"] = "openid",
                });
                using var response = await http.PostAsync(new Uri($"{platform.Issuer.AbsoluteUri.TrimEnd('/')}/protocol/openid-connect/token"), form, stop);
                var answer = await response.Content.ReadFromJsonAsync<JsonObject>(stop);
                held = ((string?)answer?["access_token"] ?? throw TurnedDown($"the sign-in of {officer}", response.StatusCode, answer?.ToJsonString() ?? ""), DateTime.UtcNow);
                tokens[officer] = held;
            }

            return new("Bearer", held.Token);
        }
        finally
        {
            signIn.Release();
        }
    }
}
