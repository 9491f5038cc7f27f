using Platform.Cases;
using Platform.Tests.EventStore;

namespace Platform.Tests.ServiceHost;

/// <summary>Every read leaves who, what and why; and so does the reading of that.</summary>
public sealed class ReadLogTests : ServiceTesting
{
    [Theory]
    [InlineData("", "case")]
    [InlineData("?version=1", "case at version 1")]
    [InlineData("?knownAt=2026-03-02T12:00:00Z", "case as known at 2026-03-02T12:00:00.0000000+00:00")]
    [InlineData("/history", "history")]
    [InlineData("/explain?line=fee", "explain fee")]
    public async Task A_read_of_a_case_is_logged_with_its_purpose(string part, string fields)
    {
        var id = await Lent("K-1");
        _ = (await Window.Get($"{Loans}/{id}{part}", purpose: Uri.EscapeDataString("核对借用"))).Ok;

        Assert.Equal($"li|window-officer|bureau|{County}|test|核对借用|key-loan/{id}|{fields}", await Last());
        Assert.Equal(Clock.Now.UtcDateTime, await Database.Ask<DateTime>("select at from read_log", Stop));
    }

    [Fact]
    public async Task A_list_is_logged_with_its_filter()
    {
        _ = (await Window.Get($"{Loans}?state=Out&limit=5")).Ok;
        Assert.Equal($"li|window-officer|bureau|{County}|test||key-loan/|list ?state=Out&limit=5", await Last());
    }

    [Fact]
    public async Task Whoever_may_not_read_leaves_no_entry_of_a_read()
    {
        var id = await Lent("K-1");
        (await Keys.As("chen", "341502000000", Roles.WindowOfficer).Get($"{Loans}/{id}")).Is(403, "E_REGION_SCOPE");
        Assert.Equal(0, await Database.Ask<long>("select count(*) from read_log", Stop));
    }

    [Fact]
    public async Task Auditors_see_who_has_read_a_case_newest_first_and_are_seen_themselves()
    {
        var (id, other) = (await Lent("K-1"), await Lent("K-2"));
        _ = (await Window.Get($"{Loans}/{id}", purpose: "first")).Ok;
        _ = (await Window.Get($"{Loans}/{other}")).Ok;
        _ = (await Auditor.Get($"{Loans}/{id}/export", purpose: "audit")).Ok;

        var reads = (await Auditor.Get($"{Loans}/{id}/reads")).Ok.Json.AsArray();

        Assert.Equal(["zhao reads ", "zhao export audit", "li case first"], reads.Select(r => $"{r!["actor"]} {r["fields"]} {r["purpose"]}"));
        var older = (await Auditor.Get($"{Loans}/{id}/reads?before={reads[1]!["entry"]}")).Ok.Json.AsArray();
        Assert.Equal(["li"], older.Select(r => (string?)r!["actor"]));
        (await Window.Get($"{Loans}/{id}/reads")).Is(403, "E_ROLE");
    }

    private Task<string?> Last() => Database.Ask<string>(
        "select actor || '|' || roles || '|' || organisation || '|' || region || '|' || client || '|' || coalesce(purpose, '') || '|' || subject || '|' || fields from read_log order by id desc limit 1", Stop);
}
