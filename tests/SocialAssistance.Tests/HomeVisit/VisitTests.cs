using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.HomeVisit;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Tests.HomeVisit;

public sealed class VisitTests
{
    private const string Number = "TST-341503-2026-000001";
    private static readonly VisitPlanned Plan = new(VisitExamples.Plan.Case, VisitKind.Township, VisitExamples.Plan.Region, ["u-102", "u-103"], new(2026, 9, 29), "u-102");
    private static readonly VisitConducted Record = new(
        new(2026, 9, 29), VisitMethod.OnSite, VisitExamples.Conduct.Present, VisitExamples.Conduct.Housing, VisitExamples.Conduct.Durables, VisitExamples.Conduct.Income, VisitExamples.Conduct.Expenditure,
        VisitExamples.Conduct.Photos, VisitExamples.Conduct.Findings, true, "u-103");

    private static readonly InvestigationSigned Signatures = new(VisitExamples.Sign.Investigators, VisitExamples.Sign.Household, null, new(2026, 9, 29));
    private static readonly Officer First = Officer.With(Roles.TownshipOfficer).Named("u-102");
    private static readonly Officer Second = Officer.With(Roles.VillageAssistant).Named("u-103");
    private static readonly Officer Stranger = Officer.With(Roles.TownshipOfficer, Roles.CountyOfficer).Named("u-999");

    private static Scenario Visit => Scenario.Of(VisitProcess.Type, PolicyFiles.Shipped, Number);

    private static Scenario Planned => Visit.Given(Plan);

    private static Scenario Visited => Visit.Given(Plan, Record);

    private static Scenario Signed => Visit.Given(Plan, Record, Signatures);

    [Fact]
    public void Two_investigators_visit_on_a_day_to_come() => Visit.When(VisitExamples.Plan, First.On("2026-09-24")).Then(Plan).Twice("E_STATE");

    [Fact]
    public void One_investigator_is_not_enough_even_named_twice()
    {
        Assert.Equal("SOD-3", Visit.When(VisitExamples.Plan with { Investigators = ["u-102"] }, First.On("2026-09-24")).Refused("E_SOD").Details["rule"]);
        Visit.When(VisitExamples.Plan with { Investigators = ["u-102", "u-102"] }, First.On("2026-09-24")).Refused("E_SOD");
        Visit.When(VisitExamples.Plan with { Investigators = ["u-102", " "] }, First.On("2026-09-24")).Refused("E_INVESTIGATORS");
    }

    [Fact]
    public void The_planned_day_is_today_or_later()
    {
        Assert.Null(Visit.When(VisitExamples.Plan, First.On("2026-09-29")).Refusal);
        Visit.When(VisitExamples.Plan, First.On("2026-09-30")).Refused("E_DATE_PAST");
    }

    [Fact]
    public void The_county_plans_the_county_visit_and_the_township_its_own()
    {
        Assert.Equal(RefusalKind.NotYours, Visit.When(VisitExamples.Plan with { Kind = VisitKind.County }, First.On("2026-09-24")).Refused("E_ROLE").Kind);
        Visit.When(VisitExamples.Plan, Officer.With(Roles.CountyOfficer).On("2026-09-24")).Refused("E_ROLE");
        Assert.Null(Visit.When(VisitExamples.Plan with { Kind = VisitKind.County }, Officer.With(Roles.CountyOfficer).On("2026-09-24")).Refusal);
    }

    [Fact]
    public void Only_the_investigators_themselves_act()
    {
        object[] acts = [VisitExamples.Attempt, VisitExamples.Conduct, VisitExamples.Interview, VisitExamples.Inquire, VisitExamples.Answer, VisitExamples.Sign, VisitExamples.Submit, VisitExamples.Fail];
        foreach (var act in acts)
        {
            Assert.Equal(RefusalKind.NotYours, Planned.When(act, Stranger.On("2026-09-29")).Refused("E_INVESTIGATOR").Kind);
            Signed.When(act, Stranger.On("2026-09-29")).Refused("E_INVESTIGATOR");
            Visit.When(act, First.On("2026-09-29")).Refused("E_STATE");
        }
    }

