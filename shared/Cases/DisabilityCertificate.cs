using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>Category of a disability, numbered as on the certificate.</summary>
public enum DisabilityCategory
{
    /// <summary>视力</summary>
    Visual = 1,

    /// <summary>听力</summary>
    Hearing = 2,

    /// <summary>言语</summary>
    Speech = 3,

    /// <summary>肢体</summary>
    Physical = 4,

    /// <summary>智力</summary>
    Intellectual = 5,

    /// <summary>精神</summary>
    Mental = 6,

    /// <summary>多重</summary>
    Multiple = 7,
}

/// <summary>
/// Number of a disability certificate 残疾人证号: the holder's resident ID number, category 1–7, grade 1–4 (1 is the
/// gravest), and <c>B</c> with a count when re-issued. Personal data, like the ID number inside.
/// </summary>
[JsonConverter(typeof(RecordedValueConverter<DisabilityCertificate>))]
public readonly partial record struct DisabilityCertificate : IValue<DisabilityCertificate>
{
    private readonly string? text;

    private DisabilityCertificate(string text) => this.text = text;

    /// <inheritdoc />
    public static (string Pattern, string Description) Shape =>
        ("^[1-9][0-9]{16}[0-9X][1-7][1-4](B[1-9][0-9]?)?$", "Disability certificate number: resident ID number, category, grade, re-issue");

    /// <summary>The resident ID number inside.</summary>
    public ResidentId Holder => ResidentId.Hydrate(ToString()[..18]);

    /// <summary>Category of the disability.</summary>
    public DisabilityCategory Category => (DisabilityCategory)(ToString()[18] - '0');

    /// <summary>Grade 1–4; 1 is the gravest.</summary>
    public int Grade => ToString()[19] - '0';

    /// <summary>Severe disability 重度残疾: grade 1 or 2.</summary>
    public bool IsSevere => Grade <= 2;

    /// <summary>May be counted as a household of one for the subsistence allowance (最低生活保障审核确认办法 2021 art. 8).</summary>
    public bool MayApplyAlone => IsSevere || (IsOfMind && Grade == 3);

    /// <summary>Counts as without labour capacity for extreme-poverty support (特困人员认定办法 2021 art. 5).</summary>
    public bool IsWithoutLabourCapacity => Category switch
    {
        DisabilityCategory.Intellectual or DisabilityCategory.Mental => Grade <= 3,
        DisabilityCategory.Physical => Grade <= 2,
        DisabilityCategory.Visual => Grade == 1,
        _ => false,
    };

    /// <summary>Counts as a severely disabled parent of a de facto unsupported child (民发〔2019〕62号).</summary>
    public bool IsSevereAsParent => IsSevere || IsOfMind;

    private bool IsOfMind => Category is DisabilityCategory.Intellectual or DisabilityCategory.Mental;

    /// <summary>Codes: <c>E_DISABILITY_CERTIFICATE</c> for the form, and those of <see cref="ResidentId.TryCreate"/> for the number inside.</summary>
    public static bool TryCreate(string? text, out DisabilityCertificate value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var entered = Entered.HalfWidth(text).ToUpperInvariant();
        value = default;
        if (!Form().IsMatch(entered))
        {
            refusal = Refusal.Malformed("E_DISABILITY_CERTIFICATE", "残疾人证号应为18位身份号码加1位类别(1–7)和1位等级(1–4),补发的加B和次数。", "A disability certificate number is the 18-character ID number, a category (1–7), a grade (1–4), and B with a count when re-issued.", "中华人民共和国残疾人证管理办法");
            return false;
        }

        if (!ResidentId.TryCreate(entered[..18], out _, out refusal))
        {
            return false;
        }

        value = new(entered);
        return true;
    }

    /// <inheritdoc />
    public static DisabilityCertificate Hydrate(string text) => new(text);

    /// <inheritdoc />
    public override string ToString() => text ?? "";

    [GeneratedRegex(@"^[0-9]{17}[0-9X][1-7][1-4](B[1-9][0-9]?)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
