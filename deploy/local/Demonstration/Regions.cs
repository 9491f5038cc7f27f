using System.Globalization;

namespace Platform.Local.Demonstration;

/// <summary>A village or community; codes of 12 digits (GB/T 2260, GB/T 10114, then 001–199 residents', 200–399 villagers' committees).</summary>
internal sealed record Village(string Code, string Name, string TownshipCode, string TownshipName, bool Residents, DateOnly HeardOn);

/// <summary>Streets, towns, townships and their villages. Only the county is real; every name and code below it is invented.</summary>
internal static class Regions
{
    public const int MostTownships = 24;
    public const int MostVillages = 500;

    private const string TownshipFirst = "云清文锦瑞宁安和泰永兴福";
    private const string TownshipSecond = "溪岭";
    private const string VillageFirst = "青白金银双石龙凤松柳梅桂荷茶枣桃杏梨槐榆竹麦";
    private const string VillageSecond = "河桥塘岗店湾坝畈圩庄堰冲楼集墩坪泉渡院圃陂垅坎";

    public static IReadOnlyList<Village> Of(BureauPlan plan, Draw draw)
    {
        var townships = Townships(plan);
        var names = new Queue<string>(draw.Shuffled(VillageFirst.SelectMany(_ => VillageSecond, (a, b) => $"{a}{b}")));
        var days = new Queue<DateOnly>(draw.Shuffled(Campaign.HearingDays(plan)));
        return [.. Committees(plan, townships).Select(c => new Village(
            c.Township.Code[..9] + c.Number.ToString("000", CultureInfo.InvariantCulture),
            names.Dequeue() + (c.Residents ? "社区居委会" : "村委会"),
            c.Township.Code,
            c.Township.Name,
            c.Residents,
            days.Dequeue()))];
    }

    private static Township[] Townships(BureauPlan plan)
    {
        // Of 23: 3 streets, 12 towns, 8 townships.
        var streets = Math.Max(1, plan.Townships * 3 / 23);
        var towns = Math.Max(1, plan.Townships * 12 / 23);
        var names = TownshipSecond.SelectMany(_ => TownshipFirst, (b, a) => $"{a}{b}").ToArray();
        return [.. Enumerable.Range(0, plan.Townships).Select(i =>
            i < streets ? new Township(Code(plan, 1 + i), names[i] + "街道", Street: true)
            : i < streets + towns ? new Township(Code(plan, 100 + i - streets), names[i] + "镇", Street: false)
            : new Township(Code(plan, 200 + i - streets - towns), names[i] + "乡", Street: false))];
    }

    private static IEnumerable<(Township Township, int Number, bool Residents)> Committees(BureauPlan plan, Township[] townships)
    {
        var streets = townships.Count(t => t.Street);
        var perStreet = Math.Max(1, plan.Villages / 27);
        var country = townships.Length - streets;
        var left = plan.Villages - (streets * perStreet);
        for (var (t, place) = (0, 0); t < townships.Length; t++)
        {
            var street = townships[t].Street;
            var size = street ? perStreet : (left * (place + 1) / country) - (left * place / country);
            place += street ? 0 : 1;
            var residents = street ? size : Math.Max(1, size / 8);
            for (var i = 0; i < size; i++)
            {
                yield return i < residents ? (townships[t], 1 + i, true) : (townships[t], 200 + i - residents, false);
            }
        }
    }

    private static string Code(BureauPlan plan, int number) => plan.County + number.ToString("000", CultureInfo.InvariantCulture) + "000";

    private sealed record Township(string Code, string Name, bool Street);
}
