using Platform.Cases;

namespace SocialAssistance.DemocraticReview;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class ReviewExamples
{
    private static readonly CaseRef Case = new(Processes.SubsistenceAllowance, "DB-341503-2014-000123");

    public static readonly ConveneReview Convene = new(RegionCode.Hydrate("341503101201"), new(2026, 10, 12), new(1, 2, 12, 2, 1), [Case], "ZX-341503-2026-01");

    public static readonly HearCases Hear = new([new(Case, "申请人陈述家庭困难情况,工作人员介绍入户调查结果。", ["子女是否支付赡养费?"])]);

    public static readonly RecordVotes Vote = new([new(Case, 14, 1, 1)], Secret: true);

    public static readonly ConcludeReview Conclude = new([], new("minutes", "f-20261012-9", new string('a', 64)), 18, SupervisorPresent: true);

    public static readonly InvalidateReview Invalidate = new("参加评议的村民代表不足三分之二。");
}
