using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>
/// Resident identity number 公民身份号码 (GB 11643-1999): 6 digits region, 8 birth date, 3 sequence, 1 check character.
/// Personal data: belongs into the vault and into commands, never into events, logs or URLs (there: <see cref="PersonId"/>).
/// The region digits are not compared with today's register: codes retire, numbers do not.
/// </summary>
[JsonConverter(typeof(RecordedValueConverter<ResidentId>))]
public readonly partial record struct ResidentId : IValue<ResidentId>
{
    private const string Standard = "GB 11643-1999";
    private const int OldestAge = 130;

    private readonly string? text;

    private ResidentId(string text) => this.text = text;

    /// <inheritdoc />
    public static (string Pattern, string Description) Shape =>
        ("^[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$", "Resident identity number, GB 11643-1999");

    /// <summary>The day of birth that the number states.</summary>
    public DateOnly BirthDate => DateOnly.ParseExact(ToString().AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>The sex that the number states: an odd sequence is male.</summary>
    public bool IsMale => ToString()[16] % 2 == 1;

    /// <summary>
    /// Normalises full-width digits and a small <c>x</c>; refuses 15-digit numbers. Codes: <c>E_ID_CHECKSUM</c> (form or
    /// check character), <c>E_ID_DATE</c> (no such day). Reads no clock: see <see cref="CheckedOn"/>.
    /// </summary>
    public static bool TryCreate(string? text, out ResidentId value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var entered = Entered.HalfWidth(text).ToUpperInvariant();
        refusal = Fault(entered);
        value = refusal is null ? new(entered) : default;
        return refusal is null;
    }

    /// <inheritdoc />
    public static ResidentId Hydrate(string text) => new(text);

    /// <summary>
    /// Converts a first-generation 15-digit number (century 19, no check character), as old files hold it. For imports
    /// only; the caller records that it was converted.
    /// </summary>
    public static bool TryConvert15(string? text, out ResidentId value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var entered = Entered.HalfWidth(text);
        if (!FirstGeneration().IsMatch(entered))
        {
            value = default;
            refusal = Refusal.Malformed("E_ID_CHECKSUM", "第一代身份号码应为15位数字。", "A first-generation identity number has 15 digits.", Standard);
            return false;
        }

        var seventeen = $"{entered[..6]}19{entered[6..]}";
        return TryCreate(seventeen + CheckCharacter(seventeen), out value, out refusal);
    }

    /// <summary>
    /// Judges the birth date against a day: <c>E_ID_FUTURE</c> when born after it, <c>E_ID_DATE</c> when older than 130
    /// years on it; null when neither.
    /// </summary>
    public Refusal? CheckedOn(DateOnly today) =>
        BirthDate > today ? Refusal.Malformed("E_ID_FUTURE", "身份号码中的出生日期晚于今天。", "The birth date in the identity number lies in the future.", Standard)
        : AgeOn(today) > OldestAge ? Refusal.Malformed("E_ID_DATE", $"身份号码中的出生日期距今超过{OldestAge}年。", $"The birth date in the identity number is more than {OldestAge} years ago.", Standard)
        : null;

    /// <summary>Completed years on a day.</summary>
    public int AgeOn(DateOnly day) => Age.On(BirthDate, day);

    /// <inheritdoc />
    public override string ToString() => text ?? "";

    private static Refusal? Fault(string entered) =>
        !Form().IsMatch(entered) ? Refusal.Malformed("E_ID_CHECKSUM", "身份号码应为17位数字加1位校验码(数字或X)。", "An identity number is 17 digits and a check character (digit or X).", Standard)
        : !DateOnly.TryParseExact(entered.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? Refusal.Malformed("E_ID_DATE", "身份号码中的出生日期不存在。", "The birth date in the identity number does not exist.", Standard)
        : CheckCharacter(entered) != entered[17] ? Refusal.Malformed("E_ID_CHECKSUM", "身份号码校验码不符,请核对。", "The check character of the identity number does not match.", Standard)
        : null;

    // ISO 7064 MOD 11-2 over the first seventeen digits.
    private static char CheckCharacter(string digits)
    {
        ReadOnlySpan<int> weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += (digits[i] - '0') * weights[i];
        }

        return "10X98765432"[sum % 11];
    }

    [GeneratedRegex(@"^[1-9][0-9]{5}(18|19|20)[0-9]{9}[0-9X]\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"^[1-9][0-9]{14}\z")]
    private static partial Regex FirstGeneration();
}
