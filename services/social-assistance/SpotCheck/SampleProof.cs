using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;

namespace SocialAssistance.SpotCheck;

/// <summary>The draw done again, step by step.</summary>
/// <param name="Method">How it is done, so that it can be repeated elsewhere.</param>
/// <param name="Seed">Recorded when the plan was made.</param>
/// <param name="Rate">Share of the population.</param>
/// <param name="Population">Cases to draw from.</param>
/// <param name="Size">Cases drawn: ⌈rate × population⌉.</param>
/// <param name="Strata">Each township with its share and its cases in the order of the draw.</param>
/// <param name="Agrees">True when the draw done again gives the sample that was recorded.</param>
internal sealed record SampleProofAnswer(Text Method, string Seed, decimal Rate, int Population, int Size, IReadOnlyList<DrawnStratum> Strata, bool Agrees);

/// <summary>抽样复核: anybody who may audit draws the sample again.</summary>
internal static class SampleProof
{
    private static readonly Text Method = new(
        "样本量=⌈比例×总数⌉;各乡镇按占比取整数部分,余数最大者依次补足(余数相同按区划代码由小到大);乡镇内按 SHA-256(种子|案件编号) 十六进制小写由小到大取前若干件。",
        "Size = ⌈rate × population⌉. Each township gets the whole part of its share; what is missing goes to the largest remainders, the smaller code first. Within a township: the first ones by SHA-256 of seed|case number, lower-case hexadecimal.");

    public static void Map(IEndpointRouteBuilder service) => service.MapGet("spot-checks/{id}/sample", Prove)
        .Describe(new("复核抽样", "Repeat the draw"), [Roles.CountyOfficer, Roles.CountyApprover, Roles.CitySupervisor, Roles.ProvinceSupervisor, Roles.Auditor])
        .WithTags("Spot checks").WithName("spot-check.sample").Produces<SampleProofAnswer>().Refuses(401, 403, 404);

    private static async Task<IResult> Prove(HttpContext context, CaseStore store, ReadLog reads, string id)
    {
        var reading = await store.Read(SpotCheckProcess.Type, id, cancel: context.RequestAborted);
        if (reading.Version == 0)
        {
            return Problems.Of(Refusal.NotFound($"{Processes.SpotCheck}/{id}"));
        }

        var plan = ((SpotCheckCase)reading.State).Plan;
        if (!RegionCode.Hydrate(Caller.From(context.User).Region).Covers(plan.Region))
        {
            return Problems.Of(Refusal.NotYours("E_REGION_SCOPE", "该案件不在您的管辖区域内。", "The case lies outside your region."));
        }

        await reads.Write(context, $"{Processes.SpotCheck}/{id}", "sample");
        var strata = Draw.Of(plan.Population, plan.Rate, plan.Seed);
        var agrees = Draw.Sample(strata).SequenceEqual(plan.Checks.Select(c => new SampledCase(c.Case, c.Township)));
        return Results.Json(new SampleProofAnswer(Method, plan.Seed, plan.Rate, plan.Size, plan.Checks.Count, strata, agrees), Json.Plain);
    }
}
