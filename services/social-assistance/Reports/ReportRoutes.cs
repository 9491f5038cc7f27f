using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.Reports;

/// <summary>Plural path segments of the processes that reports lead to.</summary>
internal static class Paths
{
    public const string Entitlements = "entitlements";
    public const string Allowances = "subsistence-allowances";
    public const string Reviews = "democratic-reviews";
    public const string Campaigns = "campaigns";
    public const string Batches = "payment-batches";
}

/// <summary>An indicator of the bureau (domain section 8.2).</summary>
/// <param name="Href">The report that computes it; the period is for the reader to fill in.</param>
internal sealed record Indicator(string Code, Text Title, string Formula, string Href);

/// <summary>Reports: every figure is the sum of rows that facts have written, and opens to them. None is typed in.</summary>
internal static class ReportRoutes
{
    private static readonly string[] Readers = [CountyOfficer, CountyApprover, CountyFinance, Treasury, CitySupervisor, ProvinceSupervisor, Auditor];

    public static void Map(IEndpointRouteBuilder service)
    {
        var reports = service.MapGroup("reports").WithTags("Reports");
        Add<IReadOnlyList<Indicator>>("", "reports.indicators", new("指标目录", "Indicators"), Indicators);
        Add<StockReport>("stock-and-flow", "reports.stock-and-flow", new("在保动态表", "Stock and flow"), StockAndFlow.Report);
        Add<Page<StockLine>>("stock-and-flow/cell", "reports.stock-and-flow.cell", new("在保动态表:数据来源", "Stock and flow: behind a figure"), StockAndFlow.Lines);
        Add<PaymentReport>("payments", "reports.payments", new("资金发放情况表", "Payments"), Payments.Report);
        Add<Page<PaidLine>>("payments/cell", "reports.payments.cell", new("资金发放情况表:数据来源", "Payments: behind a figure"), Payments.Lines);
        Add<CampaignReport>("campaign", "reports.campaign", new("专项整治情况表", "Review campaign"), CampaignReports.Report);
        Add<Page<ChangeLine>>("campaign/cell", "reports.campaign.cell", new("专项整治情况表:数据来源", "Review campaign: behind a figure"), CampaignReports.Lines);
        Add<Page<HearingLine>>("campaign/hearings", "reports.campaign.hearings", new("专项整治:听证评议", "Review campaign: hearings"), CampaignReports.HearingLines);
        Add<Page<VillageLine>>("campaign/villages", "reports.campaign.villages", new("专项整治:各村(社区)", "Review campaign: villages"), CampaignReports.Villages);

        void Add<T>(string path, string name, Text title, Delegate answer) =>
            reports.MapGet(path, answer).Describe(title, Readers).WithName(name).Produces<T>().Refuses(400, 401, 403, 404);
    }

    private static async Task<IResult> Indicators(HttpContext context, ReadLog reads)
    {
        await reads.Write(context, "reports", "indicators");
        var own = context.Request.Path.Value!.TrimEnd('/');
        IReadOnlyList<Indicator> all =
        [
            new("I03", new("低保覆盖", "Allowance coverage"), "期末在保人数,按城乡 / persons in payment at the end of the period, by area", $"{own}/stock-and-flow?from={{day}}&to={{day}}"),
            new("I04", new("低保支出与人均补差", "Allowance spending and average aid"), "Σ 已发放金额; ÷ 人月数 / sum of lines paid; divided by person-months", $"{own}/payments?from={{month}}&to={{month}}"),
            new("I07", new("专项整治结果", "Result of a review campaign"), "取消与新增的户数、人数 / households and persons cancelled and added", $"{own}/campaign?campaign={{number}}"),
        ];
        return Results.Json(all, Json.Plain);
    }
}
