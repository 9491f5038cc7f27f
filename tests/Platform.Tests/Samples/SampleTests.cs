using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Cases;
using Platform.Tests.Architecture;
using Platform.Tests.EventStore;
using SocialAssistance;

namespace Platform.Tests.Samples;

/// <summary>
/// One stored sample of every fact ever written, kept as it was first written: whatever changes in the code, history stays
/// readable. An alias is never given another shape: everything its sample says must come back. A new shape gets a new alias,
/// and the old one is named in <see cref="CaseType.Former"/>; its sample stays. A new fact's sample is written by running
/// these tests once with <c>PLATFORM_WRITE_SAMPLES=1</c>; an old one is never rewritten.
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

        Assert.Equal(type.FactTypes.Keys.Concat(type.Former.Keys).Order(StringComparer.Ordinal), samples.Select(s => s.Key).Order(StringComparer.Ordinal));
        foreach (var (alias, sample) in samples)
        {
            IsRead(type, alias, sample!);
        }
    }

    [Fact]
    public void A_fact_that_was_renamed_or_reshaped_is_read_as_what_it_is_today()
    {
        var handedOut = JsonNode.Parse("""{"region":"341503002000","key":"K-1","borrower":"abc","on":"2019-03-02","lastDay":"2019-03-10","fee":5.00}""")!;

        var lent = Assert.IsType<KeyLent>(IsRead(KeyLoans.Type, "key_handed_out", handedOut));
        Assert.Equal(("K-1", new DateOnly(2019, 3, 10)), (lent.Key, lent.LastDay));
        // Read through two shapes that it has had since.
        Assert.Equal(new LoanExtended(new(2019, 4, 1)), IsRead(KeyLoans.Type, "loan_prolonged", JsonNode.Parse("""{"lastDay":{"until":"2019-04-01"}}""")!));
        Assert.Equal(new LoanExtended(new(2019, 4, 1)), IsRead(KeyLoans.Type, "loan_put_off", JsonNode.Parse("""{"until":"2019-04-01"}""")!));
        Assert.Equal("loan_extended", KeyLoans.Type.AliasOf(new LoanExtended(new(2019, 4, 1))));
    }

    [Fact]
    public void An_alias_that_is_given_another_shape_is_found() =>
        Assert.ThrowsAny<Exception>(() => IsRead(KeyLoans.Type, "loan_extended", JsonNode.Parse("""{"lastDay":"2026-04-01","by":"li"}""")!));

    /// <summary>Reads a sample as the store does; under a name that is still written, nothing that it says may be lost.</summary>
    private static object IsRead(CaseType type, string alias, JsonNode sample)
    {
        var read = type.Read(alias, JsonSerializer.SerializeToUtf8Bytes(sample));
        if (type.Former.ContainsKey(alias))
        {
            Assert.False(type.FactTypes.ContainsKey(alias), $"{type.Name}/{alias} is written and former at once.");
        }
        else
        {
            AssertKept(sample, JsonSerializer.SerializeToNode(read, type.FactTypes[alias])!, $"{type.Name}/{alias}");
            Assert.Equal(alias, type.AliasOf(read));
        }

        _ = type.Apply(type.InitialState, read);
        return read;
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
