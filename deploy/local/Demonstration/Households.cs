using System.Globalization;

namespace Platform.Local.Demonstration;

/// <summary>Where the head of a household is paid; the code is the bank's 12-digit line number, invented.</summary>
internal sealed record BankCard(string Number, string Holder, string BankCode);

/// <summary>
/// A household on the allowance. Money in yuan with two digits; income is the whole household's countable income of a
/// year; months are first days. The head is the first member.
/// </summary>
internal sealed record Household(
    string No,
    Area Area,
    Village Village,
    char Category,
    decimal AnnualIncome,
    decimal MonthlyAmount,
    DateOnly PaidSince,
    BankCard Card,
    IReadOnlyList<Person> Members)
{
    public Person Head => Members[0];
}

/// <summary>Sizes of households that add up to a given number of persons.</summary>
internal static class HouseholdSizes
{
    public const int Largest = 6;

    private static readonly (int Item, int Weight)[] Usual = [(1, 520), (2, 315), (3, 115), (4, 38), (5, 9), (6, 3)];

    public static int[] Of(int households, int persons, Draw draw)
    {
        var sizes = new int[households];
        for (var i = 0; i < households; i++)
        {
            sizes[i] = draw.Weighted(Usual);
        }

        for (var missing = persons - sizes.Sum(); missing != 0;)
        {
            var (step, at) = (Math.Sign(missing), draw.Below(households));
            if (sizes[at] + step is >= 1 and <= Largest)
            {
                sizes[at] += step;
                missing -= step;
            }
        }

        return sizes;
    }
}

/// <summary>Bank cards of 19 digits that pass Luhn; numbers are counted up, so none is given twice.</summary>
internal sealed class BankCards(Draw draw)
{
    private static readonly ((string Prefix, string Bank) Item, int Weight)[] Banks =
    [
        (("62179999", "402376500017"), 62), (("62289999", "103376500025"), 26), (("62309999", "403376500033"), 12),
    ];

    private int issued;

    public BankCard For(Person holder)
    {
        var (prefix, bank) = draw.Weighted(Banks);
        issued++;
        var body = string.Create(CultureInfo.InvariantCulture, $"{prefix}{issued:00000000}{draw.Below(100):00}");
        return new(body + CheckDigit(body), holder.Name, bank);
    }

    private static char CheckDigit(string body)
    {
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var digit = body[^(i + 1)] - '0';
            sum += i % 2 != 0 ? digit : digit > 4 ? (2 * digit) - 9 : 2 * digit;
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
