using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.EconomicVerification;

/// <summary>Orders: what was asked, and how far it is.</summary>
[Row("verification_orders", nameof(Verification))]
internal sealed record OrderRow(
    string Verification, string CaseProcess, string CaseId, RegionCode Region, VerificationPurpose Purpose, int Persons, DateOnly RequestedOn, int Queries, int Answers, string State);

/// <summary>Reports, one row each: the monthly return counts them.</summary>
/// <param name="Days">Calendar days from the request to the report.</param>
/// <param name="Recheck">True when an earlier report had been disputed or was incomplete.</param>
[Row("verification_reports", nameof(Verification), nameof(Version))]
internal sealed record ReportRow(
    string Verification, long Version, RegionCode Region, string ReportNumber, DateOnly IssuedOn, DateOnly ValidTo, VerificationConclusion Conclusion, int Days, bool Recheck);

internal static class VerificationViews
{
    public static CaseSummary Summary(VerificationCase verification) => new(
        Name(verification), verification.Commission.Region, $"{verification.Commission.Case.Process}/{verification.Commission.Case.Id}",
        verification is not (NotRequested or Expired or Withdrawn),
        verification switch
        {
            Requested or Authorised => verification.Commission.StartDue,
            Reported r => r.Report.ValidTo,
            Rechecked r => r.Report.ValidTo,
            _ => null,
        },
        verification.Commission.Persons);

    public static IEnumerable<Change> Changes(Recorded<VerificationEvent> fact, VerificationCase after)
    {
        var commission = after.Commission;
        yield return new Change.Put(new OrderRow(
            fact.Id, commission.Case.Process, commission.Case.Id, commission.Region, commission.Purpose, commission.Persons.Count, commission.RequestedOn,
            commission.Queries.Count, commission.Queries.Count(q => q.Result is not null), after.GetType().Name));
        switch (fact.Fact)
        {
            case VerificationRequested r:
                yield return new Change.Due(VerificationDecisions.StartDuePassed, r.StartDue.AddDays(1));
                break;
            case QueryDispatched or VerificationStartOverdue or VerificationWithdrawn:
                yield return new Change.NotDue(VerificationDecisions.StartDuePassed);
                break;
            case VerificationReportIssued f:
                yield return Row(fact, commission, f.Report, recheck: false);
                yield return new Change.Due(VerificationDecisions.ReportRunOut, f.Report.ValidTo.AddDays(1));
                break;
            case RecheckCompleted f:
                yield return Row(fact, commission, f.Report, recheck: true);
                yield return new Change.Due(VerificationDecisions.ReportRunOut, f.Report.ValidTo.AddDays(1));
                break;
            case VerificationReportExpired:
                yield return new Change.NotDue(VerificationDecisions.ReportRunOut);
                break;
        }
    }

    private static Change.Put Row(Recorded<VerificationEvent> fact, Commission commission, Report report, bool recheck) => new(new ReportRow(
        fact.Id, fact.Version, commission.Region, report.ReportNumber, report.IssuedOn, report.ValidTo, report.Conclusion, report.IssuedOn.DayNumber - commission.RequestedOn.DayNumber, recheck));

    private static Text Name(VerificationCase verification) => verification switch
    {
        Requested => new("已委托", "Requested"),
        Authorised => new("已授权", "Authorised"),
        Dispatched => new("查询中", "Dispatched"),
        PartiallyReturned => new("部分反馈", "Partially returned"),
        Reported => new("已出报告", "Reported"),
        Disputed => new("有异议", "Disputed"),
        Rechecked => new("已复核", "Rechecked"),
        Expired => new("报告已过期", "Expired"),
        Withdrawn => new("已撤回", "Withdrawn"),
        _ => new("未委托", "Not requested"),
    };
}
