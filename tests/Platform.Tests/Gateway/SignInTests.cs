using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Platform.ServiceHost;

namespace Platform.Tests.Gateway;

public sealed class SignInTests
{
    [Fact]
    public async Task A_route_sees_the_caller_as_the_token_states_it()
    {
        await using var realm = await Realm.Start();
        await using var service = await Service(realm);

        using var answer = await Ask(service, "/whoami", realm.Token(client: "county-front-end", roles: ["town-handler", "auditor"]));
        var caller = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("0b7c5a40-0000-4000-8000-000000000001", (string?)caller["userId"]);
        Assert.Equal("li.min", (string?)caller["userName"]);
        Assert.Equal("李敏", (string?)caller["displayName"]);
        Assert.Equal(["auditor", "town-handler"], caller["roles"]!.AsArray().Select(role => (string?)role).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal("330106-assistance", (string?)caller["organisation"]);
        Assert.Equal("330106000000", (string?)caller["region"]);
        Assert.Equal("county-front-end", (string?)caller["client"]);
    }

    [Fact]
    public async Task A_caller_without_the_role_is_refused_and_one_with_it_is_let_in()
    {
        await using var realm = await Realm.Start();
        await using var service = await Service(realm);

        using var refused = await Ask(service, "/approve", realm.Token(roles: ["town-handler"]));
        using var admitted = await Ask(service, "/approve", realm.Token(roles: ["county-approver"]));
        using var stranger = await Ask(service, "/approve", token: null);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal("E_ROLE", (string?)problem["code"]);
        Assert.Equal(HttpStatusCode.OK, admitted.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Fact]
    public async Task A_route_that_names_no_policy_is_closed_to_strangers()
    {
        await using var realm = await Realm.Start();
        await using var service = await Service(realm);

        using var answer = await Ask(service, "/whoami", token: null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public void Nothing_starts_without_identity()
    {
        var builder = WebApplication.CreateSlimBuilder();

        var refusal = Assert.Throws<InvalidOperationException>(() => builder.AddPlatformSignIn());

        Assert.Equal("Sign-in is not configured: set Keycloak:auth-server-url, Keycloak:realm, Keycloak:resource.", refusal.Message);
    }

    [Theory]
    [InlineData("http://identity.example.gov.cn/")]
    [InlineData("identity.example.gov.cn")]
    [InlineData("ftp://127.0.0.1/")]
    public void Keys_are_fetched_over_https_unless_from_this_machine(string server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Keycloak:auth-server-url"] = server,
            ["Keycloak:realm"] = "civil-affairs",
            ["Keycloak:resource"] = "social-assistance",
        });

        var refusal = Assert.Throws<InvalidOperationException>(() => builder.AddPlatformSignIn());

        Assert.Contains("https", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> Service(Realm realm)
    {
        var builder = WebApplication.CreateSlimBuilder(realm.Settings());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Nearby.Anywhere);
        builder.AddPlatformSignIn();
        var app = builder.Build();
        app.MapGet("/whoami", (HttpContext http) => Caller.From(http.User));
        app.MapGet("/approve", () => "approved").RequireAuthorization(policy => policy.RequireRole("county-approver"));
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpResponseMessage> Ask(WebApplication service, string path, string? token)
    {
        using HttpClient http = new() { BaseAddress = service.Address() };
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
