using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.Tests.Architecture;
using SocialAssistance;

namespace Platform.Tests.Samples;

/// <summary>
/// One stored sample of every fact, kept as it was first written: whatever changes in the code, history stays readable.
/// A new fact's sample is written by running these tests once with <c>PLATFORM_WRITE_SAMPLES=1</c>; an old one is never rewritten.
/// </summary>
public sealed class SampleTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Platform.Tests", "Samples");

    public static TheoryData<string> Processes => [.. Contents.Service.Processes.Select(p => p.Type.Name)];

    [Theory]
    [MemberData(nameof(Processes))]
    public void Every_fact_has_a_stored_sample_and_every_sample_is_still_read(string process)
    {
        var type = Contents.Service.Processes.Single(p => p.Type.Name == process).Type;
        var file = Path.Combine(Folder, $"{process}.json");
        var samples = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))!.AsObject() : [];
        if (Environment.GetEnvironmentVariable("PLATFORM_WRITE_SAMPLES") == "1")
        {
            foreach (var (alias, info) in type.FactTypes.Where(f => !samples.ContainsKey(f.Key)))
            {
                samples[alias] = JsonSerializer.SerializeToNode(Filled.Of(info.Type), info);
            }

            File.WriteAllText(file, samples.ToJsonString(Indented) + "\n");
        }

        Assert.Equal(type.FactTypes.Keys.Order(StringComparer.Ordinal), samples.Select(s => s.Key).Order(StringComparer.Ordinal));
        foreach (var (alias, sample) in samples)
        {
            var read = JsonSerializer.Deserialize(sample!.ToJsonString(), type.FactTypes[alias])!;
            AssertKept(sample!, JsonSerializer.SerializeToNode(read, type.FactTypes[alias])!, $"{process}/{alias}");
            Assert.Equal(alias, type.AliasOf(read));
            _ = type.Apply(type.InitialState, read);
        }
    }

    /// <summary>Everything the sample says is still there; new optional properties may have come.</summary>
    private static void AssertKept(JsonNode sample, JsonNode now, string path)
    {
        switch (sample)
        {
            case JsonObject o:
                foreach (var (name, value) in o)
                {
                    Assert.True(now[name] is not null || value is null, $"{path}/{name} is lost.");
                    if (value is not null)
                    {
                        AssertKept(value, now[name]!, $"{path}/{name}");
                    }
                }

                break;
            case JsonArray a:
                Assert.True(a.Count == now.AsArray().Count, $"{path} has another length.");
                for (var i = 0; i < a.Count; i++)
                {
                    AssertKept(a[i]!, now[i]!, $"{path}/{i}");
                }

                break;
            default:
                Assert.True(JsonNode.DeepEquals(sample, now), $"{path} was {sample.ToJsonString()} and is {now.ToJsonString()}.");
                break;
        }
    }
}
