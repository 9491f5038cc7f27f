using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Complaint;

namespace SocialAssistance.Tests.Complaint;

public sealed class ReporterTests
{
    private const string County = "341503000000";

    [Fact]
    public async Task Who_reports_is_sealed_and_opens_to_the_handler_and_the_approver_only()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, TestClock.On("2026-11-03"));
        await service.Database.Do("""
            insert into case_list values ('subsistence-allowance/DB-341503-2026-000123', 'subsistence-allowance', 'DB-341503-2026-000123', '341503101201', 'Confirmed', '', '', '', false, null, '2026-10-01');
            insert into home_visits values ('RH-1', 'subsistence-allowance', 'DB-341503-2026-000123', 'Township', '341503101201', '2026-10-02', '["u-102", "u-103"]', null, null, 0, null, 'Planned');
            """, TestContext.Current.CancellationToken);
        var approver = service.As("u-202", County, Roles.CountyApprover);
        var id = (await service.As("u-101", "341503101000", Roles.WindowOfficer).Post("/social-assistance/complaints", ComplaintExamples.Report)).Id;
        var complaint = $"/social-assistance/complaints/{id}";
        _ = (await service.As("u-300", County, Roles.CountyOfficer).Post($"{complaint}/register-complaint", new { })).Ok;

        // SOD-4: u-102 visited the household as an investigator and so acted in the case.
        (await approver.Post($"{complaint}/assign-complaint", new { handler = "u-102" })).Is(403, "E_SOD");
        _ = (await approver.Post($"{complaint}/assign-complaint", new { handler = "u-301" })).Ok;

        (await service.As("u-301", County, Roles.CountyOfficer).Get($"{complaint}/reporter")).Is(400, "E_PURPOSE");
        Assert.Equal("陈某", (string?)(await service.As("u-301", County, Roles.CountyOfficer).Get($"{complaint}/reporter", "reply")).Ok.Json["name"]);
        Assert.Equal("341503194910019063", (string?)(await approver.Get($"{complaint}/reporter", "reply")).Ok.Json["residentId"]);
        (await service.As("u-302", County, Roles.CountyOfficer).Get($"{complaint}/reporter", "curious")).Is(403, "E_REPORTER_SEALED");
        (await service.As("u-103", County, Roles.CountyApprover).Get($"{complaint}/reporter", "curious")).Is(403, "E_SOD");
        (await service.As("u-203", "330802000000", Roles.CountyApprover).Get($"{complaint}/reporter", "curious")).Is(403, "E_REGION_SCOPE");
        (await service.As("u-901", County, Roles.Auditor).Get($"{complaint}/reporter", "audit")).Is(403, "E_ROLE");

        Assert.Equal(2L, await service.Database.Ask<long>($"select count(*) from read_log where subject = 'complaint/{id}' and fields = 'reporter'", TestContext.Current.CancellationToken));
        Assert.Equal(0L, await service.Database.Ask<long>("select count(*) from mt_events where data::text like '%陈某%' or data::text like '%341503194910019063%'", TestContext.Current.CancellationToken));
        Assert.Equal(1L, await service.Database.Ask<long>("select count(*) from person_vault", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_complaint_names_a_case_that_exists_in_its_region()
    {
        await using var service = await ServiceUnderTest.Start(Contents.Service, TestClock.On("2026-11-03"));
        var window = service.As("u-101", "341503101000", Roles.WindowOfficer);
        (await window.Post("/social-assistance/complaints", ComplaintExamples.Report)).Is(404, "E_NOT_FOUND");
        await service.Database.Do("insert into case_list values ('subsistence-allowance/DB-341503-2026-000123', 'subsistence-allowance', 'DB-341503-2026-000123', '341503102201', 'x', '', '', '', true, null, '2026-10-01')", TestContext.Current.CancellationToken);
        (await window.Post("/social-assistance/complaints", ComplaintExamples.Report)).Is(403, "E_REGION_SCOPE");
        (await window.Post("/social-assistance/complaints", new { channel = "Web", realName = true, target = new { staff = "u-9" }, region = "341503101201", content = "x" })).Is(422, "E_REPORTER");
        Assert.Equal(0L, await service.Database.Ask<long>("select count(*) from person_vault", TestContext.Current.CancellationToken));
    }
}
