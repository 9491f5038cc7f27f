using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Cases;

/// <summary>
/// A value with two doors: <see cref="TryCreate"/> validates what comes from outside, <see cref="Hydrate"/> trusts what
/// was recorded, so that a rule tightened later never makes history unreadable. Travels as a JSON string.
/// </summary>
/// <typeparam name="TSelf">The value type itself.</typeparam>
public interface IValue<TSelf> where TSelf : struct, IValue<TSelf>
{
    /// <summary>Reads and checks text from outside.</summary>
    /// <param name="text">What was entered.</param>
    /// <param name="value">The normalised value, when it is valid.</param>
    /// <param name="refusal">Which rule the text breaks, with its standard, when it is not.</param>
    static abstract bool TryCreate(string? text, out TSelf value, [NotNullWhen(false)] out Refusal? refusal);

    /// <summary>Takes recorded text as it stands.</summary>
    static abstract TSelf Hydrate(string text);

    /// <summary>JSON Schema of the text: pattern and description, for the API document.</summary>
    static abstract (string Pattern, string Description) Shape { get; }

    /// <summary>The canonical text.</summary>
    string ToString();
}

/// <summary>Input that cannot be read as the value it claims to be; carries the refusal to the edge.</summary>
public sealed class MalformedValueException(Refusal refusal) : JsonException(refusal.Why.En)
{
    /// <summary>Which rule was broken.</summary>
    public Refusal Refusal { get; } = refusal;
}

/// <summary>Reads recorded values without judging them; writes canonical text.</summary>
public sealed class RecordedValueConverter<T> : JsonConverter<T> where T : struct, IValue<T>
{
    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.Hydrate(reader.GetString()!);

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    /// <inheritdoc />
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.Hydrate(reader.GetString()!);

    /// <inheritdoc />
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString());
}

/// <summary>Put into the serializer options of the edge: every <see cref="IValue{TSelf}"/> that comes in is validated.</summary>
public sealed class CheckedValueConverterFactory : JsonConverterFactory
{
    /// <inheritdoc />
    public override bool CanConvert(Type typeToConvert) => IsValue(typeToConvert);

    /// <summary>Whether a type is an <see cref="IValue{TSelf}"/>.</summary>
    public static bool IsValue(Type type) =>
        type.IsValueType && Array.Exists(type.GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IValue<>));

    /// <inheritdoc />
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(CheckedValueConverter<>).MakeGenericType(typeToConvert))!;

    private sealed class CheckedValueConverter<T> : JsonConverter<T> where T : struct, IValue<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType != JsonTokenType.String ? throw new JsonException("A text is expected.")
            : T.TryCreate(reader.GetString(), out var value, out var refusal) ? value
            : throw new MalformedValueException(refusal);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
