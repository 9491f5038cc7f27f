using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Platform.Cases;
using static Platform.Tests.Journeys.Bureau;

namespace Platform.Tests.Journeys;

/// <summary>One household's way; each step asserts what the law promises at that step.</summary>
internal sealed class AllowanceJourney(Bureau bureau)
{
    private const string County = "341503000000";
    private const string Town = "341503101000";
    private const string Village = "341503101201";

    private static readonly string[] Investigators = ["u-102", "u-103"];
    private static readonly string[] CountyVisitors = ["u-201", "u-203"];
    private readonly Desk window = bureau.As("u-101", Town, Roles.WindowOfficer);
    private readonly Desk officer = bureau.As("u-102", Town, Roles.TownshipOfficer);
    private readonly Desk reviewer = bureau.As("u-104", Town, Roles.TownshipReviewer);
    private readonly Desk village = bureau.As("u-105", Village, Roles.VillageAssistant);
    private readonly Desk centre = bureau.As("u-150", County, Roles.VerificationCentre);
    private readonly Desk county = bureau.As("u-201", County, Roles.CountyOfficer);
    private readonly Desk approver = bureau.As("u-202", County, Roles.CountyApprover);
    private readonly Desk checker = bureau.As("u-204", County, Roles.CountyApprover);
    private readonly Desk finance = bureau.As("u-205", County, Roles.CountyFinance);
    private readonly Desk treasury = bureau.As("u-206", County, Roles.Treasury);
    private readonly Desk bank = bureau.As("u-207", County, Roles.Bank);
    private readonly Desk auditor = bureau.As("u-301", County, Roles.Auditor);
    private IReadOnlyList<string> people = [];
    private string number = "";

    private string Path => $"{Allowances}/{number}";

    private string Mother => people[0];

    public async Task Apply()
    {
        people = await Register(window, Village, ("李秀兰", "341503198503149045"), ("李小雨", "341503201202299044"), ("李桂英", "341503194910019063"));
        await window.Post($"{Persons}/{Mother}/register-account", new { number = "BankCard:6217999900000000016", holder = "李秀兰", bank = "402376500017", reason = "申请低保", inPerson = true });
        var household = await Household(window, Village, "2020-01-01", (Mother, "Head"), (people[1], "Child"), (people[2], "Parent"));
        var application = new
        {
            household,
            applicant = Mother,
            area = "Urban",
            hukouRegion = Village,
            residenceRegion = Village,
            members = new[]
            {
                new { person = Mother, relation = "Head", adult = true, labour = "Partial", health = "ChronicIllness", studying = false },
                new { person = people[1], relation = "Child", adult = false, labour = "None", health = "Good", studying = true },
                new { person = people[2], relation = "Parent", adult = true, labour = "None", health = "Good", studying = false },
            },
            declaredIncome = new[] { new { person = Mother, kind = "Wage", amount = 9_600.00m, months = 12 } },
            declaredAssets = new[] { new { person = Mother, kind = "Deposits", value = 3_000.00m } },
            obligors = Array.Empty<object>(),
            authorisations = new[] { Mother, people[2] }.Select(person => new { person, document = Paper("authorisation", $"authorisation-{person}") }),
            commitment = Paper("commitment", "commitment"),
        };

        var submitted = await window.Post(Allowances, application, key: "application-1");
        var again = await window.Post(Allowances, application, key: "application-1");

        number = submitted.Id;
        Assert.Equal("DB-341503-2026-000001", number);
        Assert.Equal((201, Path), (submitted.Status, submitted.Location));
        Assert.Equal((submitted.Status, submitted.Text, submitted.ETag, submitted.Location), (again.Status, again.Text, again.ETag, again.Location));
        (await window.Try(Allowances, application)).Is(409, "E_HOUSEHOLD_ACTIVE_CASE");
    }

