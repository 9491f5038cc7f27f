using System.Text.Json.Nodes;
using Platform.Tests.Support;

namespace Platform.Tests.Routes;

/// <summary>One operation as the API document describes it.</summary>
public sealed record Operation(string Method, string Path, IReadOnlyList<string> Roles, JsonNode? Example, bool IsCommand, bool TakesJson)
{
    /// <summary>The path with every parameter filled in by something that does not exist.</summary>
    public string Nowhere => System.Text.RegularExpressions.Regex.Replace(Path, @"\{[^}]+\}", "NO-341503-2026-999999", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>The operations of a running service, read from its own API document.</summary>
public static class ApiDocument
{
    public static async Task<IReadOnlyList<Operation>> Read(ServiceUnderTest service, string name)
    {
        var document = (await service.As((string?)null).Get($"/{name}/openapi.json")).Ok.Json;
        return
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               let o = operation.Value!
               select new Operation(
                   operation.Key.ToUpperInvariant(), path.Key,
                   [.. (o["x-roles"]?.AsArray() ?? []).Select(r => (string)r!)],
                   o["requestBody"]?["content"]?["application/json"]?["example"],
                   (o["parameters"]?.AsArray() ?? []).Any(p => (string?)p!["name"] == "Idempotency-Key"),
                   o["requestBody"]?["content"]?["application/json"] is not null),
        ];
    }
}
