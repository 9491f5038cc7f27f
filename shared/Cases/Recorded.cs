namespace Platform.Cases;

/// <summary>Where a recorded fact comes from: both times, the actor, the request and the policy editions that decided.</summary>
/// <param name="At">When it became known: the instant of recording, UTC.</param>
/// <param name="On">When it was so: the civil day of the act.</param>
/// <param name="Actor">User id.</param>
/// <param name="Role">Roles of the actor, comma-separated.</param>
/// <param name="Organisation">Organisation code.</param>
/// <param name="Region">The actor's region, 12 digits.</param>
/// <param name="Client">Client application.</param>
/// <param name="Purpose">Why, when it was stated.</param>
/// <param name="Request">The request that caused it (causation).</param>
/// <param name="Correlation">The case number at the head of the chain.</param>
/// <param name="Historic">Entered afterwards by an officer entitled to state the day of an act.</param>
/// <param name="Policies">Parameter code → the edition that was in force and used.</param>
public sealed record Provenance(
    DateTimeOffset At, DateOnly On, string Actor, string Role, string Organisation, string Region, string Client,
    string? Purpose, string Request, string Correlation, bool Historic, IReadOnlyDictionary<string, string>? Policies)
{
    /// <summary>The trace in which it was recorded (W3C traceparent), as read back; null when there was none.</summary>
    public string? Trace { get; init; }
}

/// <summary>A fact as it stands in a stream.</summary>
/// <param name="Id">The case number, which is the stream's name without its process.</param>
/// <param name="Version">1 for the first fact of the stream.</param>
/// <param name="Fact">The fact itself.</param>
/// <param name="By">Its provenance.</param>
public sealed record Recorded<TEvent>(string Id, long Version, TEvent Fact, Provenance By);

/// <summary>Stands in the place of a fact that cannot be read and that somebody has decided, on record, to leave out. Adds nothing to any state.</summary>
/// <param name="Alias">Stored name of the fact.</param>
/// <param name="Reason">Why.</param>
/// <param name="DecidedBy">Who decided it.</param>
/// <param name="At">When.</param>
public sealed record FactLeftOut(string Alias, string Reason, string DecidedBy, DateTimeOffset At);
