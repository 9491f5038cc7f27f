using FsCheck.Fluent;
using Platform.Cases;

namespace Platform.Tests.Cases;

public sealed class ResidentIdTests
{
    [Theory]
    [InlineData("11010519491231002X", "1949-12-31", false)]
    [InlineData("440524188001010014", "1880-01-01", true)]
    [InlineData("152502193403159015", "1934-03-15", true)]
    [InlineData("330802195202299027", "1952-02-29", false)]
    [InlineData("321322198707079039", "1987-07-07", true)]
    [InlineData("341503201202299044", "2012-02-29", false)]
    [InlineData("15252520000101905X", "2000-01-01", true)]
    [InlineData("341503194910019063", "1949-10-01", false)]
    [InlineData("32130219650412902X", "1965-04-12", false)]
    public void A_valid_number_tells_birth_and_sex(string text, string birth, bool isMale)
    {
        var id = Invented.Read<ResidentId>(text);
        Assert.Equal(DateOnly.Parse(birth, null), id.BirthDate);
        Assert.Equal(isMale, id.IsMale);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData("152502193403159016", "E_ID_CHECKSUM")]
    [InlineData("341503201302299044", "E_ID_DATE")]
    [InlineData("330802195202299O27", "E_ID_CHECKSUM")]
    [InlineData("051010519491231002", "E_ID_CHECKSUM")]
    [InlineData("1101051949123100", "E_ID_CHECKSUM")]
    [InlineData("110105 19491231002X", "E_ID_CHECKSUM")]
    [InlineData("11010517491231002X", "E_ID_CHECKSUM")]
    [InlineData("110105491231002", "E_ID_CHECKSUM")]
    [InlineData("", "E_ID_CHECKSUM")]
    [InlineData(null, "E_ID_CHECKSUM")]
    public void A_look_alike_is_refused(string? text, string code) => Assert.Equal(code, Invented.Refused<ResidentId>(text).Code);

    [Theory]
    [InlineData("11010519491231002x")]
    [InlineData("\uFF11\uFF11010519491231002\uFF38")]
    [InlineData(" 11010519491231002X ")]
    public void What_is_entered_is_normalised(string text) => Assert.Equal("11010519491231002X", Invented.Read<ResidentId>(text).ToString());

    [Fact]
    public void A_changed_character_in_any_position_is_refused() =>
        Invented.ForAll(
            from id in Invented.ResidentId
            from position in Gen.Choose(0, 17)
            from other in Gen.Elements("0123456789X".ToCharArray())
            where id.ToString()[position] != other
            select $"{id.ToString()[..position]}{other}{id.ToString()[(position + 1)..]}",
            text => !ResidentId.TryCreate(text, out _, out _));

    [Fact]
    public void Birth_in_the_future_and_beyond_130_years_is_refused_on_a_day()
    {
        var id = Invented.Read<ResidentId>("341503201202299044");
        Assert.Null(id.CheckedOn(new(2012, 2, 29)));
        Assert.Equal("E_ID_FUTURE", id.CheckedOn(new(2012, 2, 28))?.Code);
        Assert.Null(id.CheckedOn(new(2143, 2, 27)));
        Assert.Equal("E_ID_DATE", id.CheckedOn(new(2143, 2, 28))?.Code);
    }

    [Fact]
    public void A_fifteen_digit_number_is_converted_only_on_demand()
    {
        Assert.True(ResidentId.TryConvert15("110105491231002", out var id, out _));
        Assert.Equal("11010519491231002X", id.ToString());
        Assert.False(ResidentId.TryConvert15("110105490229002", out _, out var noSuchDay));
        Assert.Equal("E_ID_DATE", noSuchDay.Code);
        Assert.False(ResidentId.TryConvert15("11010519491231002X", out _, out var notFifteen));
        Assert.Equal("E_ID_CHECKSUM", notFifteen.Code);
    }

    [Theory]
    [InlineData("1952-02-29", "2025-02-27", 72)]
    [InlineData("1952-02-29", "2025-02-28", 73)]
    [InlineData("1952-02-29", "2024-02-28", 71)]
    [InlineData("1952-02-29", "2024-02-29", 72)]
    [InlineData("1949-10-01", "2009-09-30", 59)]
    [InlineData("1949-10-01", "2009-10-01", 60)]
    [InlineData("2012-02-29", "2012-02-29", 0)]
    public void Age_is_completed_years_and_a_leap_day_counts_on_the_28th(string birth, string day, int years) =>
        Assert.Equal(years, Age.On(DateOnly.Parse(birth, null), DateOnly.Parse(day, null)));
}
