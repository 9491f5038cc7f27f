using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.SubsistenceAllowance;

/// <summary>How the monthly amount is reckoned (民发〔2021〕57号 第23条; before 2021-07-01 the difference only).</summary>
internal enum CalculationMode
{
    Difference,
    Tiered,
}

/// <summary>Members for whom more is paid (民发〔2021〕57号 第27条: 分类施保).</summary>
internal enum UpliftCategory
{
    Elderly,
    Minor,
    SevereDisability,
    SeriousIllness,
}

internal enum UpliftStacking
{
    HighestOnly,
    Sum,
}

/// <summary>A standard as it is set: per month, or for rural areas per year.</summary>
internal sealed record StandardValue(Money Amount, StandardPeriod Per)
{
    /// <summary>Yuan per person and month; a yearly standard is divided by twelve and rounded to the fen (domain section 1.9).</summary>
    [JsonIgnore]
    public Money Monthly => Per == StandardPeriod.Month ? Amount : Money.Round(Amount.Yuan / 12, Rounding.FenHalfUp);
}

internal enum StandardPeriod
{
    Month,
    Year,
}

/// <summary>More for one member.</summary>
internal sealed record Uplift(PersonId Person, UpliftCategory Category, Money Amount);

/// <summary>How a monthly amount came about; frozen into the decision, the entitlement and every payment line.</summary>
/// <param name="Formula">The formula with its article.</param>
/// <param name="Standard">Yuan per person and month.</param>
/// <param name="PerCapita">Countable income per person and month, unrounded to six places.</param>
/// <param name="Members">Members covered.</param>
/// <param name="Base">Yuan per household and month before uplifts.</param>
/// <param name="Uplifts">More for single members.</param>
/// <param name="Monthly">Yuan per household and month.</param>
/// <param name="Policy">The edition of the standard it was reckoned with.</param>
internal sealed record AmountBasis(string Formula, Money Standard, decimal PerCapita, int Members, Money Base, IReadOnlyList<Uplift> Uplifts, Money Monthly, string? Policy = null);

/// <summary>The parameters of eligibility and amount.</summary>
internal sealed record AmountPolicy(
    IReadOnlyDictionary<Area, StandardValue> Standards, CalculationMode Mode, IReadOnlyDictionary<Category, Money> Tiers, Rounding Rounding, Money MinimumPay,
    IReadOnlyDictionary<UpliftCategory, decimal> UpliftShares, UpliftStacking Stacking)
{
    /// <summary>The editions of the standards, by area.</summary>
    public IReadOnlyDictionary<Area, string> Editions { get; init; } = new Dictionary<Area, string>();

    public static AmountPolicy Read(PolicyReading p)
    {
        var mode = p.Enum<CalculationMode>("allowance-calculation-mode");
        return new(
            Enum.GetValues<Area>().ToDictionary(a => a, a => p.Structure("allowance-standard", AmountJson.Default.StandardValue, ("area", $"{a}")) ?? new(Money.Zero, StandardPeriod.Month)),
            mode,
            mode == CalculationMode.Tiered ? Enum.GetValues<Category>().ToDictionary(c => c, c => p.Money("allowance-tier", ("category", $"{c}"))) : new Dictionary<Category, Money>(),
            p.Enum<Rounding>("allowance-rounding"),
            p.Money("allowance-minimum-pay"),
            Enum.GetValues<UpliftCategory>().ToDictionary(u => u, u => p.Number("allowance-uplift-share", ("category", $"{u}"))),
            p.Enum<UpliftStacking>("allowance-uplift-stacking"))
        {
            Editions = p.References.Where(r => r.Code == "allowance-standard" && r.Dims.ContainsKey("area")).DistinctBy(r => r.Dims["area"], StringComparer.Ordinal)
                .ToDictionary(r => Enum.Parse<Area>(r.Dims["area"]), r => r.Reference),
        };
    }

    /// <summary>Countable income per person and month, to six places; compared and multiplied unrounded to the fen (domain section 3.2).</summary>
    public static decimal PerCapita(Money countable, int months, int members) => decimal.Round(countable.Yuan / months / members, 6, MidpointRounding.AwayFromZero);

    /// <summary>Strictly below the standard: equality is not eligible (社会救助暂行办法 第9条).</summary>
    public bool IsBelowStandard(Area area, decimal perCapita) => perCapita < Standards[area].Monthly.Yuan;

    /// <summary>The monthly amount of a household.</summary>
    /// <param name="countable">The household's countable income over the period, yuan.</param>
    /// <param name="months">Months of the period.</param>
    public AmountBasis Reckon(Area area, Category category, Money countable, int months, int members, IReadOnlyList<(PersonId Person, UpliftCategory Category)> uplifted)
    {
        var standard = Standards[area].Monthly;
        var floor = Mode == CalculationMode.Tiered
            ? Tiers[category] * members
            : Money.Max(Money.Zero, Money.Round((standard.Yuan * members) - (countable.Yuan / months), Rounding));
        List<Uplift> uplifts = [.. uplifted
            .Select(u => new Uplift(u.Person, u.Category, Money.Round(standard.Yuan * UpliftShares[u.Category], Rounding)))
            .Where(u => u.Amount > Money.Zero)
            .GroupBy(u => u.Person)
            .SelectMany(g => Stacking == UpliftStacking.Sum ? g : g.OrderByDescending(u => u.Amount).ThenBy(u => u.Category).Take(1))];
        var formula = Mode == CalculationMode.Tiered
            ? "档次补助额 × 人数 + 分类施保 (民发〔2021〕57号 第23条第2项) / tier × members + uplifts"
            : "(保障标准 − 家庭月人均收入) × 人数 + 分类施保 (民发〔2012〕220号 第26条; 民发〔2021〕57号 第23条第1项) / (standard − per-capita income) × members + uplifts";
        return new(formula, standard, PerCapita(countable, months, members), members, floor, uplifts, Money.Max(floor + uplifts.Sum(u => u.Amount), MinimumPay), Editions.GetValueOrDefault(area));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StandardValue))]
internal sealed partial class AmountJson : JsonSerializerContext;
