using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace Platform.Tests.Cases;

public sealed partial class PolicyBookTests
{
    private const string Allowance = """
        { "parameters": [
          { "code": "allowance-standard", "unit": "yuan/person/month", "min": 50, "max": 5000, "values": [
            { "region": "34", "from": "2013-01-01", "value": 300, "basis": "皖民〔2012〕1号", "status": "assumed" },
            { "region": "341503", "from": "2014-01-01", "to": "2014-12-31", "dims": { "area": "Urban" }, "value": 460.00, "basis": "裕民〔2013〕9号", "status": "confirmed" },
            { "region": "341503", "from": "2015-01-01", "to": null, "dims": { "area": "Urban" }, "value": 500, "basis": "裕民〔2014〕9号", "status": "confirmed" },
            { "region": "341503", "from": "2014-01-01", "dims": {}, "value": 320, "basis": "裕民〔2013〕9号", "status": "local" },
            { "region": "341503101", "from": "2014-01-01", "dims": { "area": "Urban", "tier": "First" }, "value": 480, "basis": "裕民〔2013〕10号", "status": "local" }
          ] },
          { "code": "first-pay-month", "unit": "rule", "values": [
            { "region": "00", "from": "2012-01-01", "value": "NextMonth", "basis": "民发〔2012〕220号", "status": "confirmed" } ] },
          { "code": "publicity-days", "unit": "day", "min": 3, "max": 30, "values": [
            { "region": "00", "from": "2012-01-01", "value": 7, "basis": "民发〔2012〕220号", "status": "confirmed" } ] },
          { "code": "single-ratio", "unit": "share", "min": 0, "max": 1, "values": [
            { "region": "00", "from": "2012-01-01", "value": 0.65, "basis": "宿民〔2018〕1号", "status": "assumed" } ] },
          { "code": "publicity-stops-clock", "unit": "flag", "values": [
            { "region": "00", "from": "2012-01-01", "value": true, "basis": "渝府发〔2016〕1号", "status": "local" } ] },
          { "code": "income-exclusions", "unit": "kind", "values": [
            { "region": "00", "from": "2012-01-01", "value": ["优待抚恤金", "奖学金"], "basis": "民发〔2021〕57号", "status": "confirmed" } ] },
          { "code": "care-bands", "unit": "yuan/month", "values": [
            { "region": "00", "from": "2012-01-01", "value": { "full": 600, "half": 300 }, "basis": "裕民〔2021〕3号", "status": "local" } ] }
        ] }
        """;

    private static readonly RegionCode County = Invented.Read<RegionCode>("341503");
    private static readonly RegionCode Town = Invented.Read<RegionCode>("341503101");

    private enum FirstPayMonth
    {
        DecisionMonth,
        NextMonth,
    }

    [Theory]
    [InlineData("341503", "2014-06-01", "area=Urban", "allowance-standard@341503#area=Urban from 2014-01-01")]
    [InlineData("341503", "2014-12-31", "area=Urban", "allowance-standard@341503#area=Urban from 2014-01-01")]
    [InlineData("341503", "2015-01-01", "area=Urban", "allowance-standard@341503#area=Urban from 2015-01-01")]
    [InlineData("341503", "2014-06-01", "area=Rural", "allowance-standard@341503 from 2014-01-01")]
    [InlineData("341503", "2014-06-01", "", "allowance-standard@341503 from 2014-01-01")]
    [InlineData("341503", "2013-12-31", "area=Urban", "allowance-standard@340000 from 2013-01-01")]
    [InlineData("341502", "2014-06-01", "area=Urban", "allowance-standard@340000 from 2013-01-01")]
    [InlineData("341503101", "2014-06-01", "area=Urban;tier=First", "allowance-standard@341503101#area=Urban,tier=First from 2014-01-01")]
    [InlineData("341503101", "2014-06-01", "area=Urban", "allowance-standard@341503#area=Urban from 2014-01-01")]
    [InlineData("341503101205", "2014-06-01", "tier=First;area=Urban", "allowance-standard@341503101#area=Urban,tier=First from 2014-01-01")]
    public void The_nearest_region_wins_and_within_it_the_most_specific_value(string region, string day, string dims, string reference)
    {
        Assert.True(Book(Allowance).TryResolve("allowance-standard", Invented.Read<RegionCode>(region), Day(day), Dims(dims), out var value, out _));
        Assert.Equal(reference, value.Reference);
    }

    [Theory]
    [InlineData("341503", "2012-12-31")]
    [InlineData("330802", "2014-06-01")]
    public void A_missing_value_refuses_and_names_what_is_missing(string region, string day)
    {
        Assert.False(Book(Allowance).TryResolve("allowance-standard", Invented.Read<RegionCode>(region), Day(day), Dims("area=Urban"), out var value, out var refusal));
        Assert.Null(value);
        Assert.Equal((RefusalKind.Rule, "E_PARAM_MISSING"), (refusal.Kind, refusal.Code));
        Assert.Equal(("allowance-standard", region + "000000", day, "area=Urban"), (refusal.Details["parameter"], refusal.Details["region"], refusal.Details["day"], refusal.Details["dims"]));
    }

