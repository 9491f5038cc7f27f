using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.ServiceHost;

/// <summary>When something fails, nobody is told how, nothing is recorded, and running requests are finished.</summary>
public sealed class FaultTests : ServiceTesting
{
    [Fact]
    public async Task A_fault_is_a_500_with_a_trace_and_without_its_words()
    {
        var id = await Lent("K-1");
        var fault = (await Window.Post($"{Loans}/{id}/lose-ledger", new LoseLedger())).Is(500, "E_FAULT");

        Assert.Matches("^[0-9a-f]{32}$", (string?)fault.Json["traceId"]);
        Assert.DoesNotContain(KeyLoans.Unspeakable, fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", fault.Text, StringComparison.Ordinal);
        Assert.Equal(1, (await Window.Get($"{Loans}/{id}")).Version);
    }

    [Fact]
    public async Task A_read_that_cannot_be_logged_is_not_given()
    {
        var id = await Lent("K-1");
        await Database.Do($"revoke insert on read_log from {Database.AppRole}", Stop);
        try
        {
            foreach (var path in new[] { $"{Loans}/{id}", $"{Loans}/{id}/history", Loans })
            {
                var answer = (await Window.Get(path)).Is(500, "E_FAULT");
                Assert.DoesNotContain("K-1", answer.Text, StringComparison.Ordinal);
            }
        }
        finally
        {
            await Database.Do($"grant insert on read_log to {Database.AppRole}", Stop);
        }
    }

    [Fact]
    public async Task A_stopping_service_finishes_the_request_it_has_begun()
    {
        var bell = Keys.Services.GetRequiredService<Bell>();
        var slow = Window.Get("/keys/slow");
        await bell.Entered.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);

        var stopping = Keys.Stop();
        await Task.Delay(200, Stop);
        Assert.False(stopping.IsCompleted);
        Assert.False(slow.IsCompleted);
        bell.Rung.SetResult();

        Assert.True((bool)(await slow).Ok.Json["finished"]!);
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        await Assert.ThrowsAsync<HttpRequestException>(() => Window.Get(Loans));
    }

    [Fact]
    public async Task A_stopping_service_answers_waiting_readers_at_once()
    {
        var reader = Keys.As("feed", "000000000000", Roles.FeedReader);
        var waiting = reader.Get("/keys/feed?wait=20");
        await Task.Delay(300, Stop);
        Assert.False(waiting.IsCompleted);
        var watch = Stopwatch.StartNew();

        await Keys.Stop();

        Assert.Equal(0, (long)(await waiting).Ok.Json["next"]!);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }
}
