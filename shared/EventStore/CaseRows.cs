using Platform.Cases;

namespace Platform.EventStore;

/// <summary>One row per case of any process: the officers' worklists.</summary>
[Row("case_list", nameof(StreamId))]
internal sealed record CaseListRow(
    string StreamId, string Process, string Id, RegionCode Region, string State, string StateZh, string StateEn, string Subject, bool Open,
    DateOnly? Due, DateOnly OpenedOn)
{
    public static CaseListRow Of(CaseType type, string id, CaseSummary summary, object state, DateOnly openedOn) => new(
        $"{type.Name}/{id}", type.Name, id, summary.Region, state.GetType().Name, summary.State.Zh, summary.State.En, summary.Subject, summary.Open,
        summary.Due, openedOn);
}

/// <summary>A case that concerns a person.</summary>
[Row("case_people", nameof(Person), nameof(StreamId))]
internal sealed record CasePersonRow(PersonId Person, string StreamId, string Process, string Id);

/// <summary>Rows that every case has.</summary>
internal static class CaseRows
{
    /// <summary>The persons a case has come to concern.</summary>
    public static IEnumerable<Change> People(CaseType type, string id, CaseSummary? before, CaseSummary after) =>
        (after.People ?? []).Except(before?.People ?? []).Select(p => new Change.Put(new CasePersonRow(p, $"{type.Name}/{id}", type.Name, id)));

    /// <summary>What a fact changes beside its stream: worklist and persons where they come to differ, then what the process describes.</summary>
    /// <param name="type">The kind of case.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="before">The state before it; null for the first.</param>
    /// <param name="after">The state after it.</param>
    /// <param name="openedOn">Day of the first fact.</param>
    public static IEnumerable<Change> Changes(CaseType type, Recorded<object> fact, object? before, object after, DateOnly openedOn)
    {
        var (was, now) = (before is null ? null : type.Summarise(before), type.Summarise(after));
        var row = CaseListRow.Of(type, fact.Id, now, after, openedOn);
        var listed = was is not null && row == CaseListRow.Of(type, fact.Id, was, before!, openedOn) ? [] : new Change[] { new Change.Put(row) };
        return listed.Concat(People(type, fact.Id, was, now)).Concat(type.ChangesOf(fact, after));
    }
}
