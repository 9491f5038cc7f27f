using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Platform.Cases;

/// <summary>
/// The pseudonym of a person: 26 lower-case base-32 characters of a keyed hash of the resident ID number. Events, logs,
/// URLs and feeds carry this and nothing else about a person.
/// </summary>
[JsonConverter(typeof(RecordedValueConverter<PersonId>))]
public readonly partial record struct PersonId : IValue<PersonId>
{
    private readonly string? text;

    private PersonId(string text) => this.text = text;

    /// <inheritdoc />
    public static (string Pattern, string Description) Shape => ("^[a-z2-7]{26}$", "Person id: keyed pseudonym of the resident ID number");

    /// <inheritdoc />
    public static bool TryCreate(string? text, out PersonId value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var valid = text is not null && Form().IsMatch(text);
        value = valid ? new(text!) : default;
        refusal = valid ? null : Refusal.Malformed("E_PERSON_ID", "人员标识应为26位小写字母和数字。", "A person id is 26 lower-case letters and digits.");
        return valid;
    }

    /// <inheritdoc />
    public static PersonId Hydrate(string text) => new(text);

    /// <inheritdoc />
    public override string ToString() => text ?? "";

    [GeneratedRegex("^[a-z2-7]{26}\\z")]
    private static partial Regex Form();
}
