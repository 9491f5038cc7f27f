using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Platform.Cases;
using SocialAssistance.SpotCheck;

namespace SocialAssistance.Tests.SpotCheck;

public sealed class DrawTests
{
    private static readonly RegionCode North = RegionCode.Hydrate("341503101000");
    private static readonly RegionCode South = RegionCode.Hydrate("341503102000");
    private static readonly RegionCode West = RegionCode.Hydrate("341503103000");

    private static Stratum Of(RegionCode township, int cases) =>
        new(township, [.. Enumerable.Range(1, cases).Select(i => string.Create(CultureInfo.InvariantCulture, $"DB-{township.ToString()[..9]}-{i:0000}"))]);

    [Theory]
    [InlineData(37, "0.30", 12)]
    [InlineData(40, "0.30", 12)]
    [InlineData(41, "0.30", 13)]
    [InlineData(1, "0.01", 1)]
    [InlineData(37, "1", 37)]
    public void A_sample_is_the_rate_rounded_up(int population, string rate, int size) => Assert.Equal(size, Draw.SizeOf(population, decimal.Parse(rate, CultureInfo.InvariantCulture)));

    [Fact]
    public void Thirty_percent_of_37_is_12_and_every_township_has_its_share()
    {
        // Shares of 12: 20/37 → 6 rest 18, 10/37 → 3 rest 9, 7/37 → 2 rest 10: the missing one goes to the largest rest.
        var drawn = Draw.Of([Of(South, 10), Of(West, 7), Of(North, 20)], 0.30m, "seed");
        Assert.Equal([(North, 6, 18L, 7), (South, 3, 9L, 3), (West, 2, 10L, 2)], drawn.Select(s => (s.Township, s.Whole, s.Remainder, s.Size)));
        Assert.Equal(12, Draw.Sample(drawn).Count);
    }

    [Fact]
    public void Equal_remainders_go_to_the_smaller_code_first() =>
        Assert.Equal([2, 1], Draw.Of([Of(South, 5), Of(North, 5)], 0.30m, "seed").Select(s => s.Size));

    [Fact]
    public void The_draw_is_repeated_by_hashing_and_sorting_alone()
    {
        var population = Of(North, 37);
        var byHand = population.Cases
            .OrderBy(c => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("0a1b|" + c))), StringComparer.Ordinal)
            .Take(12);
        Assert.Equal(byHand, Draw.Sample(Draw.Of([population], 0.30m, "0a1b")).Select(c => c.Case));
    }

    [Fact]
    public void The_hash_of_a_case_is_the_one_that_any_tool_computes() =>
        // printf '%s' 'seed|DB-341503-2026-000123' | sha256sum
        Assert.Equal("b298f45c3949cd282e73c8c00189633e2787f343ebf7ced2b7567eb877a888c7", Draw.Of([new(North, ["DB-341503-2026-000123"])], 1m, "seed").Single().Ranking.Single().Hash);

    [Fact]
    public void Another_seed_draws_another_sample()
    {
        var population = new[] { Of(North, 200) };
        Assert.Equal(Draw.Sample(Draw.Of(population, 0.10m, "a")), Draw.Sample(Draw.Of(population, 0.10m, "a")));
        Assert.NotEqual(Draw.Sample(Draw.Of(population, 0.10m, "a")), Draw.Sample(Draw.Of(population, 0.10m, "b")));
    }

    [Fact]
    public void Every_case_is_drawn_about_as_often_as_any_other()
    {
        var population = new[] { Of(North, 50) };
        var times = population[0].Cases.ToDictionary(c => c, _ => 0, StringComparer.Ordinal);
        for (var seed = 0; seed < 1_000; seed++)
        {
            foreach (var drawn in Draw.Sample(Draw.Of(population, 0.20m, string.Create(CultureInfo.InvariantCulture, $"{seed}"))))
            {
                times[drawn.Case]++;
            }
        }

        // 200 expected, standard deviation about 12.6: five of them to either side.
        Assert.All(times.Values, n => Assert.InRange(n, 137, 263));
    }

    [Fact]
    public void The_sizes_of_the_townships_add_up_and_stay_within_them() => Prop.ForAll(Arb.From(Gen.Choose(0, 40).ArrayOf()), counts =>
    {
        List<Stratum> population = [.. counts.Take(20).Select((n, i) => Of(RegionCode.Hydrate(string.Create(CultureInfo.InvariantCulture, $"341503{i + 1:000}000")), n))];
        var drawn = Draw.Of(population, 0.30m, "seed");
        return drawn.Sum(s => s.Size) == Draw.SizeOf(population.Sum(s => s.Cases.Count), 0.30m) && drawn.All(s => s.Size <= s.Population);
    }).QuickCheckThrowOnFailure();
}
