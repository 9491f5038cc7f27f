using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.Tokens;
using Platform.Gateway;

namespace Platform.Tests.Gateway;

public sealed class GatewayTests(GatewayTests.Town town) : IClassFixture<GatewayTests.Town>
{
    private const string Case = "/social-assistance/subsistence-allowances/330106-2026-000001";
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public async Task A_request_without_a_token_is_asked_to_sign_in_and_does_not_reach_the_service()
    {
        var before = town.Assistance.Reached;

        using var answer = await town.Send(Case, token: null);

        await AssertProblem(answer, HttpStatusCode.Unauthorized, "E_SIGN_IN", "请先登录。 / Sign in first.");
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        Assert.Equal(before, town.Assistance.Reached);
    }

    public static TheoryData<string> FalseTokens => ["expired", "other audience", "other issuer", "other key", "public key as secret", "unsigned", "not a token"];

    [Theory]
    [MemberData(nameof(FalseTokens))]
    public async Task A_token_that_is_not_the_realms_own_and_current_is_refused(string fault)
    {
        using var stranger = RSA.Create(2048);
        var token = fault switch
        {
            "expired" => town.Realm.Token(age: TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(31)),
            "other audience" => town.Realm.Token(audience: "account"),
            "other issuer" => town.Realm.Token(issuer: "http://127.0.0.1:9/realms/civil-affairs"),
            "other key" => town.Realm.Token(key: new(new RsaSecurityKey(stranger) { KeyId = "realm-key" }, SecurityAlgorithms.RsaSha256)),
            "public key as secret" => town.Realm.Token(key: town.Realm.PublicKeyAsSecret()),
            "unsigned" => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{town.Realm.Token().Split('.')[1]}.",
            _ => "not-a-token",
        };

        using var answer = await town.Send(Case, token);

        await AssertProblem(answer, HttpStatusCode.Unauthorized, "E_SIGN_IN");
        Assert.Contains("invalid_token", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("region")]
    public async Task A_genuine_token_that_does_not_say_who_or_where_is_refused(string claim)
    {
        using var answer = await town.Send(Case, town.Realm.Token(without: claim));

        await AssertProblem(answer, HttpStatusCode.Unauthorized, "E_TOKEN");
    }

    [Fact]
    public async Task A_signed_in_request_is_forwarded_unchanged()
    {
        var token = town.Realm.Token();
        using HttpRequestMessage request = new(HttpMethod.Post, $"{Case}/confirm?validAt=2026-01-31&note=%E4%BD%8E%E4%BF%9D");
        request.Headers.IfMatch.Add(new("\"7\""));
        request.Headers.Add("Idempotency-Key", "5f1c");
        request.Content = new ByteArrayContent(new byte[1234]);

        using var answer = await town.Send(request, token);
        var seen = await Json(answer);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("\"8\"", answer.Headers.ETag?.Tag);
        Assert.Equal("POST", (string?)seen["method"]);
        Assert.Equal($"{Case}/confirm?validAt=2026-01-31&note=%E4%BD%8E%E4%BF%9D", (string?)seen["target"]);
        Assert.Equal(1234, (long?)seen["length"]);
        Assert.Equal($"Bearer {token}", (string?)seen["headers"]!["authorization"]);
        Assert.Equal("\"7\"", (string?)seen["headers"]!["if-match"]);
        Assert.Equal("5f1c", (string?)seen["headers"]!["idempotency-key"]);
    }

    [Fact]
    public async Task A_refusal_of_the_service_passes_through_as_it_is()
    {
        using var answer = await town.Send("/social-assistance/refusal");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("E_STATE", (string?)(await Json(answer))["code"]);
    }

    [Theory]
    [InlineData("/no-such-service/cases")]
    [InlineData("/")]
    [InlineData("/openapi/no-such-service/x")]
    public async Task An_unknown_path_is_not_found_when_signed_in_and_closed_otherwise(string path)
    {
        using var known = await town.Send(path);
        using var stranger = await town.Send(path, token: null);

        await AssertProblem(known, HttpStatusCode.NotFound, "E_NOT_FOUND");
        await AssertProblem(stranger, HttpStatusCode.Unauthorized, "E_SIGN_IN");
    }

    [Theory]
    [InlineData("/social-assistance/feed")]
    [InlineData("/social-assistance/feed?after=0")]
    [InlineData("/social-assistance/Feed/")]
    [InlineData("/social-assistance/feed/positions")]
    [InlineData("/social-assistance/%66eed")]
    [InlineData("/social-assistance/x/%2e%2e/feed")]
    [InlineData("/social-assistance//feed")]
    [InlineData("/social-assistance/x%2F..%2Ffeed")]
    [InlineData("/elderly-care/feed")]
    [InlineData("/social-assistance/health/ready")]
    public async Task What_services_tell_each_other_is_not_routed(string path)
    {
        var before = town.Assistance.Reached + town.Care.Reached;

        using var answer = await town.Send(path);

        await AssertProblem(answer, HttpStatusCode.NotFound, "E_NOT_FOUND");
        Assert.Equal(before, town.Assistance.Reached + town.Care.Reached);
    }

    [Theory]
    [InlineData("/social-assistance/temporary-assistance", 1)]
    [InlineData("/social-assistance/subsistence-allowances/batch", 16)]
    [InlineData("/social-assistance/legacy-imports/330106-2019", 64)]
    public async Task Each_route_takes_bodies_up_to_its_own_limit(string path, int mebibytes)
    {
        using var full = await town.Upload(path, mebibytes * Mebibyte);
        using var over = await town.Upload(path, (mebibytes * Mebibyte) + 1);

        Assert.Equal(mebibytes * Mebibyte, (int?)(await Json(full))["length"]);
        await AssertProblem(over, HttpStatusCode.RequestEntityTooLarge, "E_TOO_LARGE");
    }

    [Fact]
    public async Task A_body_that_hides_its_size_is_stopped_at_the_same_limit()
    {
        using var answer = await town.Upload("/social-assistance/temporary-assistance", Mebibyte + 1, chunked: true);

        await AssertProblem(answer, HttpStatusCode.RequestEntityTooLarge, "E_TOO_LARGE");
    }

    [Fact]
    public async Task A_client_that_asks_too_often_is_told_when_to_come_back_and_others_are_served()
    {
        var clock = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => town.Send(Case, town.Realm.Token(client: "hasty"))));
        var refilled = (int)clock.Elapsed.TotalSeconds + 1;
        using var other = await town.Send(Case, town.Realm.Token(client: "patient"));

