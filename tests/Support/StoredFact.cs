using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Cases;
using Xunit;

namespace Platform.Tests.Support;

/// <summary>A fact by the JSON under which it is stored.</summary>
internal static class StoredFact
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The fact as it comes back from the store; fails when something is lost on the way.</summary>
    public static object ThereAndBack(CaseType type, object fact)
    {
        var alias = type.AliasOf(fact);
        var stored = JsonSerializer.Serialize(fact, type.FactTypes[alias]);
        var back = JsonSerializer.Deserialize(stored, type.FactTypes[alias])!;
        var again = JsonSerializer.Serialize(back, type.FactTypes[alias]);
        Assert.True(stored == again, $"{alias} loses something between writing and reading:\n  written {stored}\n  read    {again}");
        return back;
    }

    public static string Text(CaseType type, IReadOnlyList<object> facts) =>
        facts.Count == 0 ? "  (nothing)" : string.Join('\n', facts.SelectMany(f => Lines(type, f)).Select(line => "  " + line));

    /// <summary>Fails with the two lists side by side: <c>-</c> expected and missing, <c>+</c> not expected.</summary>
    public static void Compare(CaseType type, IReadOnlyList<object> expected, IReadOnlyList<object> actual)
    {
        string[] wanted = [.. expected.SelectMany(f => Lines(type, ThereAndBack(type, f)))];
        string[] found = [.. actual.SelectMany(f => Lines(type, f))];
        if (!wanted.AsSpan().SequenceEqual(found))
        {
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"Expected {expected.Count} fact(s), got {actual.Count}:\n{Difference(wanted, found)}"));
        }
    }

    private static string[] Lines(CaseType type, object fact)
    {
        var alias = type.AliasOf(fact);
        var content = JsonSerializer.SerializeToNode(fact, type.FactTypes[alias])!;
        return [alias, .. new JsonArray(content).ToJsonString(Readable).Split('\n')[1..^1].Select(line => line.TrimEnd('\r'))];
    }

    // Longest common subsequence: facts are small.
    private static string Difference(string[] wanted, string[] found)
    {
        var common = new int[wanted.Length + 1, found.Length + 1];
        for (var i = wanted.Length - 1; i >= 0; i--)
        {
            for (var j = found.Length - 1; j >= 0; j--)
            {
                common[i, j] = wanted[i] == found[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var text = new StringBuilder();
        for (int i = 0, j = 0; i < wanted.Length || j < found.Length;)
        {
            var (sign, line) = i < wanted.Length && j < found.Length && wanted[i] == found[j] ? (' ', (wanted[i++], j++).Item1)
                : j == found.Length || (i < wanted.Length && common[i + 1, j] >= common[i, j + 1]) ? ('-', wanted[i++])
                : ('+', found[j++]);
            text.Append(sign).Append(' ').AppendLine(line);
        }

        return text.ToString();
    }
}
