using System.Collections.Frozen;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.ServiceHost;

namespace Platform.Gateway;

/// <summary>The services' OpenAPI documents as they are seen from outside, one by one and merged.</summary>
internal sealed partial class Documents
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ServiceCalls calls;
    private readonly ILogger<Documents> log;
    private readonly IReadOnlyList<string> notRouted;
    private readonly FrozenDictionary<string, Briefly<string?>> single;
    private readonly Briefly<string> platform;

    public Documents(Settings settings, ServiceCalls calls, TimeProvider clock, ILogger<Documents> log)
    {
        this.calls = calls;
        this.log = log;
        notRouted = settings.NotRouted;
        single = settings.Services.Values.ToFrozenDictionary(service => service.Name, service => new Briefly<string?>(Keep, clock, () => Fetch(service)), StringComparer.Ordinal);
        platform = new(Keep, clock, Merge);
    }

    public bool Knows(string service) => single.ContainsKey(service);

    /// <summary>One service's document, or null while the service does not give one.</summary>
    public Task<string?> Of(string service) => single[service].Get();

    /// <summary>All services in one document; those that give none are listed in <c>x-unavailable</c>.</summary>
    public Task<string> Platform() => platform.Get();

    private async Task<string?> Fetch(Service service)
    {
        if (await calls.Ask(service.Document) is { Status: HttpStatusCode.OK, Body: var body } && Parsed(service, body) is { } document)
        {
            return OpenApi.FromOutside(document, service.Name, notRouted).ToJsonString(Json);
        }

        NoDocument(log, service.Name);
        return null;
    }

    private JsonObject? Parsed(Service service, string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException unreadable)
        {
            NotJson(log, unreadable, service.Name);
            return null;
        }
    }

    private async Task<string> Merge()
    {
        var documents = await Task.WhenAll(single.OrderBy(each => each.Key, StringComparer.Ordinal).Select(async each => (Service: each.Key, Text: await each.Value.Get())));
        return OpenApi.Merge(
            [.. documents.Where(each => each.Text is not null).Select(each => (each.Service, JsonNode.Parse(each.Text!)!.AsObject()))],
            [.. documents.Where(each => each.Text is null).Select(each => each.Service)]).ToJsonString(Json);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Service {Service} gives no OpenAPI document.")]
    private static partial void NoDocument(ILogger log, string service);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The OpenAPI document of service {Service} is not JSON.")]
    private static partial void NotJson(ILogger log, Exception unreadable, string service);
}

internal static class DocumentRoutes
{
    private static readonly Text NoDocument = new("该服务的接口文档暂时不可用。", "The service's document is not available at the moment.");
    private static readonly Text NoService = new("没有这项服务。", "There is no such service.");

    // The description of the interfaces holds no personal data and is read before anybody has an account.
    public static void MapDocuments(this WebApplication app)
    {
        var open = app.MapGroup(string.Empty).AllowAnonymous().RequireRateLimiting(ClientRates.Policy);
        open.MapGet("/openapi", Index);
        open.MapGet("/openapi/platform.json", async (Documents documents) => Results.Text(await documents.Platform(), "application/json"));
        open.MapGet("/openapi/{service}.json", One);

        var pages = open.MapGroup("/docs").WithMetadata(Edge.PagePolicy.OwnFiles);
        pages.MapGet("/", () => Page("index.html", "text/html"));
        pages.MapGet("/docs.js", () => Page("docs.js", "text/javascript"));
        pages.MapGet("/docs.css", () => Page("docs.css", "text/css"));
    }

    private static IResult Index(Settings settings) => Results.Json(new
    {
        title = new Text("民政业务平台", "Civil affairs platform"),
        platform = "/openapi/platform.json",
        docs = "/docs",
        services = settings.Services.Values
            .OrderBy(service => service.Name, StringComparer.Ordinal)
            .Select(service => new { name = service.Name, title = service.Title, document = $"/openapi/{service.Name}.json", paths = $"/{service.Name}/" }),
    });

    private static async Task One(HttpContext http, string service, Documents documents)
    {
        if (!documents.Knows(service))
        {
            await ProblemAnswer.WriteAsync(http, StatusCodes.Status404NotFound, "E_NOT_FOUND", NoService);
        }
        else if (await documents.Of(service) is { } document)
        {
            await Results.Text(document, "application/json").ExecuteAsync(http);
        }
        else
        {
            http.Response.Headers.RetryAfter = "10";
            await ProblemAnswer.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "E_SERVICE_DOWN", NoDocument);
        }
    }

    private static IResult Page(string name, string type) => Results.Stream(
        typeof(DocumentRoutes).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The page '{name}' is not in the assembly."),
        $"{type}; charset=utf-8");
}