    [Fact]
    public void What_was_seen_is_recorded_with_a_photo()
    {
        Planned.When(VisitExamples.Conduct, Second.On("2026-09-29")).Then(Record).Twice();
        Planned.When(VisitExamples.Conduct with { Photos = [] }, Second.On("2026-09-29")).Refused("E_DOCUMENTS");
        Planned.When(VisitExamples.Conduct with { Findings = "" }, Second.On("2026-09-29")).Refused("E_REASON");
        Planned.When(VisitExamples.Conduct with { Housing = new(0, 3, "", "") }, Second.On("2026-09-29")).Refused("E_HOUSING");
        Planned.When(VisitExamples.Conduct with { Housing = new(60, -1, "", "") }, Second.On("2026-09-29")).Refused("E_HOUSING");
        Visited.When(VisitExamples.Conduct with { Conforms = false }, Second.On("2026-09-29")).Refused("E_STATE");
    }

    [Theory]
    [InlineData("Phone")]
    [InlineData("Video")]
    public void Without_contact_only_in_an_emergency(string method)
    {
        var c = VisitExamples.Conduct with { Method = Enum.Parse<VisitMethod>(method) };
        Assert.Equal("民发〔2021〕57号 第16条", Planned.When(c, First.On("2026-09-29")).Refused("E_METHOD").Basis);
        var emergency = PolicyFiles.With("emergency-mode", "flag", """ "region": "341503000000", "from": "2026-09-20", "to": "2026-09-29", "value": true """);
        Scenario.Of(VisitProcess.Type, emergency).Given(Plan).When(c, First.On("2026-09-29")).Then(Record with { Method = c.Method, By = "u-102" });
        Scenario.Of(VisitProcess.Type, emergency).Given(Plan).When(c, First.On("2026-09-30")).Refused("E_METHOD");
    }

    [Fact]
    public void Neighbours_and_letters_add_to_the_record()
    {
        Visited.When(VisitExamples.Interview, First.On("2026-09-29")).Then(new NeighbourInterviewed(1, VisitExamples.Interview.Relation, VisitExamples.Interview.Findings, new(2026, 9, 29))).Twice();
        var sent = Visited.When(VisitExamples.Inquire, First.On("2026-09-29")).Then(new LetterInquirySent(1, VisitExamples.Inquire.To, VisitExamples.Inquire.Content, new(2026, 9, 29))).Twice();
        sent.When(VisitExamples.Answer, First.On("2026-10-08")).Then(new LetterInquiryAnswered(1, VisitExamples.Answer.Answer, new(2026, 10, 8))).Twice();
        sent.When(VisitExamples.Answer, First.On("2026-10-08")).When(new RecordInquiryAnswer(1, "不同"), First.On("2026-10-08")).Refused("E_INQUIRY_ANSWERED");
        sent.When(new RecordInquiryAnswer(2, "x"), First.On("2026-10-08")).Refused("E_INQUIRY");
        sent.When(new RecordInquiryAnswer(1, ""), First.On("2026-10-08")).Refused("E_REASON");
        Visited.When(new InterviewNeighbour("", "x"), First.On("2026-09-29")).Refused("E_REASON");
        Visited.When(new SendInquiry("x", ""), First.On("2026-09-29")).Refused("E_REASON");
    }

    [Fact]
    public void Two_investigators_and_the_household_sign_or_its_refusal_is_explained()
    {
        var two = VisitExamples.Sign.Investigators;
        Visited.When(VisitExamples.Sign, First.On("2026-09-29")).Then(Signatures).Twice();
        Visited.When(new SignVisit(two, null, "户主拒绝签字"), First.On("2026-09-29")).Then(new InvestigationSigned(two, null, "户主拒绝签字", new(2026, 9, 29)));
        Visited.When(new SignVisit([two[0]], VisitExamples.Sign.Household), First.On("2026-09-29")).Refused("E_SIGNATURES");
        Visited.When(new SignVisit([two[0], two[0]], VisitExamples.Sign.Household), First.On("2026-09-29")).Refused("E_SIGNATURES");
        Visited.When(new SignVisit([two[0], two[1] with { Investigator = "u-999" }], VisitExamples.Sign.Household), First.On("2026-09-29")).Refused("E_SIGNATURES");
        Visited.When(new SignVisit(two), First.On("2026-09-29")).Refused("E_SIGNATURES");
        Visited.When(VisitExamples.Sign with { RefusalReason = "x" }, First.On("2026-09-29")).Refused("E_SIGNATURES");
        Visited.When(new SignVisit(two, null, ""), First.On("2026-09-29")).Refused("E_REASON");
        Visited.When(VisitExamples.Sign with { Household = new("signature", "f", "no hash") }, First.On("2026-09-29")).Refused("E_DOCUMENTS");
        Planned.When(VisitExamples.Sign, First.On("2026-09-29")).Refused("E_STATE");
    }

