using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.PublicityNotice;

namespace SocialAssistance.Tests.PublicityNotice;

public sealed class LastMinuteTests
{
    private const string Village = "341503101201";

    [Fact]
    public async Task An_objection_at_23_59_on_day_seven_counts_and_at_00_01_on_day_eight_becomes_a_complaint()
    {
        var clock = TestClock.On("2026-11-16");
        await using var service = await ServiceUnderTest.Start(Contents.Service, clock);
        var officer = service.As("u-102", "341503101000", Roles.TownshipOfficer);
        var notice = (await officer.Post("/social-assistance/publicity-notices", NoticeExamples.Draft with { Case = new("temporary-aid", "LS-341503-2026-000001"), Region = RegionCode.Hydrate(Village) })).Id;
        await officer.Post($"/social-assistance/publicity-notices/{notice}/post-notice", NoticeExamples.Post);

        clock.Now = new(2026, 11, 23, 23, 59, 0, TimeSpan.FromHours(8));
        _ = (await officer.Post($"/social-assistance/publicity-notices/{notice}/raise-objection", NoticeExamples.Object)).Ok;
        clock.Now = new(2026, 11, 24, 0, 1, 0, TimeSpan.FromHours(8));
        (await officer.Post($"/social-assistance/publicity-notices/{notice}/raise-objection", NoticeExamples.Object with { Content = "另有异议。" })).Is(409, "E_LATE_OBJECTION");

        var complaint = await officer.Post("/social-assistance/complaints", new { channel = "Visit", realName = false, target = new { institution = "村委会" }, region = Village, content = "另有异议。" });
        Assert.StartsWith("TS-341503-2026-", complaint.Id, StringComparison.Ordinal);
    }
}
