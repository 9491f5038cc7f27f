using System.Globalization;
using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.EconomicVerification;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.EconomicVerification.VerificationTests;

namespace SocialAssistance.Tests.EconomicVerification;

public sealed class ReportTests
{
    internal static readonly Report Consistent = new(
        "R-1", new(2026, 10, 9), new(2027, 1, 7), VerificationConclusion.Consistent,
        [new("wages", new(9_600.00m), new(9_600.00m), Money.Zero), new("savings", new(2_000.00m), new(2_000.00m), Money.Zero)], []);

    private static readonly IReadOnlyList<VerifiedItem> AsDeclared = [new("wages", new(9_600.00m)), new("savings", new(2_000.00m))];
    private static readonly Officer Centre = Officer.With(Roles.VerificationCentre).Named("u-401");
    private static readonly Officer Township = Officer.With(Roles.TownshipOfficer).Named("u-102");

    private static Scenario Answered => Verification.Given(Order, OfFather, OfSon, ToTax, ToBank, FromTax, FromBank);

    private static Scenario Waiting => Verification.Given(Order, OfFather, OfSon, ToTax, ToBank, FromTax);

    private static Scenario Reported => Answered.Given(new VerificationReportIssued(Consistent, "u-401"));

    [Fact]
    public void A_report_compares_declared_with_verified_and_is_valid_for_ninety_days()
    {
        var issued = Answered.When(new IssueReport("R-1", VerificationConclusion.Consistent, AsDeclared, []), Centre.On("2026-10-09")).Then(new VerificationReportIssued(Consistent, "u-401")).Twice();
        Assert.Equal([new Consequence(Case.Process, Case.Id, new AttachReport(Number, VerificationConclusion.Consistent, new(2026, 10, 9), new(2027, 1, 7)))], issued.Consequences());
        Assert.Contains(new Change.Due(VerificationDecisions.ReportRunOut, new(2027, 1, 8)), issued.Changes());
        var row = Assert.Single(issued.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<ReportRow>());
        Assert.Equal((15, false), (row.Days, row.Recheck));
    }

    [Theory]
    [InlineData("Consistent", "9600", true)]
    [InlineData("Consistent", "9600.01", false)]
    [InlineData("Consistent", "9599.99", false)]
    [InlineData("Discrepant", "9600.01", true)]
    [InlineData("Discrepant", "9600", false)]
    [InlineData("ExceedsLimit", "9600", true)]
    [InlineData("ExceedsLimit", "96000", true)]
    [InlineData("Incomplete", "9600", false)]
    public void The_conclusion_fits_the_comparison(string conclusion, string wages, bool fits)
    {
        var found = decimal.Parse(wages, CultureInfo.InvariantCulture);
        var decided = Answered.When(new IssueReport("R-1", Enum.Parse<VerificationConclusion>(conclusion), [new("wages", new(found)), AsDeclared[1]], []), Centre.On("2026-10-09"));
        if (fits)
        {
            Assert.Equal([new(found - 9_600m), Money.Zero], ((VerificationReportIssued)decided.Facts.Single()).Report.Comparison.Select(l => l.Difference));
        }
        else
        {
            decided.Refused("E_CONCLUSION");
        }
    }

    [Fact]
    public void What_was_not_declared_counts_as_declared_with_nothing()
    {
        IReadOnlyList<VerifiedItem> car = [.. AsDeclared, new("vehicle", new(80_000.00m))];
        Answered.When(new IssueReport("R-1", VerificationConclusion.Consistent, car, []), Centre.On("2026-10-09")).Refused("E_CONCLUSION");
        var report = ((VerificationReportIssued)Answered.When(new IssueReport("R-1", VerificationConclusion.ExceedsLimit, car, ["车辆"]), Centre.On("2026-10-09")).Facts.Single()).Report;
        Assert.Equal(new ComparisonLine("vehicle", Money.Zero, new(80_000.00m), new(80_000.00m)), report.Comparison[2]);
    }

