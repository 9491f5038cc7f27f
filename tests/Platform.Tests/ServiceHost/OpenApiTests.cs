using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.ServiceHost;

namespace Platform.Tests.ServiceHost;

/// <summary>The API document is made from the routes, and so is true.</summary>
public sealed class OpenApiTests : ServiceTesting
{
    [Fact]
    public async Task It_lists_every_route_of_the_service_with_its_name_and_roles()
    {
        var described = Operations(await Document()).Select(o => $"{o.Method} {o.Path} [{string.Join(' ', o.Operation["x-roles"]!.AsArray())}] {o.Operation["summary"]}").Order(StringComparer.Ordinal).ToList();

        var mapped = Keys.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("keys/", StringComparison.Ordinal))
            .Select(e => (Route: e, Title: e.Metadata.GetRequiredMetadata<RouteTitle>().Title))
            .Select(e => $"{e.Route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single()} /{e.Route.RoutePattern.RawText!.Trim('/')} [{string.Join(' ', e.Route.Metadata.GetRequiredMetadata<RouteRoles>().Roles)}] {e.Title.Zh} / {e.Title.En}")
            .Order(StringComparer.Ordinal).ToList();

        Assert.Equal(mapped, described);
        Assert.Contains("POST /keys/loans/{id}/extend-loan [township-officer] 延期 / Extend", described);
        Assert.Contains("GET /keys/feed [feed-reader] 事件订阅 / Feed of published events", described);
    }

    [Fact]
    public async Task A_command_names_its_headers_its_body_with_an_example_and_its_answers()
    {
        var document = await Document();
        var extend = document["paths"]!["/keys/loans/{id}/extend-loan"]!["post"]!;

        Assert.Equal(["id path True", "Idempotency-Key header True", "Occurred-On header False", "Purpose header False", "If-Match header False"],
            extend["parameters"]!.AsArray().Select(p => $"{p!["name"]} {p["in"]} {(bool?)p["required"] ?? false}"));
        Assert.Equal("""{"lastDay":"2026-04-01"}""", extend["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString());
        Assert.Equal(["200", "400", "401", "403", "404", "409", "412", "422", "503"], extend["responses"]!.AsObject().Select(r => r.Key).Order(StringComparer.Ordinal));
        Assert.NotNull(extend["responses"]!["412"]!["content"]!["application/problem+json"]);
        Assert.NotNull(document["paths"]!["/keys/loans"]!["post"]!["responses"]!["201"]);
        Assert.DoesNotContain("If-Match", document["paths"]!["/keys/loans"]!["post"]!["parameters"]!.AsArray().Select(p => (string?)p!["name"]));
    }

    [Fact]
    public async Task A_read_names_its_parameters_its_answer_and_its_problems()
    {
        var document = await Document();
        var list = document["paths"]!["/keys/loans"]!["get"]!;
        Assert.Equal(["after", "limit", "open", "region", "state"], list["parameters"]!.AsArray().Select(p => (string)p!["name"]!).Order(StringComparer.Ordinal));
        Assert.Equal(["200", "400", "401", "403"], list["responses"]!.AsObject().Select(r => r.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["version", "knownAt"], document["paths"]!["/keys/loans/{id}"]!["get"]!["parameters"]!.AsArray().Select(p => (string)p!["name"]!).Where(n => n != "id"));
        Assert.NotNull(document["paths"]!["/keys/loans/{id}/export"]!["get"]!["responses"]!["200"]!["content"]!["application/x-ndjson"]);
    }

    [Fact]
    public async Task Value_types_are_texts_with_a_pattern_and_every_reference_leads_somewhere()
    {
        var document = await Document();
        var lend = document["components"]!["schemas"]!["LendKey"]!["properties"]!;
        Assert.Equal(("string", "^[0-9]{12}$"), Shape(lend["region"]!));
        Assert.Equal(("string", "^[a-z2-7]{26}$"), Shape(lend["borrower"]!));
        Assert.All(References(document), reference =>
            Assert.True(reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)document, (at, part) => at?[part]) is not null, reference));

        (string?, string?) Shape(JsonNode property)
        {
            var schema = (string?)property["$ref"] is { } reference ? document["components"]!["schemas"]![reference.Split('/')[^1]]! : property;
            return ((string?)schema["type"], (string?)schema["pattern"]);
        }
    }

    [Fact]
    public async Task It_asks_for_a_token_of_the_realm_on_every_route()
    {
        var document = await Document();
        Assert.Equal("bearer", (string?)document["components"]!["securitySchemes"]!["keycloak"]!["scheme"]);
        Assert.Equal("钥匙 / Keys", (string?)document["info"]!["title"]);
        Assert.All(Operations(document), o => Assert.NotNull(Assert.Single(o.Operation["security"]!.AsArray())!["keycloak"]));
    }

    private async Task<JsonNode> Document() => (await Keys.As(null).Get("/keys/openapi.json")).Ok.Json;

    private static IEnumerable<(string Method, string Path, JsonNode Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (operation.Key.ToUpperInvariant(), path.Key, operation.Value!);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p.Key == "$ref" ? [(string)p.Value!] : References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };
}
