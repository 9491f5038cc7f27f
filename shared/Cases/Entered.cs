using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>What people type and paste, before it is judged.</summary>
internal static partial class Entered
{
    /// <summary>Full-width forms become half-width, outer white space goes; what is inside stays.</summary>
    public static string HalfWidth(string? text) => string.Concat((text ?? "").Select(HalfWidth)).Trim();

    /// <summary>The same without any white space: numbers are printed and pasted in groups.</summary>
    public static string Ungrouped(string? text) => WhiteSpace().Replace(HalfWidth(text), "");

    private static char HalfWidth(char c) => c switch
    {
        >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
        '\u3000' => ' ',
        _ => c,
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
