using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Cases;
using SocialAssistance.PersonRegistry;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.LegacyImport.RegisterColumn;

namespace SocialAssistance.LegacyImport;

/// <summary>Judges a register by itself: every fault of every row, not only the first. What the database knows comes after.</summary>
internal sealed partial class RegisterJudge(Terms terms, PolicyBook book, DateOnly today)
{
    // Yuan a month, a year: more is a slip of the pen.
    private const decimal MostMonthly = 1_000_000;
    private const decimal MostIncome = 1_000_000_000;

    private readonly List<RegisterFault> faults = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<RegionCode, (AmountPolicy Policy, Refusal? Missing)> amounts = [];
    private readonly HashSet<string> standards = new(StringComparer.Ordinal);
    private ImportPolicy policy = null!;
    private int blocking;

    public static Register Judge(IEnumerable<RegisterRow> rows, Terms terms, PolicyBook book, DateOnly today) => new RegisterJudge(terms, book, today).Judge(rows);

    private Register Judge(IEnumerable<RegisterRow> rows)
    {
        var reading = book.At(terms.Region, today);
        policy = ImportPolicy.Read(reading);
        if (reading.Refusal is { } missing)
        {
            throw new RegisterUnreadableException(missing);
        }

        var households = new List<(string Number, List<RegisterRow> Rows)>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (!places.TryGetValue(row[HouseholdNo], out var place))
            {
                places[row[HouseholdNo]] = place = households.Count;
                households.Add((row[HouseholdNo], []));
            }

            households[place].Rows.Add(row);
        }

