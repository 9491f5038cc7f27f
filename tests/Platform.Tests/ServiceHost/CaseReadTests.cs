using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.Tests.EventStore;

namespace Platform.Tests.ServiceHost;

/// <summary>A case as it is, as it was, how it came about, and what may be done with it.</summary>
public sealed class CaseReadTests : ServiceTesting
{
    [Fact]
    public async Task A_case_shows_its_state_its_content_and_what_this_officer_may_do_now()
    {
        var id = await Lent("K-1");
        var read = (await Township.Get($"{Loans}/{id}")).Ok.Json;

        Assert.Equal(("Out", "Out", "341503002000", "2026-03-10"), ((string?)read["state"], (string?)read["stateName"]!["en"], (string?)read["region"], (string?)read["due"]));
        Assert.Equal(("Out", "K-1", 12.50m), ((string?)read["case"]!["state"], (string?)read["case"]!["loan"]!["key"], (decimal)read["case"]!["loan"]!["fee"]!));
        Assert.Equal(["extend-loan true", "label-key E_ROLE", "return-key true", "lose-ledger E_ROLE"], Acts(read));
        var extend = read["acts"]![0]!;
        Assert.Equal(("延期", "Extend", $"{Loans}/{id}/extend-loan"), ((string?)extend["title"]!["zh"], (string?)extend["title"]!["en"], (string?)extend["href"]));
    }

    [Fact]
    public async Task What_may_not_be_done_says_why_in_both_languages()
    {
        var id = await Lent("K-1");
        _ = (await Window.Post($"{Loans}/{id}/return-key", new ReturnKey())).Ok;

        var read = (await Window.Get($"{Loans}/{id}")).Ok.Json;

        Assert.Equal(["extend-loan E_ROLE", "label-key E_STATE", "return-key true", "lose-ledger true"], Acts(read));
        Assert.Equal(("案件当前状态不能办理此事项。", "The case is not in a state in which this can be done."),
            ((string?)read["acts"]![1]!["why"]!["zh"], (string?)read["acts"]![1]!["why"]!["en"]));
        Assert.Equal(("您的岗位角色不能办理此事项。", "Your role may not do this."),
            ((string?)read["acts"]![0]!["why"]!["zh"], (string?)read["acts"]![0]!["why"]!["en"]));
        Assert.Equal(2, (await Window.Get($"{Loans}/{id}")).Version);
    }

    [Fact]
    public async Task The_past_is_read_by_version_and_by_what_was_known_and_offers_no_acts()
    {
        var id = await Extended();

        var first = (await Window.Get($"{Loans}/{id}?version=1")).Ok;
        Assert.Equal(("\"1\"", "2026-03-10", null), (first.ETag, (string?)first.Json["case"]!["lastDay"], first.Json["acts"]));
        var known = (await Window.Get($"{Loans}/{id}?knownAt=2026-03-03T04:00:00Z")).Ok.Json;
        Assert.Equal((2, "2026-04-01"), ((int)known["version"]!, (string?)known["case"]!["lastDay"]));
        (await Window.Get($"{Loans}/{id}?knownAt=2026-03-01T04:00:00Z")).Is(404, "E_NOT_FOUND");
    }

    [Fact]
    public async Task The_history_gives_every_fact_with_its_provenance()
    {
        var id = await Extended();
        var history = (await Auditor.Get($"{Loans}/{id}/history")).Ok.Json.AsArray();

        Assert.Equal(["1 key_lent li", "2 loan_extended wang", "3 loan_extended wang"], history.Select(h => $"{h!["version"]} {h["fact"]} {h["actor"]}"));
        Assert.Equal("key-fee@341503 from 2026-01-01", (string?)history[0]!["policies"]!["key-fee"]);
        Assert.Equal((id, "2026-03-02", false), ((string?)history[0]!["correlation"], (string?)history[0]!["occurredOn"], (bool)history[0]!["enteredAfterwards"]!));
        Assert.Equal("""{"lastDay":"2026-05-01"}""", history[2]!["content"]!.ToJsonString());
    }

    [Fact]
    public async Task The_export_is_the_history_line_by_line_for_auditors()
    {
        var id = await Extended();
        var export = (await Auditor.Get($"{Loans}/{id}/export")).Ok;

        Assert.Equal("application/x-ndjson", export.MediaType);
        Assert.Equal(
            (await Auditor.Get($"{Loans}/{id}/history")).Json.AsArray().Select(h => h!.ToJsonString()),
            export.Text.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.ToJsonString()));
    }

    [Fact]
    public async Task A_figure_opens_to_the_facts_behind_it_and_to_what_came_after_them()
    {
        var id = await Extended();
        Assert.Equal(KeyTesting.Explained, id);
        var fee = (await Window.Get($"{Loans}/{id}/explain?line=fee")).Ok.Json;

        Assert.Equal(("借用费", "fee = key-fee", 12.50m), ((string?)fee["item"]!["zh"], (string?)fee["formula"], (decimal)fee["result"]!));
        var inputs = fee["inputs"]!.AsArray();
        Assert.Equal(
            ["key key_lent 0", "last-day loan_extended 1", "key-fee - 0"],
            inputs.Select(i => $"{i!["input"]!["name"]} {i["source"]?["fact"] ?? "-"} {i["since"]!.AsArray().Count}"));
        Assert.Equal(("wang", "2026-05-01"), ((string?)inputs[1]!["source"]!["actor"], (string?)inputs[1]!["since"]![0]!["content"]!["lastDay"]));
        Assert.Equal("key-fee@341503 from 2026-01-01", (string?)inputs[2]!["input"]!["policy"]);
        (await Window.Get($"{Loans}/{id}/explain?line=rent")).Is(404, "E_NOT_FOUND");
        (await Window.Get($"{Loans}/{id}/explain")).Is(400, "E_REQUEST");
    }

    private static IEnumerable<string> Acts(JsonNode read) => read["acts"]!.AsArray().Select(a => $"{a!["name"]} {a["code"] ?? a["may"]}");

    private async Task<string> Extended()
    {
        var id = await Lent("K-1");
        Clock.GoTo("2026-03-03");
        _ = (await Township.Post($"{Loans}/{id}/extend-loan", new ExtendLoan(KeyTesting.Day("2026-04-01")))).Ok;
        Clock.GoTo("2026-03-04");
        _ = (await Township.Post($"{Loans}/{id}/extend-loan", new ExtendLoan(KeyTesting.Day("2026-05-01")))).Ok;
        return id;
    }
}
