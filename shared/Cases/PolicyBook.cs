using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Platform.Cases;

/// <summary>How well a parameter's value is founded.</summary>
public enum PolicyStatus
{
    /// <summary>Read in the text of the rule named as its basis.</summary>
    Confirmed,

    /// <summary>Taken to be so; the basis says why. To be confirmed before it decides about people.</summary>
    Assumed,

    /// <summary>Set by the locality, which answers for it.</summary>
    Local,
}

/// <summary>One value of a parameter, for a region and for days.</summary>
/// <param name="Code">The parameter, e.g. <c>allowance-standard</c>.</param>
/// <param name="Region">Where it holds; everywhere inside too, unless a nearer region has its own.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day, included; null when open.</param>
/// <param name="Dims">What it holds for, e.g. area = Urban; empty: for all.</param>
/// <param name="Value">The value as written in the policy file.</param>
/// <param name="Unit">Unit of the value, e.g. yuan/person/month.</param>
/// <param name="Basis">The document that sets it.</param>
/// <param name="Status">How well it is founded.</param>
public sealed record PolicyValue(
    string Code,
    RegionCode Region,
    DateOnly From,
    DateOnly? To,
    ImmutableSortedDictionary<string, string> Dims,
    JsonElement Value,
    string Unit,
    string Basis,
    PolicyStatus Status)
{
    /// <summary>Names this value for good: <c>allowance-standard@341503#area=Urban from 2014-01-01</c>.</summary>
    public string Reference { get; } =
        $"{Code}@{Region.ShortCode}{(Dims.IsEmpty ? "" : "#")}{string.Join(',', Dims.Select(dim => $"{dim.Key}={dim.Value}"))} from {From.ToString("O", CultureInfo.InvariantCulture)}";

    internal bool Holds(DateOnly day) => From <= day && (To is not { } last || day <= last);

    internal bool Meets(PolicyValue other) =>
        (To is not { } last || other.From <= last) && (other.To is not { } otherLast || From <= otherLast);

    internal bool Fits(IReadOnlyDictionary<string, string> asked)
    {
        foreach (var (name, value) in Dims)
        {
            if (!asked.TryGetValue(name, out var wanted) || !string.Equals(wanted, value, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Everything that is wrong with the policy files; a service with a faulty policy does not start.</summary>
public sealed class PolicyFaultsException(IReadOnlyList<string> faults)
    : Exception($"The policy files have {faults.Count.ToString(CultureInfo.InvariantCulture)} fault(s):\n{string.Join('\n', faults)}")
{
    /// <summary>One sentence each, beginning with the file's name.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>
/// The parameters of a service by region and day. Numbers are data: a missing value refuses the command with
/// <c>E_PARAM_MISSING</c>, nothing is defaulted. Immutable; safe to share.
/// </summary>
public sealed class PolicyBook
{
    private static readonly FrozenDictionary<string, string> NoDims = FrozenDictionary<string, string>.Empty;

    private readonly FrozenDictionary<(string Code, RegionCode Region), ImmutableArray<PolicyValue>> values;

    private PolicyBook(IEnumerable<PolicyValue> values) =>
        // The most specific first: the first that fits is the answer.
        this.values = values
            .GroupBy(value => (value.Code, value.Region))
            .ToFrozenDictionary(group => group.Key, group => group.OrderByDescending(value => value.Dims.Count).ToImmutableArray());

    /// <summary>
    /// Reads all files of a service (<c>policy/*.json</c>):
    /// <c>{ "parameters": [{ "code", "unit", "min"?, "max"?, "values": [{ "region", "from", "to"?, "dims"?, "value", "basis", "status" }] }] }</c>.
    /// A parameter may have its values in several files if unit and bounds agree.
    /// </summary>
    /// <param name="files">Name, for messages, and content.</param>
    /// <exception cref="PolicyFaultsException">Lists every fault of every file.</exception>
    public static PolicyBook Load(IEnumerable<(string Name, Stream Content)> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var reader = new PolicyFileReader();
        foreach (var (name, content) in files)
        {
            reader.Read(name, content);
        }

        return new(reader.Finish());
    }

    /// <summary>
    /// The value of a parameter for a place and a day: the nearest region that has one; within it the one for the most
    /// of the dims asked for.
    /// </summary>
    /// <param name="code">The parameter.</param>
    /// <param name="region">Where the case is.</param>
    /// <param name="day">The day whose rule is asked for.</param>
    /// <param name="dims">What is asked about, e.g. area = Urban.</param>
    /// <param name="value">The value found.</param>
    /// <param name="refusal"><c>E_PARAM_MISSING</c> with parameter, region, day and dims.</param>
    public bool TryResolve(string code, RegionCode region, DateOnly day, IReadOnlyDictionary<string, string> dims, [NotNullWhen(true)] out PolicyValue? value, [NotNullWhen(false)] out Refusal? refusal) =>
        TryResolve(code, region.Ancestors(), day, dims, out value, out refusal);

    /// <summary>A cursor over the values for a place and a day, from which a typed policy is built.</summary>
    public PolicyReading At(RegionCode region, DateOnly day) => new(this, region, day);

    internal bool TryResolve(string code, ImmutableArray<RegionCode> nearestFirst, DateOnly day, IReadOnlyDictionary<string, string>? dims, [NotNullWhen(true)] out PolicyValue? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var asked = dims ?? NoDims;
        foreach (var region in nearestFirst)
        {
            if (!values.TryGetValue((code, region), out var candidates))
            {
                continue;
            }

            foreach (var candidate in candidates)
            {
                if (candidate.Holds(day) && candidate.Fits(asked))
                {
                    (value, refusal) = (candidate, null);
                    return true;
                }
            }
        }

        (value, refusal) = (null, Missing(code, nearestFirst[0], day, asked));
        return false;
    }

    private static Refusal Missing(string code, RegionCode region, DateOnly day, IReadOnlyDictionary<string, string> dims)
    {
        var on = day.ToString("O", CultureInfo.InvariantCulture);
        var about = string.Join(',', dims.Select(dim => $"{dim.Key}={dim.Value}"));
        return Refusal.Rule("E_PARAM_MISSING", $"没有适用的政策参数:{code}(区划 {region},{on})。", $"No policy value: {code} for region {region} on {on}.")
            .With("parameter", code).With("region", region.ToString()).With("day", on).With("dims", about);
    }
}
