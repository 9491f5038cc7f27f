using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.EconomicVerification;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class VerificationExamples
{
    private static readonly PersonId Person = PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob");

    public static readonly RequestVerification Request = new(
        new(Processes.SubsistenceAllowance, "DB-341503-2026-000123"), VerificationPurpose.New, [Person], RegionCode.Hydrate("341503101201"), new(2026, 9, 24), [new("wages", new(9_600.00m))]);

    public static readonly RegisterAuthorisation Authorise = new(Person, new(2026, 9, 21), new(2027, 9, 20), new("authorisation", "f-20260921-1", new string('b', 64)));

    public static readonly DispatchQuery Dispatch = new(DataSource.Tax, "Q-341503-0001");

    public static readonly ReceiveResult Receive = new("Q-341503-0001", new(2026, 9, 28), Found: true, [new(Person, "wages", new(9_600.00m), new(2026, 8, 31))], "tax/2026/88231");

    public static readonly IssueReport Issue = new("HDBG-341503-2026-0001", VerificationConclusion.Consistent, [new("wages", new(9_600.00m))], []);

    public static readonly DisputeReport Dispute = new("该车辆已于上年转让。", [new("transfer contract", "f-20261012-4", new string('c', 64))]);

    public static readonly CompleteRecheck Recheck = new("HDBG-341503-2026-0002", VerificationConclusion.Consistent, [new("wages", new(9_600.00m))], [], "车辆登记已转移,予以剔除。");

    public static readonly WithdrawVerification Withdraw = new("申请人撤回申请。");
}
