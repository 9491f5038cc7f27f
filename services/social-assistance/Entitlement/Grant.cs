using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Platform.Cases;
using SocialAssistance.Overpayment;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Entitlement;

/// <summary>What is due from a month on, until the next slice.</summary>
/// <param name="Version">Version of the fact that set it.</param>
internal sealed record Slice(YearMonth From, AmountBasis Basis, long Version);

/// <summary>What one fact moves in the stock from a month on: households, persons and yuan per month.</summary>
internal sealed record Move(YearMonth Month, int Households, int Persons, Money Amount);

/// <summary>The decision or register row that a grant comes from.</summary>
internal sealed record Origin(string Process, string Id, long Version, string? RowHash);

/// <param name="Result">Null while the review runs.</param>
internal sealed record Review(ImmutableList<string> By, ReviewResult? Result);

internal sealed record JobOffer(PersonId Person, string Offer, bool Justified);

internal sealed record FoundDebt(int Number, string Cause, IReadOnlyList<OverpaidMonth> Months, bool Cancelled);

/// <param name="Before">What was due from the month after the death before it was known.</param>
/// <param name="LastBefore">The last month before it was known.</param>
internal sealed record NotedDeath(PersonId Person, DateOnly DiedOn, YearMonth From, ImmutableList<Slice> Before, YearMonth? LastBefore);

internal sealed record Assessment(YearMonth From, string Cause, DateOnly By);