    [Fact]
    public void A_reading_gives_typed_values_and_keeps_their_references()
    {
        var reading = Book(Allowance).At(Town, Day("2014-06-01"));

        Assert.Equal(new Money(460), reading.Money("allowance-standard", ("area", "Urban")));
        Assert.Equal(FirstPayMonth.NextMonth, reading.Enum<FirstPayMonth>("first-pay-month"));
        Assert.Equal("NextMonth", reading.Text("first-pay-month"));
        Assert.Equal(7, reading.Whole("publicity-days"));
        Assert.Equal(0.65m, reading.Number("single-ratio"));
        Assert.True(reading.Flag("publicity-stops-clock"));
        Assert.Equal(["优待抚恤金", "奖学金"], reading.List("income-exclusions"));
        Assert.Equal(new CareBands(600, 300), reading.Structure("care-bands", TestJson.Default.CareBands));

        Assert.True(reading.TryFinish(out var refusal));
        Assert.Null(refusal);
        Assert.Equal(
            ["allowance-standard@341503#area=Urban from 2014-01-01", "first-pay-month@000000 from 2012-01-01", "publicity-days@000000 from 2012-01-01", "single-ratio@000000 from 2012-01-01", "publicity-stops-clock@000000 from 2012-01-01", "income-exclusions@000000 from 2012-01-01", "care-bands@000000 from 2012-01-01"],
            reading.References.Select(r => r.Reference),
            StringComparer.Ordinal);
        Assert.Equal((PolicyStatus.Confirmed, "裕民〔2013〕9号", "yuan/person/month", "460.00"), (reading.References[0].Status, reading.References[0].Basis, reading.References[0].Unit, reading.References[0].Value.GetRawText()));
    }

    [Fact]
    public void A_reading_remembers_its_first_failure_and_goes_on()
    {
        var reading = Book(Allowance).At(County, Day("2014-06-01"));

        Assert.Equal(0, reading.Whole("no-such-parameter"));
        Assert.Equal(0, reading.Whole("first-pay-month"));
        Assert.Equal(7, reading.Whole("publicity-days"));

        Assert.False(reading.TryFinish(out var refusal));
        Assert.Equal(("E_PARAM_MISSING", (object?)"no-such-parameter"), (refusal.Code, refusal.Details["parameter"]));
        Assert.Equal("publicity-days", Assert.Single(reading.References).Code);
    }

    [Fact]
    public void A_value_of_another_kind_is_unreadable_for_every_reader()
    {
        Refuses(r => r.Money("first-pay-month"));
        Refuses(r => r.Whole("single-ratio"));
        Refuses(r => r.Number("first-pay-month"));
        Refuses(r => r.Text("publicity-days"));
        Refuses(r => r.Enum<DayOfWeek>("first-pay-month"));
        Refuses(r => r.Enum<FirstPayMonth>("publicity-days"));
        Refuses(r => r.Flag("publicity-days"));
        Refuses(r => r.List("first-pay-month"));
        Refuses(r => r.Structure("publicity-days", TestJson.Default.CareBands));

        static void Refuses<T>(Func<PolicyReading, T> read)
        {
            var reading = Book(Allowance).At(County, Day("2014-06-01"));
            read(reading);
            Assert.Equal("E_PARAM_UNREADABLE", reading.Refusal?.Code);
            Assert.Empty(reading.References);
        }
    }

    [Fact]
    public void A_parameter_may_be_spread_over_files_that_agree()
    {
        var book = Book(
            """{ "parameters": [{ "code": "days", "unit": "day", "min": 1, "values": [{ "region": "00", "from": "2012-01-01", "value": 7, "basis": "x", "status": "local" }] }] }""",
            """{ "parameters": [{ "code": "days", "unit": "day", "min": 1, "values": [{ "region": "34", "from": "2012-01-01", "value": 5, "basis": "x", "status": "local" }] }] }""");
        Assert.Equal(5, book.At(County, Day("2014-06-01")).Whole("days"));
    }

