using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.PaymentBatch;

namespace SocialAssistance.Tests.PaymentBatch;

/// <summary>A small batch of January 2014, and the officers around it.</summary>
internal static class Batches
{
    public const string County = "341503000000";
    public const string Id = "DB-341503-2014-01";
    public static readonly YearMonth January = new(2014, 1);

    public static readonly Act Maker = Officer.With(Roles.CountyFinance).Named("maker").In(County).On("2014-01-03");
    public static readonly Act Checker = Officer.With(Roles.CountyApprover).Named("checker").In(County).On("2014-01-06");
    public static readonly Act Approver = Officer.With(Roles.Treasury).Named("approver").In(County).On("2014-01-07");
    public static readonly Act Releaser = Officer.With(Roles.Treasury).Named("releaser").In(County).On("2014-01-08");
    public static readonly Act Teller = Officer.With(Roles.Bank).Named("teller").In(County).On("2014-01-10");

    public static readonly Ground Monthly = new(ComponentKind.Regular, "(标准 − 人均收入) × 人数", Processes.SubsistenceAllowance, new(220.00m), "allowance-standard 341503 2013-01-01");

    public static PolicyBook Book { get; } = Read();

    public static Scenario New => Scenario.Of(BatchProcess.Type, Book, Id);

    /// <summary>Three lines: 200.00 urban, 150.50 rural, 99.50 rural.</summary>
    public static CalculateBatch Calculation => Of(Due(1, Area.Urban, 200.00m), Due(2, Area.Rural, 150.50m), Due(3, Area.Rural, 99.50m));

    public static Scenario OnceCalculated => New.When(Calculation, Maker).After;

    public static Scenario OnceChecked => OnceCalculated.When(new CheckBatch(3, new(450.00m), []), Checker).After;

    public static Scenario OnceApproved => OnceChecked.When(Approval(3, 450.00m), Approver).After;

    public static Scenario OnceReleased => OnceApproved.When(Release, Releaser).After;

    public static ReleaseBatch Release => new([], new Dictionary<BankFormat, string> { [BankFormat.Csv] = new('c', 64), [BankFormat.Gb18030] = new('d', 64) });

    public static CalculateBatch Of(params IReadOnlyList<DueLine> lines) => new(Processes.SubsistenceAllowance, RegionCode.Hydrate(County), January, 0, lines.Count, [Monthly], lines);

    public static DueLine Due(int n, Area area, decimal amount, string? onHold = null, IReadOnlyList<string>? members = null) => new(
        $"DB-341503-2013-{n:000000}", $"HH-341503-2013-{n:000000}", Person(n), RegionCode.Hydrate("341503101201"), area, members ?? [$"{Person(n)}", $"{Person(n + 100_000)}"], onHold,
        [new(January, new(amount), 0, $"DB-341503-2013-{n:000000}", 12, Slice: 1, PerCapita: 120.000001m, Base: new(amount))]);

    public static PersonId Person(int n) => PersonId.Hydrate(string.Concat($"{n:00000000000000000000000000}".Select(c => (char)('a' + c - '0'))));

    public static ApproveBatch Approval(int count, decimal sum, decimal budget = 1_000_000.00m, params IReadOnlyList<HeldLine> held) => new(
        new(budget), "六裕财拨〔2014〕3号", held, [new(BankFormat.Csv, new('c', 64), 900, count, new(sum)), new(BankFormat.Gb18030, new('d', 64), 1_025, count, new(sum))]);

    private static PolicyBook Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "policy", "payment.json"));
        return PolicyBook.Load([("payment.json", file)]);
    }
}
