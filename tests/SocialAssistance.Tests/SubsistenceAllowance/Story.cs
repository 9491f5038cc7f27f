using System.Text;
using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.PublicityNotice;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Tests.SubsistenceAllowance;

/// <summary>One household's case, told step by step with the days and people of the domain's example stream.</summary>
internal static class Story
{
    /// <summary>The policy as shipped.</summary>
    public static readonly PolicyBook Book = Load(text => text);

    /// <summary>The same with the district's urban standard of the example: 500 yuan.</summary>
    public static readonly PolicyBook Example = Load(text => text.Replace("\"value\": { \"amount\": 820.00", "\"value\": { \"amount\": 500.00", StringComparison.Ordinal));

    public static readonly Application Household = AllowanceExamples.Application;
    public static readonly PersonId Mother = Household.Members[0].Person;
    public static readonly PersonId Son = Household.Members[1].Person;
    public static readonly PersonId Grandfather = Household.Members[2].Person;

    public static readonly Officer Window = Officer.With(Roles.WindowOfficer).Named("u-101");
    public static readonly Officer Township = Officer.With(Roles.TownshipOfficer).Named("u-102");
    public static readonly Officer Reviewer = Officer.With(Roles.TownshipReviewer).Named("u-104");
    public static readonly Officer SecondReviewer = Officer.With(Roles.TownshipReviewer).Named("u-105");
    public static readonly Officer County = Officer.With(Roles.CountyOfficer).Named("u-201");
    public static readonly Officer Approver = Officer.With(Roles.CountyApprover).Named("u-202");

    public static Scenario New(PolicyBook? book = null) => Scenario.Of(AllowanceProcess.Type, book ?? Book, "DB-341503-2026-000123");

    /// <summary>Carries a command out; a refusal fails the test.</summary>
    public static Scenario Do(this Scenario scenario, object command, Act act)
    {
        var decided = scenario.When(command, act);
        Assert.True(decided.Refusal is null, $"{command.GetType().Name}: {decided.Refusal?.Code}: {decided.Refusal?.Why.En}");
        return decided.After;
    }

    public static SubmitApplication Apply(Application? application = null) =>
        new(application ?? Household, [.. (application ?? Household).Members.Select(m => m.Person)]);

    public static Scenario Submitted(Application? application = null, PolicyBook? book = null) => New(book).Do(Apply(application), Window.On("2026-09-21"));

    public static Scenario Accepted(Application? application = null, PolicyBook? book = null) => Submitted(application, book).Do(AllowanceExamples.Accept, Window.On("2026-09-22"));

    public static Scenario Investigating(Application? application = null, PolicyBook? book = null) => Accepted(application, book).Do(AllowanceExamples.Start, Township.On("2026-09-24"));

    public static Scenario Established(Application? application = null, PolicyBook? book = null, decimal income = 9600m) => Investigating(application, book)
        .Do(AllowanceExamples.TownshipVisit, Township.On("2026-09-29"))
        .Do(AllowanceExamples.AttachedReport, Officer.With(Roles.VerificationCentre).Named("u-301").On("2026-10-09"))
        .Do(Income(income), Township.On("2026-10-10"))
        .Do(AllowanceExamples.Assets, Township.On("2026-10-10"));

    public static Scenario OpinionGiven(Application? application = null, PolicyBook? book = null) => Established(application, book).Do(AllowanceExamples.Opinion, Reviewer.On("2026-10-10"));

    public static Scenario InPublicity(Application? application = null, PolicyBook? book = null) =>
        OpinionGiven(application, book).Do(new OpenPublicity("GS-1", NoticeKind.Initial, new(2026, 10, 12), new(2026, 10, 19)), Township.On("2026-10-12"));

    public static ClosePublicity Closed(NoticeOutcome outcome = NoticeOutcome.NoObjection) => new("GS-1", NoticeKind.Initial, outcome, new(2026, 10, 20));

    public static Scenario PublicityEnded(Application? application = null, PolicyBook? book = null) => InPublicity(application, book).Do(Closed(), Officer.System("2026-10-20"));

    public static Scenario Objected() => InPublicity().Do(Closed(NoticeOutcome.ObjectionUpheld), Township.On("2026-10-20"));

    public static Scenario Reported(Application? application = null, PolicyBook? book = null) => PublicityEnded(application, book).Do(AllowanceExamples.Report, Reviewer.On("2026-10-20"));

    public static Scenario Checked(Application? application = null, PolicyBook? book = null) => Reported(application, book).Do(AllowanceExamples.CountyVisit, County.On("2026-10-27"));

    public static Scenario Confirmed(Application? application = null, PolicyBook? book = null) => Checked(application, book).Do(AllowanceExamples.Confirm, Approver.On("2026-11-02"));

    public static Scenario Refused() => Checked().Do(AllowanceExamples.Refuse, Approver.On("2026-11-02"));

    /// <summary>The same household in the district whose townships confirm.</summary>
    public static Application Delegated => Household with { HukouRegion = RegionCode.Hydrate("341504101201"), ResidenceRegion = RegionCode.Hydrate("341504101201") };

    /// <summary>One wage over twelve months.</summary>
    public static AssessIncome Income(decimal yuan) =>
        AllowanceExamples.Income with { Lines = [AllowanceExamples.Income.Lines[0] with { Gross = new(yuan) }], HouseholdCountable = new(yuan) };

    private static PolicyBook Load(Func<string, string> edit)
    {
        var files = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "policy")).GetFiles("*.json");
        Assert.NotEmpty(files);
        return PolicyBook.Load(files.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => (f.Name, (Stream)new MemoryStream(Encoding.UTF8.GetBytes(edit(File.ReadAllText(f.FullName)))))));
    }
}
