using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Campaign;
using SocialAssistance.DemocraticReview;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Tests.DemocraticReview;

public sealed class ReviewTests
{
    private const string Number = "TST-341503-2026-000001";
    private static readonly RegionCode Village = RegionCode.Hydrate("341503101201");
    private static readonly CaseRef New = new(Processes.SubsistenceAllowance, "DB-341503-2026-000123");
    private static readonly CaseRef InPayment = new(Processes.Entitlement, "DB-341503-2013-000007");
    private static readonly Participants Present = new(1, 2, 12, 2, 1);
    private static readonly Document Minutes = new("minutes", "f-9", new string('a', 64));

    private static readonly ReviewConvened Convened = new(Village, new(2026, 10, 12), Present, [New, InPayment], "ZX-1", "u-102");
    private static readonly ReviewCasesHeard Heard = new([new(New, "介绍", []), new(InPayment, "介绍", ["收入?"])], new(2026, 10, 12));
    private static readonly Ballot OnNew = new(New, 14, 1, 1);
    private static readonly Ballot OnPayment = new(InPayment, 8, 4, 4);
    private static readonly ReviewVotesRecorded Voted = new([OnNew, OnPayment], true, new(2026, 10, 12));

    private static readonly ReviewConcluded Conclusion = new(
        new(2026, 10, 12), [new(New, 14, 1, 1, true, false), new(InPayment, 8, 4, 4, false, true)], Minutes, 18, true, "u-102");

    private static readonly ConveneReview Convene = new(Village, new(2026, 10, 12), Present, [New, InPayment], "ZX-1");
    private static readonly ConcludeReview Conclude = new([InPayment], Minutes, 18, SupervisorPresent: true);
    private static readonly Officer Chair = Officer.With(Roles.TownshipOfficer).Named("u-102");
    private static readonly Officer Approver = Officer.With(Roles.CountyApprover).Named("u-202");

    private static Scenario Review => Scenario.Of(ReviewProcess.Type, PolicyFiles.Shipped, Number);

    private static Scenario Hearing => Review.Given(Convened, Heard);

    [Fact]
    public void A_review_is_convened_with_its_agenda() => Review.When(Convene, Chair.On("2026-10-09")).Then(Convened).Twice("E_STATE");

    [Theory]
    [InlineData(1, 2, 6, 0, 0, true)]
    [InlineData(1, 2, 5, 0, 0, false)]
    [InlineData(1, 3, 8, 0, 0, true)]
    [InlineData(1, 3, 8, 1, 0, false)]
    [InlineData(1, 3, 8, 0, 1, false)]
    public void Representatives_are_at_least_two_thirds(int staff, int officials, int representatives, int party, int supervisors, bool lawful)
    {
        var decided = Review.When(Convene with { Participants = new(staff, officials, representatives, party, supervisors) }, Chair.On("2026-10-09"));
        if (lawful)
        {
            Assert.Null(decided.Refusal);
        }
        else
        {
            Assert.Equal("民发〔2012〕220号 第22条", decided.Refused("E_REPRESENTATIVES").Basis);
        }
    }

    [Fact]
    public void A_review_has_a_quorum_and_a_chair()
    {
        Assert.Null(Review.When(Convene with { Participants = new(1, 1, 5, 0, 0) }, Chair.On("2026-10-09")).Refusal);
        Review.When(Convene with { Participants = new(1, 1, 4, 0, 0) }, Chair.On("2026-10-09")).Refused("E_QUORUM");
        Review.When(Convene with { Participants = new(0, 1, 9, 0, 0) }, Chair.On("2026-10-09")).Refused("E_PARTICIPANTS");
        Review.When(Convene with { Participants = new(1, -1, 9, 0, 0) }, Chair.On("2026-10-09")).Refused("E_PARTICIPANTS");
        Review.When(Convene with { Participants = new(1, 0, 1_000, 0, 0) }, Chair.On("2026-10-09")).Refused("E_PARTICIPANTS");
    }

