using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Platform.Cases;

namespace Platform.ServiceHost;

/// <summary>Serializer options of the edge.</summary>
public static class Json
{
    /// <summary>For answers of the host itself: camelCase, enums as text, Chinese unescaped, nothing for null.</summary>
    public static readonly JsonSerializerOptions Plain = Options(new DefaultJsonTypeInfoResolver());

    /// <summary>
    /// For what comes in: every property known and present, none twice, no number for an enum, every value type checked.
    /// </summary>
    /// <param name="types">JSON metadata of the service's processes.</param>
    public static JsonSerializerOptions Strict(IEnumerable<IJsonTypeInfoResolver> types) =>
        new(Options(JsonTypeInfoResolver.Combine([.. types, new DefaultJsonTypeInfoResolver()])))
        {
            Converters = { new CheckedValueConverterFactory(), new CheckedMoneyConverter() },
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            NumberHandling = JsonNumberHandling.Strict,
            MaxDepth = 32,
        };

    /// <summary>Reads a request. The serializer lets null stand in a list of things that are never null; we do not.</summary>
    /// <exception cref="JsonException">It cannot be read as this type.</exception>
    internal static object Read(byte[] body, Type type, JsonSerializerOptions strict)
    {
        var read = JsonSerializer.Deserialize(body, type, strict);
        var reader = new Utf8JsonReader(body);
        for (var before = JsonTokenType.None; reader.Read(); before = reader.TokenType)
        {
            if (reader.TokenType == JsonTokenType.Null && before != JsonTokenType.PropertyName)
            {
                throw new JsonException("Null stands where something is expected.");
            }
        }

        return read!;
    }

    private static JsonSerializerOptions Options(IJsonTypeInfoResolver types) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        TypeInfoResolver = types,
    };
}
