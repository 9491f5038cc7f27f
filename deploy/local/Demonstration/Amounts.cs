namespace Platform.Local.Demonstration;

/// <summary>What decides the money of one household: its size, its category, and how many months it is paid in the year.</summary>
internal readonly record struct Share(int Members, char Category, int Months);

/// <summary>
/// Draws plausible monthly amounts of one area whose payments over the year add up exactly to the plan. Whole yuan for
/// all but at most two households, which take the rest to the fen. All arithmetic is in whole fen.
/// </summary>
internal static class Amounts
{
    private const long Fen = 100;
    private const long Least = 30 * Fen;
    private const long LeastIncomePerPerson = 10 * Fen;
    private const long WidestCorrection = 20 * Fen;

    /// <summary>The annual countable income from which the difference formula gives this amount to the fen.</summary>
    public static decimal AnnualIncome(decimal monthlyStandard, int members, decimal monthlyAmount) =>
        12 * ((monthlyStandard * members) - monthlyAmount);

    public static decimal[] Of(IReadOnlyList<Share> shares, AreaPlan plan, Draw draw)
    {
        var target = (long)(plan.PaidInYear * Fen);
        var most = shares.Select(s => ((long)(plan.MonthlyStandard * Fen) - LeastIncomePerPerson) * s.Members / Fen * Fen).ToArray();
        if (shares.Sum(s => Least * s.Months) > target || shares.Select((s, i) => most[i] * s.Months).Sum() < target)
        {
            throw new InvalidOperationException($"{plan.Area}: no plausible amounts add up to the plan; change the standard or the calendar.");
        }

        var amounts = First(shares, most, target, draw);
        for (var round = 0; round < 8; round++)
        {
            Scale(amounts, shares, most, target);
        }

        var order = draw.Shuffled(Enumerable.Range(0, shares.Count));
        var rest = Step(amounts, shares, most, order, target - Total(amounts, shares));
        Absorb(amounts, shares, most, order, rest);
        return [.. amounts.Select(a => a / (decimal)Fen)];
    }

    private static long[] First(IReadOnlyList<Share> shares, long[] most, long target, Draw draw)
    {
        var perPersonMonth = target / shares.Sum(s => (long)s.Members * s.Months);
        var amounts = new long[shares.Count];
        for (var i = 0; i < amounts.Length; i++)
        {
            var perMille = shares[i].Category switch { 'A' => draw.Between(1_050, 1_230), 'B' => draw.Between(850, 1_200), _ => draw.Between(600, 1_120) };
            amounts[i] = Within(perPersonMonth * shares[i].Members * perMille / 1_000, most[i]);
        }

        return amounts;
    }

    private static void Scale(long[] amounts, IReadOnlyList<Share> shares, long[] most, long target)
    {
        var total = Total(amounts, shares);
        for (var i = 0; i < amounts.Length; i++)
        {
            amounts[i] = Within((long)(amounts[i] * (decimal)target / total), most[i]);
        }
    }

    /// <summary>One yuan more or less here and there, never past the target; what is left is less than the lightest step.</summary>
    private static long Step(long[] amounts, IReadOnlyList<Share> shares, long[] most, int[] order, long rest)
    {
        for (var moved = true; moved && rest != 0;)
        {
            moved = false;
            foreach (var i in order)
            {
                var step = Math.Sign(rest) * Fen;
                if (Math.Abs(rest) >= Fen * shares[i].Months && amounts[i] + step >= Least && amounts[i] + step <= most[i])
                {
                    amounts[i] += step;
                    rest -= step * shares[i].Months;
                    moved = true;
                }
            }
        }

        return rest;
    }

    /// <summary>Two households with different numbers of months take the last fen between them.</summary>
    private static void Absorb(long[] amounts, IReadOnlyList<Share> shares, long[] most, int[] order, long rest)
    {
        if (rest == 0)
        {
            return;
        }

        var roomy = order.Where(i => amounts[i] - WidestCorrection >= Least && amounts[i] + WidestCorrection <= most[i]).DistinctBy(i => shares[i].Months).ToArray();
        foreach (var (i, j) in roomy.SelectMany(_ => roomy, (i, j) => (i, j)))
        {
            for (var x = -WidestCorrection; x <= WidestCorrection; x++)
            {
                var (y, uneven) = Math.DivRem(rest - (x * shares[i].Months), shares[j].Months);
                if (uneven == 0 && Math.Abs(y) <= WidestCorrection && (i != j || x == 0))
                {
                    amounts[i] += x;
                    amounts[j] += y;
                    return;
                }
            }
        }

        throw new InvalidOperationException("The rest of the plan's money fits no household.");
    }

    private static long Total(long[] amounts, IReadOnlyList<Share> shares) => shares.Select((s, i) => amounts[i] * s.Months).Sum();

    private static long Within(long amount, long most) => Math.Clamp(amount / Fen * Fen, Least, most);
}
