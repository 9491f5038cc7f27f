using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>
/// Number of an official document 发文字号 (GB/T 9704-2012, 7.2.5): issuer's abbreviation, full year in 〔〕, running number
/// without leading zeros, 号. Example: 衢市民〔2014〕89号.
/// </summary>
[JsonConverter(typeof(RecordedValueConverter<DocumentNumber>))]
public readonly partial record struct DocumentNumber : IValue<DocumentNumber>
{
    private readonly string? text;

    private DocumentNumber(string text) => this.text = text;

    /// <inheritdoc />
    public static (string Pattern, string Description) Shape =>
        ("^[\u4e00-\u9fa5A-Z]{2,20}〔(19|20)[0-9]{2}〕[1-9][0-9]{0,4}号$", "Official document number, GB/T 9704-2012");

    /// <summary>The year in the brackets.</summary>
    public int Year => int.Parse(ToString().AsSpan(ToString().IndexOf('〔', StringComparison.Ordinal) + 1, 4), CultureInfo.InvariantCulture);

    /// <summary>Square brackets of any kind become 〔〕, white space goes. Code: <c>E_DOCUMENT_NUMBER</c>.</summary>
    public static bool TryCreate(string? text, out DocumentNumber value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var entered = Closing().Replace(Opening().Replace(Entered.Ungrouped(text), "〔"), "〕");
        refusal = Form().IsMatch(entered)
            ? null
            : Refusal.Malformed("E_DOCUMENT_NUMBER", "文号应为“机关代字〔四位年份〕序号号”,例如:衢市民〔2014〕89号。", "A document number is issuer〔year〕number号, for example 衢市民〔2014〕89号.", "GB/T 9704-2012");
        value = refusal is null ? new(entered) : default;
        return refusal is null;
    }

    /// <inheritdoc />
    public static DocumentNumber Hydrate(string text) => new(text);

    /// <inheritdoc />
    public override string ToString() => text ?? "";

    [GeneratedRegex(@"^[\u4e00-\u9fa5A-Z]{2,20}〔(19|20)[0-9]{2}〕[1-9][0-9]{0,4}号\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"[\[﹝【]")]
    private static partial Regex Opening();

    [GeneratedRegex(@"[\]﹞】]")]
    private static partial Regex Closing();
}
