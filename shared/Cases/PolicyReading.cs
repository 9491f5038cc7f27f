using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Cases;

/// <summary>
/// Reads typed values for one place and one day, and remembers which were used and the first that failed. A typed policy
/// is built from it without a branch: <c>new AllowancePolicy(reading.Money("allowance-standard", ("area", "Urban")), …)</c>;
/// whoever asked for the policy refuses when <see cref="Refusal"/> is set, and then must not use what was built.
/// For one decision, on one thread.
/// </summary>
public sealed class PolicyReading
{
    private readonly PolicyBook book;
    private readonly ImmutableArray<RegionCode> nearestFirst;
    private readonly List<PolicyValue> used = [];

    internal PolicyReading(PolicyBook book, RegionCode region, DateOnly day)
    {
        (this.book, Region, Day) = (book, region, day);
        nearestFirst = region.Ancestors();
    }

    private delegate bool Reader<T>(JsonElement json, [MaybeNullWhen(false)] out T value);

    /// <summary>The place whose values are read.</summary>
    public RegionCode Region { get; }

    /// <summary>The day whose values are read.</summary>
    public DateOnly Day { get; }

    /// <summary>The first failure: <c>E_PARAM_MISSING</c>, or <c>E_PARAM_UNREADABLE</c> when the value is not what was asked for.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>The values read so far, each once, in the order of reading: for the event's metadata.</summary>
    public IReadOnlyList<PolicyValue> References => used;

    /// <summary>True when every value could be read; otherwise the first failure.</summary>
    public bool TryFinish([NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = Refusal;
        return refusal is null;
    }

    /// <summary>An amount in yuan, zero or more.</summary>
    public Money Money(string code, params ReadOnlySpan<(string Name, string Value)> dims) =>
        Read<Money>(code, dims, static (JsonElement json, out Money value) =>
        {
            value = default;
            return json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var yuan) && Cases.Money.TryCreate(yuan, out value, out _);
        });

    /// <summary>A whole number.</summary>
    public int Whole(string code, params ReadOnlySpan<(string Name, string Value)> dims) =>
        Read<int>(code, dims, static (JsonElement json, out int value) =>
        {
            value = default;
            return json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out value);
        });

    /// <summary>A number: a rate (0.65 = 65 %), a multiple.</summary>
    public decimal Number(string code, params ReadOnlySpan<(string Name, string Value)> dims) =>
        Read<decimal>(code, dims, static (JsonElement json, out decimal value) =>
        {
            value = default;
            return json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out value);
        });

    /// <summary>A text; empty when it failed.</summary>
    public string Text(string code, params ReadOnlySpan<(string Name, string Value)> dims) =>
        Read(code, dims, static (JsonElement json, [MaybeNullWhen(false)] out string value) =>
        {
            value = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
            return value is not null;
        }) ?? "";

    /// <summary>One of the names of an enum, written exactly so.</summary>
    public TEnum Enum<TEnum>(string code, params ReadOnlySpan<(string Name, string Value)> dims) where TEnum : struct, Enum =>
        Read<TEnum>(code, dims, static (JsonElement json, out TEnum value) =>
        {
            value = default;
            return json.ValueKind == JsonValueKind.String && System.Enum.GetNames<TEnum>().Contains(json.GetString(), StringComparer.Ordinal) && System.Enum.TryParse(json.GetString(), out value);
        });

    /// <summary>True or false.</summary>
    public bool Flag(string code, params ReadOnlySpan<(string Name, string Value)> dims) =>
        Read<bool>(code, dims, static (JsonElement json, out bool value) =>
        {
            value = json.ValueKind == JsonValueKind.True;
            return json.ValueKind is JsonValueKind.True or JsonValueKind.False;
        });

    /// <summary>A list of texts.</summary>
    public ImmutableArray<string> List(string code, params ReadOnlySpan<(string Name, string Value)> dims)
    {
        var list = Read<ImmutableArray<string>>(code, dims, static (JsonElement json, out ImmutableArray<string> value) =>
        {
            var texts = json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);
            value = texts ? [.. json.EnumerateArray().Select(item => item.GetString()!)] : [];
            return texts;
        });
        return list.IsDefault ? [] : list;
    }

    /// <summary>A structured value, such as a table of bands; null when it failed.</summary>
    public T? Structure<T>(string code, JsonTypeInfo<T> type, params ReadOnlySpan<(string Name, string Value)> dims) where T : class
    {
        return Read<T>(code, dims, Parse);

        bool Parse(JsonElement json, [MaybeNullWhen(false)] out T value)
        {
            try
            {
                value = json.Deserialize(type);
            }
            catch (JsonException)
            {
                value = null;
            }

            return value is not null;
        }
    }

    private T? Read<T>(string code, ReadOnlySpan<(string Name, string Value)> dims, Reader<T> reader)
    {
        if (!book.TryResolve(code, nearestFirst, Day, Asked(dims), out var found, out var missing))
        {
            Refusal ??= missing;
            return default;
        }

        if (!reader(found.Value, out var value))
        {
            Refusal ??= Cases.Refusal.Rule("E_PARAM_UNREADABLE", $"政策参数的值不可用:{found.Reference}。", $"The policy value cannot be used: {found.Reference}.", found.Basis)
                .With("parameter", code).With("reference", found.Reference);
            return default;
        }

        if (!used.Contains(found))
        {
            used.Add(found);
        }

        return value;
    }

    private static Dictionary<string, string>? Asked(ReadOnlySpan<(string Name, string Value)> dims)
    {
        if (dims.IsEmpty)
        {
            return null;
        }

        var asked = new Dictionary<string, string>(dims.Length, StringComparer.Ordinal);
        foreach (var (name, value) in dims)
        {
            asked.Add(name, value);
        }

        return asked;
    }
}
