namespace Platform.Cases;

/// <summary>A sentence that officers or citizens see: Chinese first, English second.</summary>
/// <param name="Zh">The sentence in Chinese.</param>
/// <param name="En">The same sentence in English.</param>
public sealed record Text(string Zh, string En);

/// <summary>Why an act is turned down. The host maps each kind to one HTTP status, in one place.</summary>
public enum RefusalKind
{
    /// <summary>The input cannot be read as what it claims to be (400).</summary>
    Malformed,

    /// <summary>This actor may not do this: role, region, or separation of duties (403).</summary>
    NotYours,

    /// <summary>There is no such case (404).</summary>
    NotFound,

    /// <summary>Not in this state of the case, not yet, or no longer (409).</summary>
    NotNow,

    /// <summary>Something unique is already held elsewhere (409).</summary>
    Taken,

    /// <summary>The case has moved on since the caller read it (412).</summary>
    Stale,

    /// <summary>Understood, but the content breaks a rule (422).</summary>
    Rule,

    /// <summary>The service cannot take more at this moment (503).</summary>
    Busy,
}

/// <summary>
/// An act understood and turned down: nothing is recorded. Not a denial (an administrative act with grounds, recorded
/// as a fact) and not a fault (an exception).
/// </summary>
/// <param name="Kind">What sort of refusal, which decides the status a caller sees.</param>
/// <param name="Code">Stable upper-case code, e.g. <c>E_PUBLICITY_OPEN</c>; never reworded, callers switch on it.</param>
/// <param name="Why">The reason in Chinese and English.</param>
/// <param name="Basis">The article or standard that the rule comes from, when it has one.</param>
public sealed record Refusal(RefusalKind Kind, string Code, Text Why, string? Basis = null)
{
    /// <summary>Numbers and names behind the reason, for machines: limits, values found, the other case.</summary>
    public IReadOnlyDictionary<string, object?> Details { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>Adds one machine-readable detail.</summary>
    public Refusal With(string name, object? value) =>
        this with { Details = new Dictionary<string, object?>(Details, StringComparer.Ordinal) { [name] = value } };

    /// <summary>400: the input itself is wrong.</summary>
    public static Refusal Malformed(string code, string zh, string en, string? basis = null) =>
        new(RefusalKind.Malformed, code, new(zh, en), basis);

    /// <summary>422: the content breaks a rule.</summary>
    public static Refusal Rule(string code, string zh, string en, string? basis = null) =>
        new(RefusalKind.Rule, code, new(zh, en), basis);

    /// <summary>403: not this actor.</summary>
    public static Refusal NotYours(string code, string zh, string en, string? basis = null) =>
        new(RefusalKind.NotYours, code, new(zh, en), basis);

    /// <summary>409: held elsewhere.</summary>
    public static Refusal Taken(string code, string zh, string en, string? basis = null) =>
        new(RefusalKind.Taken, code, new(zh, en), basis);

    /// <summary>409: not in this state of the case.</summary>
    public static Refusal NotNow(string code = "E_STATE", string zh = "案件当前状态不能办理此事项。", string en = "The case is not in a state in which this can be done.", string? basis = null) =>
        new(RefusalKind.NotNow, code, new(zh, en), basis);

    /// <summary>404: no such case.</summary>
    public static Refusal NotFound(string what) =>
        new(RefusalKind.NotFound, "E_NOT_FOUND", new($"没有找到:{what}。", $"Not found: {what}."));

    /// <summary>403 with the rule of separation of duties that was broken (domain section 1.3).</summary>
    public static Refusal Duties(string rule, string zh, string en, string? basis = null) =>
        NotYours("E_SOD", zh, en, basis).With("rule", rule);
}
