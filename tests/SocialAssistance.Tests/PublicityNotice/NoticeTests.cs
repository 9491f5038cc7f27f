using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.PublicityNotice;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Tests.PublicityNotice;

public sealed class NoticeTests
{
    private static readonly CaseRef Case = new(Processes.SubsistenceAllowance, "DB-341503-2026-000123");
    private static readonly RegionCode Village = RegionCode.Hydrate("341503101201");
    private static readonly Document Photo = new("photo", "f-1", new string('a', 64));
    private static readonly Officer Poster = Officer.With(Roles.TownshipOfficer).Named("u-102");
    private static readonly Officer Reviewer = Officer.With(Roles.TownshipReviewer).Named("u-104");

    private static readonly NoticeDrafted Draft = new(Case, NoticeKind.Initial, Village, NoticeExamples.Draft.Fields, ["村务公开栏", "社区公告栏"], "u-102");
    private static readonly NoticePosted OnTheBoard = new(new(2026, 10, 12), new(2026, 10, 19), [Photo, Photo], "u-102");
    private static readonly ObjectionRaised FirstObjection = new(1, "该户有房产。", true, new(2026, 10, 15));

    private static Scenario Notice => Scenario.Of(NoticeProcess.Type, PolicyFiles.Shipped);

    private static Scenario Posted => Notice.Given(Draft, OnTheBoard);

    private static Scenario Objected => Notice.Given(Draft, OnTheBoard, FirstObjection);

    [Fact]
    public void A_draft_shows_what_may_be_published() =>
        Notice.When(NoticeExamples.Draft with { Places = Draft.Places }, Poster.On("2026-10-12")).Then(Draft);

    [Theory]
    [InlineData("idNumber")]
    [InlineData("phone")]
    [InlineData("illness")]
    [InlineData("account")]
    public void A_draft_never_shows_more_than_the_law_allows(string label) =>
        Assert.Equal(RefusalKind.Rule, Notice.When(NoticeExamples.Draft with { Fields = [new(label, "…")] }, Poster.On("2026-10-12")).Refused("E_PRIVACY_FIELD").Kind);

    [Fact]
    public void A_termination_shows_no_amount() =>
        Notice.When(NoticeExamples.Draft with { Kind = NoticeKind.Termination }, Poster.On("2026-10-12")).Refused("E_PRIVACY_FIELD");

    [Fact]
    public void A_draft_names_its_places()
    {
        Notice.When(NoticeExamples.Draft with { Places = [] }, Poster.On("2026-10-12")).Refused("E_PLACES");
        Notice.When(NoticeExamples.Draft with { Places = [" "] }, Poster.On("2026-10-12")).Refused("E_PLACES");
    }

    [Fact]
    public void A_notice_stands_for_seven_full_days_after_the_day_of_posting()
    {
        var posted = Notice.Given(Draft).When(new PostNotice([Photo, Photo]), Poster.On("2026-11-16")).Then(new NoticePosted(new(2026, 11, 16), new(2026, 11, 23), [Photo, Photo], "u-102")).Twice();
        Assert.Contains(new Change.Due(NoticeDecisions.LastDayPassed, new(2026, 11, 24)), posted.Changes());
        Assert.Equal([new Consequence(Case.Process, Case.Id, new OpenPublicity("TST-341503-2026-000001", NoticeKind.Initial, new(2026, 11, 16), new(2026, 11, 23)))], posted.Consequences());
    }

    [Fact]
    public void A_last_day_on_a_rest_day_moves_on_where_the_bureau_decides_so()
    {
        // 2026-10-03 + 7 = 2026-10-10, an extra working day; 2026-10-04 + 7 = 2026-10-11, a Sunday.
        var book = PolicyFiles.With("publicity-extend-over-rest-days", "flag", """ "region": "341503000000", "from": "2020-01-01", "value": true """);
        foreach (var (posted, last) in new[] { ("2026-10-03", new DateOnly(2026, 10, 10)), ("2026-10-04", new DateOnly(2026, 10, 12)) })
        {
            var fact = Assert.IsType<NoticePosted>(Scenario.Of(NoticeProcess.Type, book).Given(Draft).When(new PostNotice([Photo, Photo]), Poster.On(posted)).Facts.Single());
            Assert.Equal(last, fact.LastDay);
        }
    }

