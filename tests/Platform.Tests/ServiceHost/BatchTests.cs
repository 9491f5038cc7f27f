using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.Tests.EventStore;

namespace Platform.Tests.ServiceHost;

/// <summary>Many acts in one request, each on its own terms.</summary>
public sealed class BatchTests : ServiceTesting
{
    [Fact]
    public async Task Each_item_has_its_own_outcome_in_the_order_asked()
    {
        var id = await Lent("K-held");
        var answer = (await Window.Post($"{Loans}/batch", Batch(
            Item("", "a", Loan("K-1")),
            Item("", "b", Loan("K-held")),
            Item("return-key", "c", new JsonObject(), id, version: 7),
            Item("extend-loan", "d", new JsonObject { ["lastDay"] = "2026-04-01" }, id),
            Item("", "e", new JsonObject { ["key"] = "K-2" }),
            Item("borrow", "f", new JsonObject(), id),
            Item("return-key", "g", new JsonObject()),
            Item("return-key", "h", new JsonObject(), id, occurredOn: "2026-02-01"),
            Item("return-key", "", new JsonObject(), id),
            Item("label-key", "j", new JsonObject { ["tags"] = new JsonArray("red") }, id)))).Ok;

        Assert.Equal(
            ["a 201 KEY-341503-2026-000002", "b 409 E_KEY_OUT", "c 412 E_VERSION", "d 403 E_ROLE", "e 400 E_JSON", "f 404 E_NOT_FOUND", "g 404 E_NOT_FOUND", "h 403 E_HISTORIC_ENTRY", " 400 E_IDEMPOTENCY_KEY", $"j 200 {id}"],
            answer.Json["results"]!.AsArray().Select(r => $"{r!["key"]} {r["status"]} {r["case"]?["id"] ?? r["problem"]!["code"]}"));
    }

    [Fact]
    public async Task Sent_again_nothing_is_carried_out_again()
    {
        var batch = Batch(Item("", "a", Loan("K-1")), Item("", "b", Loan("K-2")));
        var first = (await Window.Post($"{Loans}/batch", batch)).Ok;
        var again = (await Window.Post($"{Loans}/batch", batch)).Ok;

        Assert.Equal(first.Text, again.Text);
        Assert.Equal(2, await Database.Ask<long>("select count(*) from mt_events", Stop));
        // An item is the same request as the act alone.
        Assert.Equal("KEY-341503-2026-000001", (await Window.Post(Loans, Loan("K-1").ToJsonString(), key: "a")).Id);
    }

    [Fact]
    public async Task It_holds_one_to_five_hundred()
    {
        var items = Enumerable.Range(0, 501).Select(i => Item("", $"k{i}", Loan($"K-{i}"))).ToArray();
        (await Window.Post($"{Loans}/batch", Batch(items))).Is(400, "E_BATCH_SIZE");
        (await Window.Post($"{Loans}/batch", Batch())).Is(400, "E_BATCH_SIZE");
        Assert.Equal(0, await Database.Ask<long>("select count(*) from mt_events", Stop));

        var answer = (await Window.Post($"{Loans}/batch", Batch([.. items[..500].Select(i => i.DeepClone().AsObject())]))).Ok;
        Assert.Equal(500, answer.Json["results"]!.AsArray().Count(r => (int)r!["status"]! == 201));
    }

    [Theory]
    [InlineData("""{"commands":[null]}""")]
    [InlineData("""{"commands":null}""")]
    [InlineData("""{"commands":[{"act":"","key":"a"}]}""")]
    [InlineData("""{"commands":[],"more":1}""")]
    [InlineData("[]")]
    public async Task One_that_cannot_be_read_is_turned_down(string body) => (await Window.Post($"{Loans}/batch", body)).Is(400, "E_JSON");

    [Fact]
    public async Task Who_may_do_none_of_its_acts_may_not_ask() => (await Keys.As("bank", County, Roles.Bank).Post($"{Loans}/batch", Batch(Item("", "a", Loan("K-1"))))).Is(403, "E_ROLE");

    private static JsonObject Batch(params JsonObject[] items) => new() { ["commands"] = new JsonArray([.. items]) };

    private static JsonObject Loan(string key) =>
        new() { ["region"] = "341503002000", ["key"] = key, ["borrower"] = KeyTesting.Borrower.ToString(), ["lastDay"] = "2026-03-10" };

    private static JsonObject Item(string act, string key, JsonObject body, string? id = null, long? version = null, string? occurredOn = null)
    {
        var item = new JsonObject { ["act"] = act, ["key"] = key, ["body"] = body };
        if (id is not null)
        {
            item["id"] = id;
        }

        if (version is not null)
        {
            item["version"] = version;
        }

        if (occurredOn is not null)
        {
            item["occurredOn"] = occurredOn;
        }

        return item;
    }
}
