using System.Security.Cryptography;
using System.Text;
using Platform.Cases;

namespace SocialAssistance.SpotCheck;

/// <summary>A case in the order of the draw.</summary>
/// <param name="Case">Case number.</param>
/// <param name="Hash">SHA-256 of <c>seed|case number</c> in UTF-8, lower-case hexadecimal.</param>
/// <param name="Taken">True when it is in the sample.</param>
internal sealed record RankedCase(string Case, string Hash, bool Taken);

/// <summary>A township's part of the draw.</summary>
/// <param name="Township">Its code.</param>
/// <param name="Population">Its cases.</param>
/// <param name="Whole">Whole cases of its share: ⌊size × population of the township ÷ population⌋.</param>
/// <param name="Remainder">What is left of its share, in parts of the population.</param>
/// <param name="Size">Cases drawn from it.</param>
/// <param name="Ranking">Its cases by hash.</param>
internal sealed record DrawnStratum(RegionCode Township, int Population, int Whole, long Remainder, int Size, IReadOnlyList<RankedCase> Ranking);

/// <summary>
/// The draw of a sample, so simple that an auditor repeats it in any language:
/// (1) size = ⌈rate × population⌉; (2) each township gets the whole part of its proportional share, and the cases still
/// missing go to the largest remainders, the smaller code first where they are equal; (3) within a township the cases are
/// ordered by SHA-256 of <c>seed|case number</c>, and the first ones are taken.
/// </summary>
internal static class Draw
{
    /// <summary>⌈rate × population⌉: 30 % of 37 is 12.</summary>
    public static int SizeOf(int population, decimal rate) => (int)Math.Ceiling(rate * population);

    public static IReadOnlyList<DrawnStratum> Of(IReadOnlyList<Stratum> population, decimal rate, string seed)
    {
        long all = population.Sum(s => s.Cases.Count);
        long size = SizeOf((int)all, rate);
        var strata = population.Where(s => s.Cases.Count > 0).OrderBy(s => s.Township.ToString(), StringComparer.Ordinal)
            .Select(s => (Stratum: s, Whole: (int)(size * s.Cases.Count / all), Remainder: size * s.Cases.Count % all)).ToList();
        var missing = (int)(size - strata.Sum(s => (long)s.Whole));
        var more = strata.OrderByDescending(s => s.Remainder).ThenBy(s => s.Stratum.Township.ToString(), StringComparer.Ordinal).Take(missing).Select(s => s.Stratum.Township).ToHashSet();
        return [.. strata.Select(s => Ranked(s.Stratum, s.Whole, s.Remainder, s.Whole + (more.Contains(s.Stratum.Township) ? 1 : 0), seed))];
    }

    public static IReadOnlyList<SampledCase> Sample(IReadOnlyList<DrawnStratum> drawn) =>
        [.. from s in drawn from c in s.Ranking where c.Taken select new SampledCase(c.Case, s.Township)];

    private static DrawnStratum Ranked(Stratum stratum, int whole, long remainder, int size, string seed) => new(
        stratum.Township, stratum.Cases.Count, whole, remainder, size,
        [
            .. stratum.Cases.Select(c => (Case: c, Hash: Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}|{c}")))))
                .OrderBy(c => c.Hash, StringComparer.Ordinal).ThenBy(c => c.Case, StringComparer.Ordinal)
                .Select((c, rank) => new RankedCase(c.Case, c.Hash, rank < size)),
        ]);
}
