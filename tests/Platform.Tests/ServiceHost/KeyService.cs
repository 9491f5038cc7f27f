using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.ServiceHost;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.ServiceHost;

/// <summary>A key lent to somebody who shows an identity card.</summary>
internal sealed record LendToPerson(ResidentId ResidentId, string Name, RegionCode Region, string Key, DateOnly LastDay);

/// <summary>A small service with every kind of route that a service can have.</summary>
internal static class KeyService
{
    public static Service Create() => new Service("keys", new("钥匙", "Keys"), typeof(KeyService).Assembly)
        .With(services => services.AddSingleton(KeyTesting.Book).AddSingleton<Bell>())
        .Add(new Process(KeyLoans.Type, "loans", new("钥匙借用", "Key loans"))
            .Opens(new("借出钥匙", "Lend a key"), [Roles.WindowOfficer], KeyTesting.Lend("K-1"))
            .OpensWith(new("凭证件借出", "Lend to a person"), [Roles.WindowOfficer], new LendToPerson(ResidentId.Hydrate("341503199001019026"), "王小明", KeyLoans.Region("341503002000"), "K-1", KeyTesting.Day("2026-03-10")), ToPerson, "to-person")
            .Does(new("延期", "Extend"), [Roles.TownshipOfficer], new ExtendLoan(KeyTesting.Day("2026-04-01")))
            .Does(new("贴标签", "Label"), [Roles.WindowOfficer], new LabelKey(["red"]))
            .Does(new("归还", "Return"), [Roles.WindowOfficer, Roles.TownshipOfficer], new ReturnKey())
            .DoesWith("lose-ledger", new("丢失台账", "Lose the ledger"), [Roles.WindowOfficer], new LoseLedger(), (request, _, _, _, _) => ValueTask.FromResult<(Prepared?, Refusal?)>((new(request, []), null))))
        .Add(new Process(KeyBoards.Type, "boards", new("钥匙板", "Key boards"))
            .Opens(new("挂板", "Hang a board"), [Roles.WindowOfficer], new HangBoard("board-a")))
        .Map(routes => routes.MapGet("slow", Slow).Describe(new("慢", "Slow"), [Roles.WindowOfficer]));

    private static async Task<IResult> Slow(Bell bell)
    {
        bell.Entered.TrySetResult();
        await bell.Rung.Task;
        return Results.Json(new JsonObject { ["finished"] = true });
    }

    private static ValueTask<(Prepared?, Refusal?)> ToPerson(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var (lend, vault) = ((LendToPerson)request, services.GetRequiredService<Vault>());
        var person = vault.Identify(lend.ResidentId);
        return ValueTask.FromResult<(Prepared?, Refusal?)>(
            (new(new LendKey(lend.Region, lend.Key, person, lend.LastDay), [vault.Seal(person, new(lend.ResidentId, lend.Name))]), null));
    }
}

/// <summary>Lets a test hold a request inside the service.</summary>
internal sealed class Bell
{
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Rung { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The key service on the second of March 2026, and those who use it.</summary>
public abstract class ServiceTesting : IAsyncLifetime
{
    internal const string County = "341503000000";
    internal const string Loans = "/keys/loans";
    private TestDatabase? database;
    private ServiceUnderTest? keys;

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal TestClock Clock { get; } = TestClock.On("2026-03-02");

    internal ServiceUnderTest Keys => keys!;

    internal TestDatabase Database => database!;

    internal SignedIn Window => Keys.As("li", County, Roles.WindowOfficer);

    internal SignedIn Township => Keys.As("wang", "341503002000", Roles.TownshipOfficer);

    internal SignedIn Auditor => Keys.As("zhao", "340000000000", Roles.Auditor);

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create(KeyTesting.Scripts, Stop);
        keys = await ServiceUnderTest.Start(KeyService.Create(), Clock, Database);
    }

    public async ValueTask DisposeAsync()
    {
        await Keys.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal async Task<string> Lent(string key, string region = "341503002000") =>
        (await Window.Post(Loans, KeyTesting.Lend(key) with { Region = KeyLoans.Region(region) })).Id;
}
