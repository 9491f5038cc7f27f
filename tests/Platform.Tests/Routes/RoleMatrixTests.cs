using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance;

namespace Platform.Tests.Routes;

/// <summary>Routes × roles × regions, generated from the API document: nobody gets in whom a route does not name.</summary>
public sealed class RoleMatrixTests : IAsyncLifetime
{
    private const string Here = "341503000000";
    private const string Elsewhere = "341502000000";
    private ServiceUnderTest service = null!;
    private IReadOnlyList<Operation> operations = [];

    public async ValueTask InitializeAsync()
    {
        service = await ServiceUnderTest.Start(Contents.Service);
        operations = await ApiDocument.Read(service, "social-assistance");
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Every_route_names_its_roles_and_every_command_has_an_example()
    {
        Assert.True(operations.Count > 100, $"Only {operations.Count} operations.");
        Assert.All(operations, o => Assert.NotEmpty(o.Roles));
        Assert.All(operations, o => Assert.Subset(Roles.All.ToHashSet(), o.Roles.ToHashSet()));
        foreach (var o in operations.Where(o => o.IsCommand && o.TakesJson && o.Example is null && !o.Path.EndsWith("/batch", StringComparison.Ordinal)))
        {
            // An act that takes nothing needs no example: the empty body is one.
            Assert.NotEqual(400, (await service.As("example", Here, [.. o.Roles]).Post(o.Nowhere, "{}")).Status);
        }
    }

    [Fact]
    public async Task Nobody_gets_in_without_signing_in()
    {
        var nobody = service.As((string?)null);
        foreach (var o in operations)
        {
            (await Ask(nobody, o)).Is(401, "E_SIGN_IN");
        }
    }

    [Fact]
    public async Task A_role_that_a_route_does_not_name_is_turned_away_and_one_that_it_names_is_not()
    {
        foreach (var role in Roles.All)
        {
            var officer = service.As($"matrix-{role}", Here, role);
            foreach (var o in operations)
            {
                var answer = await Ask(officer, o);
                if (o.Roles.Contains(role))
                {
                    Assert.True(answer.Code is not "E_ROLE", $"{role} is named by {o} and turned away: {answer.Text}");
                    Assert.True(answer.Status < 500, $"{o} as {role}: {answer.Text}");
                }
                else
                {
                    Assert.True(answer is { Status: 403, Code: "E_ROLE" }, $"{role} is not named by {o}, yet: {answer.Status} {answer.Text}");
                }
            }
        }
    }

    [Fact]
    public async Task An_officer_of_another_county_opens_nothing_here()
    {
        foreach (var o in operations.Where(o => o.IsCommand && o.Example is not null && !o.Path.Contains('{', StringComparison.Ordinal)))
        {
            var answer = await Ask(service.As("stranger", Elsewhere, [.. o.Roles]), o);
            Assert.True(answer.Status is >= 400 and < 500, $"{o} opened a case of another county: {answer.Text}");
        }
    }

    private static Task<Answer> Ask(SignedIn who, Operation o) => o.Method switch
    {
        "GET" => who.Get(o.Nowhere, "test"),
        "POST" when !o.TakesJson => who.Send(File(who, o)),
        "POST" => who.Post(o.Nowhere, o.Example?.ToJsonString() ?? "{}", purpose: "test"),
        _ => who.Send(who.Request(new HttpMethod(o.Method), o.Nowhere)),
    };

    private static HttpRequestMessage File(SignedIn who, Operation o)
    {
        var request = who.Request(HttpMethod.Post, o.Nowhere, ("Idempotency-Key", "matrix"));
        request.Content = new StringContent("household_no", System.Text.Encoding.UTF8, "text/csv");
        return request;
    }
}