        List<RegisterEntry> entries = [.. households.Select(h => new RegisterEntry(h.Number, h.Rows[0].Number, Household(h.Number, h.Rows)))];
        ShareAccounts(entries);
        return new(households.Sum(h => h.Rows.Count), entries, [.. faults.OrderBy(f => f.Row)], [.. standards.Order(StringComparer.Ordinal)]);
    }

    private RegisterHousehold? Household(string number, List<RegisterRow> rows)
    {
        var before = blocking;
        var first = rows[0];
        if (!HouseholdNumber().IsMatch(number))
        {
            Fault(first, HouseholdNo, Refusal.Malformed("E_HOUSEHOLD_NO", "户编号应为1至20个字母、数字或连字符。", "A household's number has 1 to 20 letters, digits or hyphens."));
        }

        var area = Name<Area>(first, RegisterColumn.Area, "E_AREA");
        var category = Name<Category>(first, RegisterColumn.Category, "E_CATEGORY");
        var region = Region(first);
        foreach (var row in rows.Skip(1).Where(r => r[RegisterColumn.Area] != first[RegisterColumn.Area] || r[VillageCode] != first[VillageCode] || r[RegisterColumn.Category] != first[RegisterColumn.Category]))
        {
            Fault(row, HouseholdNo, Refusal.Rule("E_HOUSEHOLD_ROWS", "同一户各行的城乡类别、村码或救助类别不一致。", "Rows of one household differ in area, village or category."));
        }

        List<RegisterMember?> members = [.. rows.Select(Member)];
        var heads = rows.Where(r => r[RegisterColumn.Relation] == nameof(SocialAssistance.Relation.Head)).ToList();
        if (heads.Count != 1)
        {
            Fault(heads.Count == 0 ? first : heads[1], RegisterColumn.Relation, heads.Count == 0
                ? Refusal.Rule("E_HEAD_MISSING", "该户没有户主。", "The household has no head.")
                : Refusal.Rule("E_HEAD_TWICE", "该户有多名户主。", "The household has more than one head."));
        }

        if (rows.Count > policy.MostMembers)
        {
            Fault(first, HouseholdNo, Refusal.Rule("E_MEMBERS_MANY", $"家庭成员超过{policy.MostMembers}人。", $"More than {policy.MostMembers} members."));
        }

        var payment = heads.Count == 1 ? Payment(heads[0], area, category, region, rows.Count) : null;
        return blocking == before && payment is { } p
            ? new(number, heads[0].Number, heads[0].Hash, area!.Value, region!.Value, category!.Value, p.Basis, p.Since, p.Account, p.Holder, p.Bank, [.. members.OfType<RegisterMember>()])
            : null;
    }

    private RegisterMember? Member(RegisterRow row)
    {
        var relation = Name<Relation>(row, RegisterColumn.Relation, "E_RELATION");
        if (PersonNames.Fault(row[RegisterColumn.Name]) is { } unnamed)
        {
            Fault(row, RegisterColumn.Name, unnamed);
        }

        var old = row[RegisterColumn.ResidentId].Length == 15;
        if (!(old ? Platform.Cases.ResidentId.TryConvert15(row[RegisterColumn.ResidentId], out var number, out var refusal) : Platform.Cases.ResidentId.TryCreate(row[RegisterColumn.ResidentId], out number, out refusal))
            || (refusal = number.CheckedOn(today)) is not null)
        {
            Fault(row, RegisterColumn.ResidentId, refusal!);
            return null;
        }

        if (!numbers.TryAdd(number.ToString(), row.Number))
        {
            Fault(row, RegisterColumn.ResidentId, Refusal.Rule("E_ID_TWICE", $"身份号码与第{numbers[number.ToString()]}行重复。", $"The number stands in row {numbers[number.ToString()]} already."));
        }

        return new(row.Number, row.Hash, relation ?? default, row[RegisterColumn.Name], number, old);
    }

    private (AmountBasis Basis, YearMonth Since, BankAccountNumber Account, string Holder, string? Bank)? Payment(RegisterRow head, Area? area, Category? category, RegionCode? region, int members)
    {
        var income = Amount(head, AnnualIncome);
        var monthly = Amount(head, MonthlyAmount);
        var since = Since(head);
        var account = Account(head);
        if (PersonRequests.BankFault(head[BankCode].Length == 0 ? null : head[BankCode]) is { } bank)
        {
            Fault(head, BankCode, bank);
        }

        if (!PersonNames.Same(head[AccountHolder], head[RegisterColumn.Name]))
        {
            Fault(head, AccountHolder, Refusal.Rule("E_BANK_HOLDER", "账户户名与户主姓名不一致。", "The account's holder is not the head of the household."));
        }

        var basis = area is { } a && category is { } c && region is { } r && income is { } i && monthly is { } m ? Basis(head, a, c, r, i, m, members) : null;
        return basis is not null && since is { } s && account is { } number ? (basis, s, number, head[AccountHolder], head[BankCode].Length == 0 ? null : head[BankCode]) : null;
    }

    /// <summary>The server always reckons again; another amount is taken over only where the import's terms allow it.</summary>
    private AmountBasis? Basis(RegisterRow head, Area area, Category category, RegionCode region, Money income, Money monthly, int members)
    {
        var (amountPolicy, missing) = Amounts(region);
        if (missing is not null)
        {
            Fault(head, MonthlyAmount, missing);
            return null;
        }

        var basis = amountPolicy.Reckon(area, category, income, 12, members, []);
        if (basis.Monthly == monthly)
        {
            return basis;
        }

        Fault(head, MonthlyAmount, Refusal.Rule("E_AMOUNT_MISMATCH", "金额与按保障标准计算的结果不一致。", "The amount is not what the standard gives.", "民发〔2012〕220号 第26条"), blocks: terms.AmountMustMatch);
        return basis with { Formula = "按原登记册金额 / as the register states", Base = monthly, Monthly = monthly };
    }

    private (AmountPolicy Policy, Refusal? Missing) Amounts(RegionCode region)
    {
        if (!amounts.TryGetValue(region, out var known))
        {
            var reading = book.At(region, terms.RegisterDay);
            amounts[region] = known = (AmountPolicy.Read(reading), reading.Refusal);
            standards.UnionWith(reading.References.Select(r => r.Reference));
        }

        return known;
    }

    private RegionCode? Region(RegisterRow row)
    {
        if (!RegionCode.TryCreate(row[VillageCode], out var region, out var refusal))
        {
            Fault(row, VillageCode, refusal);
            return null;
        }

        if (!terms.Region.Covers(region))
        {
            Fault(row, VillageCode, Refusal.Rule("E_REGION_SCOPE", "村(居)不在导入范围内。", "The village lies outside the import's region."));
        }

        return region;
    }

    private Money? Amount(RegisterRow row, RegisterColumn column)
    {
        Refusal? refusal = null;
        if (decimal.TryParse(row[column], NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var yuan)
            && yuan <= (column == MonthlyAmount ? MostMonthly : MostIncome) && Money.TryCreate(yuan, out var money, out refusal))
        {
            return money;
        }

        Fault(row, column, refusal ?? Refusal.Malformed("E_MONEY", "金额应为不小于零的数字,最多两位小数。", "An amount is a number of zero or more with at most two decimals."));
        return null;
    }

    private YearMonth? Since(RegisterRow row)
    {
        if (!YearMonth.TryCreate(row[PaidSince], out var month, out var refusal))
        {
            Fault(row, PaidSince, refusal);
            return null;
        }

        if (month > YearMonth.From(today) || month < policy.EarliestMonth)
        {
            Fault(row, PaidSince, Refusal.Rule("E_PAID_SINCE", $"起始月份应在{policy.EarliestMonth}与本月之间。", $"The first month lies between {policy.EarliestMonth} and this month."));
        }

        return month;
    }

    /// <summary>A register gives digits only: 16 to 19 of them are a card, fewer or more a passbook, unless it says <c>Passbook:…</c>.</summary>
    private BankAccountNumber? Account(RegisterRow row)
    {
        var text = row[RegisterColumn.Account];
        var entered = text.Contains(':', StringComparison.Ordinal) ? text : text.Count(char.IsAsciiDigit) is >= 16 and <= 19 ? $"{BankAccountKind.BankCard}:{text}" : $"{BankAccountKind.Passbook}:{text}";
        if (BankAccountNumber.TryCreate(entered, out var account, out var refusal))
        {
            return account;
        }

        Fault(row, RegisterColumn.Account, refusal);
        return null;
    }

    private void ShareAccounts(List<RegisterEntry> entries)
    {
        foreach (var shared in entries.Where(e => e.Household is not null).GroupBy(e => e.Household!.Account).Where(g => g.Count() > policy.HouseholdsPerAccount))
        {
            faults.AddRange(shared.Select(e => new RegisterFault(e.Household!.Row, RegisterFile.Names[(int)RegisterColumn.Account], e.Number, Blocks: false,
                Refusal.Rule("E_ACCOUNT_SHARED", "同一账户领取多户待遇。", "One account is paid for more than one household."))));
        }
    }

    private T? Name<T>(RegisterRow row, RegisterColumn column, string code) where T : struct, Enum
    {
        if (Enum.GetNames<T>().Contains(row[column], StringComparer.Ordinal) && Enum.TryParse<T>(row[column], out var value))
        {
            return value;
        }

        var names = string.Join(", ", Enum.GetNames<T>());
        Fault(row, column, Refusal.Malformed(code, $"应为以下之一:{names}。", $"One of: {names}."));
        return null;
    }

    private void Fault(RegisterRow row, RegisterColumn column, Refusal refusal, bool blocks = true)
    {
        faults.Add(new(row.Number, RegisterFile.Names[(int)column], row[HouseholdNo], blocks, refusal));
        blocking += blocks ? 1 : 0;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,19}\\z")]
    private static partial Regex HouseholdNumber();
}
