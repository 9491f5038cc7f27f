using System.Globalization;
using System.Text;

namespace SocialAssistance.Tests.LegacyImport;

/// <summary>Invented registers of rural households in 341503, with valid numbers and the amounts that the standard of 2013 gives.</summary>
internal static class Registers
{
    public const string Header = "household_no,area,village_code,village_name,relation,name,resident_id,category,annual_income,monthly_amount,paid_since,account,account_holder,bank_code";

    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>Households of one to three members.</summary>
    public static List<string[]> Rows(int households, int from = 1)
    {
        var rows = new List<string[]>();
        for (var h = from; h < from + households; h++)
        {
            var members = 1 + (h % 3 == 0 ? 2 : h % 3 == 1 ? 0 : 1);
            for (var m = 0; m < members; m++)
            {
                rows.Add(Row(h, m, members));
            }
        }

        return rows;
    }

    public static string[] Row(int household, int member, int members)
    {
        var name = $"户{household.ToString(CultureInfo.InvariantCulture)}口{member.ToString(CultureInfo.InvariantCulture)}";
        var amount = 100m + (household % 50);
        string[] paid = member == 0
            ? [(12 * ((220m * members) - amount)).ToString("0.00", CultureInfo.InvariantCulture), amount.ToString("0.00", CultureInfo.InvariantCulture), "2010-03", Card(household), name, "402376500017"]
            : ["", "", "", "", "", ""];
        return [$"R{household.ToString("00000", CultureInfo.InvariantCulture)}", "Rural", "341503101201", "青河村委会", member == 0 ? "Head" : member == 1 ? "Spouse" : "Child", name, Number((household * 4) + member), "B", .. paid];
    }

    public static byte[] Csv(IEnumerable<string[]> rows, bool bom = true, string header = Header) =>
        [.. bom ? Encoding.UTF8.GetPreamble() : [], .. Encoding.UTF8.GetBytes(header + "\r\n" + string.Concat(rows.Select(r => string.Join(',', r) + "\r\n")))];

    /// <summary>A number that nobody else of a test has.</summary>
    public static string Number(int index)
    {
        var birth = new DateOnly(1940, 1, 1).AddDays(index % 20_000);
        var body = $"341503{birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}{(901 + (index / 20_000)).ToString(CultureInfo.InvariantCulture)}";
        return body + "10X98765432"[body.Select((c, i) => (c - '0') * Weights[i]).Sum() % 11];
    }

    public static string Card(int index)
    {
        var body = $"62179999{index.ToString("0000000000", CultureInfo.InvariantCulture)}";
        var sum = body.Reverse().Select((c, i) => i % 2 != 0 ? c - '0' : (c - '0') > 4 ? (2 * (c - '0')) - 9 : 2 * (c - '0')).Sum();
        return $"{body}{(10 - (sum % 10)) % 10}";
    }
}
