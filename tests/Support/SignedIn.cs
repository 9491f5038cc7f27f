using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.ServiceHost;
using Xunit;

namespace Platform.Tests.Support;

/// <summary>Somebody's requests to a service.</summary>
/// <param name="http">Client of the service.</param>
/// <param name="token">Bearer token; none when null.</param>
public sealed class SignedIn(HttpClient http, string? token)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Reads.</summary>
    /// <param name="path">From the root, e.g. <c>/social-assistance/…</c>.</param>
    /// <param name="purpose">Why.</param>
    public Task<Answer> Get(string path, string? purpose = null) => Send(Request(HttpMethod.Get, path, [("Purpose", purpose)]));

    /// <summary>Gives a command, under a key of its own unless one is given.</summary>
    /// <param name="path">From the root.</param>
    /// <param name="body">A record or a JsonNode, written as JSON (camelCase); a string is sent as it stands.</param>
    /// <param name="key">Idempotency-Key.</param>
    /// <param name="ifMatch">Version seen.</param>
    /// <param name="occurredOn">Day of the act, yyyy-MM-dd.</param>
    /// <param name="purpose">Why.</param>
    public Task<Answer> Post(string path, object body, string? key = null, long? ifMatch = null, string? occurredOn = null, string? purpose = null)
    {
        var request = Request(HttpMethod.Post, path, [("Idempotency-Key", key ?? Guid.NewGuid().ToString()), ("If-Match", ifMatch is { } v ? $"\"{v}\"" : null), ("Occurred-On", occurredOn), ("Purpose", purpose)]);
        var text = body as string ?? JsonSerializer.Serialize(body, body.GetType(), Json.Plain);
        request.Content = new StringContent(text, Encoding.UTF8, "application/json");
        return Send(request);
    }

    /// <summary>A request with the token and these headers; null ones are left out.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, params ReadOnlySpan<(string Name, string? Value)> headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        foreach (var (name, value) in headers)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    /// <summary>Sends a request of one's own making.</summary>
    public async Task<Answer> Send(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await http.SendAsync(request, Stop);
            return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(Stop), response.Content.Headers.ContentType?.MediaType,
                response.Headers.ETag?.Tag, response.Headers.Location?.OriginalString, response.Headers);
        }
    }
}

/// <summary>An answer of a service.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Text">Body as text.</param>
/// <param name="MediaType">Media type of the body.</param>
/// <param name="ETag">With its quotes.</param>
/// <param name="Location">As sent.</param>
/// <param name="Headers">All other headers.</param>
public sealed record Answer(int Status, string Text, string? MediaType, string? ETag, string? Location, HttpResponseHeaders Headers)
{
    /// <inheritdoc />
    public override string ToString() => $"{Status}: {Text}";

    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException($"{Status} without a JSON body: {Text}");

    /// <summary>The code of a problem; null when the answer is none.</summary>
    public string? Code => MediaType == "application/problem+json" ? (string?)Json["code"] : null;

    /// <summary>The case's number, as commands answer it.</summary>
    public string Id => (string)Ok.Json["id"]!;

    /// <summary>The case's version, as commands and reads answer it.</summary>
    public long Version => (long)Ok.Json["version"]!;

    /// <summary>This answer, when it is a success.</summary>
    public Answer Ok
    {
        get
        {
            Assert.True(Status is >= 200 and < 300, $"{Status}: {Text}");
            return this;
        }
    }

    /// <summary>This answer, when it is the problem named.</summary>
    public Answer Is(int status, string code)
    {
        Assert.True(Status == status && Code == code, $"Expected {status} {code}, got {Status}: {Text}");
        return this;
    }
}
