using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.HomeVisit;

/// <summary>Visits: who goes where, and what came of it.</summary>
[Row("home_visits", nameof(Visit))]
internal sealed record VisitRow(
    string Visit, string CaseProcess, string CaseId, VisitKind Kind, RegionCode Region, DateOnly PlannedFor, IReadOnlyList<string> Investigators, VisitMethod? Method, DateOnly? VisitedOn,
    int Attempts, bool? Conforms, string State);

internal static class VisitViews
{
    public static CaseSummary Summary(VisitCase visit) => new(
        Name(visit), visit.Visit.Region, $"{visit.Visit.Case.Process}/{visit.Visit.Case.Id}", visit is Planned or Visited or Signed, (visit as Planned)?.Visit.Date, Record(visit)?.Present);

    public static IEnumerable<Change> Changes(Recorded<VisitEvent> fact, VisitCase after)
    {
        var visit = after.Visit;
        var record = Record(after);
        yield return new Change.Put(new VisitRow(
            fact.Id, visit.Case.Process, visit.Case.Id, visit.Kind, visit.Region, visit.Date, visit.Investigators, record?.Method, record?.On, visit.Attempts.Count, record?.Conforms, after.GetType().Name));
    }

    private static VisitConducted? Record(VisitCase visit) => visit switch
    {
        Visited v => v.Record,
        Signed s => s.Record,
        Submitted s => s.Record,
        _ => null,
    };

    private static Text Name(VisitCase visit) => visit switch
    {
        Planned => new("已安排", "Planned"),
        Visited => new("已入户", "Visited"),
        Signed => new("已签字", "Signed"),
        Submitted => new("已提交", "Submitted"),
        Failed => new("入户失败", "Failed"),
        _ => new("未安排", "Not planned"),
    };
}
