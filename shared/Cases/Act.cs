using System.Diagnostics;

namespace Platform.Cases;

/// <summary>Who acts, in which office, on which day and why: everything a decision may know about its moment.</summary>
public sealed record Act
{
    /// <summary>The signed-in user's stable id, or <c>system</c> for a deadline.</summary>
    public required string Actor { get; init; }

    /// <summary>Role names as the identity provider grants them (kebab-case).</summary>
    public required IReadOnlySet<string> Roles { get; init; }

    /// <summary>The actor's organisation code.</summary>
    public required string Organisation { get; init; }

    /// <summary>The actor's region; it covers everything below it.</summary>
    public required RegionCode Region { get; init; }

    /// <summary>The civil day (Asia/Shanghai) on which the act is done: the law of this day decides.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>The instant at which it is recorded, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The request that causes it (Idempotency-Key, deadline, or contract event).</summary>
    public required string Request { get; init; }

    /// <summary>The client application.</summary>
    public string Client { get; init; } = "";

    /// <summary>Why the actor acts or reads, in the actor's words.</summary>
    public string? Purpose { get; init; }

    /// <summary>The number of the case acted on; empty while a case is not yet numbered.</summary>
    public string Case { get; init; } = "";

    /// <summary>True when an act of the past is entered afterwards: <see cref="Today"/> then lies before <see cref="At"/>.</summary>
    public bool Historic { get; init; }

    /// <summary>The trace in which the act arose (W3C traceparent); null outside any. It leads to the act's logs and spans and decides nothing.</summary>
    public string? Trace { get; init; } = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;

    /// <summary>True for deadlines and reactions, where no person acts.</summary>
    public bool BySystem => Actor == SystemActor;

    /// <summary>The actor name of deadlines and reactions.</summary>
    public const string SystemActor = "system";

    /// <summary>An act that no person does: a day has come, or another service has told us something.</summary>
    public static Act BySystemOn(DateOnly today, DateTimeOffset at, string request) => new()
    {
        Actor = SystemActor,
        Roles = new HashSet<string>(StringComparer.Ordinal) { "system" },
        Organisation = SystemActor,
        Region = RegionCode.Nation,
        Today = today,
        At = at,
        Request = request,
        Client = SystemActor,
    };
}
