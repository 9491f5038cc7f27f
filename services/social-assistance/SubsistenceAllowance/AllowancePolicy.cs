using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.SubsistenceAllowance;

internal enum ApplicantRule
{
    Head,
    AnyMember,
}

/// <summary>Whether the term of investigation runs to its start or to its completion.</summary>
internal enum InvestigationMeasure
{
    Started,
    Completed,
}

internal enum ConfirmingOffice
{
    County,
    Township,
}

internal enum DayUnit
{
    WorkingDay,
    CalendarDay,
}

internal enum FirstPayMonth
{
    NextMonth,
    DecisionMonth,
}

internal enum AssetMeasure
{
    /// <summary>How many items of these kinds.</summary>
    Count,

    /// <summary>Value per person, in monthly standards.</summary>
    MonthlyStandardsPerPerson,
}

internal sealed record ApplicantTerm(ApplicantRule Rule, string Basis);

internal sealed record InvestigationTerm(int Days, InvestigationMeasure Measure, string Basis);

internal sealed record ReviewTerm(bool Mandatory, int? Days, string Basis);

internal sealed record PublicityTerm(int Rounds, string Basis);

internal sealed record StageTerm(int Days, string Basis);

internal sealed record TotalTerm(int Days, int ExtendableTo, string Basis);

internal sealed record CountyVisitTerm(string Basis, decimal? SampleShare = null);

internal sealed record ConfirmationTerm(ConfirmingOffice Office, string Basis);

internal sealed record NoticeTerm(int Days, DayUnit Unit, string Basis);

/// <summary>
/// The procedure a case follows from acceptance to its end (domain section 3.2): terms in working days unless they say
/// otherwise, each with its article; a term the law does not set is null.
/// </summary>
internal sealed record Procedure(
    string Profile, ApplicantTerm Applicant, InvestigationTerm Investigation, ReviewTerm DemocraticReview, PublicityTerm Publicity, CountyVisitTerm CountyVisits,
    ConfirmationTerm Confirmation, NoticeTerm Notice, int MaximumReturns, StageTerm? CountyReview = null, StageTerm? Decision = null, StageTerm? AfterObjection = null, TotalTerm? Total = null)
{
    /// <summary>Before acceptance no profile is chosen.</summary>
    public static readonly Procedure NotChosen = new(
        "", new(default, ""), new(1, default, ""), new(false, null, ""), new(1, ""), new(""), new(default, ""), new(1, DayUnit.CalendarDay, ""), 0);

    [JsonIgnore]
    public bool Delegated => Confirmation.Office == ConfirmingOffice.Township;

    /// <summary>The last day on which the written notice of a decision is in time.</summary>
    public bool TryNoticeDue(DateOnly decided, out DateOnly due, [NotNullWhen(false)] out Refusal? refusal)
    {
        (due, refusal) = (decided.AddDays(Notice.Days), null);
        return Notice.Unit == DayUnit.CalendarDay || WorkingCalendar.National.TryDue(decided, Notice.Days, out due, out refusal);
    }
}

/// <summary>One limit on what a household may own; the value must not exceed it.</summary>
internal sealed record AssetRule(string Rule, IReadOnlyList<AssetKind> Kinds, AssetMeasure Measure, decimal Limit);

/// <summary>The parameters of an allowance case.</summary>
/// <param name="Procedure">The profile for cases accepted on the day of the act; an accepted case carries its own.</param>
/// <param name="ReviewMonths">Months to the first review, by category and area.</param>
/// <param name="MarginalMultiple">Below so many standards a family is at the margin (低保边缘).</param>
/// <param name="Editions">References of the values an amount is reckoned with.</param>
internal sealed record AllowancePolicy(
    AmountPolicy Amount, Procedure Procedure, FirstPayMonth FirstPay, IReadOnlyDictionary<(Category, Area), int> ReviewMonths, decimal MarginalMultiple, int CoInvestigationMonths,
    IReadOnlyList<AssetRule> AssetRules, IReadOnlyList<PolicyValue> Editions)
{
    public static AllowancePolicy Read(PolicyReading p)
    {
        var amount = AmountPolicy.Read(p);
        List<PolicyValue> editions = [.. p.References];
        return new(
            amount,
            p.Structure("procedure-profile", AllowancePolicyJson.Default.Procedure) ?? Procedure.NotChosen,
            p.Enum<FirstPayMonth>("allowance-first-pay-month"),
            Enum.GetValues<Category>().SelectMany(c => Enum.GetValues<Area>().Select(a => (c, a))).ToDictionary(k => k, k => p.Whole("allowance-review-months", ("category", $"{k.c}"), ("area", $"{k.a}"))),
            p.Number("marginal-income-multiple"),
            p.Whole("co-investigation-valid-months"),
            p.Structure("allowance-asset-rules", AllowancePolicyJson.Default.IReadOnlyListAssetRule) ?? [],
            editions);
    }

    /// <summary>References of the values that reckoned an amount for this area.</summary>
    public IReadOnlyList<string> EditionsFor(Area area) =>
        [.. Editions.Where(e => !e.Dims.TryGetValue("area", out var of) || of == $"{area}").Select(e => e.Reference)];

    /// <summary>The first month paid (domain section 3.2: the month after the decision).</summary>
    public YearMonth EffectiveMonth(DateOnly decided) => YearMonth.From(decided).AddMonths(FirstPay == FirstPayMonth.NextMonth ? 1 : 0);

    /// <summary>Judges what the household owns against every rule, under the standard of the day.</summary>
    public IReadOnlyList<AssetResult> Judge(Area area, int members, IReadOnlyList<AssetLine> lines) =>
        [.. AssetRules.Select(rule =>
        {
            var owned = lines.Where(l => rule.Kinds.Contains(l.Kind)).ToList();
            var standard = Amount.Standards[area].Monthly.Yuan;
            var value = rule.Measure == AssetMeasure.Count ? owned.Count
                : standard == 0 ? 0
                : decimal.Round(owned.Sum(l => l.Value.Yuan) / members / standard, 6, MidpointRounding.AwayFromZero);
            return new AssetResult(rule.Rule, value, rule.Limit, value <= rule.Limit);
        })];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Procedure))]
[JsonSerializable(typeof(IReadOnlyList<AssetRule>))]
internal sealed partial class AllowancePolicyJson : JsonSerializerContext;