/// <summary>One granted benefit: who is covered, and what is due month by month.</summary>
internal sealed record Grant(
    string Number, string Benefit, Area Area, RegionCode Region, string Household, PersonId Payee, ImmutableList<PersonId> Members, Category Category, YearMonth FirstMonth,
    ImmutableList<Slice> Slices, Origin Origin, DateOnly? NextReview)
{
    public static readonly Grant None = new("", "", default, default, "", default, [], default, default, [], new("", "", 0, null), null);

    /// <summary>Last month due; null while no end is decided; the month before the first when nothing ever became due.</summary>
    public YearMonth? LastMonth { get; init; }

    public long Version { get; init; }

    public Review? Review { get; init; }

    /// <summary>Day by which the county decides what a death means for those who remain; payments are held until then.</summary>
    public DateOnly? DecideBy { get; init; }

    public Assessment? ToAssess { get; init; }

    public DateOnly? SurvivalOn { get; init; }

    public ImmutableList<PersonId> Former { get; init; } = [];

    public ImmutableList<NotedDeath> Deaths { get; init; } = [];

    public ImmutableList<JobOffer> Offers { get; init; } = [];

    public ImmutableList<ArrearsLine> Owed { get; init; } = [];

    public ImmutableList<FoundDebt> Debts { get; init; } = [];

    /// <summary>What reviews and reports have been ordered or made, so that the same one is not taken twice.</summary>
    public ImmutableList<string> Ordered { get; init; } = [];

    /// <summary>What the last fact moved in the stock.</summary>
    [JsonIgnore]
    public IReadOnlyList<Move> Moves { get; init; } = [];

    /// <summary>Months that began a slice before the last fact and no longer do.</summary>
    [JsonIgnore]
    public IReadOnlyList<YearMonth> Dropped { get; init; } = [];

    [JsonIgnore]
    public string? OnHold => DecideBy is null ? null : "death-signal";

    [JsonIgnore]
    public Slice? Last => Slices.IsEmpty ? null : Slices[^1];

    public static Grant Of(EntitlementGranted f) => new(
        f.Number, f.Benefit, f.Area, f.Region, f.Household, f.Payee, [.. f.Members], f.Category, f.From, [new(f.From, f.Basis, 1)], new(f.Source.Process, f.Source.Id, f.SourceVersion, null), f.NextReview);

    public static Grant Of(EntitlementImported f) => new(
        f.Number, f.Benefit, f.Area, f.Region, f.Household, f.Payee, [.. f.Members], f.Category, f.From, [new(f.From, f.Basis, 1)], new(Processes.LegacyImport, f.Import, f.Row, f.RowHash), f.NextReview);

    public static string KeyOf(ChangeReported f) => $"{f.Kind}/{f.Since:yyyy-MM-dd}";

    /// <summary>The slice in force in a month; null before the first month and after the last.</summary>
    public Slice? At(YearMonth month) => month > LastMonth ? null : Slices.FindLast(s => s.From <= month);

    /// <summary>What is due for a month.</summary>
    public Money Due(YearMonth month) => At(month)?.Basis.Monthly ?? Money.Zero;

    /// <summary>What is due from a month on when every amount from then on is reckoned anew.</summary>
    public IReadOnlyList<MonthlyDue> From(YearMonth month, Func<AmountBasis, AmountBasis> anew)
    {
        var first = month < FirstMonth ? FirstMonth : month;
        return [.. Slices.FindAll(s => s.From > first).Select(s => new MonthlyDue(s.From, anew(s.Basis)))
            .Prepend(new(first, anew(Slices.FindLast(s => s.From <= first)!.Basis)))];
    }

    public Grant Changed(DueChanged f) => this with
    {
        Members = [.. f.Members],
        Former = [.. Former.Union(Members).Except(f.Members)],
        Slices = f.Due.Count == 0 ? Slices : Slices.RemoveAll(s => s.From >= f.Due[0].From).AddRange(f.Due.Select(d => new Slice(d.From, d.Basis, Version + 1))),
    };

    public Grant Mourned(MemberDeathNoted f) => Changed(f) with
    {
        Deaths = Deaths.Add(new(f.Person, f.DiedOn, f.From, [.. Slices.FindAll(s => s == Slices.FindLast(t => t.From <= f.From) || s.From > f.From)], LastMonth)),
        DecideBy = f.Members.Count > 0 ? f.DecideBy : null,
        // A death that has just been heard of comes with a visit: those who remain are asked what has changed.
        Review = null,
    };

    public static string DebtNumber(string entitlement, int number) => string.Create(CultureInfo.InvariantCulture, $"CY-{entitlement}-{number}");

    public Grant Released(IReadOnlyList<int> debts) => this with { Debts = [.. Debts.Select(d => debts.Contains(d.Number) ? d with { Cancelled = true } : d)] };

    public Grant Revived(MemberDeathRevoked f) => Changed(f).Released(f.Debts) with
    {
        // The end comes back only where this death, as the last member's, had moved it.
        LastMonth = Members.IsEmpty ? Deaths.Find(d => d.Person == f.Person)?.LastBefore : LastMonth,
        Deaths = Deaths.RemoveAll(d => d.Person == f.Person),
        DecideBy = Deaths.Exists(d => d.Person != f.Person) ? DecideBy : null,
    };

    /// <summary>The earliest review day stands.</summary>
    public Grant Scheduled(DateOnly dueOn, string? reference) => this with
    {
        NextReview = NextReview < dueOn ? NextReview : dueOn,
        Ordered = reference is null ? Ordered : Ordered.Add(reference),
    };

    public Grant ToCompare(AssessmentDue f) => this with
    {
        ToAssess = ToAssess is not { } t ? new(f.From, f.Cause, f.By) : new(t.From < f.From ? t.From : f.From, $"{t.Cause}; {f.Cause}", t.By < f.By ? t.By : f.By),
    };

    /// <summary>The version after one more fact, and what that fact moved.</summary>
    public Grant Counted(Grant before) => this with
    {
        Version = before.Version + 1,
        Moves = [.. Steps().Concat(before.Steps().Select(s => new Move(s.Month, -s.Households, -s.Persons, -s.Amount)))
            .GroupBy(s => s.Month, (month, s) => s.Aggregate((a, b) => new(month, a.Households + b.Households, a.Persons + b.Persons, a.Amount + b.Amount)))
            .Where(m => m is not { Households: 0, Persons: 0 } || m.Amount != Money.Zero)
            .OrderBy(m => m.Month)],
        Dropped = [.. before.Slices.Select(s => s.From).Except(Slices.Select(s => s.From))],
    };

    /// <summary>What this grant adds to the stock, step by step; the sum up to a month is what stands in that month.</summary>
    private IEnumerable<Move> Steps()
    {
        var (persons, amount) = (0, Money.Zero);
        foreach (var slice in Slices.TakeWhile(s => !(s.From > LastMonth)))
        {
            yield return new(slice.From, slice == Slices[0] ? 1 : 0, slice.Basis.Members - persons, slice.Basis.Monthly - amount);
            (persons, amount) = (slice.Basis.Members, slice.Basis.Monthly);
        }

        if (LastMonth is { } last && last >= FirstMonth)
        {
            yield return new(last.AddMonths(1), -1, -persons, -amount);
        }
    }
}
