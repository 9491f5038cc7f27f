using System.Collections.Immutable;
using Platform.Cases;
using SocialAssistance.PublicityNotice;

namespace SocialAssistance.SubsistenceAllowance;

/// <summary>What a fact adds: first to the file, then to where the case stands.</summary>
internal static class AllowanceEvents
{
    public static AllowanceCase Evolve(AllowanceCase aid, AllowanceEvent fact)
    {
        var file = Filed(aid.File with { Version = aid.File.Version + 1 }, fact);
        var moved = Moved(aid, file, fact) with { File = file };
        return moved with { File = file with { Terms = moved.Open ? file.Terms.RemoveAll(t => Met(t.Clock, moved)) : [] } };
    }

    private static AllowanceFile Filed(AllowanceFile file, AllowanceEvent fact) => fact switch
    {
        AllowanceApplicationSubmitted f => file with { Number = f.Number, Application = f.Application, SubmittedOn = f.On },
        AllowanceApplicationAccepted f => file with { AcceptedOn = f.On, Procedure = f.Procedure, Terms = [.. f.Terms], DueOn = f.Terms.FirstOrDefault(t => t.Clock == Clock.Total)?.Due },
        AllowanceRelativeDeclared f => file with { Relatives = file.Relatives.Add(f.Relative) },
        AllowanceCaseSeparatelyRegistered f => file with { SeparateRegister = f.RegisterNumber },
        AllowanceInvestigationStarted f => file with { Investigators = [.. f.Investigators], Hands = With(file.Hands, Step.Investigate, [.. f.Investigators, f.By]) },
        AllowanceVisitAttached f => Visited(file, f),
        AllowanceReportAttached f => file with { Report = f, Reexamination = Reexamination.NotAsked },
        AllowanceReviewAttached f => file with { Review = f, ReviewVersion = file.Version },
        CoInvestigationAttached f => file with { CoInvestigation = f },
        AllowanceCooperationRefused f => file with { CooperationRefused = true, Hands = With(file.Hands, Step.Investigate, [f.By]) },
        AllowanceIncomeAssessed f => file with { Income = f, IncomeVersion = file.Version, Hands = With(file.Hands, Step.Investigate, [f.By]) },
        AllowanceAssetsAssessed f => file with { Assets = f, AssetsVersion = file.Version, Hands = With(file.Hands, Step.Investigate, [f.By]) },
        AllowanceIneligibilityNotified => file with { Reexamination = Reexamination.Notified },
        AllowanceFindingDisputed => file with { Reexamination = Reexamination.Disputed },
        AllowanceReexaminationCompleted f => file with { Reexamination = f.Cleared ? Reexamination.Cleared : Reexamination.Upheld, Hands = With(file.Hands, Step.Investigate, [f.By]) },
        AllowanceOpinionGiven f => file with { Opinion = f, OpinionVersion = file.Version, ApprovalNoticeStood = false, Hands = With(file.Hands, Step.Opinion, [f.By]) },
        AllowancePublicityClosed { Outcome: NoticeOutcome.ObjectionUpheld } f => file with { ObjectionVersion = file.Version, ApprovalNoticeStood = false, Terms = Running(file.Terms, f.Term) },
        AllowancePublicityClosed { Kind: NoticeKind.Approval } f => file with { ApprovalNoticeStood = true, Terms = Running(file.Terms, f.Term) },
        AllowanceCaseReported f => file with { CountyCheck = null, CountyCheckConforms = null, CountyCheckVersion = 0, Terms = Running(file.Terms, f.Term) },
        AllowanceCountyCheckRecorded f => file with { CountyCheck = f, CountyCheckConforms = f.Conforms, CountyCheckVersion = file.Version, Hands = With(file.Hands, Step.CountyCheck, [f.By]) },
        AllowanceCaseReturned => file with { Returns = file.Returns + 1, ApprovalNoticeStood = false, Terms = Without(file.Terms, Clock.CountyReview, Clock.Decision) },
        AllowanceConfirmed f => file with { Hands = With(file.Hands, Step.Confirm, [f.By]) },
        AllowanceRefused f => file with { Hands = With(file.Hands, Step.Confirm, [f.By]) },
        AllowanceDeadlineExtended f => file with { Terms = Running(file.Terms, f.Term), DueOn = f.Term.Due },
        AllowanceDeadlineWarned f => file with { Terms = [.. file.Terms.Select(t => t.Clock == f.Clock ? t with { Warned = true } : t)] },
        AllowanceDeadlineMissed f => file with { Terms = [.. file.Terms.Select(t => t.Clock == f.Clock ? t with { Warned = true, Missed = true } : t)] },
        AllowanceComplaintNoted f => file with { Complaints = file.Complaints.Add(f.Complaint) },
        AllowanceSpotCheckNoted f => file with { SpotChecks = file.SpotChecks.Add(f.Plan) },
        AllowanceReconsiderationRecorded f => file with { Reconsiderations = file.Reconsiderations.Add(f) },
        _ => file,
    };

