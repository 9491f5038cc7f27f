using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;

namespace SocialAssistance.Complaint;

/// <summary>Who complained: for the officer it is assigned to and the county's approver, with a purpose, and never for those it is about.</summary>
internal static class ReporterIdentity
{
    public static void Map(IEndpointRouteBuilder service) => service.MapGet("complaints/{id}/reporter", Open)
        .Describe(new("查阅举报人身份", "Read who complained"), [Roles.TownshipOfficer, Roles.TownshipReviewer, Roles.CountyOfficer, Roles.CountyApprover])
        .WithTags("Complaints").WithName("complaint.reporter").Produces<PersonalDetails>().Refuses(400, 401, 403, 404);

    private static async Task<IResult> Open(HttpContext context, CaseStore store, ReadLog reads, Vault vault, string id)
    {
        var reading = await store.Read(ComplaintProcess.Type, id, cancel: context.RequestAborted);
        var matter = ((ComplaintCase)reading.State).Matter;
        if (reading.Version == 0 || matter.Reporter is not { } reporter)
        {
            return Problems.Of(Refusal.NotFound($"{Processes.Complaint}/{id}/reporter"));
        }

        if (await NotFor(context, matter) is { } refusal)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, $"{Processes.Complaint}/{id}", "reporter");
        return (await vault.Open([reporter], context.RequestAborted)).TryGetValue(reporter, out var details)
            ? Results.Json(details, Json.Plain)
            : Problems.Of(Refusal.NotFound($"{Processes.Complaint}/{id}/reporter"));
    }

    private static async Task<Refusal?> NotFor(HttpContext context, Matter matter)
    {
        var caller = Caller.From(context.User);
        return !RegionCode.Hydrate(caller.Region).Covers(matter.Region) ? Refusal.NotYours("E_REGION_SCOPE", "该案件不在您的管辖区域内。", "The case lies outside your region.")
            : caller.UserId != matter.Handler && !caller.Roles.Contains(Roles.CountyApprover)
                ? Refusal.NotYours("E_REPORTER_SEALED", "举报人身份仅限承办人和县级确认人查阅。", "Only the assigned officer and the county's approver may know who complained.", "信访条例 第23条")
            : matter.Target.Staff == caller.UserId || (matter.Target.Case is { } about && (await CaseLookup.Actors(context.RequestServices, about, context.RequestAborted)).Contains(caller.UserId, StringComparer.Ordinal))
                ? Refusal.Duties("SOD-4", "被投诉举报人及办理过该案件的人员不得查阅举报人身份。", "Neither the officer complained about nor anybody who acted in the case may know who complained.")
            : string.IsNullOrWhiteSpace(context.Request.Headers["Purpose"]) ? Refusal.Malformed("E_PURPOSE", "查阅个人信息须说明用途。", "State the purpose of reading personal details (header Purpose).")
            : null;
    }
}
