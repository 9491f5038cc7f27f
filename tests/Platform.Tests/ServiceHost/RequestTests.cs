using System.Net.Http.Headers;
using System.Text;
using Platform.Cases;
using Platform.Tests.EventStore;

namespace Platform.Tests.ServiceHost;

/// <summary>What cannot be read is turned down with its place, and nothing is recorded.</summary>
public sealed class RequestTests : ServiceTesting
{
    private const string Good = """{"region":"341503002000","key":"K-1","borrower":"abcdefghijklmnopqrstuvwxyz","lastDay":"2026-03-10"}""";

    [Theory]
    [InlineData("""{"region":"341503002000","key":}""", "E_JSON", "$.key")]
    [InlineData("""{"region":"341503002000","key":"K-1","borrower":"abcdefghijklmnopqrstuvwxyz","lastDay":"soon"}""", "E_JSON", "$.lastDay")]
    [InlineData("""{"region":"341503002000","key":"K-1","borrower":"abcdefghijklmnopqrstuvwxyz","lastDay":"2026-03-10","colour":"red"}""", "E_JSON", "$.colour")]
    [InlineData("""{"region":"3415","key":"K-1","key":"K-2","borrower":"abcdefghijklmnopqrstuvwxyz","lastDay":"2026-03-10"}""", "E_JSON", "$.key")]
    [InlineData("""{"region":"99","key":"K-1","borrower":"abcdefghijklmnopqrstuvwxyz","lastDay":"2026-03-10"}""", "E_REGION_CODE", "$.region")]
    [InlineData("""{"region":"341503002000","key":"K-1","borrower":"Somebody","lastDay":"2026-03-10"}""", "E_PERSON_ID", "$.borrower")]
    [InlineData("""{"region":"341503002000","key":null,"borrower":"abcdefghijklmnopqrstuvwxyz","lastDay":"2026-03-10"}""", "E_JSON", "$.key")]
    [InlineData("""{"region":"341503002000","key":5,"borrower":"abcdefghijklmnopqrstuvwxyz","lastDay":"2026-03-10"}""", "E_JSON", "$.key")]
    public async Task A_body_that_cannot_be_read_is_turned_down_with_its_place(string body, string code, string path)
    {
        var problem = (await Window.Post(Loans, body)).Is(400, code);
        Assert.Equal(path, (string?)problem.Json["details"]!["path"]);
        Assert.Equal(0, await Database.Ask<long>("select count(*) from mt_events", Stop));
    }

    [Fact]
    public async Task A_missing_property_is_named()
    {
        var problem = (await Window.Post(Loans, """{"region":"341503002000","borrower":"abcdefghijklmnopqrstuvwxyz"}""")).Is(400, "E_JSON");
        Assert.Equal("key, lastDay", (string?)problem.Json["details"]!["missing"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    public async Task A_body_that_is_no_object_is_turned_down(string body) => (await Window.Post(Loans, body)).Is(400, "E_JSON");

    [Fact]
    public async Task Null_in_a_list_is_turned_down()
    {
        var id = await Lent("K-1");
        (await Window.Post($"{Loans}/{id}/label-key", """{"tags":["red",null]}""")).Is(400, "E_JSON");
    }

    [Fact]
    public async Task Another_media_type_is_turned_down()
    {
        var request = Window.Request(HttpMethod.Post, Loans, ("Idempotency-Key", "k"));
        request.Content = new StringContent(Good, Encoding.UTF8, MediaTypeHeaderValue.Parse("text/plain"));
        Assert.Equal(415, (await Window.Send(request)).Status);
    }

    [Fact]
    public async Task An_idempotency_key_is_needed_and_may_be_long_but_not_endless()
    {
        var request = Window.Request(HttpMethod.Post, Loans);
        request.Content = new StringContent(Good, Encoding.UTF8, "application/json");
        (await Window.Send(request)).Is(400, "E_IDEMPOTENCY_KEY");
        (await Window.Post(Loans, Good, key: new string('k', 201))).Is(400, "E_IDEMPOTENCY_KEY");
        _ = (await Window.Post(Loans, Good, key: new string('k', 200))).Ok;
    }

    [Fact]
    public async Task The_same_key_answers_the_same_and_another_body_or_case_is_refused()
    {
        var first = (await Window.Post(Loans, Good, key: "once")).Ok;
        var again = (await Window.Post(Loans, Good, key: "once")).Ok;
        Assert.Equal((201, first.Text, first.ETag, first.Location), (again.Status, again.Text, again.ETag, again.Location));

        (await Window.Post(Loans, Good.Replace("K-1", "K-2", StringComparison.Ordinal), key: "once")).Is(422, "E_REQUEST_REUSED");
        (await Window.Post($"{Loans}/{first.Id}/return-key", "{}", key: "once")).Is(422, "E_REQUEST_REUSED");
        (await Keys.As("another", County, Roles.WindowOfficer).Post(Loans, Good, key: "once")).Is(422, "E_REQUEST_REUSED");
        Assert.Equal(1, await Database.Ask<long>("select count(*) from mt_events", Stop));
    }

    [Fact]
    public async Task A_body_over_a_mebibyte_is_too_large_and_many_commands_may_have_sixteen()
    {
        var filler = new string(' ', (1 << 20) - Good.Length);
        _ = (await Window.Post(Loans, Good + filler)).Ok;
        (await Window.Post(Loans, Good + filler + " ")).Is(413, "E_TOO_LARGE");
        (await Window.Post($"{Loans}/batch", Good + filler + " ")).Is(400, "E_JSON");
        var large = Window.Request(HttpMethod.Post, $"{Loans}/batch", ("Idempotency-Key", "large"));
        large.Content = new StringContent(new string(' ', (16 << 20) + 1), System.Text.Encoding.UTF8, "application/json");
        // The server refuses by the length it is told, before the body is sent.
        large.Headers.ExpectContinue = true;
        (await Window.Send(large)).Is(413, "E_TOO_LARGE");
    }

    [Fact]
    public async Task A_refusal_says_why_in_both_languages_with_its_basis_and_numbers()
    {
        var past = (await Window.Post(Loans, KeyTesting.Lend("K-1", lastDay: "2026-03-01"))).Is(422, "E_PAST");
        Assert.Equal(("日期已过。", "That day is over.", "钥匙管理办法第3条", "urn:problem:E_PAST", 422),
            ((string?)past.Json["text"]!["zh"], (string?)past.Json["text"]!["en"], (string?)past.Json["basis"], (string?)past.Json["type"], (int)past.Json["status"]!));
        Assert.Matches("^[0-9a-f]{32}$", (string?)past.Json["traceId"]);

        var id = await Lent("K-1");
        Assert.Equal(id, (string?)(await Window.Post(Loans, KeyTesting.Lend("K-1"))).Is(409, "E_KEY_OUT").Json["details"]!["heldBy"]);
    }

    [Theory]
    [InlineData("version=x")]
    [InlineData("knownAt=yesterday")]
    public async Task A_query_that_cannot_be_read_is_turned_down(string query) => (await Window.Get($"{Loans}/KEY-341503-2026-000001?{query}")).Is(400, "E_REQUEST");
}
