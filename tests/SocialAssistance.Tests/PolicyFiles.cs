using System.Text;
using Platform.Cases;

namespace SocialAssistance.Tests;

/// <summary>The policy as the service ships it, and with values of a test's own.</summary>
internal static class PolicyFiles
{
    private static readonly Lazy<PolicyBook> AsShipped = new(() => Load([]));

    /// <summary>The files beside the service.</summary>
    public static PolicyBook Shipped => AsShipped.Value;

    /// <summary>The files beside the service and one value more.</summary>
    /// <param name="value">Members of the value object: region, from, value.</param>
    public static PolicyBook With(string code, string unit, string value) =>
        Load([$$"""{ "parameters": [{ "code": "{{code}}", "unit": "{{unit}}", "values": [{ {{value}}, "basis": "a test", "status": "assumed" }] }] }"""]);

    private static PolicyBook Load(IEnumerable<string> more)
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "policy"), "*.json").Order(StringComparer.Ordinal);
        return PolicyBook.Load(
        [
            .. files.Select(f => (Path.GetFileName(f), (Stream)new MemoryStream(File.ReadAllBytes(f)))),
            .. more.Select(m => ("test.json", (Stream)new MemoryStream(Encoding.UTF8.GetBytes(m)))),
        ]);
    }
}