    public async Task Accept()
    {
        await bureau.Day("2026-09-22");
        var seen = await window.Get(Path);
        Assert.Equal("\"1\"", seen.ETag);
        Assert.Equal((true, null), Possible(seen.Json, "accept-application"));
        Assert.Equal((false, "E_STATE"), Possible((await officer.Get(Path)).Json, "assess-income"));

        var accepted = await window.Post($"{Path}/accept-application", new { supplied = Array.Empty<object>() }, key: "accept-1", ifMatch: seen.Version);
        var again = await window.Post($"{Path}/accept-application", new { supplied = Array.Empty<object>() }, key: "accept-1", ifMatch: seen.Version);

        Assert.Equal("\"2\"", accepted.ETag);
        Assert.Equal((accepted.Text, accepted.ETag), (again.Text, again.ETag));
        var after = (await window.Get(Path)).Json;
        Assert.Equal(("Accepted", "2021", "2026-09-28"), ((string?)after["state"], (string?)after["case"]!["file"]!["procedure"]!["profile"], (string?)after["due"]));
    }

    public async Task Investigate()
    {
        await bureau.Day("2026-09-24");
        (await officer.Try($"{Path}/start-investigation", new { investigators = Investigators }, ifMatch: 1)).Is(412, "E_VERSION");
        await officer.Post($"{Path}/start-investigation", new { investigators = Investigators }, ifMatch: (await officer.Get(Path)).Version);
        var order = $"{Verifications}/{(await officer.Post(Verifications, new { @case = Case(number), purpose = "New", persons = people, region = Village, asOf = "2026-09-24", items = new[] { new { item = "wages", declared = 9_600.00m } } })).Id}";
        foreach (var person in people)
        {
            await officer.Post($"{order}/register-authorisation", new
            {
                person, signedOn = "2026-09-21", validTo = "2027-09-20", document = Paper("authorisation", $"authorisation-{person}"), guardian = person == people[1] ? Mother : null,
            });
        }

        await centre.Post($"{order}/dispatch-query", new { source = "Tax", requestNumber = "Q-1" });
        await bureau.Day("2026-09-29");
        await Visit(officer, "Township", Investigators, "2026-09-29");
        await bureau.Day("2026-10-09");
        await centre.Post($"{order}/receive-result", new { requestNumber = "Q-1", returnedOn = "2026-10-08", found = true, lines = new[] { new { person = Mother, kind = "wages", amount = 9_600.00m, asOf = "2026-08-31" } }, rawReference = "tax/88231" });
        await centre.Post($"{order}/issue-report", new { reportNumber = "HDBG-341503-2026-0001", conclusion = "Consistent", verified = new[] { new { item = "wages", verified = 9_600.00m } }, alerts = Array.Empty<string>() });
    }

    public async Task GiveOpinion()
    {
        // A Saturday, and a working day in the calendar of 2026.
        await bureau.Day("2026-10-10");
        var lines = new[] { new { person = Mother, kind = "Wage", gross = 9_600.00m, deduction = 0.00m, excluded = 0.00m, basis = "务工单位工资表" } };
        (await officer.Try($"{Path}/assess-income", new { from = "2025-09", to = "2026-08", lines, recognisedExpenses = 0.00m, householdCountable = 9_000.00m })).Is(422, "E_AMOUNT_MISMATCH");
        await officer.Post($"{Path}/assess-income", new { from = "2025-09", to = "2026-08", lines, recognisedExpenses = 0.00m, householdCountable = 9_600.00m });
        await officer.Post($"{Path}/assess-assets", new { lines = new[] { new { person = Mother, kind = "Deposits", value = 3_000.00m } } });
        await reviewer.Post($"{Path}/give-initial-opinion", new { grant = true, category = "C", uplifts = Array.Empty<object>(), reasons = Array.Empty<string>(), suggestedAmount = 1_660.00m });
    }