    [Fact]
    public void The_case_gets_the_visit_when_it_is_submitted()
    {
        var submitted = Signed.When(VisitExamples.Submit, First.On("2026-09-30")).Then(new InvestigationSubmitted(VisitExamples.Submit.Conclusion, new(2026, 9, 30), "u-102")).Twice();
        var consequence = submitted.Consequences().Single();
        var attached = Assert.IsType<AttachVisit>(consequence.Command);
        Assert.Equal((Processes.SubsistenceAllowance, "DB-341503-2026-000123"), (consequence.Process, consequence.Id));
        Assert.Equal((Number, VisitKind.Township, new DateOnly(2026, 9, 29), true, Record.Findings), (attached.Visit, attached.Kind, attached.On, attached.Conforms, attached.Findings));
        Assert.Equal(["u-102", "u-103"], attached.Investigators);
        Signed.When(new SubmitVisit(""), First.On("2026-09-30")).Refused("E_REASON");
        Visited.When(VisitExamples.Submit, First.On("2026-09-30")).Refused("E_STATE");
        Assert.Empty(Visit.Given(Plan with { Case = new("temporary-aid", "LS-1") }, Record, Signatures).When(VisitExamples.Submit, First.On("2026-09-30")).Consequences());
    }

    [Fact]
    public void A_visit_fails_after_two_attempts_on_two_days()
    {
        var once = Planned.When(VisitExamples.Attempt, First.On("2026-09-29")).Then(new VisitAttempted(new(2026, 9, 29), VisitExamples.Attempt.Reason, "u-102")).Twice();
        Assert.Equal(RefusalKind.NotNow, once.When(VisitExamples.Fail, First.On("2026-09-29")).Refused("E_ATTEMPTS").Kind);
        var twice = once.When(VisitExamples.Attempt, First.On("2026-09-30"));
        twice.When(VisitExamples.Fail, First.On("2026-09-30")).Then(new VisitFailed(VisitExamples.Fail.Reason, new(2026, 9, 30), "u-102")).Twice();
        twice.When(new FailVisit(""), First.On("2026-09-30")).Refused("E_REASON");
        Planned.When(new RecordAttempt(""), First.On("2026-09-29")).Refused("E_REASON");
    }

    [Fact]
    public void Every_act_is_decided_in_every_state() => Totality.Holds(
        VisitProcess.Type, PolicyFiles.Shipped,
        [VisitExamples.Plan, VisitExamples.Attempt, VisitExamples.Conduct, VisitExamples.Interview, VisitExamples.Inquire, VisitExamples.Answer, VisitExamples.Sign, VisitExamples.Submit, VisitExamples.Fail],
        [Plan with { Investigators = ["u-1", "u-2"] }, Record, new NeighbourInterviewed(1, "x", "y", new(2026, 9, 29)), new LetterInquirySent(1, "x", "y", new(2026, 9, 29)), new LetterInquiryAnswered(1, "z", new(2026, 9, 30)), Signatures, new InvestigationSubmitted("x", new(2026, 9, 30), "u-1")],
        [Plan with { Investigators = ["u-1", "u-2"] }, new VisitAttempted(new(2026, 9, 29), "x", "u-1"), new VisitAttempted(new(2026, 9, 30), "x", "u-1"), new VisitFailed("x", new(2026, 9, 30), "u-1")]);
}
