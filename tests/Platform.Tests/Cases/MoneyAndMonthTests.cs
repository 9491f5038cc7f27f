using System.Text.Json;
using FsCheck.Fluent;
using Platform.Cases;

namespace Platform.Tests.Cases;

public sealed class MoneyAndMonthTests
{
    [Theory]
    [InlineData("277.505", Rounding.FenHalfUp, "277.51")]
    [InlineData("277.504", Rounding.FenHalfUp, "277.50")]
    [InlineData("277.50", Rounding.YuanHalfUp, "278.00")]
    [InlineData("277.49", Rounding.YuanHalfUp, "277.00")]
    [InlineData("277.01", Rounding.YuanCeil, "278.00")]
    [InlineData("277.00", Rounding.YuanCeil, "277.00")]
    [InlineData("277.501", Rounding.JiaoCeil, "277.60")]
    [InlineData("277.50", Rounding.JiaoCeil, "277.50")]
    [InlineData("-0.005", Rounding.FenHalfUp, "-0.01")]
    [InlineData("-277.01", Rounding.YuanCeil, "-278.00")]
    public void An_amount_is_rounded_as_the_rule_says(string yuan, Rounding rounding, string text) =>
        Assert.Equal(text, Money.Round(decimal.Parse(yuan, null), rounding).ToString());

    [Fact]
    public void Rounding_treats_both_signs_alike() =>
        Invented.ForAll(
            from mills in Gen.Choose(-10_000_000, 10_000_000)
            from rounding in Gen.Elements(Enum.GetValues<Rounding>())
            select (yuan: mills / 1000m, rounding),
            x => Money.Round(-x.yuan, x.rounding) == -Money.Round(x.yuan, x.rounding));

    [Fact]
    public void A_yearly_rural_standard_becomes_a_monthly_amount() =>
        Assert.Equal("277.50", Money.Round(3330m / 12, Rounding.FenHalfUp).ToString());

    [Fact]
    public void Sums_are_exact_to_the_fen() =>
        Invented.ForAll(
            Gen.ListOf(Gen.Choose(-10_000_000, 10_000_000)).Select(fen => fen.ToArray()),
            fen => fen.Select(f => new Money(f / 100m)).Sum().Yuan == fen.Sum(f => (long)f) / 100m);

    [Fact]
    public void Arithmetic_and_order_follow_the_yuan()
    {
        var (small, large) = (new Money(150m), new Money(210.5m));
        Assert.Equal("360.50", (small + large).ToString());
        Assert.Equal("-60.50", (small - large).ToString());
        Assert.Equal("450.00", (3 * small).ToString());
        Assert.True(small < large && large > small && small <= large && large >= small);
        Assert.Equal((small, large), (Money.Min(large, small), Money.Max(small, large)));
        Assert.Equal(new Money(1.5m), new Money(1.50m));
    }

    [Fact]
    public void Money_cannot_hold_a_fraction_of_a_fen_or_a_trillion()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Money(0.001m));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Money(1_000_000_000_000m));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Money(-1_000_000_000_000m));
        Assert.Equal("999999999999.99", new Money(999_999_999_999.99m).ToString());
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("460.00", true)]
    [InlineData("-0.01", false)]
    [InlineData("0.001", false)]
    public void From_outside_money_is_zero_or_more(string yuan, bool valid)
    {
        Assert.Equal(valid, Money.TryCreate(decimal.Parse(yuan, null), out _, out var refusal));
        Assert.Equal(valid ? null : "E_MONEY", refusal?.Code);
    }

    [Fact]
    public void Money_travels_as_a_number_with_two_decimals()
    {
        Assert.Equal("460.00", JsonSerializer.Serialize(new Money(460)));
        Assert.Equal("0.00", JsonSerializer.Serialize(Money.Zero));
        Assert.Equal(new Money(277.5m), JsonSerializer.Deserialize<Money>("277.5"));
        Assert.Equal(new Money(-3m), JsonSerializer.Deserialize<Money>("-3"));
    }

    [Theory]
    [InlineData("277.505")]
    [InlineData("1e12")]
    [InlineData("1e40")]
    public void A_number_that_money_cannot_hold_is_malformed(string json) =>
        Assert.Equal("E_MONEY", Assert.Throws<MalformedValueException>(() => JsonSerializer.Deserialize<Money>(json)).Refusal.Code);

    [Fact]
    public void A_text_is_not_an_amount() => Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<Money>("\"460.00\""));

    [Fact]
    public void The_edge_takes_no_amount_below_zero()
    {
        Assert.Equal("E_MONEY", Assert.Throws<MalformedValueException>(() => JsonSerializer.Deserialize<Money>("-0.01", BothDoors.Edge)).Refusal.Code);
        Assert.Equal(Money.Zero, JsonSerializer.Deserialize<Money>("0", BothDoors.Edge));
    }

    [Fact]
    public void A_month_knows_its_days_and_its_neighbours()
    {
        var month = Invented.Read<YearMonth>("2024-02");
        Assert.Equal((new DateOnly(2024, 2, 1), new DateOnly(2024, 2, 29)), (month.First, month.Last));
        Assert.True(month.Contains(new(2024, 2, 29)) && !month.Contains(new(2024, 3, 1)));
        Assert.Equal("2025-01", month.AddMonths(11).ToString());
        Assert.Equal("2023-12", month.AddMonths(-2).ToString());
        Assert.Equal(new YearMonth(2024, 2), YearMonth.From(new(2024, 2, 15)));
        Assert.Equal(["2024-11", "2024-12", "2025-01"], YearMonth.Range(new(2024, 11), new(2025, 1)).Select(m => m.ToString()), StringComparer.Ordinal);
        Assert.Empty(YearMonth.Range(new(2025, 1), new(2024, 12)));
    }

    [Fact]
    public void Counting_months_and_adding_them_agree() =>
        Invented.ForAll(
            from first in Invented.Month
            from last in Invented.Month
            select (first, last),
            x => x.first.AddMonths(x.first.MonthsUntil(x.last)) == x.last
                && YearMonth.Range(x.first, x.last).Count() == Math.Max(0, x.first.MonthsUntil(x.last) + 1)
                && x.first < x.last == (x.first.CompareTo(x.last) < 0));

    [Theory]
    [InlineData("2024-13")]
    [InlineData("2024-1")]
    [InlineData("1899-12")]
    [InlineData("2024-02-01")]
    public void A_look_alike_of_a_month_is_refused(string text) => Assert.Equal("E_MONTH", Invented.Refused<YearMonth>(text).Code);

    [Theory]
    [InlineData("2026-11-21T15:59:59Z", "2026-11-21")]
    [InlineData("2026-11-21T16:00:00Z", "2026-11-22")]
    [InlineData("2026-11-22T00:30:00+09:00", "2026-11-21")]
    public void The_civil_day_is_that_of_Shanghai(string at, string day) =>
        Assert.Equal(DateOnly.Parse(day, null), CivilTime.Day(DateTimeOffset.Parse(at, null)));
}