    [Fact]
    public void An_agenda_lists_allowance_cases_and_entitlements_once()
    {
        Review.When(Convene with { Agenda = [] }, Chair.On("2026-10-09")).Refused("E_AGENDA");
        Review.When(Convene with { Agenda = [New, New] }, Chair.On("2026-10-09")).Refused("E_AGENDA");
        Review.When(Convene with { Agenda = [new("complaint", "TS-1")] }, Chair.On("2026-10-09")).Refused("E_AGENDA");
        Review.When(Convene with { Date = new(2026, 10, 8) }, Chair.On("2026-10-09")).Refused("E_DATE_PAST");
        Review.When(Convene with { Campaign = " " }, Chair.On("2026-10-09")).Refused("E_CAMPAIGN");
    }

    [Fact]
    public void Nothing_is_heard_before_the_day()
    {
        Review.Given(Convened).When(new HearCases(Heard.Cases), Chair.On("2026-10-11")).Refused("E_NOT_YET");
        Review.Given(Convened).When(new HearCases(Heard.Cases), Chair.On("2026-10-12")).Then(Heard).Twice();
    }

    [Fact]
    public void Cases_are_heard_once_and_only_those_on_the_agenda()
    {
        var first = Review.Given(Convened).When(new HearCases([Heard.Cases[0]]), Chair.On("2026-10-12"));
        first.When(new HearCases(Heard.Cases), Chair.On("2026-10-12")).Then(new ReviewCasesHeard([Heard.Cases[1]], new(2026, 10, 12)));
        first.When(new HearCases([new(new(Processes.Entitlement, "other"), "x", [])]), Chair.On("2026-10-12")).Refused("E_AGENDA");
        Review.Given(Convened).When(new HearCases([new(New, "", [])]), Chair.On("2026-10-12")).Refused("E_REASON");
    }

    [Theory]
    [InlineData(16, 0, 0, 0, true)]
    [InlineData(0, 0, 16, 0, true)]
    [InlineData(10, 2, 2, 2, true)]
    [InlineData(17, 0, 0, 0, false)]
    [InlineData(15, 0, 0, 0, false)]
    [InlineData(17, -1, 0, 0, false)]
    public void Votes_add_up_to_the_voters_and_staff_do_not_vote(int agree, int disagree, int abstain, int recused, bool adds)
    {
        // 18 take part; one of the township's staff and one supervisor do not vote (SOD-10).
        var decided = Hearing.When(new RecordVotes([new(New, agree, disagree, abstain, recused)], true), Chair.On("2026-10-12"));
        if (adds)
        {
            decided.Then(new ReviewVotesRecorded([new(New, agree, disagree, abstain, recused)], true, new(2026, 10, 12))).Twice();
        }
        else
        {
            Assert.Equal(16L, decided.Refused("E_BALLOTS").Details["voters"]);
        }
    }

    [Fact]
    public void A_vote_is_counted_once()
    {
        var one = Hearing.When(new RecordVotes([OnNew], true), Chair.On("2026-10-12"));
        one.When(new RecordVotes([OnNew, OnPayment], true), Chair.On("2026-10-12")).Then(new ReviewVotesRecorded([OnPayment], true, new(2026, 10, 12)));
        one.When(new RecordVotes([new(New, 13, 2, 1)], true), Chair.On("2026-10-12")).Refused("E_VOTED");
        Hearing.When(new RecordVotes([OnNew, new(New, 13, 2, 1)], true), Chair.On("2026-10-12")).Refused("E_VOTED");
        Review.Given(Convened, new ReviewCasesHeard([Heard.Cases[0]], new(2026, 10, 12))).When(new RecordVotes([OnPayment], true), Chair.On("2026-10-12")).Refused("E_NOT_HEARD");
        Review.Given(Convened).When(new RecordVotes([OnNew], true), Chair.On("2026-10-12")).Refused("E_STATE");
    }

    [Fact]
    public void More_than_half_upholds_a_case_and_half_does_not()
    {
        var concluded = Hearing.Given(Voted).When(Conclude, Chair.On("2026-10-12")).Then(Conclusion).Twice();
        Assert.Equal(
            [
                new(New.Process, New.Id, new AttachReview(Number, new(2026, 10, 12), 14, 1, 1, true, false)),
                new(Processes.Campaign, "ZX-1", new NoteHearing(Number, Village, new(2026, 10, 12), 2, 1, true)),
            ],
            concluded.Consequences());
        Assert.Equal(2, concluded.Changes().OfType<Change.Put>().Count(p => p.Row is AgendaRow { State: "Concluded" }));
    }