    public async Task Announce()
    {
        await bureau.Day("2026-10-12");
        var notice = $"{Notices}/{(await officer.Post(Notices, new
        {
            @case = Case(number),
            kind = "Initial",
            region = Village,
            fields = new[] { new { label = "applicant", value = Mother }, new { label = "members", value = "3" }, new { label = "amount", value = "1660.00" } },
            places = new[] { "村务公开栏" },
        })).Id}";
        await village.Post($"{notice}/post-notice", new { photos = new[] { Paper("photo", "notice") } });

        await bureau.Day("2026-10-19");
        (await officer.Try($"{notice}/close-notice", new { })).Is(409, "E_PUBLICITY_OPEN");
        (await reviewer.Try($"{Path}/report-to-county", new { files = new[] { Paper("case-file", "file") } })).Is(409, "E_PUBLICITY_OPEN");
        Assert.Equal((false, "E_PUBLICITY_OPEN"), Possible((await officer.Get(notice)).Json, "close-notice"));

        // Before the daily run of deadlines, which would close it.
        bureau.Morning("2026-10-20");
        await officer.Post($"{notice}/close-notice", new { });
        Assert.Equal("PublicityEnded", (string?)(await officer.Get(Path)).Json["state"]);
    }

    public async Task Review()
    {
        await reviewer.Post($"{Path}/report-to-county", new { files = new[] { Paper("case-file", "file") } });
        await bureau.Day("2026-10-27");
        (await approver.Try($"{Path}/confirm-allowance", Decision())).Is(409, "E_CHECK_MISSING");
        await Visit(county, "County", CountyVisitors, "2026-10-27");
        await county.Post($"{Path}/record-county-check", new { conforms = true, sampled = true, findings = "材料齐全,抽查情况属实。" });
    }

    public async Task Confirm()
    {
        await bureau.Day("2026-11-02");
        var investigator = bureau.As("u-102", County, Roles.TownshipOfficer, Roles.CountyApprover);
        var refused = (await investigator.Try($"{Path}/confirm-allowance", Decision())).Is(403, "E_SOD");
        Assert.Equal("SOD-1", (string?)refused.Json["details"]!["rule"]);
        Assert.Equal((false, "E_SOD"), Possible((await investigator.Get(Path)).Json, "confirm-allowance"));
        (await officer.Try($"{Path}/confirm-allowance", Decision())).Is(403, "E_ROLE");
        var open = (await approver.Get(Path)).Json;
        Assert.Equal((true, null), Possible(open, "confirm-allowance"));
        Assert.Equal((false, "E_ROLE"), Possible(open, "record-county-check"));

        await approver.Post($"{Path}/confirm-allowance", Decision(), ifMatch: (long)open["version"]!);

        await bureau.Day("2026-11-04");
        await officer.Post($"{Path}/serve-decision", new { method = "InPerson", servedOn = "2026-11-04", receipt = Paper("receipt", "receipt") });
    }

    public async Task AssertHistory()
    {
        var history = (await auditor.Get($"{Path}/history")).Json.AsArray();
        Assert.Equal(
            [
                "allowance_application_submitted 2026-09-21 u-101 window-officer",
                "allowance_application_accepted 2026-09-22 u-101 window-officer",
                "allowance_investigation_started 2026-09-24 u-102 township-officer",
                "allowance_visit_attached 2026-09-29 u-102 township-officer",
                "allowance_report_attached 2026-10-09 u-150 verification-centre",
                "allowance_income_assessed 2026-10-10 u-102 township-officer",
                "allowance_assets_assessed 2026-10-10 u-102 township-officer",
                "allowance_opinion_given 2026-10-10 u-104 township-reviewer",
                "allowance_publicity_opened 2026-10-12 u-105 village-assistant",
                "allowance_publicity_closed 2026-10-20 u-102 township-officer",
                "allowance_case_reported 2026-10-20 u-104 township-reviewer",
                "allowance_visit_attached 2026-10-27 u-201 county-officer",
                "allowance_county_check_recorded 2026-10-27 u-201 county-officer",
                "allowance_confirmed 2026-11-02 u-202 county-approver",
                "allowance_decision_served 2026-11-04 u-102 township-officer",
            ],
            history.Where(e => (string?)e!["actor"] != Act.SystemActor).Select(e => $"{e!["fact"]} {e["occurredOn"]} {e["actor"]} {e["role"]}"), StringComparer.Ordinal);
        // Four fifths of the terms of investigation, of the county's review and of the whole procedure went by.
        Assert.Equal(
            ["allowance_deadline_warned CountyReview", "allowance_deadline_warned Investigation", "allowance_deadline_warned Total"],
            history.Where(e => (string?)e!["actor"] == Act.SystemActor).Select(e => $"{e!["fact"]} {e["content"]!["clock"]}").Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(Enumerable.Range(1, history.Count), history.Select(e => (int)e!["version"]!));
        var confirmed = history.Single(e => (string?)e!["fact"] == "allowance_confirmed")!;
        Assert.Equal((1_660.00m, 820.00m, "2026-12"), ((decimal)confirmed["content"]!["basis"]!["monthly"]!, (decimal)confirmed["content"]!["basis"]!["standard"]!, (string?)confirmed["content"]!["effectiveMonth"]));
        Assert.Contains("allowance-standard@341503", (string?)confirmed["policies"]!["allowance-standard"], StringComparison.Ordinal);
        Assert.Contains("2021", (string?)history[1]!["policies"]!["procedure-profile"], StringComparison.Ordinal);
    }

    /// <summary>Made, checked, approved and paid by different hands; the file that is fetched is the one that was approved.</summary>
    public async Task<string> Pay()
    {
        await bureau.Day("2026-12-01");
        Assert.Equal("Active", (string?)(await county.Get($"/social-assistance/entitlements/{number}")).Json["state"]);
        var batch = $"{Batches}/{(await finance.Post(Batches, new { benefit = "subsistence-allowance", region = County, month = "2026-12", supplementary = false })).Id}";
        var maker = bureau.As("u-205", County, Roles.CountyFinance, Roles.CountyApprover);
        (await maker.Try($"{batch}/check-batch", new { count = 1, controlSum = 1_660.00m })).Is(403, "E_SOD");
        (await checker.Try($"{batch}/check-batch", new { count = 1, controlSum = 1_660.01m })).Is(422, "E_BATCH_SUM");
        await checker.Post($"{batch}/check-batch", new { count = 1, controlSum = 1_660.00m });
        await treasury.Post($"{batch}/approve-batch", new { budget = 2_000.00m, voucher = "六裕财拨〔2026〕118号" });
        await treasury.Post($"{batch}/release-batch", new { });

        foreach (var approved in (await treasury.Get(batch)).Json["case"]!["approval"]!["files"]!.AsArray())
        {
            var (bytes, _) = await treasury.Download(bureau.Http, $"{batch}/file?format={approved!["format"]}");
            Assert.Equal((string?)approved["sha256"], Convert.ToHexStringLower(SHA256.HashData(bytes)));
            Assert.Equal((int)approved["bytes"]!, bytes.Length);
        }

        await bank.Post($"{batch}/record-returns", new { reference = "HD20261201-0001", paidOn = "2026-12-01", paidCount = 1, paidSum = 1_660.00m, rejected = Array.Empty<object>() });
        await finance.Post($"{batch}/reconcile-batch", new { paidCount = 1, paidSum = 1_660.00m, rejectedCount = 0, rejectedSum = 0.00m });
        await finance.Post($"{batch}/close-batch", new { });
        Assert.Equal("Closed", (string?)(await finance.Get(batch)).Json["state"]);
        return batch;
    }

    /// <summary>From the payment line to the decision, and from the decision to the assessment.</summary>
    public async Task AssertExplained(string batch)
    {
        var line = (await finance.Get($"{batch}/explain?line=1")).Json;
        Assert.Equal(1_660.00m, (decimal)line["result"]!);
        Assert.Contains("(保障标准 − 家庭月人均收入) × 人数", (string?)line["formula"], StringComparison.Ordinal);
        var regular = Input(line, "2026-12 Regular");
        Assert.Equal(("1660.00", number, "allowance_confirmed", "u-202"), ((string?)regular["input"]!["value"], (string?)regular["input"]!["id"], (string?)regular["source"]!["fact"], (string?)regular["source"]!["actor"]));
        var standard = Input(line, "2026-12 standard")["input"]!;
        Assert.Equal("820.00", (string?)standard["value"]);
        Assert.Contains("allowance-standard@341503", (string?)standard["policy"], StringComparison.Ordinal);
        Assert.Equal("entitlement_granted", (string?)Input(line, "2026-12 members")["source"]!["fact"]);

        var amount = (await approver.Get($"{Path}/explain?line=amount")).Json;
        Assert.Equal(1_660.00m, (decimal)amount["result"]!);
        Assert.Equal("allowance_income_assessed u-102", $"{Input(amount, "countable income")["source"]!["fact"]} {Input(amount, "countable income")["source"]!["actor"]}");
        Assert.Equal("266.666667", (string?)Input(amount, "per-capita income")["input"]!["value"]);
        Assert.Empty(Input(amount, "countable income")["since"]!.AsArray());
    }

    public async Task AssertAudit(string batch)
    {
        (await officer.Ask($"{Path}/export")).Is(403, "E_ROLE");
        var export = await auditor.Get($"{Path}/export");
        var facts = export.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("application/x-ndjson", export.MediaType);
        Assert.Equal((await auditor.Get($"{Path}/history")).Json.AsArray().Select(e => e!.ToJsonString()), facts.Select(f => JsonNode.Parse(f)!.ToJsonString()), StringComparer.Ordinal);

        var reads = (await auditor.Get($"{Path}/reads")).Json.AsArray();
        Assert.Contains(reads, r => (string?)r!["actor"] == "u-301" && (string?)r["fields"] == "export");
        Assert.Contains(reads, r => (string?)r!["actor"] == "u-202" && (string?)r["fields"] == "explain amount" && (string?)r["roles"] == "county-approver");
        Assert.DoesNotContain(reads, r => (string?)r!["actor"] == "u-102" && (string?)r["fields"] == "export");
        Assert.Contains((await auditor.Get($"{batch}/reads")).Json.AsArray(), r => (string?)r!["actor"] == "u-206" && ((string?)r["fields"])!.StartsWith("bank file", StringComparison.Ordinal));
    }

    private static object Decision() => new { decisionNumber = "裕民保〔2026〕123号", monthlyAmount = 1_660.00m };

    private static JsonNode Input(JsonNode explanation, string name) => explanation["inputs"]!.AsArray().Single(i => (string?)i!["input"]!["name"] == name)!;

    /// <summary>What the list of acts says of one of them: whether it may be done and, if not, why not, in both languages.</summary>
    private static (bool May, string? Code) Possible(JsonNode seen, string act)
    {
        var found = seen["acts"]!.AsArray().Single(a => (string?)a!["name"] == act)!;
        var may = (bool)found["may"]!;
        Assert.True(may || ((string?)found["why"]!["zh"] is { Length: > 0 } && (string?)found["why"]!["en"] is { Length: > 0 }), found.ToJsonString());
        return (may, (string?)found["code"]);
    }

    private async Task Visit(Desk visitor, string kind, IReadOnlyList<string> investigators, string on)
    {
        var visit = $"{Visits}/{(await visitor.Post(Visits, new { @case = Case(number), kind, region = Village, investigators, date = on })).Id}";
        await visitor.Post($"{visit}/conduct-visit", new
        {
            method = "OnSite",
            present = new[] { Mother },
            housing = new { area = 58.0m, rooms = 3, structure = "砖木", condition = "一般" },
            durables = new[] { "电视机" },
            income = Array.Empty<object>(),
            expenditure = Array.Empty<object>(),
            photos = new[] { Paper("photo", $"photo-{kind}") },
            findings = "住房及生活状况与申报一致。",
            conforms = true,
        });
        await visitor.Post($"{visit}/sign-visit", new
        {
            investigators = investigators.Select(i => new { investigator = i, signature = Paper("signature", $"signature-{kind}-{i}") }),
            household = Paper("signature", $"signature-{kind}"),
        });
        await visitor.Post($"{visit}/submit-visit", new { conclusion = "调查属实。" });
    }
}
