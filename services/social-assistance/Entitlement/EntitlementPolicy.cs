using System.Diagnostics.CodeAnalysis;
using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Entitlement;

/// <summary>
/// The parameters of a running entitlement, read when a decision asks for them and not before: a campaign that stops seven
/// thousand must not fail, nor carry editions, because of a standard that no stop needs. Whoever asks refuses when a value is missing.
/// </summary>
internal sealed class EntitlementPolicy(PolicyReading reading)
{
    public static EntitlementPolicy Read(PolicyReading p) => new(p);

    /// <summary>Months between reviews, by category and area (<c>entitlement-review-months</c>).</summary>
    public bool NextReview(DateOnly from, Category category, Area area, out DateOnly next, [NotNullWhen(false)] out Refusal? missing)
    {
        next = from.AddMonths(reading.Whole("entitlement-review-months", ("category", $"{category}"), ("area", $"{area}")));
        return reading.TryFinish(out missing);
    }

    /// <summary>Days in which an ordered review or an assessment is due (<c>entitlement-task-days</c>).</summary>
    public bool TaskDue(DateOnly from, out DateOnly due, [NotNullWhen(false)] out Refusal? missing)
    {
        due = from.AddDays(reading.Whole("entitlement-task-days"));
        return reading.TryFinish(out missing);
    }

    /// <summary>Months in which a death in the household is worked up (<c>allowance-death-review-months</c>).</summary>
    public bool DeathReview(DateOnly from, out DateOnly due, [NotNullWhen(false)] out Refusal? missing)
    {
        due = from.AddMonths(reading.Whole("allowance-death-review-months"));
        return reading.TryFinish(out missing);
    }

    /// <summary>Longest gradual exit in months (<c>allowance-gradual-exit-months</c>).</summary>
    public bool GradualExit(out int months, [NotNullWhen(false)] out Refusal? missing)
    {
        months = reading.Whole("allowance-gradual-exit-months");
        return reading.TryFinish(out missing);
    }

    /// <summary>Consecutive unjustified refusals of work that end a person's own share (<c>allowance-job-refusals</c>).</summary>
    public bool JobRefusals(out int limit, [NotNullWhen(false)] out Refusal? missing)
    {
        limit = reading.Whole("allowance-job-refusals");
        return reading.TryFinish(out missing);
    }

    /// <summary>The parameters of the amount.</summary>
    public bool Amount([NotNullWhen(true)] out AmountPolicy? amount, [NotNullWhen(false)] out Refusal? missing)
    {
        amount = AmountPolicy.Read(reading);
        return reading.TryFinish(out missing);
    }
}

/// <summary>Arithmetic on an amount that stands.</summary>
internal static class AmountArithmetic
{
    // Twelve months: a yearly income comes back to the fen from the six places of its monthly share.
    private const int Year = 12;

    /// <summary>The household's income as this amount took it, yuan per year.</summary>
    public static Money YearlyIncome(this AmountBasis basis) => Money.Round(basis.PerCapita * basis.Members * Year, Rounding.FenHalfUp);

    /// <summary>The amount without one person's share: what remains for so many members, and no uplift for that person.</summary>
    public static AmountBasis Without(this AmountBasis basis, PersonId person, int members, string formula)
    {
        var shares = Math.Max(1, basis.Members);
        var kept = Money.Round(basis.Base.Yuan * (shares - 1) / shares, Rounding.FenHalfUp);
        List<Uplift> uplifts = [.. basis.Uplifts.Where(u => u.Person != person)];
        return basis with { Formula = formula, Members = members, Base = kept, Uplifts = uplifts, Monthly = kept + uplifts.Sum(u => u.Amount) };
    }

    /// <summary>The amount with one more share of the same size, as before the person was taken out.</summary>
    public static AmountBasis With(this AmountBasis basis, IEnumerable<Uplift> own, string formula)
    {
        var shares = Math.Max(1, basis.Members);
        var more = Money.Round(basis.Base.Yuan * (shares + 1) / shares, Rounding.FenHalfUp);
        List<Uplift> uplifts = [.. basis.Uplifts, .. own];
        return basis with { Formula = formula, Members = shares + 1, Base = more, Uplifts = uplifts, Monthly = more + uplifts.Sum(u => u.Amount) };
    }

    /// <summary>
    /// The amount under a higher standard. An amount that follows the formula is reckoned again; one that does not (registers
    /// of the past, own local bands) rises by the difference of the standards for each member.
    /// </summary>
    public static AmountBasis Repriced(this AmountBasis basis, Area area, Category category, AmountPolicy policy)
    {
        var old = policy with { Standards = new Dictionary<Area, StandardValue> { [area] = new(basis.Standard, StandardPeriod.Month) } };
        var people = basis.Uplifts.Select(u => (u.Person, u.Category)).ToList();
        var anew = policy.Reckon(area, category, basis.YearlyIncome(), Year, basis.Members, people);
        if (policy.Mode == CalculationMode.Tiered || old.Reckon(area, category, basis.YearlyIncome(), Year, basis.Members, people).Base == basis.Base)
        {
            return anew;
        }

        var raised = basis.Base + ((anew.Standard - basis.Standard) * basis.Members);
        return basis with
        {
            Formula = "原基本金额 + (新标准 − 原标准) × 人数 + 分类施保 / former base + (new standard − former standard) × members + uplifts",
            Standard = anew.Standard,
            Base = raised,
            Uplifts = anew.Uplifts,
            Monthly = Money.Max(raised + anew.Uplifts.Sum(u => u.Amount), policy.MinimumPay),
        };
    }
}
