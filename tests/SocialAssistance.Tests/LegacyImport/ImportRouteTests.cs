using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;
using Platform.Tests.Support;
using SocialAssistance.Tests.PersonRegistry;

namespace SocialAssistance.Tests.LegacyImport;

/// <summary>A register from its file to households in payment, through the routes.</summary>
public sealed class ImportRouteTests
{
    private const string Imports = "/social-assistance/legacy-imports";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_register_is_opened_sent_run_dry_approved_and_imported_once()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, settings: "--Imports:Seconds=0");
        var officer = service.As("u-1", "341503000000", Roles.CountyOfficer);
        var approver = service.As("u-2", "341503000000", Roles.CountyApprover);
        var id = (await officer.Post(Imports, Open())).Id;
        (await officer.Post($"{Imports}/{id}/dry-run", new { })).Is(409, "E_REGISTER_MISSING");
        _ = (await Send(officer, id, Registers.Csv(Registers.Rows(620)))).Ok;
        (await approver.Post($"{Imports}/{id}/start", new { run = 1, acceptedCodes = Array.Empty<string>() })).Is(409, "E_DRY_RUN_MISSING");
        _ = (await officer.Post($"{Imports}/{id}/dry-run", new { })).Ok;
        Assert.Empty((await officer.Get($"{Imports}/{id}/faults")).Ok.Json["items"]!.AsArray());
        _ = (await approver.Post($"{Imports}/{id}/start", new { run = 1, acceptedCodes = Array.Empty<string>() })).Ok;

        var first = (await officer.Post($"{Imports}/{id}/continue", "")).Ok.Json;
        Assert.Equal(250, (int)first["imported"]!);
        var last = (await officer.Post($"{Imports}/{id}/continue?parts=50", "")).Ok.Json;
        Assert.Equal(("Completed", 620, 0), ((string)last["state"]!, (int)last["imported"]!, (int)last["leftOut"]!));
        Assert.Equal(620, (int)(await officer.Post($"{Imports}/{id}/continue", "")).Ok.Json["imported"]!);
        Assert.Equal(620, await service.Database.Ask<long>("select count(*) from mt_events where type = 'household_imported'", Stop));
        Assert.Equal(Registers.Rows(620).Count, await service.Database.Ask<long>("select count(*) from person_vault", Stop));
        Assert.Equal(Registers.Rows(620).Count, await service.Database.Ask<long>("select count(*) from household_members where active", Stop));
        Assert.Equal(0, await service.Database.Ask<long>("select count(*) from mt_events where data::text like '%户1口0%' or data::text like '%62179999%'", Stop));

        // A death reaches the benefit that was imported.
        var spouse = await service.Database.Ask<string>("select person from household_members where household = 'HH-341503-R00002' and relation = 'Spouse'", Stop);
        var benefit = (await officer.Get($"/social-assistance/persons/{spouse}/cases")).Ok.Json;
        Assert.Equal(("HH-341503-R00002", "DB-341503-R00002", "2010-03", 0), ((string)benefit["household"]!, (string)benefit["benefits"]![0]!["entitlement"]!, (string)benefit["benefits"]![0]!["firstMonth"]!, (int)benefit["benefits"]![0]!["monthsPaid"]!));
        _ = (await officer.Post($"/social-assistance/persons/{spouse}/record-death", new
        {
            diedOn = "2026-03-08", source = "Health", declared = false, evidence = new[] { new { kind = "certificate", fileId = "f-1", sha256 = new string('a', 64) } },
        })).Ok;
        Assert.Equal(1, await service.Database.Ask<long>($"select count(*) from mt_events where stream_id = 'entitlement/DB-341503-R00002' and type = 'member_death_noted' and data::text like '%{spouse}%'", Stop));
    }

    [Fact]
    public async Task The_worker_imports_what_was_started()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, settings: "--Imports:Seconds=1");
        var (officer, id) = await Started(service, Registers.Csv(Registers.Rows(30)));
        for (var i = 0; i < 100 && (string)(await officer.Get($"{Imports}/{id}")).Ok.Json["state"]! != "Completed"; i++)
        {
            await Task.Delay(200, Stop);
        }

        Assert.Equal("Completed", (string)(await officer.Get($"{Imports}/{id}")).Json["state"]!);
    }

    [Fact]
    public async Task Faults_are_listed_accepted_and_their_households_left_out()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, settings: "--Imports:Seconds=0");
        var rows = Registers.Rows(10);
        rows[0][11] = "6217999900000000017";
        rows[2][6] = "152502193403159016";
        var officer = service.As("u-1", "341503000000", Roles.CountyOfficer, Roles.CountyApprover);
        var approver = service.As("u-2", "341503000000", Roles.CountyApprover);
        var id = (await officer.Post(Imports, Open())).Id;
        _ = (await Send(officer, id, Registers.Csv(rows))).Ok;
        _ = (await officer.Post($"{Imports}/{id}/dry-run", new { })).Ok;
        var page = (await officer.Get($"{Imports}/{id}/faults?limit=1")).Ok.Json;
        Assert.Equal(("E_BANK_LUHN", 2, "account", true), ((string)page["items"]![0]!["code"]!, (int)page["items"]![0]!["row"]!, (string)page["items"]![0]!["field"]!, (bool)page["items"]![0]!["blocks"]!));
        Assert.Equal("E_ID_CHECKSUM", (string)(await officer.Get((string)page["next"]!)).Ok.Json["items"]![0]!["code"]!);
        Assert.Single((await officer.Get($"{Imports}/{id}/faults?code=E_ID_CHECKSUM")).Ok.Json["items"]!.AsArray());
        (await service.As("u-9", "330802000000", Roles.CountyOfficer).Get($"{Imports}/{id}/faults")).Is(403, "E_REGION_SCOPE");
        (await officer.Post($"{Imports}/{id}/start", new { run = 1, acceptedCodes = new[] { "E_BANK_LUHN", "E_ID_CHECKSUM" } })).Is(403, "E_SOD");
        (await approver.Post($"{Imports}/{id}/start", new { run = 1, acceptedCodes = new[] { "E_BANK_LUHN" } })).Is(422, "E_FAULTS_OPEN");
        (await approver.Post($"{Imports}/{id}/continue", "")).Is(409, "E_STATE");
        _ = (await approver.Post($"{Imports}/{id}/start", new { run = 1, acceptedCodes = new[] { "E_BANK_LUHN", "E_ID_CHECKSUM" } })).Ok;
        var done = (await officer.Post($"{Imports}/{id}/continue", "")).Ok.Json;
        Assert.Equal(("Completed", 8, 2), ((string)done["state"]!, (int)done["imported"]!, (int)done["leftOut"]!));
        Assert.Equal("R00001", (string)(await officer.Get($"{Imports}/{id}")).Ok.Json["case"]!["progress"]!["leftOut"]![0]!["household"]!);
        Assert.Equal(2, (await officer.Get($"{Imports}/{id}/faults")).Ok.Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task What_has_changed_since_the_dry_run_keeps_only_its_household_out()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, settings: "--Imports:Seconds=0");
        var rows = Registers.Rows(40);
        var (officer, id) = await Started(service, Registers.Csv(rows));
        // One is registered under another name, one forms a household elsewhere, one is known with a telephone number.
        var window = service.As("u-5", "341503000000", Roles.WindowOfficer, Roles.PersonalDataReader);
        _ = (await window.Post("/social-assistance/persons", PersonRouteTests.Register("别名", rows[0][6]))).Ok;
        var elsewhere = (await window.Post("/social-assistance/persons", PersonRouteTests.Register(rows[1][5], rows[1][6]))).Id;
        _ = (await window.Post("/social-assistance/households", new
        {
            members = new[] { new { person = elsewhere, relation = "Head" } }, hukouRegion = "341503101201", residenceRegion = "341503101201", since = "2020-01-01",
        })).Ok;
        var known = (await window.Post("/social-assistance/persons", PersonRouteTests.Register(rows[3][5], rows[3][6]))).Id;
        var done = (await officer.Post($"{Imports}/{id}/continue?parts=50", "")).Ok.Json;
        Assert.Equal(("Completed", 38, 2), ((string)done["state"]!, (int)done["imported"]!, (int)done["leftOut"]!));
        var left = (await officer.Get($"{Imports}/{id}")).Ok.Json["case"]!["progress"]!["leftOut"]!.AsArray();
        Assert.Equal([("R00001", "E_ID_DUP_NAME"), ("R00002", "E_PERSON_IN_HOUSEHOLD")], left.Select(l => ((string)l!["household"]!, (string)l["codes"]![0]!)));
        var details = (await window.Get($"/social-assistance/persons/{known}/details", "check")).Ok.Json;
        Assert.Equal(("13900000000", $"BankCard:{rows[3][11]}"), ((string)details["phone"]!, (string)details["account"]!["number"]!));
        Assert.Equal(2, await service.Database.Ask<long>("select count(*) from mt_events where stream_id = 'person/' || (select person from household_members where household = 'HH-341503-R00003' and relation = 'Head')", Stop));

        // The same register again: everybody is there already, and the dry run says so.
        var again = (await officer.Post(Imports, Open())).Id;
        _ = (await Send(officer, again, Registers.Csv(rows))).Ok;
        _ = (await officer.Post($"{Imports}/{again}/dry-run", new { })).Ok;
        var faults = (await officer.Get($"{Imports}/{again}/faults?limit=500")).Ok.Json["items"]!.AsArray().Select(f => ((string)f!["household"]!, (string)f["code"]!)).ToList();
        Assert.Contains(("R00001", "E_ID_DUP_NAME"), faults);
        Assert.Contains(("R00002", "E_PERSON_IN_HOUSEHOLD"), faults);
        Assert.Equal(38, faults.Count(f => f.Item2 == "E_HOUSEHOLD_EXISTS"));
    }

    [Fact]
    public async Task Several_at_once_import_every_household_once_and_the_views_can_be_rebuilt()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, settings: "--Imports:Seconds=1");
        var (officer, id) = await Started(service, Registers.Csv(Registers.Rows(600)));
        for (var i = 0; i < 60 && (string)(await officer.Get($"{Imports}/{id}")).Ok.Json["state"]! != "Completed"; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => officer.Post($"{Imports}/{id}/continue", "")));
        }

        var progress = (await officer.Get($"{Imports}/{id}")).Ok.Json["case"]!["progress"]!;
        Assert.Equal((600, Registers.Rows(600).Count, 0), ((int)progress["households"]!, (int)progress["persons"]!, progress["leftOut"]!.AsArray().Count));
        Assert.Equal(600, await service.Database.Ask<long>("select count(*) from mt_events where type = 'household_imported'", Stop));
        var rebuilt = await new ViewRebuild(service.Database.AsOwner, service.Services.GetRequiredService<CaseStore>()).Run(acceptDifferences: false, Stop);
        Assert.All(rebuilt, t => Assert.True(t.Equal, t.Table));
        Assert.Contains(rebuilt, t => t.Table == "household_members" && t.Rows == Registers.Rows(600).Count);
    }

    [Fact]
    public async Task A_register_comes_as_text_as_workbook_or_from_a_form_and_lies_sealed()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, settings: "--Imports:Seconds=0");
        var officer = service.As("u-1", "341503000000", Roles.CountyOfficer);
        var id = (await officer.Post(Imports, Open())).Id;
        Assert.Equal(415, (await Send(officer, id, "x"u8.ToArray(), "application/json")).Status);
        Assert.Equal(415, (await Send(officer, id, "x"u8.ToArray(), "application/vnd.ms-excel")).Status);
        (await Send(officer, id, "x"u8.ToArray(), "multipart/form-data")).Is(415, "E_MEDIA_TYPE");
        (await Send(officer, id, "x"u8.ToArray(), "multipart/form-data; boundary=b")).Is(400, "E_REQUEST");
        (await Send(officer, id, Registers.Csv([], header: "a,b"))).Is(422, "E_REGISTER_HEADER");
        (await Send(officer, id, Registers.Csv([]))).Is(422, "E_REGISTER_EMPTY");
        (await Send(service.As("u-2", "341503000000", Roles.CountyApprover), id, Registers.Csv([]))).Is(403, "E_ROLE");
        (await Send(service.As("u-1", "330802000000", Roles.CountyOfficer), id, Registers.Csv([]))).Is(403, "E_REGION_SCOPE");

        var csv = Registers.Csv(Registers.Rows(5_000));
        Assert.True(csv.Length > 1 << 20);
        var sent = await Send(officer, id, csv);
        Assert.Equal(2, sent.Ok.Version);
        Assert.Equal(2, (await Send(officer, id, csv)).Ok.Version);
        Assert.Equal(0, await service.Database.Ask<long>("select count(*) from import_files where position('Rural'::bytea in sealed) > 0", Stop));

        var rows = Registers.Rows(3);
        Assert.Equal(3, (await Send(officer, id, RegisterTests.Workbook([Registers.Header.Split(','), .. rows]), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")).Ok.Version);
        var request = officer.Request(HttpMethod.Post, $"{Imports}/{id}/file", ("Idempotency-Key", Guid.NewGuid().ToString()));
        var file = new ByteArrayContent(Registers.Csv(rows)) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/vnd.ms-excel") } };
        request.Content = new MultipartFormDataContent { { new StringContent("note"), "note" }, { file, "file", "register.csv" } };
        Assert.Equal(4, (await officer.Send(request)).Ok.Version);
        _ = (await officer.Post($"{Imports}/{id}/dry-run", new { })).Ok;
        Assert.Equal(3, (int)(await officer.Get($"{Imports}/{id}")).Ok.Json["case"]!["dryRun"]!["households"]!);
        Assert.Equal(1, await service.Database.Ask<long>("select count(*) from import_files", Stop));
    }

    private static async Task<(SignedIn Officer, string Id)> Started(ServiceUnderTest service, byte[] csv, params string[] accepted)
    {
        var officer = service.As("u-1", "341503000000", Roles.CountyOfficer);
        var id = (await officer.Post(Imports, Open())).Id;
        _ = (await Send(officer, id, csv)).Ok;
        _ = (await officer.Post($"{Imports}/{id}/dry-run", new { })).Ok;
        _ = (await service.As("u-2", "341503000000", Roles.CountyApprover).Post($"{Imports}/{id}/start", new { run = 1, acceptedCodes = accepted })).Ok;
        return (officer, id);
    }

    internal static JsonObject Open(bool amountMustMatch = true) => new()
    {
        ["title"] = "2013年底在保登记册",
        ["region"] = "341503000000",
        ["registerDay"] = "2013-12-31",
        ["benefit"] = "subsistence-allowance",
        ["amountMustMatch"] = amountMustMatch,
    };

    internal static Task<Answer> Send(SignedIn officer, string id, byte[] file, string type = "text/csv")
    {
        var request = officer.Request(HttpMethod.Post, $"{Imports}/{id}/file", ("Idempotency-Key", Guid.NewGuid().ToString()));
        request.Content = new ByteArrayContent(file) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        return officer.Send(request);
    }
}