    [Fact]
    public void All_faults_of_all_files_are_told_at_once()
    {
        var faults = Faults(
            "{ broken",
            """{ "parameters": [], "extra": 1 }""",
            """
            { "parameters": [
              { "code": "Bad Code", "unit": "day", "values": [{ "region": "00", "from": "2012-01-01", "value": 1, "basis": "x", "status": "local" }] },
              { "code": "days", "min": 9, "max": 3, "values": [
                { "region": "99", "from": "2012-01-01", "value": 5, "basis": "x", "status": "local" },
                { "region": "34", "from": "2012-02-30", "value": 5, "basis": " ", "status": "sure", "note": "?" },
                { "region": "33", "from": "2012-02-02", "to": "2012-02-01", "dims": { "area": 1 }, "value": "five", "basis": "x", "status": "local" },
                { "from": "2012-01-01", "basis": "x", "status": "local" } ] }
            ] }
            """);

        string[] expected =
        [
            "a.json: not JSON",
            "b.json: unknown property 'extra'",
            "b.json: 'parameters' is not a list with content",
            "c.json parameters[0]: 'code' is not a proper text",
            "c.json parameters[1] days: 'unit' is missing",
            "c.json parameters[1] days: min is above max",
            "c.json parameters[1] days values[0]: 'region': ",
            "c.json parameters[1] days values[0]: value 5 is not a number from 9 to 3",
            "c.json parameters[1] days values[1]: unknown property 'note'",
            "c.json parameters[1] days values[1]: 'from' is not a day",
            "c.json parameters[1] days values[1]: 'basis' is not a proper text",
            "c.json parameters[1] days values[1]: 'status' is none of",
            "c.json parameters[1] days values[1]: value 5 is not a number from 9 to 3",
            "c.json parameters[1] days values[2] dims: 'area' is not a proper text",
            "c.json parameters[1] days values[2]: ends before it begins",
            "c.json parameters[1] days values[2]: value five is not a number",
            "c.json parameters[1] days values[3]: 'region' is missing",
            "c.json parameters[1] days values[3]: 'value' is missing",
        ];
        Assert.All(expected, fault => Assert.Contains(faults, f => f.StartsWith(fault, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, faults.Count);
    }

    [Theory]
    // The same region and dims on the same day, in one file.
    [InlineData("""{ "area": "Urban" }""", "2014-01-01", "2014-12-31", """{ "area": "Urban" }""", "2014-12-31", null, true)]
    [InlineData("""{ "area": "Urban" }""", "2014-01-01", "2014-12-31", """{ "area": "Urban" }""", "2015-01-01", null, false)]
    [InlineData("{}", "2014-01-01", null, "{}", "2014-01-01", null, true)]
    // A different value of a dim, or more dims, says which is meant; two unrelated dims do not.
    [InlineData("""{ "area": "Urban" }""", "2014-01-01", null, """{ "area": "Rural" }""", "2014-01-01", null, false)]
    [InlineData("""{ "area": "Urban" }""", "2014-01-01", null, "{}", "2014-01-01", null, false)]
    [InlineData("""{ "area": "Urban" }""", "2014-01-01", null, """{ "tier": "First" }""", "2014-01-01", null, true)]
    public void Two_values_that_could_both_be_meant_are_a_fault(string dims, string from, string? to, string otherDims, string otherFrom, string? otherTo, bool isFault)
    {
        var files = new[] { File(dims, from, to), File(otherDims, otherFrom, otherTo) };
        if (isFault)
        {
            Assert.Contains("overlaps", Assert.Single(Faults(files)), StringComparison.Ordinal);
        }
        else
        {
            Assert.NotNull(Book(files));
        }

        static string File(string dims, string from, string? to) =>
            $$"""{ "parameters": [{ "code": "days", "unit": "day", "values": [{ "region": "341503", "from": "{{from}}", "to": {{(to is null ? "null" : $"\"{to}\"")}}, "dims": {{dims}}, "value": 7, "basis": "x", "status": "local" }] }] }""";
    }

    [Fact]
    public void Files_that_disagree_about_a_parameter_are_a_fault() =>
        Assert.Equal(
            "b.json parameters[0] days: defined twice with different unit or bounds",
            Assert.Single(Faults(
                """{ "parameters": [{ "code": "days", "unit": "day", "values": [{ "region": "00", "from": "2012-01-01", "value": 7, "basis": "x", "status": "local" }] }] }""",
                """{ "parameters": [{ "code": "days", "unit": "working day", "values": [{ "region": "34", "from": "2012-01-01", "value": 5, "basis": "x", "status": "local" }] }] }""")));

    [Fact]
    public void A_property_given_twice_is_a_fault() =>
        Assert.StartsWith("a.json: not JSON", Assert.Single(Faults("""{ "parameters": [], "parameters": [] }""")), StringComparison.Ordinal);

    private static PolicyBook Book(params string[] files) =>
        PolicyBook.Load(files.Select((content, i) => ($"{(char)('a' + i)}.json", (Stream)new MemoryStream(Encoding.UTF8.GetBytes(content)))));

    private static IReadOnlyList<string> Faults(params string[] files) => Assert.Throws<PolicyFaultsException>(() => Book(files)).Faults;

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "O", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Dims(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private sealed record CareBands(decimal Full, decimal Half);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(CareBands))]
    private sealed partial class TestJson : JsonSerializerContext;
}