    [Fact]
    public void Missing_answers_make_a_report_incomplete()
    {
        var refusal = Waiting.When(new IssueReport("R-1", VerificationConclusion.Consistent, AsDeclared, []), Centre.On("2026-10-09")).Refused("E_CONCLUSION");
        Assert.Equal(["Q-2"], (IEnumerable<string>)refusal.Details["unanswered"]!);
        Assert.Null(Waiting.When(new IssueReport("R-1", VerificationConclusion.Incomplete, [AsDeclared[0]], []), Centre.On("2026-10-09")).Refusal);
        Answered.When(new IssueReport("R-1", VerificationConclusion.Consistent, [AsDeclared[0]], []), Centre.On("2026-10-09")).Refused("E_CONCLUSION");
        Answered.When(new IssueReport("", VerificationConclusion.Consistent, AsDeclared, []), Centre.On("2026-10-09")).Refused("E_NUMBER");
        Answered.When(new IssueReport("R-1", VerificationConclusion.Consistent, [.. AsDeclared, AsDeclared[0]], []), Centre.On("2026-10-09")).Refused("E_ITEMS");
        Verification.Given(Order, OfFather, OfSon).When(new IssueReport("R-1", VerificationConclusion.Incomplete, [], []), Centre.On("2026-10-09")).Refused("E_STATE");
    }

    [Fact]
    public void A_disputed_report_is_checked_again_and_the_case_gets_the_new_one()
    {
        var evidence = new Document("contract", "f-9", new string('c', 64));
        var disputed = Reported.When(new DisputeReport("车辆已转让", [evidence]), Township.On("2026-10-12")).Then(new VerificationDisputed("车辆已转让", [evidence], new(2026, 10, 12))).Twice();
        var again = new Report("R-2", new(2026, 10, 20), new(2027, 1, 18), VerificationConclusion.Consistent, Consistent.Comparison, []);
        var rechecked = disputed.When(new CompleteRecheck("R-2", VerificationConclusion.Consistent, AsDeclared, [], "剔除车辆"), Centre.On("2026-10-20")).Then(new RecheckCompleted(again, "剔除车辆", "u-401")).Twice();
        Assert.Equal(new AttachReport(Number, VerificationConclusion.Consistent, new(2026, 10, 20), new(2027, 1, 18)), rechecked.Consequences().Single().Command);
        Assert.True(Assert.Single(rechecked.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<ReportRow>()).Recheck);
        disputed.When(new CompleteRecheck("R-2", VerificationConclusion.Discrepant, AsDeclared, [], "x"), Centre.On("2026-10-20")).Refused("E_CONCLUSION");
        disputed.When(new CompleteRecheck("R-2", VerificationConclusion.Consistent, AsDeclared, [], ""), Centre.On("2026-10-20")).Refused("E_REASON");
        Reported.When(new CompleteRecheck("R-2", VerificationConclusion.Consistent, AsDeclared, [], "x"), Centre.On("2026-10-20")).Refused("E_STATE");
        Reported.When(new DisputeReport("", []), Township.On("2026-10-12")).Refused("E_REASON");
    }

    [Fact]
    public void An_incomplete_report_is_completed_when_the_answer_comes()
    {
        var incomplete = Waiting.Given(new VerificationReportIssued(Consistent with { Conclusion = VerificationConclusion.Incomplete }, "u-401"));
        incomplete.When(new CompleteRecheck("R-2", VerificationConclusion.Consistent, AsDeclared, [], "补充反馈"), Centre.On("2026-10-20")).Refused("E_CONCLUSION");
        var late = incomplete.When(new ReceiveResult("Q-2", new(2026, 10, 19), true, FromBank.Lines, "bank/1"), Centre.On("2026-10-19"));
        Assert.Null(late.When(new CompleteRecheck("R-2", VerificationConclusion.Consistent, AsDeclared, [], "补充反馈"), Centre.On("2026-10-20")).Refusal);
    }

    [Fact]
    public void A_report_expires_on_the_day_after_its_last()
    {
        Reported.When(new ExpireReport(), Officer.System("2027-01-07")).Refused("E_NOT_YET");
        Reported.When(new ExpireReport(), Officer.System("2027-01-08")).Then(new VerificationReportExpired(new(2027, 1, 8))).Twice();
        Assert.IsType<ExpireReport>(VerificationProcess.Type.OnDue(Reported.State, VerificationDecisions.ReportRunOut));
    }

    [Fact]
    public void Other_cases_are_told_nothing() =>
        Assert.Empty(Verification.Given(Order with { Case = new("temporary-aid", "LS-1") }, OfFather, OfSon, ToTax, ToBank, FromTax, FromBank)
            .When(new IssueReport("R-1", VerificationConclusion.Consistent, AsDeclared, []), Centre.On("2026-10-09")).Consequences());
}