    private static AllowanceCase Moved(AllowanceCase aid, AllowanceFile file, AllowanceEvent fact) => (aid, fact) switch
    {
        (_, AllowanceApplicationSubmitted) => new Submitted(file),
        (_, AllowanceSupplementRequested f) => new SupplementAwaited(file, f.Missing, f.DueOn),
        (_, AllowanceApplicationAccepted) => new Accepted(file),
        (_, AllowanceInvestigationStarted) => new Investigating(file),
        (Returned, AllowanceVisitAttached { Kind: VisitKind.Township } or AllowanceIncomeAssessed or AllowanceAssetsAssessed or AllowanceReviewAttached) => new Investigating(file),
        (_, AllowanceOpinionGiven) => new OpinionGiven(file),
        (Confirmed c, AllowancePublicityOpened f) => c with { Result = f },
        (_, AllowancePublicityOpened { Kind: NoticeKind.Approval } f) => new InApprovalPublicity(file, f.Notice, f.LastDay),
        (_, AllowancePublicityOpened f) => new InPublicity(file, f.Notice, f.LastDay),
        (_, AllowancePublicityClosed { Outcome: NoticeOutcome.ObjectionUpheld } f) => new ObjectionHandling(file, f.Kind),
        (_, AllowancePublicityClosed { Kind: NoticeKind.Approval } f) => new ReportedToCounty(file, f.On),
        (_, AllowancePublicityClosed f) => new PublicityEnded(file, f.On),
        (_, AllowanceCaseReported f) => new ReportedToCounty(file, f.On),
        (_, AllowanceCaseReturned f) => new Returned(file, f.Defects, f.DueOn),
        (_, AllowanceConfirmed f) => new Confirmed(file, f, file.Version, null, null),
        (_, AllowanceRefused f) => new Refused(file, f, null),
        (Confirmed c, AllowanceDecisionServed f) => c with { Served = f },
        (Refused r, AllowanceDecisionServed f) => r with { Served = f },
        (_, AllowanceTerminated f) => new Terminated(file, f.Reason),
        (_, AllowanceWithdrawn f) => new Withdrawn(file, f.Reason),
        (Confirmed c, AllowanceDecisionRevoked f) => new Revoked(file, c.Decision, f.Document),
        // A revoked refusal goes back to the township: the application is undecided again.
        (Refused, AllowanceDecisionRevoked f) => new Returned(file, [f.Document.ToString()], null),
        _ => aid,
    };

    private static AllowanceFile Visited(AllowanceFile file, AllowanceVisitAttached f)
    {
        var visited = file with
        {
            Visits = file.Visits.Add(new(f.Visit, f.Kind, f.On, f.Conforms, file.Version)),
            Hands = With(file.Hands, f.Kind == VisitKind.County ? Step.CountyCheck : Step.Investigate, f.Investigators),
        };
        return f.Kind == VisitKind.County ? visited with { CountyCheck = null, CountyCheckConforms = f.Conforms, CountyCheckVersion = file.Version } : visited with { CooperationRefused = false };
    }

    private static bool Met(Clock clock, AllowanceCase aid) => clock switch
    {
        Clock.Investigation => aid.File.Procedure.Investigation.Measure == InvestigationMeasure.Started
            ? !aid.File.Investigators.IsEmpty
            : aid.File is { CooperationRefused: true } || aid.File is { Income: not null, LastTownshipVisit: > 0 },
        Clock.DemocraticReview => aid.File.Review is not null,
        Clock.CountyReview => aid is InApprovalPublicity || aid.File.ApprovalNoticeStood,
        _ => false,
    };

    private static ImmutableList<Hand> With(ImmutableList<Hand> hands, Step step, IReadOnlyList<string> users) =>
        [.. hands.Union(users.Select(u => new Hand(step, u)))];

    private static ImmutableList<Term> Running(ImmutableList<Term> terms, Term? term) =>
        term is null ? terms : Without(terms, term.Clock).Add(term);

    private static ImmutableList<Term> Without(ImmutableList<Term> terms, params ReadOnlySpan<Clock> clocks)
    {
        foreach (var clock in clocks)
        {
            terms = terms.RemoveAll(t => t.Clock == clock);
        }

        return terms;
    }
}
