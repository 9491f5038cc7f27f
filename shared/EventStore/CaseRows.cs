using Platform.Cases;

namespace Platform.EventStore;

/// <summary>One row per case of any process: the officers' worklists.</summary>
[Row("case_list", nameof(StreamId))]
internal sealed record CaseListRow(
    string StreamId, string Process, string Id, RegionCode Region, string State, string StateZh, string StateEn, string Subject, bool Open,
    DateOnly? Due, DateOnly OpenedOn, long Version, DateTimeOffset At)
{
    public static CaseListRow Of(CaseType type, string id, long version, CaseSummary summary, object state, DateOnly openedOn, DateTimeOffset at) => new(
        $"{type.Name}/{id}", type.Name, id, summary.Region, state.GetType().Name, summary.State.Zh, summary.State.En, summary.Subject, summary.Open,
        summary.Due, openedOn, version, at);
}

/// <summary>A case that concerns a person.</summary>
[Row("case_people", nameof(Person), nameof(StreamId))]
internal sealed record CasePersonRow(PersonId Person, string StreamId, string Process, string Id);
