using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>Mobile telephone number of mainland China: 11 digits. Personal data.</summary>
[JsonConverter(typeof(RecordedValueConverter<Mobile>))]
public readonly partial record struct Mobile : IValue<Mobile>
{
    private readonly string? text;

    private Mobile(string text) => this.text = text;

    /// <inheritdoc />
    public static (string Pattern, string Description) Shape => ("^1[3-9][0-9]{9}$", "Mobile number, 11 digits");

    /// <summary>Drops spaces and a leading +86. Code: <c>E_MOBILE</c>.</summary>
    public static bool TryCreate(string? text, out Mobile value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var entered = Entered.Ungrouped(text);
        entered = entered.StartsWith("+86", StringComparison.Ordinal) ? entered[3..] : entered;
        refusal = Form().IsMatch(entered)
            ? null
            : Refusal.Malformed("E_MOBILE", "手机号码应为11位数字,以13至19开头。", "A mobile number has 11 digits and begins with 13 to 19.", "电信网编号计划(2017年版)");
        value = refusal is null ? new(entered) : default;
        return refusal is null;
    }

    /// <inheritdoc />
    public static Mobile Hydrate(string text) => new(text);

    /// <inheritdoc />
    public override string ToString() => text ?? "";

    [GeneratedRegex(@"^1[3-9][0-9]{9}\z")]
    private static partial Regex Form();
}
