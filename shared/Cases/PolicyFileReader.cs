using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>Reads policy files and remembers every fault, so that one start shows all there is to mend.</summary>
internal sealed partial class PolicyFileReader
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly List<string> faults = [];
    private readonly List<(string Where, PolicyValue Value)> read = [];
    private readonly Dictionary<string, Parameter> parameters = new(StringComparer.Ordinal);

    public void Read(string file, Stream content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, Strict);
            var root = new Node(this, file, document.RootElement);
            root.OnlyKnows("parameters");
            foreach (var parameter in root.Items("parameters"))
            {
                ReadParameter(parameter);
            }
        }
        catch (JsonException e)
        {
            faults.Add($"{file}: not JSON: {e.Message}");
        }
    }

    /// <summary>The values of all files.</summary>
    /// <exception cref="PolicyFaultsException">There were faults.</exception>
    public IEnumerable<PolicyValue> Finish()
    {
        foreach (var group in read.GroupBy(entry => (entry.Value.Code, entry.Value.Region)))
        {
            Compare([.. group]);
        }

        return faults.Count == 0 ? read.Select(entry => entry.Value) : throw new PolicyFaultsException(faults);
    }

    private void ReadParameter(Node node)
    {
        node.OnlyKnows("code", "unit", "min", "max", "values");
        var code = node.Text("code", Code());
        node = node.Named(code);
        var parameter = new Parameter(node.Text("unit"), node.Number("min"), node.Number("max"));
        if (parameter is { Min: { } min, Max: { } max } && min > max)
        {
            node.Fault("min is above max");
        }

        if (code.Length > 0 && !parameters.TryAdd(code, parameter) && parameters[code] != parameter)
        {
            node.Fault("defined twice with different unit or bounds");
        }

        foreach (var value in node.Items("values"))
        {
            if (ReadValue(value, code, parameter) is { } policy)
            {
                read.Add((value.Where, policy));
            }
        }
    }

    private PolicyValue? ReadValue(Node node, string code, Parameter parameter)
    {
        var before = faults.Count;
        node.OnlyKnows("region", "from", "to", "dims", "value", "basis", "status");
        var region = node.Region("region");
        var from = node.Day("from");
        var to = node.Has("to") ? node.Day("to") : null;
        var dims = node.Dims("dims");
        var value = node.Required("value");
        var basis = node.Text("basis");
        var status = node.OneOf<PolicyStatus>("status");
        if (to < from)
        {
            node.Fault("ends before it begins");
        }

        if (value.ValueKind != JsonValueKind.Undefined && parameter.IsBounded && !parameter.Admits(value))
        {
            node.Fault($"value {value} is not a number from {parameter.Min} to {parameter.Max}");
        }

        return faults.Count == before ? new(code, region, from!.Value, to, dims, value, parameter.Unit, basis, status) : null;
    }

    // Two values of one parameter and region may hold on the same day only if the dims say which is meant: by a
    // different value of the same dim, or by one having more dims than the other.
    private void Compare(ImmutableArray<(string Where, PolicyValue Value)> entries)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            foreach (var (where, other) in entries.AsSpan()[(i + 1)..])
            {
                var value = entries[i].Value;
                if (value.Dims.Count == other.Dims.Count && value.Meets(other) && value.Dims.All(dim => !other.Dims.TryGetValue(dim.Key, out var its) || its == dim.Value))
                {
                    faults.Add($"{where}: '{other.Reference}' overlaps '{value.Reference}' ({entries[i].Where})");
                }
            }
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9]*(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    private sealed record Parameter(string Unit, decimal? Min, decimal? Max)
    {
        public bool IsBounded => Min is not null || Max is not null;

        public bool Admits(JsonElement value) =>
            value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && !(number < Min) && !(number > Max);
    }

    /// <summary>One JSON object with the place it stands at, for messages.</summary>
    private readonly struct Node(PolicyFileReader reader, string where, JsonElement element)
    {
        public string Where => where;

        public Node Named(string name) => new(reader, $"{where} {name}", element);

        public void Fault(string what) => reader.faults.Add($"{where}: {what}");

        public void OnlyKnows(params ReadOnlySpan<string> names)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                Fault("not an object");
                return;
            }

            foreach (var property in element.EnumerateObject())
            {
                if (!names.Contains(property.Name))
                {
                    Fault($"unknown property '{property.Name}'");
                }
            }
        }

        /// <summary>A null counts as absent.</summary>
        public bool Has(string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

        public JsonElement Required(string name)
        {
            if (Has(name))
            {
                return element.GetProperty(name).Clone();
            }

            Fault($"'{name}' is missing");
            return default;
        }

        public IEnumerable<Node> Items(string name)
        {
            var list = Required(name);
            if (list.ValueKind == JsonValueKind.Undefined)
            {
                return [];
            }

            if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            {
                Fault($"'{name}' is not a list with content");
                return [];
            }

            var (owner, place) = (reader, where);
            return list.EnumerateArray().Select((item, index) => new Node(owner, $"{place} {name}[{index.ToString(CultureInfo.InvariantCulture)}]", item));
        }

        /// <summary>The text, or an empty one after a fault.</summary>
        public string Text(string name, Regex? form = null)
        {
            if (Required(name) is not { ValueKind: not JsonValueKind.Undefined } value)
            {
                return "";
            }

            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
            if (!string.IsNullOrWhiteSpace(text) && form?.IsMatch(text) != false)
            {
                return text;
            }

            Fault($"'{name}' is not a proper text");
            return "";
        }

        public decimal? Number(string name)
        {
            if (!Has(name))
            {
                return null;
            }

            if (Required(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var number))
            {
                return number;
            }

            Fault($"'{name}' is not a number");
            return null;
        }

        public DateOnly? Day(string name)
        {
            var text = Text(name);
            if (DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }

            if (text.Length > 0)
            {
                Fault($"'{name}' is not a day (yyyy-MM-dd)");
            }

            return null;
        }

        public RegionCode Region(string name)
        {
            var text = Text(name);
            if (!RegionCode.TryCreate(text, out var region, out var refusal) && text.Length > 0)
            {
                Fault($"'{name}': {refusal.Why.En}");
            }

            return region;
        }

        public TEnum OneOf<TEnum>(string name) where TEnum : struct, Enum
        {
            var text = Text(name);
            if (Enum.GetNames<TEnum>().SingleOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } match)
            {
                return Enum.Parse<TEnum>(match);
            }

            if (text.Length > 0)
            {
                Fault($"'{name}' is none of {string.Join(", ", Enum.GetNames<TEnum>())}");
            }

            return default;
        }

        public ImmutableSortedDictionary<string, string> Dims(string name)
        {
            var dims = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            if (!Has(name))
            {
                return dims.ToImmutable();
            }

            var found = new Node(reader, $"{where} {name}", Required(name));
            if (element.GetProperty(name).ValueKind != JsonValueKind.Object)
            {
                found.Fault("not an object");
                return dims.ToImmutable();
            }

            foreach (var property in element.GetProperty(name).EnumerateObject())
            {
                dims[property.Name] = found.Text(property.Name);
            }

            return dims.ToImmutable();
        }
    }
}
