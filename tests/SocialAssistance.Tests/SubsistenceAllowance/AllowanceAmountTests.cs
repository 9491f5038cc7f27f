using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.SubsistenceAllowance.Story;

namespace SocialAssistance.Tests.SubsistenceAllowance;

/// <summary>The worked amounts of the domain, under the policy as shipped.</summary>
public sealed class AllowanceAmountTests
{
    private static readonly RegionCode League = RegionCode.Hydrate("152502101001");

    [Fact]
    public void Urban_500_a_month_three_members_9600_a_year_gives_700()
    {
        var basis = At(League, new(2014, 6, 1)).Reckon(Area.Urban, Category.C, new(9600m), 12, 3, []);
        Assert.Equal((new Money(500m), 266.666667m, new Money(700.00m)), (basis.Standard, basis.PerCapita, basis.Monthly));
    }

    [Fact]
    public void Rural_3330_a_year_four_members_5200_a_year_gives_676_67()
    {
        var basis = At(League, new(2014, 6, 1)).Reckon(Area.Rural, Category.C, new(5200m), 12, 4, []);
        Assert.Equal((new Money(277.50m), new Money(676.67m)), (basis.Standard, basis.Monthly));
    }

    [Theory]
    [InlineData("2026-06-30", 460.00)]
    [InlineData("2026-07-01", 820.00)]
    public void The_standard_changes_with_the_day(string day, double yuan) =>
        Assert.Equal(new Money((decimal)yuan), At(RegionCode.Hydrate("341503101201"), Window.On(day).Today).Standards[Area.Urban].Monthly);

    [Theory]
    [InlineData("2021-06-30", Area.Urban, Category.C, 1)]
    [InlineData("2021-06-30", Area.Rural, Category.C, 3)]
    [InlineData("2021-06-30", Area.Rural, Category.B, 6)]
    [InlineData("2021-07-01", Area.Urban, Category.C, 6)]
    [InlineData("2021-07-01", Area.Rural, Category.B, 6)]
    [InlineData("2012-12-12", Area.Urban, Category.A, 12)]
    [InlineData("2026-11-02", Area.Urban, Category.A, 12)]
    internal void Months_to_the_first_review(string day, Area area, Category category, int months)
    {
        var reading = Book.At(RegionCode.Nation, Window.On(day).Today);
        Assert.Equal(months, reading.Whole("allowance-review-months", ("category", $"{category}"), ("area", $"{area}")));
        Assert.Null(reading.Refusal);
    }

    [Fact]
    public void Every_profile_names_its_articles()
    {
        foreach (var (region, day) in new[] { ("000000000000", "2012-12-12"), ("000000000000", "2026-01-01"), ("341504101001", "2026-01-01") })
        {
            var reading = Book.At(RegionCode.Hydrate(region), Window.On(day).Today);
            var p = reading.Structure("procedure-profile", AllowancePolicyJson.Default.Procedure)!;
            Assert.All([p.Applicant.Basis, p.Investigation.Basis, p.DemocraticReview.Basis, p.Publicity.Basis, p.CountyVisits.Basis, p.Confirmation.Basis, p.Notice.Basis], Assert.NotEmpty);
        }
    }

    private static AmountPolicy At(RegionCode region, DateOnly day)
    {
        var reading = Book.At(region, day);
        var policy = AmountPolicy.Read(reading);
        Assert.Null(reading.Refusal);
        return policy;
    }
}
