using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance;

namespace Platform.Tests.Routes;

/// <summary>Whatever is sent to whichever route: a clear problem, never a fault, and nothing recorded.</summary>
public sealed class MalformedInputTests : IAsyncLifetime
{
    private static readonly string[] Broken = ["", "{", "[]", "null", "1", "\"text\"", "{}", """{"unknown":1}""", $"{new string('[', 200)}{new string(']', 200)}", "{\"a\":\"\\ud800\"}"];
    private static readonly string?[] Wrong = [null, "\"\"", "\"x\"", "-1", "0", "1e400", "99999999999999999999", "0.001", "[]", "{}", "true", "\"9999-12-31\"", "\"0001-01-01\""];

    private ServiceUnderTest service = null!;
    private SignedIn everybody = null!;
    private IReadOnlyList<Operation> commands = [];

    public async ValueTask InitializeAsync()
    {
        service = await ServiceUnderTest.Start(Contents.Service);
        everybody = service.As("everybody", "341503000000", [.. Roles.All]);
        commands = [.. (await ApiDocument.Read(service, "social-assistance")).Where(o => o.Method == "POST")];
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task What_is_not_the_request_is_refused_and_leaves_nothing_behind()
    {
        var before = await Events();
        foreach (var command in commands.Where(c => c.Example is not null))
        {
            foreach (var body in Broken)
            {
                var answer = await everybody.Post(command.Nowhere, body);
                Assert.True(answer.Status is >= 200 and < 500, $"{command} {body}: {answer.Status} {answer.Text}");
            }
        }

        // Some acts take an empty body; those that open a case with one do so properly, all others leave nothing.
        Assert.InRange(await Events() - before, 0, commands.Count(c => c.Example is JsonObject { Count: 0 }) * Broken.Length);
    }

    [Fact]
    public async Task Each_part_of_each_request_may_be_wrong_without_a_fault()
    {
        foreach (var command in commands.Where(c => c.Example is JsonObject))
        {
            foreach (var (path, wrong) in Spoilt(command.Example!.AsObject()))
            {
                var before = await Events();
                var answer = await everybody.Post(command.Nowhere, wrong);
                Assert.True(answer.Status < 500, $"{command} with {path}: {answer.Status} {answer.Text}");
                Assert.True(answer.Status < 400 || answer.MediaType == Platform.ServiceHost.Problems.MediaType, $"{command} with {path}: {answer.MediaType}");
                if (answer.Status >= 400)
                {
                    Assert.Equal(before, await Events());
                }
            }
        }
    }

    [Fact]
    public async Task Ids_and_queries_may_be_anything_without_a_fault()
    {
        foreach (var operation in (await ApiDocument.Read(service, "social-assistance")).Where(o => o.Method == "GET" && !o.Path.EndsWith("/feed", StringComparison.Ordinal)))
        {
            foreach (var odd in new[] { "%00", "%27%3B--", "..%5C", new string('9', 300), "%F0%9F%98%80", "-1" })
            {
                var path = operation.Path.Contains('{', StringComparison.Ordinal)
                    ? operation.Nowhere.Replace("NO-341503-2026-999999", odd, StringComparison.Ordinal)
                    : operation.Path + $"?limit={odd}&after={odd}&region={odd}&knownAt={odd}&from={odd}&to={odd}&month={odd}&state={odd}&line={odd}";
                var answer = await everybody.Get(path, "test");
                Assert.True(answer.Status < 500, $"GET {path}: {answer.Status} {answer.Text}");
            }
        }
    }

    /// <summary>The example with one value after another replaced, at every depth.</summary>
    private static IEnumerable<(string Path, string Body)> Spoilt(JsonObject example)
    {
        foreach (var path in Leaves(example, ""))
        {
            foreach (var wrong in Wrong)
            {
                var copy = example.DeepClone();
                Set(copy, path, wrong);
                var text = copy.ToJsonString();
                yield return ($"{path} = {wrong ?? "absent"}", text.Replace("\"@raw:1e400\"", "1e400", StringComparison.Ordinal));
            }
        }
    }

    private static IEnumerable<string> Leaves(JsonNode node, string path) => node switch
    {
        JsonObject o => o.SelectMany(p => (IEnumerable<string>)[$"{path}/{p.Key}", .. p.Value is null ? [] : Leaves(p.Value, $"{path}/{p.Key}")]).Distinct(),
        JsonArray { Count: > 0 } a => Leaves(a[0]!, $"{path}/0").Prepend($"{path}/0").Distinct(),
        _ => [],
    };

    private static void Set(JsonNode root, string path, string? wrong)
    {
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var node = steps[..^1].Aggregate(root, (n, s) => n is JsonArray a ? a[int.Parse(s, CultureInfo.InvariantCulture)]! : n[s]!);
        var value = wrong is null ? null : wrong == "1e400" ? JsonValue.Create("@raw:1e400") : JsonNode.Parse(wrong);
        switch (node)
        {
            case JsonObject o when wrong is null: o.Remove(steps[^1]); break;
            case JsonObject o: o[steps[^1]] = value; break;
            case JsonArray a: a[int.Parse(steps[^1], CultureInfo.InvariantCulture)] = value; break;
        }
    }

    private Task<long> Events() => service.Database.Ask<long>("select count(*) from mt_events");
}
