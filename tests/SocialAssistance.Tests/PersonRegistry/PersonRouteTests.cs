using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.Tests.Support;

namespace SocialAssistance.Tests.PersonRegistry;

/// <summary>Persons through the routes: what is sealed, who may open it, and what a death does.</summary>
public sealed class PersonRouteTests
{
    private const string Persons = "/social-assistance/persons";
    private const string Number = "341503194910019063";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Details_are_sealed_searched_masked_read_for_a_purpose_and_erased()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, settings: "--Imports:Seconds=0");
        var officer = service.As("u-1", "341503000000", Roles.CountyOfficer);
        var registered = await officer.Post(Persons, Register("买买提·艾力"));
        var id = registered.Id;
        Assert.Equal(id, (await officer.Post(Persons, Register("买买提•艾力"))).Id);
        (await officer.Post(Persons, Register("王翠兰"))).Is(422, "E_ID_DUP_NAME");
        (await officer.Post(Persons, Register("王翠兰", "341503194910019064"))).Is(400, "E_ID_CHECKSUM");
        (await service.As("u-1", "330802000000", Roles.CountyOfficer).Post(Persons, Register("某某", "330802195202299027", "341503101201"))).Is(403, "E_REGION_SCOPE");
        Assert.Equal(0, await service.Database.Ask<long>($"select count(*) from mt_events where data::text like '%{Number}%' or data::text like '%艾力%' or data::text like '%13900000000%'", Stop));

        Assert.Equal(id, (string)(await officer.Post($"{Persons}/search", new { residentId = Number })).Ok.Json["person"]!);
        (await officer.Post($"{Persons}/search", new { residentId = "330802195202299027" })).Is(404, "E_NOT_FOUND");
        (await officer.Post($"{Persons}/search", new { residentId = "1" })).Is(400, "E_ID_CHECKSUM");
        Assert.Equal("3415**********9063", (string)(await officer.Get($"{Persons}/{id}/masked")).Ok.Json["residentId"]!);
        Assert.Equal(403, (await officer.Get($"{Persons}/{id}/details", "check")).Status);
        var reader = service.As("u-3", "341503000000", Roles.PersonalDataReader);
        (await reader.Get($"{Persons}/{id}/details")).Is(400, "E_PURPOSE");
        (await service.As("u-3", "330802000000", Roles.PersonalDataReader).Get($"{Persons}/{id}/details", "check")).Is(403, "E_REGION_SCOPE");
        Assert.Equal(Number, (string)(await reader.Get($"{Persons}/{id}/details", "check")).Ok.Json["residentId"]!);
        Assert.Equal("check", await service.Database.Ask<string>($"select purpose from read_log where subject = 'person/{id}' and fields like 'details%'", Stop));

        var approver = service.As("u-2", "341503000000", Roles.CountyApprover);
        _ = (await approver.Post($"{Persons}/{id}/erase", new { reason = "保存期限已满" })).Ok;
        Assert.Equal(0, await service.Database.Ask<long>("select count(*) from person_vault", Stop));
        (await reader.Get($"{Persons}/{id}/details", "check")).Is(404, "E_NOT_FOUND");
        (await officer.Post($"{Persons}/{id}/correct-details", new { reason = "更正", phone = "13900000001" })).Is(409, "E_PERSON_ERASED");
        _ = (await officer.Post(Persons, Register("买买提·艾力"))).Ok;
        Assert.Equal(1, await service.Database.Ask<long>("select count(*) from person_vault", Stop));
    }

    [Fact]
    public async Task Details_accounts_and_certificates_are_checked_against_the_vault()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, settings: "--Imports:Seconds=0");
        var officer = service.As("u-1", "341503000000", Roles.CountyOfficer, Roles.WindowOfficer, Roles.PersonalDataReader);
        var id = (await officer.Post(Persons, Register("王翠兰"))).Id;
        JsonObject Account(string holder, string number = "BankCard:6217999900000000016") => new() { ["number"] = number, ["holder"] = holder, ["reason"] = "首次登记", ["inPerson"] = true };
        (await officer.Post($"{Persons}/{id}/register-account", Account("李四"))).Is(422, "E_BANK_HOLDER");
        (await officer.Post($"{Persons}/{id}/register-account", Account("王翠兰", "BankCard:6217999900000000017"))).Is(400, "E_BANK_LUHN");
        _ = (await officer.Post($"{Persons}/{id}/register-account", Account("王翠兰"))).Ok;
        Assert.Equal("BankCard:6217999900000000016", (string)(await officer.Get($"{Persons}/{id}/details", "check")).Ok.Json["account"]!["number"]!);
        var again = await officer.Post($"{Persons}/{id}/register-account", Account("王翠兰"));
        Assert.Equal((long)again.Ok.Json["since"]!, again.Version);
        Assert.Equal(0, await service.Database.Ask<long>("select count(*) from mt_events where data::text like '%62179999%'", Stop));

        _ = (await officer.Post($"{Persons}/{id}/correct-details", new { reason = "更正", phone = "13900000001" })).Ok;
        Assert.Equal("13900000001", (string)(await officer.Get($"{Persons}/{id}/details", "check")).Json["phone"]!);
        (await officer.Post($"{Persons}/{id}/certify-disability", new { certificate = "33080219520229902741", from = "2026-01-01" })).Is(422, "E_DISABILITY_HOLDER");
        _ = (await officer.Post($"{Persons}/{id}/certify-disability", new { certificate = Number + "63B2", from = "2026-01-01" })).Ok;
        var acts = (await officer.Get($"{Persons}/{id}")).Ok.Json["acts"]!.AsArray().ToDictionary(a => (string)a!["name"]!, a => (bool)a!["may"]!);
        Assert.True(acts["correct-details"] && acts["record-death"] && acts["certify-disability"]);
        Assert.False(acts["erase"] || acts["link-identity"]);
    }

    [Fact]
    public async Task A_provisional_person_is_linked_and_keeps_the_details()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, settings: "--Imports:Seconds=0");
        var officer = service.As("u-1", "341503000000", Roles.CountyOfficer, Roles.PersonalDataReader);
        var request = Register("无名");
        request.Remove("residentId");
        (await officer.Post(Persons, request)).Is(400, "E_ID_MISSING");
        request["provisionalNumber"] = "W34150320260310001";
        request["sex"] = "Female";
        request["bornOn"] = "1949-10-01";
        var provisional = (await officer.Post(Persons, request)).Id;
        _ = (await officer.Post($"{Persons}/{provisional}/link-identity", new { residentId = Number })).Ok;
        var id = (string)(await officer.Post($"{Persons}/search", new { residentId = Number })).Ok.Json["person"]!;
        Assert.NotEqual(provisional, id);
        Assert.Equal(Number, (string)(await officer.Get($"{Persons}/{id}/details", "check")).Ok.Json["residentId"]!);
        Assert.Equal(Number, (string)(await officer.Get($"{Persons}/{provisional}/details", "check")).Ok.Json["residentId"]!);
    }

    internal static JsonObject Register(string name, string number = Number, string region = "341503101201") => new()
    {
        ["name"] = name,
        ["residentId"] = number,
        ["hukouRegion"] = region,
        ["hukouType"] = "Agricultural",
        ["phone"] = "13900000000",
    };
}
