using System.Net;
using Platform.Cases;
using static Platform.Tests.Journeys.Bureau;

namespace Platform.Tests.Journeys;

/// <summary>
/// A household from its application to the first payment and to the audit, everything through the gateway: the example
/// of domain section 9.6 (procedure of 2021) under the standard of 820 yuan that holds in the district from July 2026.
/// </summary>
public sealed class AllowanceJourneyTests
{
    private const string Town = "341503101000";
    private const string Village = "341503101201";

    [Fact]
    public async Task A_household_applies_is_looked_into_announced_confirmed_paid_and_explained()
    {
        await using var bureau = await Bureau.Open("2026-09-21");
        var journey = new AllowanceJourney(bureau);

        await journey.Apply();
        await journey.Accept();
        await journey.Investigate();
        await journey.GiveOpinion();
        await journey.Announce();
        await journey.Review();
        await journey.Confirm();
        await journey.AssertHistory();
        var batch = await journey.Pay();
        await journey.AssertExplained(batch);
        await journey.AssertAudit(batch);
    }

    [Fact]
    public async Task Of_two_counties_that_accept_the_same_person_at_once_exactly_one_succeeds()
    {
        await using var bureau = await Bureau.Open("2026-09-21");
        const string elsewhere = "341504101201";
        var here = bureau.As("u-101", Town, Roles.WindowOfficer);
        var there = bureau.As("u-401", "341504101000", Roles.WindowOfficer);
        var people = await Register(here, Village, [.. Enumerable.Range(0, 6).Select(i => ($"陈{"一二三四五六"[i]}", Numbered($"3415031970010191{i}")))]);
        var first = new List<string>();
        foreach (var person in people)
        {
            var household = await Household(here, Village, "2020-01-01", (person, "Head"));
            first.Add(await Alone(here, household, person, Village));
            // Moves away while the application is open, and applies where he lives now.
            await here.Post($"{Households}/{household}/leave-member", new { person, on = "2026-09-10", reason = "Other" });
        }

        var second = new List<string>();
        foreach (var person in people)
        {
            second.Add(await Alone(there, await Household(there, elsewhere, "2026-09-11", (person, "Head")), person, elsewhere));
        }

        await bureau.Day("2026-09-22");
        var answers = await Task.WhenAll(first.Select(n => Accept(here, n)).Concat(second.Select(n => Accept(there, n))));

        foreach (var i in Enumerable.Range(0, people.Count))
        {
            var (one, other) = (answers[i], answers[i + people.Count]);
            Assert.Equal([200, 409], new[] { one.Status, other.Status }.Order());
            (one.Status == 409 ? one : other).Is(409, "E_BENEFIT_CONFLICT");
            Assert.Equal(one.Status == 200 ? "Accepted" : "Submitted", (string?)(await here.Get($"{Allowances}/{first[i]}")).Json["state"]);
            Assert.Equal(other.Status == 200 ? "Accepted" : "Submitted", (string?)(await there.Get($"{Allowances}/{second[i]}")).Json["state"]);
        }

        static Task<Support.Answer> Accept(Desk window, string number) => window.Try($"{Allowances}/{number}/accept-application", new { supplied = Array.Empty<object>() });
    }

    [Fact]
    public async Task What_services_tell_each_other_is_not_there_for_anybody_outside()
    {
        await using var bureau = await Bureau.Open("2026-09-21");

        (await bureau.As("other-service", "000000000000", Roles.FeedReader).Ask("/social-assistance/feed?after=0")).Is(404, "E_NOT_FOUND");
        using var stranger = await bureau.Http.GetAsync(new Uri("/social-assistance/feed", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    private static async Task<string> Alone(Desk window, string household, string person, string village) => (await window.Post(Allowances, new
    {
        household,
        applicant = person,
        area = "Rural",
        hukouRegion = village,
        residenceRegion = village,
        members = new[] { new { person, relation = "Head", adult = true, labour = "None", health = "ChronicIllness", studying = false } },
        declaredIncome = Array.Empty<object>(),
        declaredAssets = Array.Empty<object>(),
        obligors = Array.Empty<object>(),
        authorisations = new[] { new { person, document = Paper("authorisation", $"authorisation-{person}") } },
        commitment = Paper("commitment", $"commitment-{household}"),
    })).Id;
}
