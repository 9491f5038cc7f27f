using System.Globalization;
using System.Text;

namespace Platform.Local.Demonstration;

/// <summary>What one area's part of a monthly batch comes to; yuan.</summary>
internal sealed record BatchTotal(Area Area, int Households, int Persons, decimal Amount);

/// <summary>A monthly batch: the month (its first day), the day it is paid, and what it comes to.</summary>
internal sealed record PaymentMonth(DateOnly Month, DateOnly PaidOn, BatchTotal Urban, BatchTotal Rural);

/// <summary>
/// A bureau's year 2014, invented from a plan and a seed: the same plan and seed give the same bureau on every machine.
/// </summary>
internal sealed record DemonstrationBureau(
    BureauPlan Plan,
    ulong Seed,
    IReadOnlyList<Village> Villages,
    IReadOnlyList<Household> Opening,
    IReadOnlyList<Cancellation> Cancellations,
    IReadOnlyList<Addition> Additions,
    IReadOnlyList<PaymentMonth> Months)
{
    /// <summary>The seed of the demonstration that is loaded on first start.</summary>
    public const ulong DefaultSeed = 341_503_2014;

    private const string Header = "household_no,area,village_code,village_name,relation,name,resident_id,category,annual_income,monthly_amount,paid_since,account,account_holder,bank_code";
    private const int PayDay = 10;

    private static readonly (char Item, int Weight)[] Categories = [('A', 12), ('B', 38), ('C', 50)];
    private static readonly (char Item, int Weight)[] CategoriesOfCancelled = [('A', 1), ('B', 24), ('C', 75)];

    public static DemonstrationBureau Generate(BureauPlan plan, ulong seed)
    {
        plan.Check();
        var draw = new Draw(seed);
        var villages = Regions.Of(plan, draw);
        var people = new People(plan.County, draw);
        var cards = new BankCards(draw);
        List<Household> opening = [];
        List<Cancellation> cancellations = [];
        List<Addition> additions = [];
        foreach (var area in plan.Areas)
        {
            var outlines = Outlines(area, villages, draw);
            var amounts = Amounts.Of([.. outlines.Select(o => new Share(o.Size, o.Category, o.MonthsPaid))], area, draw);
            for (var i = 0; i < outlines.Count; i++)
            {
                var outline = outlines[i];
                var household = Fill(outline, area, amounts[i], i + 1, people, cards);
                if (outline.Steps is { } steps)
                {
                    additions.Add(new(household, Campaign.Declared(household, draw), steps));
                    continue;
                }

                opening.Add(household);
                if (outline.CancelledOn is { } on)
                {
                    cancellations.Add(new(household, household.Village.HeardOn, on, Campaign.Cause(household, draw)));
                }
            }
        }

        var visited = Campaign.WithCountyVisits(additions, draw);
        return new(plan, seed, villages, opening, cancellations, visited, Batches(opening, cancellations, visited));
    }

    /// <summary>The opening register as CSV (UTF-8 with BOM, RFC 4180): a row per person; household columns on the head's row only.</summary>
    public void WriteRegister(Stream stream)
    {
        using var csv = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), bufferSize: 1 << 16, leaveOpen: true) { NewLine = "\r\n" };
        csv.WriteLine(Header);
        foreach (var household in Opening)
        {
            foreach (var person in household.Members)
            {
                var ofHead = person.Relation == Relation.Head
                    ? string.Create(CultureInfo.InvariantCulture, $"{household.AnnualIncome:0.00},{household.MonthlyAmount:0.00},{household.PaidSince:yyyy-MM},{household.Card.Number},{household.Card.Holder},{household.Card.BankCode}")
                    : ",,,,,";
                csv.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{household.No},{household.Area},{household.Village.Code},{household.Village.Name},{person.Relation},{person.Name},{person.ResidentId},{household.Category},{ofHead}"));
            }
        }
    }

    /// <summary>All households of an area before names and money: the opening stock village by village, then the additions by day.</summary>
    private static List<Outline> Outlines(AreaPlan area, IReadOnlyList<Village> villages, Draw draw)
    {
        var homes = villages.Select(v => (v, HouseholdsIn(area.Area, v))).ToArray();
        var kept = HouseholdSizes.Of(area.KeptHouseholds, area.KeptPersons, draw).Select(size =>
            new Outline(draw.Weighted(homes), size, draw.Weighted(Categories), PaidSince(draw), null, null)).ToArray();
        var cancelled = HouseholdSizes.Of(area.CancelledHouseholds, area.CancelledPersons, draw).Select(size =>
        {
            var village = draw.Weighted(homes);
            return new Outline(village, size, draw.Weighted(CategoriesOfCancelled), PaidSince(draw), Campaign.CancelledOn(village, draw), null);
        }).ToArray();
        var added = HouseholdSizes.Of(area.AddedHouseholds, area.AddedPersons, draw).Select(size =>
        {
            var village = draw.Weighted(homes);
            var steps = Campaign.Steps(village, draw);
            return new Outline(village, size, draw.Weighted(Categories), steps.FirstPaidMonth, null, steps);
        }).ToArray();
        return
        [
            .. draw.Shuffled(kept.Concat(cancelled)).OrderBy(o => o.Village.Code, StringComparer.Ordinal),
            .. added.OrderBy(o => o.Steps!.SubmittedOn).ThenBy(o => o.Village.Code, StringComparer.Ordinal),
        ];
    }

    /// <summary>How thickly an area's households live in a village: urban ones in the streets, rural ones under villagers' committees.</summary>
    private static int HouseholdsIn(Area area, Village village) => (area, village.Residents, Street: village.TownshipCode[6] == '0') switch
    {
        (Area.Urban, true, true) => 100,
        (Area.Urban, true, false) => 22,
        (Area.Urban, false, _) => 1,
        (Area.Rural, true, true) => 1,
        (Area.Rural, true, false) => 12,
        _ => 100,
    };

    private static DateOnly PaidSince(Draw draw) => new(draw.Between(2008, 2013), draw.Between(1, 12), 1);

    private static Household Fill(Outline outline, AreaPlan area, decimal amount, int number, People people, BankCards cards)
    {
        var members = people.Household(area.Area, outline.Size);
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{(area.Area == Area.Urban ? 'U' : 'R')}{number:00000}"),
            area.Area,
            outline.Village,
            outline.Category,
            Amounts.AnnualIncome(area.MonthlyStandard, outline.Size, amount),
            amount,
            outline.PaidSince,
            cards.For(members[0]),
            members);
    }

    private static IReadOnlyList<PaymentMonth> Batches(IReadOnlyList<Household> opening, IReadOnlyList<Cancellation> cancellations, IReadOnlyList<Addition> additions)
    {
        var until = cancellations.ToDictionary(c => c.Household.No, c => c.LastPaidMonth, StringComparer.Ordinal);
        return [.. Enumerable.Range(1, 12).Select(m =>
        {
            var month = WorkingDays.On(m, 1);
            var paid = opening.Where(h => until.GetValueOrDefault(h.No, DateOnly.MaxValue) >= month)
                .Concat(additions.Where(a => a.Steps.FirstPaidMonth <= month).Select(a => a.Household))
                .ToLookup(h => h.Area);
            return new PaymentMonth(month, WorkingDays.OnOrBefore(WorkingDays.On(m, PayDay)), Total(Area.Urban), Total(Area.Rural));

            BatchTotal Total(Area area) => new(area, paid[area].Count(), paid[area].Sum(h => h.Members.Count), paid[area].Sum(h => h.MonthlyAmount));
        })];
    }

    private sealed record Outline(Village Village, int Size, char Category, DateOnly PaidSince, DateOnly? CancelledOn, AdditionSteps? Steps)
    {
        public int MonthsPaid => Steps is { } steps ? 13 - steps.FirstPaidMonth.Month : CancelledOn?.Month ?? 12;
    }
}