        Assert.InRange(answers.Count(answer => answer.IsSuccessStatusCode), 3, 3 + refilled);
        var refused = answers.First(answer => !answer.IsSuccessStatusCode);
        await AssertProblem(refused, HttpStatusCode.TooManyRequests, "E_RATE");
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Theory]
    [InlineData(Case, true)]
    [InlineData(Case, false)]
    [InlineData("/openapi", false)]
    public async Task Every_answer_carries_the_security_headers_and_no_product_names(string path, bool signedIn)
    {
        using var answer = await town.Send(path, signedIn ? town.Realm.Token() : null);

        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Header(answer, "Content-Security-Policy"));
        Assert.Null(Header(answer, "Server"));
        Assert.Null(Header(answer, "X-Powered-By"));
        Assert.Null(Header(answer, "Strict-Transport-Security"));
    }

    [Fact]
    public async Task A_trace_that_comes_in_goes_on_to_the_service_and_back_to_the_caller()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        using HttpRequestMessage request = new(HttpMethod.Get, Case);
        request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");

        using var answer = await town.Send(request, town.Realm.Token());
        var forwarded = ((string?)(await Json(answer))["headers"]!["traceparent"])!.Split('-');

        Assert.Equal(Trace, forwarded[1]);
        Assert.NotEqual("00f067aa0ba902b7", forwarded[2], StringComparer.Ordinal);
        Assert.Equal(Trace, Header(answer, "Trace-Id"));
        Assert.StartsWith($"00-{Trace}-", Header(answer, "traceresponse"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_a_trace_gets_one_that_its_problems_name_too()
    {
        using var forwarded = await town.Send(Case);
        using var refused = await town.Send(Case, token: null);

        Assert.Equal(Header(forwarded, "Trace-Id"), ((string?)(await Json(forwarded))["headers"]!["traceparent"])!.Split('-')[1]);
        Assert.Equal(Header(refused, "Trace-Id"), (string?)(await Json(refused))["traceId"]);
        Assert.NotEqual(Header(forwarded, "Trace-Id"), Header(refused, "Trace-Id"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_down_is_reported_as_such()
    {
        using var answer = await town.Send("/place-names/bridges");

        await AssertProblem(answer, HttpStatusCode.BadGateway, "E_SERVICE_DOWN");
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_in_time_is_reported_as_such()
    {
        using var answer = await town.Send("/elderly-care/slow");

        await AssertProblem(answer, HttpStatusCode.GatewayTimeout, "E_SERVICE_DOWN");
    }

    [Fact]
    public async Task The_index_of_documents_lists_every_service()
    {
        using var answer = await town.Send("/openapi", token: null);
        var services = (await Json(answer))["services"]!.AsArray();

        Assert.Equal(["elderly-care", "place-names", "social-assistance"], services.Select(service => (string?)service!["name"]), StringComparer.Ordinal);
        Assert.Equal("/openapi/social-assistance.json", (string?)services[2]!["document"]);
        Assert.Equal("社会救助", (string?)services[2]!["title"]!["zh"]);
    }

    [Fact]
    public async Task A_services_document_shows_what_the_gateway_forwards_at_the_gateways_address()
    {
        using var answer = await town.Send("/openapi/social-assistance.json", token: null);
        var document = await Json(answer);

        Assert.Equal(["/social-assistance/allowances"], document["paths"]!.AsObject().Select(path => path.Key), StringComparer.Ordinal);
        Assert.Equal("/", (string?)document["servers"]![0]!["url"]);
    }

    [Fact]
    public async Task The_documents_of_all_services_are_merged_without_mixing_up_their_components()
    {
        using var answer = await town.Send("/openapi/platform.json", token: null);
        var merged = await Json(answer);
        var schemas = merged["components"]!["schemas"]!.AsObject();
        var assistance = merged["paths"]!["/social-assistance/allowances"]!["post"]!;

        Assert.Equal(["/elderly-care/homes", "/social-assistance/allowances"], merged["paths"]!.AsObject().Select(path => path.Key), StringComparer.Ordinal);
        // Money differs; Payment reads the same in both but speaks of Money; Problem is the same thing.
        Assert.Equal(
            ["Money", "Payment", "Problem", "social-assistance.Money", "social-assistance.Payment"],
            schemas.Select(schema => schema.Key).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal("#/components/schemas/social-assistance.Payment", (string?)assistance["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]);
        Assert.Equal("#/components/schemas/social-assistance.Money", (string?)schemas["social-assistance.Payment"]!["properties"]!["amount"]!["$ref"]);
        Assert.Equal("#/components/schemas/Money", (string?)schemas["Payment"]!["properties"]!["amount"]!["$ref"]);
        Assert.Equal("social-assistance.Open", (string?)assistance["operationId"]);
        Assert.Equal("town-handler", (string?)assistance["x-roles"]![0]);
        Assert.Equal(["place-names"], merged["x-unavailable"]!.AsArray().Select(service => (string?)service), StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_document_of_a_service_that_is_down_is_unavailable_and_of_an_unknown_one_not_found()
    {
        using var down = await town.Send("/openapi/place-names.json", token: null);
        using var unknown = await town.Send("/openapi/no-such-service.json", token: null);

        await AssertProblem(down, HttpStatusCode.ServiceUnavailable, "E_SERVICE_DOWN");
        await AssertProblem(unknown, HttpStatusCode.NotFound, "E_NOT_FOUND");
    }

    [Fact]
    public async Task The_documentation_page_loads_nothing_from_elsewhere()
    {
        using var page = await town.Send("/docs", token: null);
        var html = await Text(page);

        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("script-src 'self'", Header(page, "Content-Security-Policy"), StringComparison.Ordinal);
        foreach (var (path, type) in new[] { ("/docs/docs.js", "text/javascript"), ("/docs/docs.css", "text/css") })
        {
            using var part = await town.Send(path, token: null);
            Assert.Contains(path, html, StringComparison.Ordinal);
            Assert.Equal(type, part.Content.Headers.ContentType?.MediaType);
            Assert.DoesNotContain("//", (await Text(part)).Replace("// ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("//", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_gateway_lives_but_is_not_ready_while_a_service_is_down()
    {
        using var live = await town.Send("/health/live", token: null);
        using var ready = await town.Send("/health/ready", token: null);
        var state = await Json(ready);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("not-ready", (string?)state["status"]);
        Assert.Equal("ready", (string?)state["identity"]);
        Assert.Equal("ready", (string?)state["services"]!["social-assistance"]);
        Assert.Equal("down", (string?)state["services"]!["place-names"]);
    }

    [Fact]
    public async Task The_gateway_is_ready_when_identity_and_every_service_are()
    {
        await using var gateway = GatewayApp.Build([.. Town.Quiet, .. town.Realm.Settings(), $"--Services:social-assistance:address={town.Assistance.Address}"]);
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient http = new() { BaseAddress = gateway.Address() };

        using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("ready", (string?)(await Json(ready))["services"]!["social-assistance"]);
    }

    [Fact]
    public async Task While_identity_cannot_be_reached_nobody_is_let_in_and_nobody_is_told_that_the_token_is_bad()
    {
        await using var gateway = GatewayApp.Build(
        [
            .. Town.Quiet, $"--Keycloak:auth-server-url={Town.NobodyListens()}", "--Keycloak:realm=civil-affairs", "--Keycloak:resource=platform-gateway",
            $"--Services:social-assistance:address={town.Assistance.Address}",
        ]);
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient http = new() { BaseAddress = gateway.Address() };
        using HttpRequestMessage request = new(HttpMethod.Get, Case) { Headers = { Authorization = new("Bearer", town.Realm.Token()) } };

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);

        await AssertProblem(answer, HttpStatusCode.ServiceUnavailable, "E_IDENTITY_DOWN");
        Assert.Equal("down", (string?)(await Json(ready))["identity"]);
    }

    [Fact]
    public void Without_identity_the_gateway_does_not_start_and_names_every_missing_key()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => GatewayApp.Build([.. Town.Quiet, "--Keycloak:realm=civil-affairs"]));

        Assert.Contains("Keycloak:auth-server-url, Keycloak:resource", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--ReverseProxy:Routes:social-assistance:AuthorizationPolicy=anonymous", "AuthorizationPolicy")]
    [InlineData("--ReverseProxy:Routes:social-assistance:RateLimiterPolicy=disable", "RateLimiterPolicy")]
    [InlineData("--ReverseProxy:Routes:social-assistance:MaxRequestBodySize=-1", "MaxRequestBodySize")]
    [InlineData("--ReverseProxy:Clusters:marriage:HttpRequest:ActivityTimeout=00:01:00", "Services:marriage:address")]
    public void A_route_that_would_fall_open_stops_the_start(string setting, string named)
    {
        var refusal = Record.Exception(() => GatewayApp.Build([.. Town.Quiet, .. town.Realm.Settings(), setting]));

        Assert.Contains(named, refusal?.ToString(), StringComparison.Ordinal);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : null;

    private static Task<string> Text(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static async Task<JsonObject> Json(HttpResponseMessage answer) => JsonNode.Parse(await Text(answer))!.AsObject();

    private static async Task AssertProblem(HttpResponseMessage answer, HttpStatusCode status, string code, string? detail = null)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await Json(answer);
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal($"urn:problem:{code}", (string?)problem["type"]);
        Assert.Equal((int)status, (int?)problem["status"]);
        Assert.Matches(@"^\p{IsCJKUnifiedIdeographs}.+ / [A-Z]", (string?)problem["detail"]);
        if (detail is not null)
        {
            Assert.Equal(detail, (string?)problem["detail"]);
        }
    }

    /// <summary>A realm, two services that answer, one that does not, and a gateway in front of them.</summary>
    public sealed class Town : IAsyncLifetime
    {
        internal static readonly string[] Quiet = [$"--Urls={Nearby.Anywhere}", "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft.AspNetCore=None", "--Logging:LogLevel:Yarp=None"];

        private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(5), ActivityHeadersPropagator = null });
        private WebApplication? gateway;

        internal Realm Realm { get; private set; } = null!;

        internal EchoService Assistance { get; private set; } = null!;

        internal EchoService Care { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Realm = await Realm.Start();
            Assistance = await EchoService.Start("social-assistance", Document("/social-assistance/allowances", "decimal", ["/social-assistance/feed", "/health/ready"]));
            Care = await EchoService.Start("elderly-care", Document("/elderly-care/homes", "integer", []));
            gateway = GatewayApp.Build(
            [
                .. Quiet,
                .. Realm.Settings(),
                .. Routed("social-assistance", Assistance.Address),
                .. Routed("elderly-care", Care.Address),
                .. Routed("place-names", NobodyListens()),
                "--ReverseProxy:Clusters:elderly-care:HttpRequest:ActivityTimeout=00:00:01",
                "--RateLimits:clients:hasty:burst=3",
                "--RateLimits:clients:hasty:perSecond=1",
            ]);
            await gateway.StartAsync();
            http.BaseAddress = gateway.Address();
        }

        internal Task<HttpResponseMessage> Send(string path) => Send(path, Realm.Token());

        internal async Task<HttpResponseMessage> Send(string path, string? token)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri(http.BaseAddress + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            return await Send(request, token);
        }

        internal Task<HttpResponseMessage> Send(HttpRequestMessage request, string? token)
        {
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            return http.SendAsync(request, TestContext.Current.CancellationToken);
        }

        internal async Task<HttpResponseMessage> Upload(string path, int bytes, bool chunked = false)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new ByteArrayContent(new byte[bytes]) };
            request.Headers.ExpectContinue = !chunked;
            request.Headers.TransferEncodingChunked = chunked;
            return await Send(request, Realm.Token());
        }

        /// <summary>An address of this machine at which nothing listens: the port was free a moment ago.</summary>
        internal static Uri NobodyListens()
        {
            using TcpListener listener = new(IPAddress.Loopback, 0);
            listener.Start();
            return new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            if (gateway is not null)
            {
                await gateway.DisposeAsync();
            }

            await Assistance.DisposeAsync();
            await Care.DisposeAsync();
            await Realm.DisposeAsync();
        }

        private static string[] Routed(string service, Uri address) => service == "social-assistance"
            ? [$"--Services:{service}:address={address}"]
            :
            [
                $"--Services:{service}:address={address}",
                $"--Services:{service}:title:zh=测试",
                $"--Services:{service}:title:en=Test",
                $"--ReverseProxy:Routes:{service}:ClusterId={service}",
                $"--ReverseProxy:Routes:{service}:Match:Path=/{service}/{{**rest}}",
                $"--ReverseProxy:Routes:{service}:AuthorizationPolicy=default",
                $"--ReverseProxy:Routes:{service}:RateLimiterPolicy=per-client",
                $"--ReverseProxy:Clusters:{service}:HttpRequest:ActivityTimeout=00:01:00",
            ];

        private static string Document(string path, string amount, string[] inside)
        {
            JsonObject Operation() => new()
            {
                ["post"] = new JsonObject
                {
                    ["operationId"] = "Open",
                    ["x-roles"] = new JsonArray("town-handler"),
                    ["requestBody"] = new JsonObject { ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Payment" } } } },
                },
            };
            return new JsonObject
            {
                ["openapi"] = "3.1.1",
                ["servers"] = new JsonArray(new JsonObject { ["url"] = "http://127.0.0.1:5101" }),
                ["paths"] = new JsonObject([.. inside.Prepend(path).Select(each => KeyValuePair.Create(each, (JsonNode?)Operation()))]),
                ["components"] = new JsonObject
                {
                    ["schemas"] = new JsonObject
                    {
                        ["Money"] = new JsonObject { ["type"] = "number", ["format"] = amount },
                        ["Payment"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["amount"] = new JsonObject { ["$ref"] = "#/components/schemas/Money" } } },
                        ["Problem"] = new JsonObject { ["type"] = "object" },
                    },
                },
            }.ToJsonString();
        }
    }
}
