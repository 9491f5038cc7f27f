using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.PublicityNotice;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.SubsistenceAllowance.Story;

namespace SocialAssistance.Tests.SubsistenceAllowance;

/// <summary>Whole cases under each procedure.</summary>
public sealed class AllowanceStreamTests
{
    [Fact]
    public void The_example_stream_of_the_2021_profile()
    {
        var told = Checked(book: Example).When(AllowanceExamples.Confirm with { MonthlyAmount = new(700.00m) }, Approver.On("2026-11-02"));
        var fact = Assert.IsType<AllowanceConfirmed>(told.Facts.Single());
        Assert.Equal(
            (new DateOnly(2026, 11, 2), new YearMonth(2026, 12), new DateOnly(2027, 5, 2), Category.C, new Money(700m), new Money(500m), 266.666667m),
            (fact.DecidedOn, fact.EffectiveMonth, fact.FirstReviewDue, fact.Category, fact.Basis.Monthly, fact.Basis.Standard, fact.Basis.PerCapita));
        Assert.Empty(fact.Basis.Uplifts);
        var served = told.After.Do(AllowanceExamples.Serve, Township.On("2026-11-04")).Is<Confirmed>();
        Assert.True(served.Served!.InTime);
        // One less than in the domain: that the verification was asked for stands in its own stream.
        Assert.Equal(14, served.File.Version);
        Assert.Empty(served.File.Terms);
    }

    [Fact]
    public void The_2012_profile_hears_the_village_and_posts_twice()
    {
        var reported = Old(Household);
        reported.When(AllowanceExamples.Confirm, Approver.On("2014-06-10")).Refused("E_CHECK_MISSING");
        var approval = new OpenPublicity("GS-2", NoticeKind.Approval, new(2014, 6, 11), new(2014, 6, 18));
        reported.When(approval, County.On("2014-06-11")).Refused("E_CHECK_MISSING");
        var checkedOnce = reported.Do(AllowanceExamples.Check, County.On("2014-06-10"));
        checkedOnce.When(AllowanceExamples.Confirm, Approver.On("2014-06-11")).Refused("E_PUBLICITY_OPEN");
        var posted = checkedOnce.When(approval, County.On("2014-06-11")).Twice().After;
        posted.When(AllowanceExamples.Confirm, Approver.On("2014-06-18")).Refused("E_PUBLICITY_OPEN");
        var closed = posted.Do(new ClosePublicity("GS-2", NoticeKind.Approval, NoticeOutcome.NoObjection, new(2014, 6, 19)), Officer.System("2014-06-19"));
        Assert.Equal(new DateOnly(2014, 6, 24), closed.Is<ReportedToCounty>().File.Terms.Single(t => t.Clock == Clock.Decision).Due);
        // 460 × 3 − 800 = 580; urban C is reviewed every month; the notice of a decision is due within 3 calendar days.
        var fact = Assert.IsType<AllowanceConfirmed>(closed.When(AllowanceExamples.Confirm, Approver.On("2014-06-20")).Facts.Single());
        Assert.Equal(
            (new Money(580m), new YearMonth(2014, 7), new DateOnly(2014, 7, 20), new DateOnly(2014, 6, 23)),
            (fact.Basis.Monthly, fact.EffectiveMonth, fact.FirstReviewDue, fact.NoticeDue));
    }

    [Fact]
    public void An_objection_to_the_approval_notice_is_checked_and_posted_again()
    {
        var approval = new OpenPublicity("GS-2", NoticeKind.Approval, new(2014, 6, 11), new(2014, 6, 18));
        var objected = Old(Household).Do(AllowanceExamples.Check, County.On("2014-06-10")).Do(approval, County.On("2014-06-11"))
            .Do(new ClosePublicity("GS-2", NoticeKind.Approval, NoticeOutcome.ObjectionUpheld, new(2014, 6, 19)), County.On("2014-06-19"));
        Assert.Equal(new DateOnly(2014, 7, 17), objected.Is<ObjectionHandling>().File.Terms.Single(t => t.Clock == Clock.Decision).Due); // 20 working days
        objected.When(approval with { Notice = "GS-3" }, County.On("2014-06-23")).Refused("E_OBJECTION_PENDING");
        objected.When(AllowanceExamples.Confirm, Approver.On("2014-06-23")).Refused("E_OBJECTION_PENDING");
        var again = objected.Do(AllowanceExamples.Check, County.On("2014-06-24")).Do(approval with { Notice = "GS-3", LastDay = new(2014, 7, 1) }, County.On("2014-06-24"));
        again.Do(new ClosePublicity("GS-3", NoticeKind.Approval, NoticeOutcome.ObjectionRejected, new(2014, 7, 2)), Officer.System("2014-07-02"))
            .When(AllowanceExamples.Confirm, Approver.On("2014-07-03")).NothingRefused();
    }

