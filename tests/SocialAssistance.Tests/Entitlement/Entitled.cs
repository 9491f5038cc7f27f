using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Tests.Entitlement;

/// <summary>An urban household of three in Yu'an, 9,600 yuan a year between them: 1,660 yuan a month under the standard of July 2026.</summary>
internal static class Entitled
{
    public const string Number = "DB-341503-2026-000123";
    public const string Letter = "裕民〔2026〕31号";

    public static readonly PolicyBook Book = PolicyFiles.Shipped;
    public static readonly RegionCode Village = RegionCode.Hydrate("341503101201");
    public static readonly PersonId Zhang = Person('a');
    public static readonly PersonId Li = Person('b');
    public static readonly PersonId Child = Person('c');
    public static readonly PersonId Stranger = Person('z');

    public static readonly Officer Approver = Officer.With(Roles.CountyApprover).In("341503000000").Named("approver");
    public static readonly Officer Reviewer = Officer.With(Roles.TownshipOfficer).In("341503101000").Named("reviewer");
    public static readonly Officer County = Officer.With(Roles.CountyOfficer).In("341503000000").Named("county");

    public static PersonId Person(char letter) => PersonId.Hydrate(new string(letter, 26));

    public static YearMonth Month(int month) => new(2026, month);

    public static Money Yuan(decimal yuan) => new(yuan);

    public static AmountPolicy Amounts(string day) => AmountPolicy.Read(Book.At(Village, DateOnly.ParseExact(day, "yyyy-MM-dd", null)));

    public static AmountBasis Basis(decimal countable, int members, params (PersonId, UpliftCategory)[] uplifted) =>
        Amounts("2026-07-01").Reckon(Area.Urban, Category.C, new(countable), 12, members, uplifted);

    public static GrantEntitlement Grant(YearMonth from, AmountBasis? basis = null, params PersonId[] members)
    {
        PersonId[] covered = members.Length == 0 ? [Zhang, Li, Child] : members;
        return new(Processes.SubsistenceAllowance, Area.Urban, Village, "HH-341503-2026-000044", covered[0], covered, basis ?? Basis(9600, covered.Length), Category.C, from,
            new(Processes.SubsistenceAllowance, Number), 14, null);
    }

    public static ImportEntitlement Import(string row = "9f", AmountBasis? basis = null) => new(
        Processes.SubsistenceAllowance, Area.Urban, Village, "HH-341503-2014-000044", Zhang, [Zhang, Li, Child], basis ?? Basis(9600, 3), Category.C, new(2014, 10), "import-1", 17, row);

    public static Scenario New => Scenario.Of(EntitlementProcess.Type, Book, Number);

    /// <summary>Granted on 2 July, paid from August.</summary>
    public static Scenario FromAugust(AmountBasis? basis = null, params PersonId[] members) => New.When(Grant(Month(8), basis, members), Approver.On("2026-07-02")).When(new ActivateEntitlement(), Officer.System("2026-08-01")).After;

    public static Scenario Found(this Scenario scenario, ReviewResult result, decimal countable = 6000) => scenario
        .When(new StartReview(), Reviewer.On("2026-11-03")).When(new CompleteReview(new(countable), 12, result, "入户复核。"), Reviewer.On("2026-11-05")).After;

    public static Reckoning Reckoned(decimal countable, int members, decimal? stated = null, params (PersonId Person, UpliftCategory Category)[] uplifted) =>
        new(new(countable), 12, [.. uplifted.Select(u => new UpliftedMember(u.Person, u.Category))], stated is { } s ? new(s) : Basis(countable, members, uplifted).Monthly);

    public static Payments Paid(YearMonth? lastRun, params (int Month, decimal Amount)[] months) => new([.. months.Select(m => new PaidMonth(Month(m.Month), new(m.Amount), Money.Zero))], lastRun);

    public static Grant State(this Scenario scenario) => ((EntitlementCase)scenario.State).Grant;

    public static Money Due(this Scenario scenario, YearMonth month) => scenario.State().Due(month);

    public static Money Due(this Scenario scenario, int month) => scenario.State().Due(Month(month));
}
