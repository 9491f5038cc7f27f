using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.SpotCheck;

/// <summary>What is sampled: households in payment, or applications under way.</summary>
internal enum SpotCheckScope
{
    Entitlements,
    OpenCases,
}

internal enum CheckFinding
{
    Correct,
    AmountWrong,
    Ineligible,
    Missed,
    Procedural,
}

/// <summary>The cases of one township, in ordinal order.</summary>
internal sealed record Stratum(RegionCode Township, IReadOnlyList<string> Cases);

internal sealed record SampledCase(string Case, RegionCode Township);

[JsonDerivedType(typeof(SpotCheckPlanned), "spot_check_planned")]
[JsonDerivedType(typeof(SpotCheckAssigned), "spot_check_assigned")]
[JsonDerivedType(typeof(SpotCheckRecorded), "spot_check_recorded")]
[JsonDerivedType(typeof(SpotCheckClosed), "spot_check_closed")]
internal abstract record SpotCheckEvent;

/// <summary>Population and seed are frozen here: anybody can repeat the draw (<see cref="Draw"/>).</summary>
internal sealed record SpotCheckPlanned(
    SpotCheckScope Scope, RegionCode Region, Area? Area, DateOnly On, DateOnly DueOn, decimal Rate, decimal MandatedRate, string Seed, IReadOnlyList<Stratum> Population, IReadOnlyList<SampledCase> Sample, string By) : SpotCheckEvent;

internal sealed record SpotCheckAssigned(string Case, IReadOnlyList<string> Checkers, string By) : SpotCheckEvent;

internal sealed record SpotCheckRecorded(string Case, CheckFinding Finding, string Detail, string? Visit, DateOnly On, string By) : SpotCheckEvent;

internal sealed record SpotCheckClosed(DateOnly On, int Population, int Sampled, int Recorded, decimal RateAchieved, decimal MandatedRate, int Problems, string? Reason, string By) : SpotCheckEvent;

internal sealed record Check(string Case, RegionCode Township, IReadOnlyList<string> Checkers, SpotCheckRecorded? Recorded);

/// <summary>What was drawn, from what, and how.</summary>
internal sealed record Plan(
    SpotCheckScope Scope, RegionCode Region, Area? Area, DateOnly On, DateOnly DueOn, decimal Rate, decimal MandatedRate, string Seed, IReadOnlyList<Stratum> Population, ImmutableList<Check> Checks)
{
    public static readonly Plan None = new(default, RegionCode.Nation, null, default, default, 0, 0, "", [], []);

    [JsonIgnore]
    public int Size => Population.Sum(s => s.Cases.Count);

    [JsonIgnore]
    public int Recorded => Checks.Count(c => c.Recorded is not null);

    [JsonIgnore]
    public int Problems => Checks.Count(c => c.Recorded is { Finding: not CheckFinding.Correct });

    /// <summary>Process of the sampled cases.</summary>
    [JsonIgnore]
    public string Process => Scope == SpotCheckScope.Entitlements ? Processes.Entitlement : Processes.SubsistenceAllowance;
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NotPlanned), nameof(NotPlanned))]
[JsonDerivedType(typeof(Drawn), nameof(Drawn))]
[JsonDerivedType(typeof(Closed), nameof(Closed))]
internal abstract record SpotCheckCase(Plan Plan);

internal sealed record NotPlanned() : SpotCheckCase(Plan.None);

internal sealed record Drawn(Plan Plan) : SpotCheckCase(Plan);

internal sealed record Closed(Plan Plan, SpotCheckClosed Closing) : SpotCheckCase(Plan);

internal static class SpotCheckEvents
{
    public static SpotCheckCase Evolve(SpotCheckCase check, SpotCheckEvent fact) => (check, fact) switch
    {
        (_, SpotCheckPlanned f) => new Drawn(new(
            f.Scope, f.Region, f.Area, f.On, f.DueOn, f.Rate, f.MandatedRate, f.Seed, f.Population, [.. f.Sample.Select(s => new Check(s.Case, s.Township, [], null))])),
        (Drawn d, SpotCheckAssigned f) => new Drawn(With(d.Plan, f.Case, c => c with { Checkers = f.Checkers })),
        (Drawn d, SpotCheckRecorded f) => new Drawn(With(d.Plan, f.Case, c => c with { Recorded = f })),
        (Drawn d, SpotCheckClosed f) => new Closed(d.Plan, f),
        _ => check,
    };

    private static Plan With(Plan plan, string id, Func<Check, Check> change) => plan with { Checks = [.. plan.Checks.Select(c => c.Case == id ? change(c) : c)] };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SpotCheckEvent))]
[JsonSerializable(typeof(SpotCheckCase))]
internal sealed partial class SpotCheckJson : JsonSerializerContext;