    [Fact]
    public void The_review_of_the_2012_profile_is_mandatory_and_a_disputed_one_needs_a_new_visit()
    {
        var established = OldEstablished(Household);
        established.When(AllowanceExamples.Opinion, Reviewer.On("2014-05-20")).Refused("E_REVIEW_MISSING");
        var disputed = established.Do(AllowanceExamples.Review with { Disputed = true }, Township.On("2014-05-20"));
        disputed.When(AllowanceExamples.Opinion, Reviewer.On("2014-05-20")).Refused("E_REVIEW_DISPUTED");
        disputed.Do(AllowanceExamples.TownshipVisit with { Visit = "RH-2" }, Township.On("2014-05-21")).When(AllowanceExamples.Opinion, Reviewer.On("2014-05-21")).NothingRefused();
    }

    [Fact]
    public void A_township_with_the_right_to_confirm_decides_after_the_notice_by_another_reviewer()
    {
        var ended = PublicityEnded(Delegated);
        Assert.Equal("SOD-1", ended.When(AllowanceExamples.Confirm, Reviewer.On("2026-10-21")).Refused("E_SOD").Details["rule"]);
        ended.When(AllowanceExamples.Confirm, Approver.On("2026-10-21")).Refused("E_ROLE");
        // 800 × 3 − 800 = 1600
        Assert.Equal(new Money(1600m), Assert.IsType<AllowanceConfirmed>(ended.When(AllowanceExamples.Confirm, SecondReviewer.On("2026-10-21")).Twice().Facts.Single()).Basis.Monthly);
        ended.When(AllowanceExamples.Refuse, SecondReviewer.On("2026-10-21")).Twice();
        InPublicity(Delegated).When(AllowanceExamples.Confirm, SecondReviewer.On("2026-10-19")).Refused("E_PUBLICITY_OPEN");
    }

    [Fact]
    public void The_county_visits_registered_cases_of_a_delegated_township_too()
    {
        var declared = PublicityEnded(Delegated).Do(AllowanceExamples.Relative, Window.On("2026-10-20")).Do(AllowanceExamples.Register, Window.On("2026-10-20"));
        declared.When(AllowanceExamples.Confirm, SecondReviewer.On("2026-10-21")).Refused("E_MANDATORY_VISIT");
        declared.Do(AllowanceExamples.CountyVisit, County.On("2026-10-26")).When(AllowanceExamples.Confirm, SecondReviewer.On("2026-10-27")).NothingRefused();
    }

    [Fact]
    public void A_delegated_case_is_extended_from_20_to_45_working_days() =>
        Investigating(Delegated).When(AllowanceExamples.Extend with { Reason = ExtensionReason.SplitResidence }, Approver.On("2026-10-20")).NothingRefused();

    private static Scenario OldEstablished(Application application) => New()
        .Do(Apply(application), Window.On("2014-05-04"))
        .Do(AllowanceExamples.Accept, Window.On("2014-05-05"))
        .Do(AllowanceExamples.Start, Township.On("2014-05-06"))
        .Do(AllowanceExamples.TownshipVisit with { On = new(2014, 5, 8) }, Township.On("2014-05-08"))
        .Do(AllowanceExamples.AttachedReport with { IssuedOn = new(2014, 5, 12), ValidTo = new(2014, 8, 10) }, Township.On("2014-05-12"))
        .Do(AllowanceExamples.Income with { From = new(2013, 5), To = new(2014, 4) }, Township.On("2014-05-13"))
        .Do(AllowanceExamples.Assets, Township.On("2014-05-13"));

    private static Scenario Old(Application application) => OldEstablished(application)
        .Do(AllowanceExamples.Review with { On = new(2014, 5, 20) }, Township.On("2014-05-20"))
        .Do(AllowanceExamples.Opinion, Reviewer.On("2014-05-22"))
        .Do(new OpenPublicity("GS-1", NoticeKind.Initial, new(2014, 5, 22), new(2014, 5, 29)), Township.On("2014-05-22"))
        .Do(new ClosePublicity("GS-1", NoticeKind.Initial, NoticeOutcome.NoObjection, new(2014, 5, 30)), Officer.System("2014-05-30"))
        .Do(AllowanceExamples.Report, Reviewer.On("2014-06-03"));
}
