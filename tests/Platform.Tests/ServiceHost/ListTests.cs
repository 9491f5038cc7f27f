using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.Tests.EventStore;

namespace Platform.Tests.ServiceHost;

/// <summary>Worklists: pages, filters, and nothing from outside the reader's region.</summary>
public sealed class ListTests : ServiceTesting
{
    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_overlap_and_count_all()
    {
        await Many(7);
        var (ids, path, pages) = (new List<string>(), $"{Loans}?limit=3&open=true", 0);
        for (string? next = path; next is not null; pages++)
        {
            var page = (await Window.Get(next)).Ok.Json;
            Assert.Equal((7, true), ((int)page["count"]!, (bool)page["countIsExact"]!));
            ids.AddRange(Ids(page));
            next = (string?)page["next"];
            Assert.True(next is null || next.StartsWith("/keys/loans?", StringComparison.Ordinal), next);
        }

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(1, 7).Select(n => $"KEY-341503-2026-{n:000000}"), ids);
    }

    [Fact]
    public async Task A_full_last_page_has_no_next()
    {
        await Many(3);
        Assert.Null((await Window.Get($"{Loans}?limit=3")).Ok.Json["next"]);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("201")]
    [InlineData("-1")]
    public async Task A_page_holds_one_to_two_hundred(string limit) => (await Window.Get($"{Loans}?limit={limit}")).Is(400, "E_LIMIT");

    [Fact]
    public async Task The_count_is_exact_up_to_a_thousand_and_says_when_it_is_not()
    {
        await Database.Do(
            """
            insert into case_list select 'key-loan/X' || n, 'key-loan', 'X' || lpad(n::text, 5, '0'), '341503002000', 'Out', '已借出', 'Out', 'K', true, null, '2026-03-02'
            from generate_series(1, 1000) n
            """, Stop);
        Assert.Equal((1000, true), await Count());
        await Many(1);
        Assert.Equal((1000, false), await Count());

        async Task<(int, bool)> Count()
        {
            var page = (await Window.Get(Loans)).Ok.Json;
            Assert.Equal(50, Ids(page).Count());
            return ((int)page["count"]!, (bool)page["countIsExact"]!);
        }
    }

    [Fact]
    public async Task Each_reader_sees_what_lies_in_their_region_and_may_narrow_it_but_not_widen()
    {
        var (two, three) = (await Lent("K-1", "341503002000"), await Lent("K-2", "341503003000"));
        Assert.Equal([two, three], await Listed(Window, ""));
        Assert.Equal([two], await Listed(Township, ""));
        Assert.Equal([three], await Listed(Window, "?region=341503003"));
        Assert.Equal([], await Listed(Window, "?region=341503004000"));
        Assert.Equal([two], await Listed(Township, "?region=341503"));
        Assert.Equal([two], await Listed(Township, "?region=341503003000"));
        Assert.Equal([], await Listed(Keys.As("chen", "341502000000", Roles.WindowOfficer), ""));
        (await Window.Get($"{Loans}?region=abc")).Is(400, "E_REGION_CODE");
    }

    [Fact]
    public async Task States_and_open_cases_can_be_asked_for()
    {
        var (lent, back) = (await Lent("K-1"), await Lent("K-2"));
        _ = (await Window.Post($"{Loans}/{back}/return-key", new ReturnKey())).Ok;

        Assert.Equal([back], await Listed(Window, "?state=Back"));
        Assert.Equal([lent], await Listed(Window, "?open=true"));
        Assert.Equal([back], await Listed(Window, "?open=false"));
        Assert.Equal([], await Listed(Window, "?state=Back&open=true"));
        Assert.Equal([], await Listed(Window, "?state=%25"));
    }

    [Fact]
    public async Task A_row_says_what_an_officer_needs_and_lists_of_other_processes_are_apart()
    {
        await Lent("K-1");
        _ = (await Keys.As("li", "000000000000", Roles.WindowOfficer).Post("/keys/boards", new HangBoard("board-a"))).Ok;

        var row = Assert.Single((await Window.Get(Loans)).Ok.Json["items"]!.AsArray())!;
        Assert.Equal(
            """{"id":"KEY-341503-2026-000001","region":"341503002000","state":"Out","stateName":{"zh":"已借出","en":"Out"},"subject":"K-1","open":true,"due":"2026-03-10","openedOn":"2026-03-02","version":1}""",
            row.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("board-a", (string?)Assert.Single((await Keys.As("li", "000000000000", Roles.WindowOfficer).Get("/keys/boards")).Ok.Json["items"]!.AsArray())!["id"]);
    }

    private static IEnumerable<string> Ids(JsonNode page) => page["items"]!.AsArray().Select(i => (string)i!["id"]!);

    private static async Task<IReadOnlyList<string>> Listed(Support.SignedIn reader, string query) => [.. Ids((await reader.Get(Loans + query)).Ok.Json)];

    private async Task Many(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Lent($"K-many-{i}");
        }
    }
}