    [Fact]
    public void Recusals_lower_what_half_is() =>
        Assert.True(((ReviewConcluded)Review.Given(Convened with { Agenda = [New], Campaign = null }, new ReviewCasesHeard([Heard.Cases[0]], new(2026, 10, 12)), new ReviewVotesRecorded([new(New, 8, 4, 3, 1)], true, new(2026, 10, 12)))
            .When(Conclude with { Disputed = [] }, Chair.On("2026-10-12")).Facts.Single()).Results[0].Upheld);

    [Fact]
    public void A_conclusion_needs_every_vote_every_signature_and_the_minutes()
    {
        var refusal = Hearing.Given(new ReviewVotesRecorded([OnNew], true, new(2026, 10, 12))).When(Conclude, Chair.On("2026-10-12")).Refused("E_VOTES_MISSING");
        Assert.Equal(["entitlement/DB-341503-2013-000007"], (IEnumerable<string>)refusal.Details["cases"]!);
        var voted = Hearing.Given(Voted);
        voted.When(Conclude with { Signatures = 17 }, Chair.On("2026-10-12")).Refused("E_SIGNATURES");
        voted.When(Conclude with { Minutes = Minutes with { Sha256 = "" } }, Chair.On("2026-10-12")).Refused("E_DOCUMENTS");
        voted.When(Conclude with { Disputed = [new(Processes.Entitlement, "other")] }, Chair.On("2026-10-12")).Refused("E_AGENDA");
        Review.Given(Convened with { Participants = Present with { Supervisors = 0 } }, Heard, new ReviewVotesRecorded([new(New, 16, 0, 0), new(InPayment, 16, 0, 0)], true, new(2026, 10, 12)))
            .When(Conclude, Chair.On("2026-10-12")).Refused("E_PARTICIPANTS");
    }

    [Fact]
    public void A_review_found_invalid_leaves_its_cases_disputed()
    {
        var invalid = Review.Given(Convened, Heard, Voted, Conclusion).When(new InvalidateReview("代表不足"), Approver.On("2026-10-20")).Then(new ReviewInvalidated("代表不足", new(2026, 10, 20), "u-202")).Twice();
        Assert.Equal([new(New.Process, New.Id, new AttachReview(Number, new(2026, 10, 20), 14, 1, 1, Upheld: false, Disputed: true))], invalid.Consequences());
        Assert.Empty(Hearing.When(new InvalidateReview("代表不足"), Approver.On("2026-10-20")).Consequences());
        Hearing.When(new InvalidateReview(""), Approver.On("2026-10-20")).Refused("E_REASON");
        Assert.Equal("SOD-1", Hearing.When(new InvalidateReview("x"), Chair.On("2026-10-20")).Refused("E_SOD").Details["rule"]);
    }

    [Fact]
    public void A_village_with_hundreds_of_households_is_heard_in_one_day()
    {
        List<CaseRef> agenda = [.. Enumerable.Range(1, 600).Select(i => new CaseRef(Processes.SubsistenceAllowance, $"DB-341503-2014-{i:000000}"))];
        var concluded = Review.When(Convene with { Agenda = agenda }, Chair.On("2026-10-12"))
            .When(new HearCases([.. agenda.Select(c => new HeardCase(c, "介绍", []))]), Chair.On("2026-10-12"))
            .When(new RecordVotes([.. agenda.Select(c => new Ballot(c, 16, 0, 0))], true), Chair.On("2026-10-12"))
            .When(Conclude with { Disputed = [] }, Chair.On("2026-10-12"));
        Assert.Equal(601, concluded.Consequences().Count);
    }

    [Fact]
    public void A_review_of_2014_follows_the_rule_of_2014() =>
        Assert.Null(Review.When(Convene with { Date = new(2014, 5, 20) }, Chair.On("2014-05-20")).Refusal);

    [Fact]
    public void Every_act_is_decided_in_every_state() => Totality.Holds(
        ReviewProcess.Type, PolicyFiles.Shipped,
        [ReviewExamples.Convene, ReviewExamples.Hear, ReviewExamples.Vote, ReviewExamples.Conclude, ReviewExamples.Invalidate, Convene, Conclude],
        [Convened, Heard, Voted, Conclusion, new ReviewInvalidated("x", new(2026, 10, 20), "u-202")],
        [Convened, new ReviewInvalidated("x", new(2026, 10, 20), "u-202")]);
}
