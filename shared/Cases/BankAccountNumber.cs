using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>What an account number is the number of.</summary>
public enum BankAccountKind
{
    /// <summary>银行卡: 16–19 digits with a Luhn digit.</summary>
    BankCard,

    /// <summary>存折: 10–30 digits, no check digit.</summary>
    Passbook,

    /// <summary>社会保障卡(一卡通): 16–19 digits with a Luhn digit.</summary>
    SocialSecurityCard,

    /// <summary>对公账户: 10–30 digits, no check digit.</summary>
    InstitutionAccount,
}

/// <summary>
/// A bank account number that says what it is: <c>BankCard:6217999900000000016</c>, <c>Passbook:0123456789</c>; a number
/// alone does not tell whether its last digit must check. Personal data.
/// </summary>
[JsonConverter(typeof(RecordedValueConverter<BankAccountNumber>))]
public readonly partial record struct BankAccountNumber : IValue<BankAccountNumber>
{
    private readonly string? text;

    private BankAccountNumber(string text) => this.text = text;

    /// <inheritdoc />
    public static (string Pattern, string Description) Shape =>
        ("^((BankCard|SocialSecurityCard):[0-9]{16,19}|(Passbook|InstitutionAccount):[0-9]{10,30})$", "Bank account: kind and number; cards carry a Luhn digit (ISO/IEC 7812-1)");

    /// <summary>What the number is the number of.</summary>
    public BankAccountKind Kind => Enum.Parse<BankAccountKind>(ToString().AsSpan(0, ToString().IndexOf(':', StringComparison.Ordinal)));

    /// <summary>The digits.</summary>
    public string Number => ToString()[(ToString().IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>Drops the spaces of printed groups. Codes: <c>E_BANK_ACCOUNT</c> (form), <c>E_BANK_LUHN</c> (check digit of a card).</summary>
    public static bool TryCreate(string? text, out BankAccountNumber value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var entered = Entered.Ungrouped(text);
        refusal = Fault(entered);
        value = refusal is null ? new(entered) : default;
        return refusal is null;
    }

    /// <inheritdoc />
    public static BankAccountNumber Hydrate(string text) => new(text);

    /// <inheritdoc />
    public override string ToString() => text ?? "";

    private static Refusal? Fault(string entered) => Form().Match(entered) switch
    {
        { Success: false } => Refusal.Malformed("E_BANK_ACCOUNT", "账号应写明种类:银行卡、社会保障卡16–19位,存折、对公账户10–30位数字。", "An account states its kind: cards have 16–19 digits, passbooks and institution accounts 10–30."),
        { Groups: var part } when part["card"].Success && !Luhn(part["card"].Value) => Refusal.Malformed("E_BANK_LUHN", "卡号校验位不符,请核对。", "The check digit of the card number does not match.", "ISO/IEC 7812-1"),
        _ => null,
    };

    private static bool Luhn(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : (digit * 2 / 10) + (digit * 2 % 10);
        }

        return sum % 10 == 0;
    }

    [GeneratedRegex(@"^((BankCard|SocialSecurityCard):(?<card>[0-9]{16,19})|(Passbook|InstitutionAccount):[0-9]{10,30})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
