using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;
using Platform.Gateway;
using Platform.ServiceHost;
using Platform.Tests.Gateway;
using Platform.Tests.Support;

namespace Platform.Tests.Journeys;

/// <summary>A bureau at work: the real service on a day that the test sets, the real gateway before it, and nobody who goes round the gateway.</summary>
internal sealed class Bureau : IAsyncDisposable
{
    public const string Persons = "/social-assistance/persons";
    public const string Households = "/social-assistance/households";
    public const string Allowances = "/social-assistance/subsistence-allowances";
    public const string Verifications = "/social-assistance/economic-verifications";
    public const string Visits = "/social-assistance/home-visits";
    public const string Notices = "/social-assistance/publicity-notices";
    public const string Batches = "/social-assistance/payment-batches";

    private readonly ServiceUnderTest service;
    private readonly WebApplication gateway;
    private readonly TestClock clock;

    private Bureau(ServiceUnderTest service, WebApplication gateway, TestClock clock)
    {
        (this.service, this.gateway, this.clock) = (service, gateway, clock);
        Http = new() { BaseAddress = gateway.Address(), Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>To the gateway.</summary>
    public HttpClient Http { get; }

    public static async Task<Bureau> Open(string day)
    {
        var time = TestClock.On(day);
        var assistance = await ServiceUnderTest.Start(SocialAssistance.Contents.Service, time);
        try
        {
            var edge = GatewayApp.Build(
            [
                $"--Urls={Nearby.Anywhere}", "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft.AspNetCore=None", "--Logging:LogLevel:Yarp=None",
                .. assistance.Identity.Settings, $"--Services:social-assistance:address={assistance.Address}",
            ]);
            await edge.StartAsync(TestContext.Current.CancellationToken);
            return new(assistance, edge, time);
        }
        catch
        {
            await assistance.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ten in the morning of another day, yyyy-MM-dd.</summary>
    public void Morning(string day) => clock.GoTo(day);

    /// <summary>Another day, yyyy-MM-dd, on which what fell due until then has been done.</summary>
    public async Task Day(string day)
    {
        Morning(day);
        await service.Services.GetRequiredService<DeadlineWorker>().Run(cancel: TestContext.Current.CancellationToken);
    }

    /// <summary>Somebody who signs in anew for each request, as a session would.</summary>
    public Desk As(string user, string region, params IReadOnlyList<string> roles) => new(() => new(Http, service.Identity.Token(user, roles, region)));

    /// <summary>Registers people and returns their ids.</summary>
    public static async Task<IReadOnlyList<string>> Register(Desk window, string village, params IReadOnlyList<(string Name, string ResidentId)> people)
    {
        var ids = new List<string>();
        foreach (var (name, residentId) in people)
        {
            ids.Add((await window.Post(Persons, new { name, hukouRegion = village, hukouType = "Resident", residentId, residenceRegion = village })).Id);
        }

        return ids;
    }

    /// <summary>Registers a household; the first member is its head.</summary>
    public static async Task<string> Household(Desk window, string village, string since, params IReadOnlyList<(string Person, string Relation)> members) =>
        (await window.Post(Households, new { members = members.Select(m => new { person = m.Person, relation = m.Relation }), hukouRegion = village, residenceRegion = village, since })).Id;

    public static object Paper(string kind, string name) =>
        new { kind, fileId = name, sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))) };

    public static JsonObject Case(string number) => new() { ["process"] = "subsistence-allowance", ["id"] = number };

    /// <summary>A resident identity number with its check character.</summary>
    public static string Numbered(string seventeenDigits) =>
        "0123456789X".Select(check => seventeenDigits + check).Single(number => ResidentId.TryCreate(number, out _, out _));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await gateway.DisposeAsync();
        await service.DisposeAsync();
    }
}

/// <summary>An officer at a desk. A token is good for five minutes, so each request brings a fresh one.</summary>
internal sealed class Desk(Func<SignedIn> signIn)
{
    /// <summary>A request that must succeed.</summary>
    public async Task<Answer> Post(string path, object body, string? key = null, long? ifMatch = null) => (await Try(path, body, key, ifMatch)).Ok;

    /// <summary>A request that may be refused.</summary>
    public Task<Answer> Try(string path, object body, string? key = null, long? ifMatch = null) => signIn().Post(path, body, key, ifMatch);

    /// <summary>A read that must succeed.</summary>
    public async Task<Answer> Get(string path) => (await Ask(path)).Ok;

    /// <summary>A read that may be refused.</summary>
    public Task<Answer> Ask(string path) => signIn().Get(path);

    /// <summary>A download.</summary>
    public async Task<(byte[] Bytes, string? MediaType)> Download(HttpClient http, string path)
    {
        using var request = signIn().Request(HttpMethod.Get, path);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Content.Headers.ContentType?.MediaType);
    }
}
