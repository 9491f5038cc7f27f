using System.Text.Json.Serialization;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>What stands in <c>mt_events.headers</c> beside Marten's own columns.</summary>
internal sealed record Headers(
    DateOnly On, string Role, string Organisation, string Region, string Client, string? Purpose, bool Historic, IReadOnlyDictionary<string, string>? Policies, string? Trace)
{
    public static Headers Of(Act act, IReadOnlyDictionary<string, string>? policies) =>
        new(act.Today, string.Join(',', act.Roles.Order(StringComparer.Ordinal)), act.Organisation, act.Region.ToString(), act.Client, act.Purpose, act.Historic, policies, act.Trace);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Headers))]
internal sealed partial class HeadersJson : JsonSerializerContext;
