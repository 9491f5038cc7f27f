using FsCheck.Fluent;
using Platform.Cases;

namespace Platform.Tests.Cases;

public sealed class RegionCodeTests
{
    [Theory]
    [InlineData("34", "340000000000", RegionLevel.Province, "340000")]
    [InlineData("3415", "341500000000", RegionLevel.City, "341500")]
    [InlineData("341503", "341503000000", RegionLevel.County, "341503")]
    [InlineData("341503101", "341503101000", RegionLevel.Township, "341503101")]
    [InlineData("341503101205", "341503101205", RegionLevel.Village, "341503101205")]
    [InlineData("152500", "152500000000", RegionLevel.City, "152500")]
    [InlineData("441900003", "441900003000", RegionLevel.Township, "441900003")]
    [InlineData("000000", "000000000000", RegionLevel.Nation, "000000")]
    public void A_shorter_code_is_padded_and_knows_its_level(string entered, string text, RegionLevel level, string shortCode)
    {
        var region = Invented.Read<RegionCode>(entered);
        Assert.Equal((text, level, shortCode), (region.ToString(), region.Level, region.ShortCode));
        Assert.Equal(text[..6], region.County);
    }

    [Theory]
    [InlineData("341")]
    [InlineData("34150")]
    [InlineData("990000")]
    [InlineData("340003")]
    [InlineData("341503000205")]
    [InlineData("3415O3")]
    [InlineData("")]
    [InlineData(null)]
    public void A_look_alike_is_refused(string? text) => Assert.Equal("E_REGION_CODE", Invented.Refused<RegionCode>(text).Code);

    [Fact]
    public void Ancestors_go_from_the_village_to_the_nation() =>
        Assert.Equal(
            ["341503101205", "341503101000", "341503000000", "341500000000", "340000000000", "000000000000"],
            Invented.Read<RegionCode>("341503101205").Ancestors().Select(r => r.ToString()),
            StringComparer.Ordinal);

    [Fact]
    public void The_parent_of_a_town_under_a_city_without_districts_is_the_city()
    {
        var town = Invented.Read<RegionCode>("441900003");
        Assert.Equal(Invented.Read<RegionCode>("4419"), town.Parent);
        Assert.Null(RegionCode.Nation.Parent);
    }

    [Theory]
    [InlineData("3415", "341503", true)]
    [InlineData("341503", "3415", false)]
    [InlineData("341503", "341503", true)]
    [InlineData("341503", "341502101", false)]
    [InlineData("1525", "152502", true)]
    [InlineData("441900003", "441900103", false)]
    public void A_region_covers_what_lies_inside(string outer, string inner, bool covers) =>
        Assert.Equal(covers, Invented.Read<RegionCode>(outer).Covers(Invented.Read<RegionCode>(inner)));

    [Fact]
    public void An_unset_code_covers_nothing()
    {
        Assert.False(default(RegionCode).Covers(RegionCode.Nation));
        Assert.False(RegionCode.Nation.Covers(default));
    }

    [Fact]
    public void Covering_is_the_same_as_being_among_the_ancestors() =>
        Invented.ForAll(Pairs(), pair => pair.Outer.Covers(pair.Inner) == pair.Inner.Ancestors().Contains(pair.Outer));

    [Fact]
    public void Covering_is_transitive() =>
        Invented.ForAll(
            from inner in Invented.Region
            from middle in Gen.Elements(inner.Ancestors().AsEnumerable())
            from outer in Gen.OneOf(Gen.Elements(middle.Ancestors().AsEnumerable()), Invented.Region)
            select (inner, middle, outer),
            regions => !regions.outer.Covers(regions.middle) || regions.outer.Covers(regions.inner));

    private static FsCheck.Gen<(RegionCode Outer, RegionCode Inner)> Pairs() =>
        from inner in Invented.Region
        from outer in Gen.OneOf(Gen.Elements(inner.Ancestors().AsEnumerable()), Invented.Region)
        select (outer, inner);
}
