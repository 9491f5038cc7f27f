using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Cases;

/// <summary>How an amount is brought to what can be paid. Every mode treats −x as the negative of x.</summary>
public enum Rounding
{
    /// <summary>To the fen, half a fen up (四舍五入到分).</summary>
    FenHalfUp,

    /// <summary>To the yuan, half a yuan up (四舍五入到元).</summary>
    YuanHalfUp,

    /// <summary>Up to the next yuan (见角进元).</summary>
    YuanCeil,

    /// <summary>Up to the next jiao (见分进角).</summary>
    JiaoCeil,
}

/// <summary>
/// An amount in yuan with two decimals; travels as a JSON number (<c>277.50</c>). Cannot hold a fraction of a fen nor
/// reach a trillion, so what is written can always be read: bring a computed amount here with <see cref="Round"/>.
/// May be negative (an adjustment line); from outside only amounts of zero or more come in, through
/// <see cref="TryCreate"/> and <see cref="CheckedMoneyConverter"/>.
/// </summary>
[JsonConverter(typeof(RecordedMoneyConverter))]
public readonly record struct Money : IComparable<Money>
{
    private const decimal Limit = 1_000_000_000_000m;

    private readonly decimal yuan;

    /// <summary>An amount in yuan.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has fractions of a fen, or reaches a trillion.</exception>
    public Money(decimal yuan) => this.yuan = Holds(yuan)
        ? WithFen(yuan)
        : throw new ArgumentOutOfRangeException(nameof(yuan), yuan, "Money has two decimals and stays below a trillion; round first.");

    /// <summary>Nothing.</summary>
    public static Money Zero => default;

    /// <summary>The amount in yuan, always with two decimals.</summary>
    public decimal Yuan => WithFen(yuan);

    /// <summary>Whether it is below zero.</summary>
    public bool IsNegative => yuan < 0;

    /// <summary>Takes an amount from outside: zero or more, at most two decimals, below a trillion. Code: <c>E_MONEY</c>.</summary>
    public static bool TryCreate(decimal yuan, out Money value, [NotNullWhen(false)] out Refusal? refusal)
    {
        var valid = yuan >= 0 && Holds(yuan);
        value = valid ? new(yuan) : default;
        refusal = valid ? null : Malformed;
        return valid;
    }

    /// <summary>Rounds a computed amount to what can be paid.</summary>
    public static Money Round(decimal yuan, Rounding rounding) => new(rounding switch
    {
        Rounding.FenHalfUp => Math.Round(yuan, 2, MidpointRounding.AwayFromZero),
        Rounding.YuanHalfUp => Math.Round(yuan, 0, MidpointRounding.AwayFromZero),
        Rounding.YuanCeil => Math.Sign(yuan) * Math.Ceiling(Math.Abs(yuan)),
        Rounding.JiaoCeil => Math.Sign(yuan) * Math.Ceiling(Math.Abs(yuan) * 10) / 10,
        _ => throw new ArgumentOutOfRangeException(nameof(rounding), rounding, "Unknown rounding."),
    });

    /// <summary>The larger of two amounts.</summary>
    public static Money Max(Money left, Money right) => left >= right ? left : right;

    /// <summary>The smaller of two amounts.</summary>
    public static Money Min(Money left, Money right) => left <= right ? left : right;

    /// <summary>Both together.</summary>
    public static Money operator +(Money left, Money right) => new(left.yuan + right.yuan);

    /// <summary>The difference.</summary>
    public static Money operator -(Money left, Money right) => new(left.yuan - right.yuan);

    /// <summary>The opposite amount.</summary>
    public static Money operator -(Money amount) => new(-amount.yuan);

    /// <summary>So many times the amount.</summary>
    public static Money operator *(Money amount, int times) => new(amount.yuan * times);

    /// <summary>So many times the amount.</summary>
    public static Money operator *(int times, Money amount) => amount * times;

    /// <summary>Less.</summary>
    public static bool operator <(Money left, Money right) => left.yuan < right.yuan;

    /// <summary>More.</summary>
    public static bool operator >(Money left, Money right) => left.yuan > right.yuan;

    /// <summary>Less or equal.</summary>
    public static bool operator <=(Money left, Money right) => left.yuan <= right.yuan;

    /// <summary>More or equal.</summary>
    public static bool operator >=(Money left, Money right) => left.yuan >= right.yuan;

    /// <inheritdoc />
    public int CompareTo(Money other) => yuan.CompareTo(other.yuan);

    /// <summary>Two decimals, a point, no grouping, no currency sign.</summary>
    public override string ToString() => Yuan.ToString("F2", CultureInfo.InvariantCulture);

    internal static Refusal Malformed => Refusal.Malformed("E_MONEY", "金额应为不小于零的数字,最多两位小数。", "An amount is a number of zero or more with at most two decimals.");

    internal static bool Holds(decimal yuan) => Math.Abs(yuan) < Limit && decimal.Round(yuan, 2) == yuan;

    // Adding 0.00 gives the decimal the scale 2, so equal amounts are written alike.
    private static decimal WithFen(decimal yuan) => decimal.Round(yuan, 2) + 0.00m;
}

/// <summary>Adds up amounts.</summary>
public static class MoneySums
{
    /// <summary>All amounts together.</summary>
    public static Money Sum(this IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero, (sum, amount) => sum + amount);

    /// <summary>The amounts of all items together.</summary>
    public static Money Sum<T>(this IEnumerable<T> items, Func<T, Money> amount) => items.Select(amount).Sum();
}

/// <summary>Reads and writes recorded amounts, adjustments below zero included; a number that money cannot hold is malformed.</summary>
public sealed class RecordedMoneyConverter : JsonConverter<Money>
{
    /// <inheritdoc />
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType != JsonTokenType.Number ? throw new JsonException("A number is expected.")
        : reader.TryGetDecimal(out var yuan) && Money.Holds(yuan) ? new(yuan)
        : throw new MalformedValueException(Money.Malformed);

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Yuan);
}

/// <summary>Put into the serializer options of the edge, beside <see cref="CheckedValueConverterFactory"/>: no amount below zero comes in.</summary>
public sealed class CheckedMoneyConverter : JsonConverter<Money>
{
    private static readonly RecordedMoneyConverter Recorded = new();

    /// <inheritdoc />
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Recorded.Read(ref reader, typeToConvert, options) is { IsNegative: false } amount ? amount : throw new MalformedValueException(Money.Malformed);

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) => Recorded.Write(writer, value, options);
}
