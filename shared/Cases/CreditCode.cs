using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>
/// Unified social credit code 统一社会信用代码 (GB 32100-2015): registering authority, kind, 6 digits region, 9 characters
/// organisation code (GB 11714-1997), 1 check character. Organisations registered before October 2015 may have none.
/// </summary>
[JsonConverter(typeof(RecordedValueConverter<CreditCode>))]
public readonly partial record struct CreditCode : IValue<CreditCode>
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private const char OtherAuthority = 'Y';

    private readonly string? text;

    private CreditCode(string text) => this.text = text;

    /// <inheritdoc />
    public static (string Pattern, string Description) Shape =>
        ("^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$", "Unified social credit code, GB 32100-2015");

    /// <summary>Registering authority: 1 establishment commission, 5 civil affairs, 9 market supervision, N agriculture, Y other.</summary>
    public char Authority => ToString()[0];

    /// <summary>Kind under the authority; under 5: 1 association, 2 private non-enterprise unit, 3 foundation, 9 other.</summary>
    public char Kind => ToString()[1];

    /// <summary>The six-digit region in which the organisation was registered.</summary>
    public string County => ToString()[2..8];

    /// <summary>The nine-character organisation code inside.</summary>
    public string OrganisationCode => ToString()[8..17];

    /// <summary>False only for codes of other authorities (Y), whose inner code may break GB 11714: a reason to look twice.</summary>
    public bool OrganisationCodeChecks => OrganisationCode[8] == OrganisationCheck(OrganisationCode);

    /// <summary>Normalises case and full-width characters. Code: <c>E_UCC_CHECK</c>, for the form and for either check character.</summary>
    public static bool TryCreate(string? text, out CreditCode value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var entered = Entered.HalfWidth(text).ToUpperInvariant();
        refusal = Fault(entered);
        value = refusal is null ? new(entered) : default;
        return refusal is null;
    }

    /// <inheritdoc />
    public static CreditCode Hydrate(string text) => new(text);

    /// <inheritdoc />
    public override string ToString() => text ?? "";

    private static Refusal? Fault(string entered) =>
        !Form().IsMatch(entered) ? Refusal.Malformed("E_UCC_CHECK", "统一社会信用代码应为18位数字或大写字母(不含I、O、S、V、Z)。", "A credit code is 18 digits or capital letters (without I, O, S, V, Z).", "GB 32100-2015")
        : Check(entered) != entered[17] ? Refusal.Malformed("E_UCC_CHECK", "统一社会信用代码校验码不符,请核对。", "The check character of the credit code does not match.", "GB 32100-2015")
        : entered[0] != OtherAuthority && OrganisationCheck(entered.AsSpan(8, 9)) != entered[16] ? Refusal.Malformed("E_UCC_CHECK", "统一社会信用代码中的组织机构代码校验码不符,请核对。", "The check character of the organisation code inside the credit code does not match.", "GB 11714-1997")
        : null;

    private static char Check(string code)
    {
        var (sum, weight) = (0, 1);
        for (var i = 0; i < 17; i++, weight = weight * 3 % 31)
        {
            sum += Alphabet.IndexOf(code[i], StringComparison.Ordinal) * weight;
        }

        return Alphabet[(31 - (sum % 31)) % 31];
    }

    private static char OrganisationCheck(ReadOnlySpan<char> code)
    {
        ReadOnlySpan<int> weights = [3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += (char.IsAsciiDigit(code[i]) ? code[i] - '0' : code[i] - 'A' + 10) * weights[i];
        }

        return (11 - (sum % 11)) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
    }

    [GeneratedRegex(@"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}\z")]
    private static partial Regex Form();
}
