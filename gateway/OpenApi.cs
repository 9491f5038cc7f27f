using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing.Template;

namespace Platform.Gateway;

/// <summary>OpenAPI documents as JSON: what is seen from outside, and many as one.</summary>
internal static class OpenApi
{
    private const string Local = "#/components/";
    private const string SecuritySchemes = "securitySchemes";

    /// <summary>The document with only the paths that the gateway forwards, at the gateway's own address.</summary>
    public static JsonObject FromOutside(JsonObject document, string service, IReadOnlyList<string> notRouted)
    {
        TemplateMatcher[] closed = [.. notRouted.Select(pattern => new TemplateMatcher(TemplateParser.Parse(pattern.TrimStart('/')), []))];
        var paths = Section(document, "paths");
        foreach (var path in paths.Select(each => each.Key).ToArray())
        {
            if (!path.StartsWith($"/{service}/", StringComparison.Ordinal) || Array.Exists(closed, matcher => matcher.TryMatch(path, [])))
            {
                paths.Remove(path);
            }
        }

        document["servers"] = new JsonArray(new JsonObject { ["url"] = "/" });
        return document;
    }

    /// <summary>
    /// One document with the paths of all. A component or operation id that another service has used for something else
    /// gets its service's name in front; the same component is kept once.
    /// </summary>
    public static JsonObject Merge(IReadOnlyList<(string Service, JsonObject Document)> documents, IReadOnlyList<string> unavailable)
    {
        JsonObject paths = [], components = [], tags = [];
        HashSet<string> operations = new(StringComparer.Ordinal);
        foreach (var (service, original) in documents)
        {
            var document = Renamed(original, Clashes(Section(original, "components"), components), service).AsObject();
            foreach (var (path, item) in Section(document, "paths"))
            {
                paths[path] = Distinct(item!.DeepClone().AsObject(), service, operations);
            }

            foreach (var (section, entries) in Section(document, "components"))
            {
                Add(Section(components, section), entries!.AsObject());
            }

            foreach (var tag in document["tags"]?.AsArray() ?? [])
            {
                tags.TryAdd(tag!["name"]!.GetValue<string>(), tag.DeepClone());
            }
        }

        return new()
        {
            ["openapi"] = documents.Select(each => each.Document["openapi"]?.GetValue<string>()).FirstOrDefault(version => version is not null) ?? "3.1.1",
            ["info"] = new JsonObject { ["title"] = "民政业务平台 / Civil affairs platform", ["version"] = "1" },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["tags"] = new JsonArray([.. tags.Select(tag => tag.Value!.DeepClone())]),
            ["paths"] = paths,
            ["components"] = components,
            ["x-unavailable"] = new JsonArray([.. unavailable.Select(service => JsonValue.Create(service))]),
        };
    }

    // A component clashes when its name is taken by another content, or when it speaks of one that clashes.
    private static HashSet<string> Clashes(JsonObject components, JsonObject taken)
    {
        (string Reference, JsonNode Node, JsonNode Other)[] twice =
        [
            .. from section in components
               where section.Key != SecuritySchemes
               from entry in section.Value!.AsObject()
               let other = taken[section.Key]?[entry.Key]
               where other is not null
               select ($"{Local}{section.Key}/{entry.Key}", entry.Value!, other),
        ];
        HashSet<string> clashes = [.. twice.Where(each => !JsonNode.DeepEquals(each.Node, each.Other)).Select(each => each.Reference)];
        while (twice.FirstOrDefault(each => !clashes.Contains(each.Reference) && References(each.Node).Any(clashes.Contains)) is { Reference: { } next })
        {
            clashes.Add(next);
        }

        return clashes;
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => References(member.Value)),
        JsonArray items => items.SelectMany(References),
        JsonValue value when value.TryGetValue<string>(out var text) && text.StartsWith(Local, StringComparison.Ordinal) => [text],
        _ => [],
    };

    private static JsonObject Renamed(JsonObject document, HashSet<string> clashes, string service)
    {
        var copy = Rewritten(document, clashes, service)!.AsObject();
        foreach (var (section, entries) in Section(copy, "components"))
        {
            foreach (var name in entries!.AsObject().Select(entry => entry.Key).Where(name => clashes.Contains($"{Local}{section}/{name}")).ToArray())
            {
                var entry = entries[name];
                entries.AsObject().Remove(name);
                entries[$"{service}.{name}"] = entry;
            }
        }

        return copy;
    }

    private static JsonNode? Rewritten(JsonNode? node, HashSet<string> clashes, string service) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Rewritten(member.Value, clashes, service)))),
        JsonArray items => new JsonArray([.. items.Select(item => Rewritten(item, clashes, service))]),
        JsonValue value when value.TryGetValue<string>(out var text) && clashes.Contains(text) => JsonValue.Create(text.Insert(text.LastIndexOf('/') + 1, $"{service}.")),
        _ => node?.DeepClone(),
    };

    private static JsonObject Distinct(JsonObject path, string service, HashSet<string> operations)
    {
        foreach (var operation in path.Select(each => each.Value).OfType<JsonObject>())
        {
            if (operation["operationId"]?.GetValue<string>() is { } id && !operations.Add(id))
            {
                operation["operationId"] = $"{service}.{id}";
            }
        }

        return path;
    }

    private static void Add(JsonObject into, JsonObject entries)
    {
        foreach (var (name, entry) in entries)
        {
            into.TryAdd(name, entry?.DeepClone());
        }
    }

    private static JsonObject Section(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject section)
        {
            parent[name] = section = [];
        }

        return section;
    }
}
