using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>Level of an administrative division.</summary>
public enum RegionLevel
{
    /// <summary>The whole country.</summary>
    Nation,

    /// <summary>省、自治区、直辖市</summary>
    Province,

    /// <summary>市、地区、州、盟</summary>
    City,

    /// <summary>县、区、县级市、旗</summary>
    County,

    /// <summary>乡、镇、街道、苏木</summary>
    Township,

    /// <summary>村、居、嘎查</summary>
    Village,
}

/// <summary>
/// Administrative division code 行政区划代码, 12 digits in groups 2-2-2-3-3: province, city, county (GB/T 2260), township
/// (GB/T 10114), village. A level that is left out is zero: a town under a city without districts is
/// <c>441900003000</c> and its parent is the city. Whether a code is in the register is the place-name service's to say.
/// </summary>
[JsonConverter(typeof(RecordedValueConverter<RegionCode>))]
public readonly partial record struct RegionCode : IValue<RegionCode>
{
    private const string Standard = "GB/T 2260, GB/T 10114";

    // Digits that count at each level, by RegionLevel.
    private static readonly ImmutableArray<int> Lengths = [0, 2, 4, 6, 9, 12];

    private readonly string? text;

    private RegionCode(string text) => this.text = text;

    /// <summary>The whole country.</summary>
    public static RegionCode Nation { get; } = new("000000000000");

    /// <inheritdoc />
    public static (string Pattern, string Description) Shape =>
        ("^[0-9]{12}$", "Administrative division code, 12 digits (2-2-2-3-3); 2, 4, 6 or 9 digits are padded with zeros");

    /// <summary>The deepest level that is not zero.</summary>
    public RegionLevel Level
    {
        get
        {
            var code = ToString().AsSpan();
            var level = RegionLevel.Nation;
            while (code[Lengths[(int)level]..].ContainsAnyExcept('0'))
            {
                level++;
            }

            return level;
        }
    }

    /// <summary>The first six digits, as case numbers carry them.</summary>
    public string County => ToString()[..6];

    /// <summary>The usual short form: six digits down to the county, nine for a township, twelve for a village.</summary>
    public string ShortCode => ToString()[..Math.Max(6, Lengths[(int)Level])];

    /// <summary>The digits that count: every code below this one begins with them. Empty for the nation.</summary>
    public string Prefix => ToString()[..Lengths[(int)Level]];

    /// <summary>The division one level up; null for the nation.</summary>
    public RegionCode? Parent => Ancestors() is [_, var parent, ..] ? parent : null;

    /// <summary>Accepts 2, 4, 6, 9 or 12 digits. Code: <c>E_REGION_CODE</c>.</summary>
    public static bool TryCreate(string? text, out RegionCode value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var entered = Entered.HalfWidth(text);
        var code = entered.PadRight(12, '0');
        refusal = Form().IsMatch(entered) && Structure().IsMatch(code)
            ? null
            : Refusal.Malformed("E_REGION_CODE", "行政区划代码应为2、4、6、9或12位数字,且上级代码不能为空。", "A division code has 2, 4, 6, 9 or 12 digits, and no level below an empty one.", Standard);
        value = refusal is null ? new(code) : default;
        return refusal is null;
    }

    /// <inheritdoc />
    public static RegionCode Hydrate(string text) => new(text);

    /// <summary>Whether the other division is this one or lies inside it. An unset code covers nothing and is covered by nothing.</summary>
    public bool Covers(RegionCode other) =>
        text is not null && other.text is not null && other.text.AsSpan().StartsWith(text.AsSpan(0, Lengths[(int)Level]), StringComparison.Ordinal);

    /// <summary>This division, then those around it, nearest first, up to <see cref="Nation"/>.</summary>
    public ImmutableArray<RegionCode> Ancestors()
    {
        var level = (int)Level;
        var around = ImmutableArray.CreateBuilder<RegionCode>(level + 1);
        around.Add(this);
        while (--level >= 0)
        {
            var next = new RegionCode(ToString()[..Lengths[level]].PadRight(12, '0'));
            if (next != around[^1])
            {
                around.Add(next);
            }
        }

        return around.DrainToImmutable();
    }

    /// <inheritdoc />
    public override string ToString() => text ?? "";

    [GeneratedRegex(@"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    // Nation; province; city and below (county may be 00 under a city without districts); a village needs its township.
    [GeneratedRegex(@"^(0{12}|(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82)(0{10}|(0[1-9]|[1-9][0-9])[0-9]{2}(0{6}|(00[1-9]|0[1-9][0-9]|[1-9][0-9]{2})[0-9]{3})))\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Structure();
}
