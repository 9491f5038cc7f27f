using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Platform.Cases;

namespace Platform.Tests.Cases;

/// <summary>Every value goes through JSON unchanged, by the recorded door and by the checked one.</summary>
public sealed class BothDoors
{
    internal static readonly JsonSerializerOptions Edge = new() { Converters = { new CheckedValueConverterFactory(), new CheckedMoneyConverter() } };

    [Fact]
    public void Resident_ids_pass_both_doors() => Pass(Invented.ResidentId);

    [Fact]
    public void Regions_pass_both_doors() => Pass(Invented.Region);

    [Fact]
    public void Months_pass_both_doors() => Pass(Invented.Month);

    [Fact]
    public void Cards_pass_both_doors() => Pass(Invented.Card);

    [Fact]
    public void Mobiles_pass_both_doors() => Pass(
        from second in Gen.Choose(3, 9)
        from rest in Invented.Digits(9)
        select Invented.Read<Mobile>($"1{second}{rest}"));

    [Fact]
    public void Document_numbers_pass_both_doors() => Pass(
        from issuer in Gen.Elements("衢市民", "民发", "国办发明电")
        from year in Gen.Choose(1980, 2030)
        from number in Gen.Choose(1, 99_999)
        select Invented.Read<DocumentNumber>($"{issuer}〔{year}〕{number}号"));

    [Fact]
    public void Credit_codes_and_disability_certificates_pass_both_doors()
    {
        Pass(Gen.Elements("91350100M000100Y43", "52330802MJ90000144").Select(Invented.Read<CreditCode>));
        Pass(
            from id in Invented.ResidentId
            from category in Gen.Choose(1, 7)
            from grade in Gen.Choose(1, 4)
            from reissue in Gen.Elements("", "B1", "B12")
            select Invented.Read<DisabilityCertificate>($"{id}{category}{grade}{reissue}"));
    }

    [Fact]
    public void Money_passes_the_recorded_door_with_its_sign_and_the_checked_one_without() =>
        Invented.ForAll(Invented.Money, money =>
            JsonSerializer.Deserialize<Money>(JsonSerializer.Serialize(money)) == money
            && (money.IsNegative || JsonSerializer.Deserialize<Money>(JsonSerializer.Serialize(money, Edge), Edge) == money));

    [Fact]
    public void What_was_recorded_stays_readable_though_it_would_not_be_accepted_today()
    {
        Assert.Equal("152502193403159016", JsonSerializer.Deserialize<ResidentId>("\"152502193403159016\"").ToString());
        Assert.Equal("E_ID_CHECKSUM", Assert.Throws<MalformedValueException>(() => JsonSerializer.Deserialize<ResidentId>("\"152502193403159016\"", Edge)).Refusal.Code);
    }

    [Fact]
    public void Published_shapes_match_their_values()
    {
        Shaped(Invented.ResidentId);
        Shaped(Invented.Region);
        Shaped(Invented.Month);
        Shaped(Invented.Card);
    }

    private static void Shaped<T>(Gen<T> values) where T : struct, IValue<T> =>
        Invented.ForAll(values, value => System.Text.RegularExpressions.Regex.IsMatch(value.ToString(), T.Shape.Pattern, System.Text.RegularExpressions.RegexOptions.NonBacktracking));

    private static void Pass<T>(Gen<T> values) where T : struct, IValue<T>, IEquatable<T> =>
        Invented.ForAll(values, value =>
            T.Hydrate(value.ToString()).Equals(value)
            && JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value)).Equals(value)
            && JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, Edge), Edge).Equals(value)
            && JsonSerializer.Deserialize<Dictionary<T, int>>(JsonSerializer.Serialize(new Dictionary<T, int> { [value] = 1 }))!.ContainsKey(value));
}
