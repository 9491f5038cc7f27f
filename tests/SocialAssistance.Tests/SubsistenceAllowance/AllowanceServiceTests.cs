using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.SubsistenceAllowance.Story;

namespace SocialAssistance.Tests.SubsistenceAllowance;

/// <summary>Over HTTP, with a database: the register, the claims, the numbers.</summary>
public sealed class AllowanceServiceTests : IAsyncLifetime
{
    private const string Path = "/social-assistance/subsistence-allowances";
    private ServiceUnderTest service = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        service = await ServiceUnderTest.Start(Contents.Service, TestClock.On("2026-09-21"));
        await service.Database.Do(
            $"""
            create table if not exists household_members (household text not null, person text not null, relation text not null, active boolean not null, primary key (household, person));
            grant select on household_members to {service.Database.AppRole};
            """);
        await Register(Household.Household, Mother, Son, Grandfather);
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task An_application_is_numbered_and_the_household_has_one_open_case()
    {
        var window = service.As("u-101", "341503101000", Roles.WindowOfficer);
        var opened = await window.Post(Path, Household);
        Assert.Equal("DB-341503-2026-000001", opened.Id);
        Assert.Equal(201, opened.Status);
        (await window.Post(Path, Household)).Is(409, "E_HOUSEHOLD_ACTIVE_CASE");
        Assert.Equal(200, (await window.Post($"{Path}/{opened.Id}/withdraw-application", AllowanceExamples.Withdraw)).Status);
        Assert.Equal("DB-341503-2026-000002", (await window.Post(Path, Household)).Ok.Id);
    }

    [Fact]
    public async Task Golden_G16_two_households_claim_one_person_and_one_of_them_succeeds()
    {
        await Register("341503-2026-000018", Grandfather);
        var other = Household with
        {
            Household = "341503-2026-000018", Applicant = Grandfather, Members = [Household.Members[2]], DeclaredIncome = [], DeclaredAssets = [], Authorisations = [Household.Authorisations[1]],
        };
        var window = service.As("u-101", "341503000000", Roles.WindowOfficer);
        string[] cases = [(await window.Post(Path, Household)).Id, (await window.Post(Path, other)).Id];
        var answers = await Task.WhenAll(cases.Select(id => window.Post($"{Path}/{id}/accept-application", AllowanceExamples.Accept)));
        Assert.Equal([200, 409], answers.Select(a => a.Status).Order());
        Assert.Equal("E_BENEFIT_CONFLICT", answers.Single(a => a.Status == 409).Code);
        var loser = cases[Array.FindIndex(answers, a => a.Status == 409)];
        Assert.Equal("Submitted", (string)(await window.Get($"{Path}/{loser}")).Ok.Json["state"]!);
    }

    [Fact]
    public async Task The_register_says_who_belongs_to_the_household()
    {
        await service.Database.Do($"update household_members set active = false where person = '{Son}'", Stop);
        (await service.As("u-101", "341503101000", Roles.WindowOfficer).Post(Path, Household)).Is(422, "E_MEMBER_INCOMPLETE");
    }

    [Fact]
    public async Task The_edge_refuses_what_is_not_well_formed()
    {
        var window = service.As("u-101", "341503101000", Roles.WindowOfficer);
        var body = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(Household, Platform.ServiceHost.Json.Plain))!;
        body["declaredAssets"]![0]!["value"] = -1;
        (await window.Post(Path, body)).Is(400, "E_MONEY");
        body["declaredAssets"]![0]!["value"] = 1;
        body["hukouRegion"] = "99";
        (await window.Post(Path, body)).Is(400, "E_REGION_CODE");
        body["hukouRegion"] = "341503101201";
        body.AsObject().Remove("commitment");
        Assert.Equal(400, (await window.Post(Path, body)).Status);
        (await service.As("u-101", "341504101000", Roles.WindowOfficer).Post(Path, Household)).Is(403, "E_REGION_SCOPE");
        (await service.As("u-102", "341503101000", Roles.TownshipOfficer).Post(Path, Household)).Is(403, "E_ROLE");
    }

    [Fact]
    public async Task An_accepted_case_shows_what_can_be_done_and_stands_in_the_view()
    {
        var window = service.As("u-101", "341503101000", Roles.WindowOfficer, Roles.TownshipOfficer);
        var id = (await window.Post(Path, Household)).Id;
        Assert.Equal(2, (await window.Post($"{Path}/{id}/accept-application", AllowanceExamples.Accept)).Version);
        var read = (await window.Get($"{Path}/{id}")).Ok.Json;
        Assert.Equal("Accepted", (string)read["state"]!);
        var may = read["acts"]!.AsArray().Where(a => (bool)a!["may"]!).Select(a => (string)a!["name"]!).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("start-investigation", may);
        Assert.DoesNotContain("assess-income", may);
        Assert.DoesNotContain("confirm-allowance", may);
        Assert.Equal(new DateOnly(2026, 11, 9), await service.Database.Ask<DateOnly>($"select due_on from allowance_cases where number = '{id}' and profile = '2021' and state = 'Accepted'", Stop));
        Assert.Equal(4L, await service.Database.Ask<long>($"select count(*) from deadlines where stream_id = 'subsistence-allowance/{id}'", Stop));
    }

    private async Task Register(string household, params IReadOnlyList<PersonId> people)
    {
        foreach (var person in people)
        {
            await service.Database.Do($"insert into household_members values ('{household}', '{person}', 'Other', true)");
        }
    }
}
