using Platform.Cases;

namespace SocialAssistance.PersonRegistry;

/// <summary>Names as they are compared: full-width and half-width alike, all middle dots alike, no white space (domain section 1.5).</summary>
internal static class PersonNames
{
    public static bool Same(string one, string other) => string.Equals(Normalised(one), Normalised(other), StringComparison.Ordinal);

    /// <summary>1 to 50 characters, none of them a control character.</summary>
    public static Refusal? Fault(string name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > 50 || name.Any(char.IsControl)
            ? Refusal.Malformed("E_NAME", "姓名应为1至50个字符。", "A name has 1 to 50 characters.")
            : null;

    private static string Normalised(string name) => string.Concat(name.Where(c => !char.IsWhiteSpace(c)).Select(c => c switch
    {
        '•' or '・' or '‧' or '･' or '⋅' or '∙' or '．' => '·',
        >= '\uFF01' and <= '\uFF5E' => char.ToUpperInvariant((char)(c - 0xFEE0)),
        _ => char.ToUpperInvariant(c),
    }));
}
