using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Tests.PersonRegistry;

namespace SocialAssistance.Tests.HouseholdRegistry;

/// <summary>Households through the routes: one per person, and what a death leaves of it.</summary>
public sealed class HouseholdRouteTests
{
    private const string Persons = "/social-assistance/persons";
    private const string Households = "/social-assistance/households";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_lives_in_one_household_until_leaving_or_dying()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, settings: "--Imports:Seconds=0");
        var officer = service.As("u-1", "341503000000", Roles.CountyOfficer, Roles.TownshipOfficer);
        var head = (await officer.Post(Persons, PersonRouteTests.Register("王翠兰"))).Id;
        var child = (await officer.Post(Persons, PersonRouteTests.Register("李一", "341503201202299044"))).Id;
        (await officer.Post(Households, Form((PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob").ToString(), "Head")))).Is(422, "E_PERSON_UNKNOWN");
        var first = (await officer.Post(Households, Form((head, "Head"), (child, "Child")))).Id;
        Assert.StartsWith("HH-341503-", first, StringComparison.Ordinal);
        Assert.Equal(first, (string)(await officer.Post(Households, Form((child, "Head")))).Is(409, "E_PERSON_IN_HOUSEHOLD").Json["details"]!["heldBy"]!);
        _ = (await officer.Post($"{Households}/{first}/split-household", new { members = new[] { new { person = child, relation = "Head" } }, on = "2026-03-01" })).Ok;
        Assert.Equal($"{first}-1", await service.Database.Ask<string>($"select household from household_members where person = '{child}' and active", Stop));
        Assert.Equal(first, (string)(await officer.Get($"{Persons}/{head}/cases")).Ok.Json["household"]!);

        var death = new { diedOn = "2026-03-08", source = "Health", declared = false, evidence = new[] { new { kind = "certificate", fileId = "f-1", sha256 = new string('a', 64) } } };
        _ = (await officer.Post($"{Persons}/{child}/record-death", death)).Ok;
        Assert.Equal("Dissolved", (string)(await officer.Get($"{Households}/{first}-1")).Ok.Json["state"]!);
        Assert.Equal(0, await service.Database.Ask<long>($"select count(*) from household_members where person = '{child}' and active", Stop));
        (await officer.Post($"{Households}/{first}/join-member", new { member = new { person = child, relation = "Child" }, on = "2026-03-09", reason = "Return" })).Is(409, "E_DEAD_PERSON");
        _ = (await service.As("u-2", "341503000000", Roles.CountyApprover).Post($"{Persons}/{child}/revoke-death", new { reason = "误报" })).Ok;
        Assert.Equal($"{first}-1", await service.Database.Ask<string>($"select household from household_members where person = '{child}' and active", Stop));
    }

    private static JsonObject Form(params (string Person, string Relation)[] members) => new()
    {
        ["members"] = new JsonArray([.. members.Select(m => (JsonNode)new JsonObject { ["person"] = m.Person, ["relation"] = m.Relation })]),
        ["hukouRegion"] = "341503101201",
        ["residenceRegion"] = "341503101201",
        ["since"] = "2020-01-01",
    };
}
