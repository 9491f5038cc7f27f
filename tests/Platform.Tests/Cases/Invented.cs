using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Platform.Cases;

namespace Platform.Tests.Cases;

/// <summary>Generators of invented numbers, days and amounts.</summary>
internal static class Invented
{
    public static readonly DateOnly FirstDay = new(2012, 1, 1);
    public static readonly DateOnly LastDay = new(2026, 12, 31);

    public static Gen<DateOnly> Day(DateOnly from, DateOnly to) => Gen.Choose(from.DayNumber, to.DayNumber).Select(DateOnly.FromDayNumber);

    /// <summary>A trigger day that leaves two hundred days of the last full calendar year ahead.</summary>
    public static Gen<DateOnly> TriggerDay => Day(FirstDay, LastDay.AddDays(-200));

    public static Gen<string> Digits(int count) => Gen.ArrayOf(Gen.Choose(0, 9), count).Select(digits => string.Concat(digits));

    public static Gen<RegionCode> Region =>
        from province in Gen.Elements("15", "33", "32", "34", "44")
        from city in Gen.Elements("00", "01", "15", "19")
        from county in Gen.Elements("00", "03", "22")
        from township in Gen.Elements("000", "001", "102", "205")
        from village in Gen.Elements("000", "001", "210")
        let text = city == "00" ? $"{province}0000000000" : $"{province}{city}{county}{township}{(township == "000" ? "000" : village)}"
        select Read<RegionCode>(text);

    public static Gen<ResidentId> ResidentId =>
        from region in Gen.Elements("152502", "330802", "341503")
        from birth in Day(new(1900, 1, 1), new(2026, 1, 1))
        from sequence in Gen.Choose(900, 999)
        let body = $"{region}{birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}{sequence}"
        select "0123456789X".Select(check => body + check).Where(text => Checks(text)).Select(Read<ResidentId>).Single();

    public static Gen<BankAccountNumber> Card =>
        from length in Gen.Choose(15, 18)
        from body in Digits(length)
        from kind in Gen.Elements("BankCard", "SocialSecurityCard")
        select "0123456789".Select(check => $"{kind}:{body}{check}").Where(text => BankAccountNumber.TryCreate(text, out _, out _)).Select(Read<BankAccountNumber>).Single();

    public static Gen<YearMonth> Month => Day(FirstDay, LastDay).Select(YearMonth.From);

    public static Gen<Money> Money => Gen.Choose(-500_000_000, 500_000_000).Select(fen => new Money(fen / 100m));

    public static T Read<T>(string text) where T : struct, IValue<T>
    {
        Assert.True(T.TryCreate(text, out var value, out var refusal), $"{text}: {refusal?.Why.En}");
        return value;
    }

    public static Refusal Refused<T>(string? text) where T : struct, IValue<T>
    {
        Assert.False(T.TryCreate(text, out _, out var refusal), $"'{text}' was accepted.");
        Assert.Equal(RefusalKind.Malformed, refusal.Kind);
        return refusal;
    }

    public static void ForAll<T>(Gen<T> generator, Func<T, bool> holds) => Prop.ForAll(generator.ToArbitrary(), holds).QuickCheckThrowOnFailure();

    private static bool Checks(string text) => Platform.Cases.ResidentId.TryCreate(text, out _, out _);
}