    [Fact]
    public void Every_place_has_its_photo()
    {
        Notice.Given(Draft).When(new PostNotice([Photo]), Poster.On("2026-10-12")).Refused("E_DOCUMENTS");
        Notice.Given(Draft).When(new PostNotice([Photo, Photo with { Sha256 = "abc" }]), Poster.On("2026-10-12")).Refused("E_DOCUMENTS");
    }

    [Fact]
    public void An_objection_is_taken_to_the_end_of_the_last_day_and_not_after()
    {
        Posted.When(NoticeExamples.Object, Poster.On("2026-10-19")).Then(new ObjectionRaised(1, NoticeExamples.Object.Content, true, new(2026, 10, 19)));
        Assert.Equal(RefusalKind.NotNow, Posted.When(NoticeExamples.Object, Poster.On("2026-10-20")).Refused("E_LATE_OBJECTION").Kind);
        Posted.Given(new NoticeClosed(new(2026, 10, 20), NoticeOutcome.NoObjection)).When(NoticeExamples.Object, Poster.On("2026-10-20")).Refused("E_LATE_OBJECTION");
    }

    [Fact]
    public void An_objection_says_what_it_is_about()
    {
        Posted.When(new RaiseObjection("", true), Poster.On("2026-10-15")).Refused("E_REASON");
        Posted.When(new RaiseObjection(new('长', 500), true), Poster.On("2026-10-15")).Then(new ObjectionRaised(1, new('长', 500), true, new(2026, 10, 15)));
        Posted.When(new RaiseObjection(new('长', 501), true), Poster.On("2026-10-15")).Refused("E_REASON");
    }

    [Fact]
    public void Whoever_handled_the_notice_does_not_resolve_the_objection()
    {
        var refusal = Objected.When(NoticeExamples.Resolve, Poster.On("2026-10-16")).Refused("E_SOD");
        Assert.Equal(("SOD-1", RefusalKind.NotYours), ((string)refusal.Details["rule"]!, refusal.Kind));
        Objected.When(NoticeExamples.Resolve, Reviewer.On("2026-10-16")).Then(new ObjectionResolved(1, false, NoticeExamples.Resolve.Findings, "u-104")).Twice();
    }

    [Fact]
    public void An_objection_is_resolved_once()
    {
        var resolved = Objected.Given(new ObjectionResolved(1, false, "x", "u-104"));
        resolved.When(new ResolveObjection(1, true, "y"), Reviewer.On("2026-10-16")).Refused("E_OBJECTION_RESOLVED");
        Objected.When(new ResolveObjection(2, true, "y"), Reviewer.On("2026-10-16")).Refused("E_OBJECTION");
        Objected.When(new ResolveObjection(1, true, ""), Reviewer.On("2026-10-16")).Refused("E_REASON");
    }

    [Fact]
    public void A_notice_closes_on_the_day_after_its_last_day()
    {
        var refusal = Posted.When(new CloseNotice(), Officer.System("2026-10-19")).Refused("E_PUBLICITY_OPEN");
        Assert.Equal(new DateOnly(2026, 10, 19), refusal.Details["lastDay"]);
        Assert.Equal("民发〔2012〕220号 第24条", refusal.Basis);
        var closed = Posted.When(new CloseNotice(), Officer.System("2026-10-20")).Then(new NoticeClosed(new(2026, 10, 20), NoticeOutcome.NoObjection)).Twice();
        Assert.Contains(new Change.NotDue(NoticeDecisions.LastDayPassed), closed.Changes());
        Assert.Equal([new Consequence(Case.Process, Case.Id, new ClosePublicity("TST-341503-2026-000001", NoticeKind.Initial, NoticeOutcome.NoObjection, new(2026, 10, 20)))], closed.Consequences());
    }

