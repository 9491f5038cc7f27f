using Npgsql;
using Platform.Cases;
using Platform.ServiceHost;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.ServiceHost;

/// <summary>What officers, auditors, readers of the feed and operators meet where an event cannot be read.</summary>
public sealed class UnreadableEventTests : ServiceTesting
{
    [Fact]
    public async Task The_case_is_a_fault_until_an_operator_leaves_the_event_out_and_its_history_shows_who_and_why()
    {
        var id = await Lent("K-1");
        _ = (await Township.Post($"{Loans}/{id}/extend-loan", new ExtendLoan(KeyTesting.Day("2026-04-01")))).Ok;
        await Spoil(2);
        var reader = Keys.As("feed", "000000000000", Roles.FeedReader);
        foreach (var answer in new[] { await Window.Get($"{Loans}/{id}"), await Auditor.Get($"{Loans}/{id}/history"), await reader.Get("/keys/feed?after=1") })
        {
            Assert.Matches("^[0-9a-f]{32}$", (string?)answer.Is(500, "E_FAULT").Json["traceId"]);
        }

        // What comes before it is told.
        var before = (await reader.Get("/keys/feed")).Ok.Json;
        Assert.Equal((1, 1L, false), (before["events"]!.AsArray().Count, (long)before["next"]!, (bool)before["final"]!));

        Assert.Equal(2, await Skip("2"));
        Assert.Equal(2, await Skip("x", "--by", "wu", "--because", "nobody knows it"));
        Assert.Equal(1, await Skip("1", "--by", "wu", "--because", "it can be read"));
        Assert.Equal(1, await Skip("9", "--by", "wu", "--because", "there is none"));
        Assert.Equal(0, await Database.Ask<long>("select count(*) from unread_events", Stop));
        Assert.Equal(0, await Skip("2", "--by", "wu", "--because", "nobody knows it"));
        Assert.Equal(1, await Skip("2", "--by", "wu", "--because", "once more"));

        Assert.Equal(1, (int)(await Keys.As("op", County, Roles.Operator).Get("/keys/admin/store")).Ok.Json["leftOut"]!);

        Assert.Equal(2, (await Window.Get($"{Loans}/{id}")).Version);
        var history = (await Auditor.Get($"{Loans}/{id}/history")).Ok.Json.AsArray();
        Assert.Equal(("key_melted", 2, "wang"), ((string?)history[1]!["fact"], (int)history[1]!["version"]!, (string?)history[1]!["actor"]));
        Assert.Equal(("wu", "nobody knows it (key-loan knows no such fact)"), ((string?)history[1]!["content"]!["leftOut"]!["decidedBy"], (string?)history[1]!["content"]!["leftOut"]!["reason"]));
        Assert.Single((await reader.Get("/keys/feed")).Ok.Json["events"]!.AsArray());
        Assert.Equal(3, (await Window.Post($"{Loans}/{id}/return-key", new ReturnKey())).Ok.Version);
    }

    private async Task<int> Skip(string sequence, params string[] why) =>
        await Service.Run(["skip-event", sequence, .. why, .. ServiceUnderTest.Settings(Database, await TestIdentity.Shared)], KeyService.Create());

    private async Task Spoil(long sequence)
    {
        await using var superuser = await KeyTesting.Connect(Database.Superuser);
        await using var command = new NpgsqlCommand($"update mt_events set type = 'key_melted' where seq_id = {sequence}", superuser);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
