using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Platform.Tests.Support;
using static SocialAssistance.Tests.PaymentBatch.Batches;

namespace SocialAssistance.Tests.PaymentBatch;

public sealed class BatchServiceTests
{
    private static string Entitlement(int n) => $"DB-341503-2013-{n:000000}";

    [Fact]
    public async Task Two_calculations_at_once_make_one_batch()
    {
        await using var roll = await Roll.Of(20);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => roll.Maker.Post(Roll.Path, Roll.Request())));

        var won = Assert.Single(answers, a => a.Status == 201);
        Assert.Equal((Id, $"{Roll.Path}/{Id}"), (won.Id, won.Location));
        Assert.All(answers.Where(a => a != won), a => a.Is(409, "E_BATCH_DUP"));
        Assert.Equal(20, await roll.Ask<long>("select count(*) from payment_lines"));
    }

    [Fact]
    public async Task Two_supplementary_batches_at_once_never_pay_the_same_arrears()
    {
        await using var roll = await Roll.Of(3);
        await roll.Do($"insert into entitlement_arrears select entitlement, '2013-12', 10.00, 'uprating', 5 from entitlement_roll");

        var answers = await Task.WhenAll(new[] { "2013-12", "2014-01", "2014-02" }.Select(month => roll.Maker.Post(Roll.Path, Roll.Request(supplementary: true, month))));

        Assert.Single(answers, a => a.Status == 201);
        Assert.All(answers.Where(a => a.Status != 201), a => Assert.True(a.Code is "E_BATCH_DUP" or "E_BATCH_EMPTY", a.Text));
        Assert.Equal(3, await roll.Ask<long>("select count(*) from payment_lines"));
    }

    [Fact]
    public async Task The_same_request_again_gets_the_same_answer()
    {
        await using var roll = await Roll.Of(3);

        var first = await roll.Maker.Post(Roll.Path, Roll.Request(), key: "one");
        var again = await roll.Maker.Post(Roll.Path, Roll.Request(), key: "one");

        Assert.Equal((first.Id, first.Version), (again.Id, again.Version));
    }

    [Fact]
    public async Task Only_what_is_due_for_the_month_is_drawn()
    {
        await using var roll = await Roll.Of(8);
        await roll.Do($"""
            update entitlement_roll set last_month = '2013-12', state = 'Stopped' where entitlement = '{Entitlement(1)}';
            update entitlement_roll set last_month = '2014-01', state = 'Stopped' where entitlement = '{Entitlement(2)}';
            update entitlement_roll set first_month = '2014-02' where entitlement = '{Entitlement(3)}';
            update entitlement_roll set state = 'Suspended' where entitlement = '{Entitlement(4)}';
            update entitlement_roll set on_hold = 'death-signal' where entitlement = '{Entitlement(5)}';
            update entitlement_roll set region = '341502101201' where entitlement = '{Entitlement(6)}';
            update entitlement_roll set benefit = 'orphan' where entitlement = '{Entitlement(7)}';
            insert into entitlement_slices select entitlement, '2014-01', 300, persons, standard, per_capita, 300, 0, formula, policy, source_process, source_id, source_version, 5 from entitlement_slices where entitlement = '{Entitlement(8)}';
            insert into entitlement_slices select entitlement, '2014-02', 999, persons, standard, per_capita, 999, 0, formula, policy, source_process, source_id, source_version, 6 from entitlement_slices where entitlement = '{Entitlement(8)}' and from_month = '2014-01';
            insert into entitlement_arrears values ('{Entitlement(8)}', '2013-12', 92.00, 'uprating', 5), ('{Entitlement(1)}', '2013-11', 10.00, 'late', 4), ('{Entitlement(8)}', '2014-02', 1.00, 'later', 7);
            """);

        _ = (await roll.Maker.Post(Roll.Path, Roll.Request())).Ok;

        Assert.Equal(
            $"{Entitlement(1)} 2013-11 Arrears:4 10.00 Drawn, {Entitlement(2)} 2014-01 Regular 202.00 Drawn, {Entitlement(5)} 2014-01 Regular 205.00 Held, {Entitlement(8)} 2013-12 Arrears:5 92.00 Drawn, {Entitlement(8)} 2014-01 Regular 300.00 Drawn",
            await roll.Ask<string>("select string_agg(concat_ws(' ', entitlement, month, component, amount, status), ', ' order by entitlement, month) from payment_lines"));
        Assert.Equal(4, (await roll.Total()).Count);
        Assert.Equal(809.00m, (await roll.Total()).Sum);

        // What a batch has taken no other batch takes.
        _ = (await roll.Maker.Post(Roll.Path, Roll.Request(supplementary: true))).Is(422, "E_BATCH_EMPTY");
    }

    [Fact]
    public async Task The_file_that_the_bank_gets_is_the_file_that_was_approved()
    {
        await using var roll = await Roll.Of(5);
        _ = (await roll.Maker.Post(Roll.Path, Roll.Request())).Ok;
        (await roll.Teller.Get($"{Roll.Path}/{Id}/file?format=csv")).Is(409, "E_NOT_RELEASED");
        await roll.Release();

        foreach (var format in new[] { "csv", "gb18030" })
        {
            var (bytes, digest, etag) = await roll.File(format);
            var sha256 = SHA256.HashData(bytes);
            Assert.Equal($"sha-256=:{Convert.ToBase64String(sha256)}:", digest);
            Assert.Equal($"\"{Convert.ToHexStringLower(sha256)}\"", etag);
            var approved = JsonNode.Parse((await roll.Ask<string>("select data::text from mt_events where type = 'batch_approved'"))!)!["files"]!.AsArray().Single(f => string.Equals((string)f!["format"]!, format, StringComparison.OrdinalIgnoreCase));
            Assert.Equal((Convert.ToHexStringLower(sha256), bytes.Length, 5), ((string)approved!["sha256"]!, (int)approved["bytes"]!, (int)approved["lines"]!));
        }

        Assert.Equal(2, await roll.Ask<long>($"select count(*) from read_log where subject = 'payment-batch/{Id}' and fields like 'bank file %' and actor = 'teller'"));
        (await roll.Teller.Get($"{Roll.Path}/{Id}/file?format=1")).Is(400, "E_FORMAT");
        (await roll.Teller.Get($"{Roll.Path}/DB-341503-2013-12/file?format=csv")).Is(404, "E_NOT_FOUND");
        (await roll.Checker.Get($"{Roll.Path}/{Id}/file?format=csv")).Is(403, "E_ROLE");
        (await roll.Elsewhere.Get($"{Roll.Path}/{Id}/file?format=csv")).Is(403, "E_REGION_SCOPE");
        (await roll.Elsewhere.Get($"{Roll.Path}/{Id}/lines")).Is(403, "E_REGION_SCOPE");
    }

    [Theory]
    [InlineData("update bank_files set sealed = set_byte(sealed, 40, (get_byte(sealed, 40) + 1) % 256) where format = 'Csv'")]
    [InlineData("update bank_files b set sealed = o.sealed from bank_files o where o.format <> b.format")]
    [InlineData("delete from bank_files where format = 'Gb18030'")]
    public async Task An_altered_file_is_not_released(string foul)
    {
        await using var roll = await Roll.Of(3);
        _ = (await roll.Maker.Post(Roll.Path, Roll.Request())).Ok;
        await roll.Release(upTo: "approve-batch");
        await roll.Do(foul);

        (await roll.Releaser.Post($"{Roll.Path}/{Id}/release-batch", new { })).Is(422, "E_FILE_HASH");
    }

    [Fact]
    public async Task A_file_altered_after_the_release_is_not_served()
    {
        await using var roll = await Roll.Of(3);
        _ = (await roll.Maker.Post(Roll.Path, Roll.Request())).Ok;
        await roll.Release();
        await roll.Do("update bank_files b set sealed = o.sealed from bank_files o where o.format <> b.format");

        (await roll.Teller.Get($"{Roll.Path}/{Id}/file?format=csv")).Is(422, "E_FILE_HASH");
    }

    [Fact]
    public async Task Whoever_dies_after_the_cut_off_is_not_paid_at_whatever_step_it_becomes_known()
    {
        await using var roll = await Roll.Of(10);
        _ = (await roll.Maker.Post(Roll.Path, Roll.Request())).Ok;
        var (count, sum) = await roll.Total();

        await roll.Do($"update entitlement_roll set on_hold = 'death-signal' where entitlement = '{Entitlement(1)}'");
        _ = (await roll.Checker.Post($"{Roll.Path}/{Id}/check-batch", new { count, controlSum = sum })).Ok;
        Assert.Equal("Held", await Status(1));

        await roll.Do($"update entitlement_roll set last_month = '2013-12', state = 'Stopped' where entitlement = '{Entitlement(2)}'; update entitlement_slices set amount = 1 where entitlement = '{Entitlement(3)}'");
        await roll.Release(upTo: "approve-batch", from: "approve-batch");
        Assert.Equal(("Held", "Held"), (await Status(2), await Status(3)));

        await roll.Do($"update entitlement_roll set on_hold = 'death-signal' where entitlement = '{Entitlement(4)}'");
        (await roll.Releaser.Post($"{Roll.Path}/{Id}/release-batch", new { })).Is(422, "E_DEAD_PERSON");
        await roll.Release(from: "approve-batch");
        Assert.Equal("Held", await Status(4));
        Assert.Equal(6, CsvLines((await roll.File("csv")).Bytes));

        Task<string?> Status(int n) => roll.Ask<string>($"select status from payment_lines where entitlement = '{Entitlement(n)}'");
    }

    [Fact]
    public async Task Whoever_has_no_account_that_can_be_paid_to_is_held_and_paid_by_a_supplementary_batch_with_what_the_bank_returned()
    {
        await using var roll = await Roll.Of(6);
        await roll.Do($"delete from person_vault where person = '{Person(2)}'");
        await roll.Accounts([3], "BankCard:6217999900000000017");
        _ = (await roll.Maker.Post(Roll.Path, Roll.Request())).Ok;
        await roll.Release();
        Assert.Equal($"{Entitlement(2)}, {Entitlement(3)}", await roll.Ask<string>("select string_agg(entitlement, ', ' order by entitlement) from payment_lines where status = 'Held'"));

        // Held as 2 and 3; 5 comes back; the others are paid.
        var five = await Line(5);
        _ = (await roll.Teller.Post($"{Roll.Path}/{Id}/record-returns", new { reference = "HD-1", paidOn = "2014-01-06", paidCount = 3, paidSum = 201m + 204m + 206m, rejected = new[] { new { line = five, code = "1034", message = "账户已销户" } } })).Ok;
        _ = (await roll.Checker.Post($"{Roll.Path}/{Id}/release-line", new { line = await Line(2), reason = "账户已登记" })).Ok;
        await roll.Accounts([2]);

        var supplementary = (await roll.Maker.Post(Roll.Path, Roll.Request(supplementary: true))).Ok.Id;
        Assert.Equal($"{Id}-S1", supplementary);
        Assert.Equal(
            $"{Entitlement(2)} 2014-01 Reissue:{Id} 202.00, {Entitlement(5)} 2014-01 Reissue:{Id} 205.00",
            await roll.Ask<string>($"select string_agg(concat_ws(' ', entitlement, month, component, amount), ', ' order by entitlement) from payment_lines where batch = '{supplementary}'"));
        (await roll.Maker.Post(Roll.Path, Roll.Request(supplementary: true))).Is(422, "E_BATCH_EMPTY");

        // Turned back again: the next supplementary batch has it, and once only.
        await roll.Release(supplementary);
        var again = await roll.Ask<int>($"select line from payment_lines where batch = '{supplementary}' and entitlement = '{Entitlement(5)}'");
        _ = (await roll.Teller.Post($"{Roll.Path}/{supplementary}/record-returns", new { reference = "HD-2", paidOn = "2014-01-06", paidCount = 1, paidSum = 202m, rejected = new[] { new { line = again, code = "1034", message = "" } } })).Ok;
        Assert.Equal($"{Id}-S2", (await roll.Maker.Post(Roll.Path, Roll.Request(supplementary: true))).Ok.Id);
        Assert.Equal($"{Entitlement(5)} Reissue:{supplementary}", await roll.Ask<string>($"select string_agg(concat_ws(' ', entitlement, component), ', ') from payment_lines where batch = '{Id}-S2'"));

        // The roll is given here without the facts behind it.
        Assert.All((await roll.Rebuilt()).Where(t => t.Table is not ("entitlement_roll" or "entitlement_slices")), t => Assert.True(t.Equal, t.Table));
        var explained = (await roll.Maker.Get($"{Roll.Path}/{supplementary}/explain?line={again}")).Ok.Json;
        Assert.Equal(Id, (string)explained["inputs"]![0]!["input"]!["id"]!);
        Assert.Equal("lines_calculated", (string)explained["inputs"]![0]!["source"]!["fact"]!);

        Task<int> Line(int n) => roll.Ask<int>($"select line from payment_lines where batch = '{Id}' and entitlement = '{Entitlement(n)}'");
    }

    [Fact]
    public async Task What_was_paid_is_answered_as_it_was_known_at_any_instant()
    {
        await using var roll = await Roll.Of(4);
        _ = (await roll.Maker.Post(Roll.Path, Roll.Request())).Ok;
        await roll.Release();
        var unpaid = roll.Clock.Now;
        roll.Clock.GoTo("2014-01-08");
        _ = (await roll.Teller.Post($"{Roll.Path}/{Id}/record-returns", new { reference = "HD-1", paidOn = "2014-01-07", paidCount = 4, paidSum = 810m, rejected = Array.Empty<object>() })).Ok;
        var paid = roll.Clock.Now;
        roll.Clock.GoTo("2014-01-20");
        var line = await roll.Ask<int>($"select line from payment_lines where entitlement = '{Entitlement(4)}'");
        _ = (await roll.Teller.Post($"{Roll.Path}/{Id}/record-returns", new { reference = "HD-2", paidOn = "2014-01-18", paidCount = 3, paidSum = 606m, rejected = new[] { new { line, code = "1034", message = "" } } })).Ok;

        Assert.Equal((0m, 810m, 606m), (await Known(unpaid), await Known(paid), await Known(roll.Clock.Now)));

        Task<decimal> Known(DateTimeOffset at) => roll.Ask<decimal>(string.Create(CultureInfo.InvariantCulture, $"""
            select coalesce(sum(l.amount), 0) from payment_lines l join payment_batches b on b.batch = l.batch
            where b.paid_known_at <= '{at:O}' and b.paid_on between '2014-01-01' and '2014-12-31' and l.status not in ('Held', 'LetGo')
              and not exists (select 1 from payment_returns r where r.batch = l.batch and r.line = l.line and r.recorded_at <= '{at:O}')
            """));
    }

    [Fact]
    public async Task A_cancelled_batch_frees_the_month_and_the_lines_are_shown_page_by_page()
    {
        await using var roll = await Roll.Of(5);
        _ = (await roll.Maker.Post(Roll.Path, Roll.Request())).Ok;
        _ = (await roll.Maker.Post($"{Roll.Path}/{Id}/cancel-batch", new { reason = "月份有误" })).Ok;
        Assert.Equal(0, await roll.Ask<long>("select count(*) from payment_lines"));
        _ = (await roll.Maker.Post(Roll.Path, Roll.Request())).Ok;
        _ = (await roll.Checker.Post($"{Roll.Path}/{Id}/hold-line", new { line = 2, reason = "Complaint", note = "待查" })).Ok;

        var first = (await roll.Maker.Get($"{Roll.Path}/{Id}/lines?limit=3")).Ok.Json;
        Assert.Equal((3, 3), (first["lines"]!.AsArray().Count, (int)first["next"]!));
        var rest = (await roll.Maker.Get($"{Roll.Path}/{Id}/lines?limit=3&after=3")).Ok.Json;
        Assert.Equal([4, 5], rest["lines"]!.AsArray().Select(l => (int)l!["line"]!));
        Assert.Null(rest["next"]);
        Assert.Equal(2, (int)Assert.Single((await roll.Maker.Get($"{Roll.Path}/{Id}/lines?status=Held")).Ok.Json["lines"]!.AsArray())!["line"]!);
        Assert.Equal("Calculated", (string)(await roll.Maker.Get($"{Roll.Path}/{Id}")).Ok.Json["state"]!);
    }

    private static int CsvLines(byte[] csv) => System.Text.Encoding.UTF8.GetString(csv).Split("\r\n").Length - 3;
}