    [Fact]
    public void A_notice_with_an_open_objection_does_not_close() => Objected.When(new CloseNotice(), Officer.System("2026-10-20")).Refused("E_OBJECTION_PENDING");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_outcome_says_what_became_of_the_objections(bool upheld) =>
        Objected.Given(new ObjectionResolved(1, upheld, "x", "u-104")).When(new CloseNotice(), Officer.System("2026-10-20"))
            .Then(new NoticeClosed(new(2026, 10, 20), upheld ? NoticeOutcome.ObjectionUpheld : NoticeOutcome.ObjectionRejected));

    [Fact]
    public void A_notice_found_missing_stands_for_seven_days_again()
    {
        var missing = Posted.When(NoticeExamples.Missing, Poster.On("2026-10-17")).Then(new NoticeFoundMissing("村务公开栏", new(2026, 10, 17), new(2026, 10, 24)));
        missing.When(new CloseNotice(), Officer.System("2026-10-24")).Refused("E_PUBLICITY_OPEN");
        missing.When(new CloseNotice(), Officer.System("2026-10-25")).Then(new NoticeClosed(new(2026, 10, 25), NoticeOutcome.NoObjection));
        Assert.Equal(new OpenPublicity("TST-341503-2026-000001", NoticeKind.Initial, new(2026, 10, 17), new(2026, 10, 24)), missing.Consequences().Single().Command);
        Posted.When(new RecordMissing("村口"), Poster.On("2026-10-17")).Refused("E_PLACES");
    }

    [Fact]
    public void A_notice_is_withdrawn_for_a_reason_before_it_is_closed()
    {
        Posted.When(NoticeExamples.Withdraw, Reviewer.On("2026-10-14")).Then(new NoticeWithdrawn(NoticeExamples.Withdraw.Reason)).Twice();
        Notice.Given(Draft).When(new WithdrawNotice(" "), Reviewer.On("2026-10-14")).Refused("E_REASON");
        Posted.Given(new NoticeClosed(new(2026, 10, 20), NoticeOutcome.NoObjection)).When(NoticeExamples.Withdraw, Reviewer.On("2026-10-21")).Refused("E_STATE");
    }

    [Fact]
    public void Nothing_is_done_before_a_notice_is_posted_or_after_it_is_withdrawn()
    {
        object[] acts = [NoticeExamples.Object, NoticeExamples.Resolve, NoticeExamples.Missing, NoticeExamples.Close, NoticeExamples.Draft];
        foreach (var act in acts)
        {
            Notice.Given(Draft).When(act, Reviewer.On("2026-10-21")).Refused("E_STATE");
            Posted.Given(new NoticeWithdrawn("x")).When(act, Reviewer.On("2026-10-21")).Refused("E_STATE");
        }
    }

    [Fact]
    public void A_deadline_closes_the_notice() => Assert.IsType<CloseNotice>(NoticeProcess.Type.OnDue(Posted.State, NoticeDecisions.LastDayPassed));

    [Fact]
    public void A_notice_of_2014_follows_the_rule_of_2014() =>
        Notice.Given(Draft).When(new PostNotice([Photo, Photo]), Poster.On("2014-05-05")).Then(new NoticePosted(new(2014, 5, 5), new(2014, 5, 12), [Photo, Photo], "u-102"));

    [Fact]
    public void Every_act_is_decided_in_every_state() => Totality.Holds(
        NoticeProcess.Type, PolicyFiles.Shipped,
        [NoticeExamples.Draft, NoticeExamples.Post, NoticeExamples.Object, NoticeExamples.Resolve, NoticeExamples.Missing, NoticeExamples.Close, NoticeExamples.Withdraw],
        [Draft, OnTheBoard, FirstObjection, new ObjectionResolved(1, true, "x", "u-104"), new NoticeFoundMissing("村务公开栏", new(2026, 10, 17), new(2026, 10, 24)), new NoticeClosed(new(2026, 10, 25), NoticeOutcome.ObjectionUpheld)],
        [Draft, new NoticeWithdrawn("x")]);
}
