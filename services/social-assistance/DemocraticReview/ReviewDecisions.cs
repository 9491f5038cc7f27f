using Platform.Cases;

namespace SocialAssistance.DemocraticReview;

internal abstract record ReviewCommand;

internal sealed record ConveneReview(RegionCode Village, DateOnly Date, Participants Participants, IReadOnlyList<CaseRef> Agenda, string? Campaign = null) : ReviewCommand;

internal sealed record HearCases(IReadOnlyList<HeardCase> Cases) : ReviewCommand;

internal sealed record RecordVotes(IReadOnlyList<Ballot> Ballots, bool Secret) : ReviewCommand;

/// <param name="Disputed">Cases on which the review could not agree: they are investigated again.</param>
/// <param name="Signatures">How many of the participants have signed the minutes; all must.</param>
internal sealed record ConcludeReview(IReadOnlyList<CaseRef> Disputed, Document Minutes, int Signatures, bool SupervisorPresent) : ReviewCommand;

internal sealed record InvalidateReview(string Reason) : ReviewCommand;

internal static class ReviewDecisions
{
    private const int LongestAgenda = 1_000;
    private const int LargestReview = 1_000;
    private const string Basis = "民发〔2012〕220号 第22条";

    public static Decision<ReviewEvent> Decide(ReviewCase review, ReviewCommand command, ReviewPolicy policy, Act act) => (review, command) switch
    {
        (NotConvened, ConveneReview c) => Convene(c, policy, act),
        (Convened or Hearing, HearCases or RecordVotes or ConcludeReview) when act.Today < review.Review.Date =>
            Refusal.NotNow("E_NOT_YET", "尚未到评议日期。", "The day of the review has not come.").With("date", review.Review.Date),
        (Convened, HearCases c) => Hear(review.Review, [], c, act),
        (Hearing h, HearCases c) => Hear(h.Review, h.Heard, c, act),
        (Hearing h, RecordVotes c) => Vote(h, c, act),
        (Hearing h, ConcludeReview) when Unvoted(h) is { Count: > 0 } open =>
            Refusal.NotNow("E_VOTES_MISSING", "尚有案件未评议表决。", "Some cases on the agenda have not been voted on.", Basis).With("cases", open.Select(c => $"{c.Process}/{c.Id}").ToList()),
        (Hearing h, ConcludeReview c) => Conclude(h, c, act),
        (Concluded k, ConcludeReview c) when k.Minutes == c.Minutes => [],
        (Convened or Hearing or Concluded, InvalidateReview) when review.Review.ConvenedBy == act.Actor =>
            Refusal.Duties("SOD-1", "评议的召集人不得自行宣布评议无效。", "Who convened a review does not declare it invalid.", Basis),
        (Convened or Hearing or Concluded, InvalidateReview c) => Checks.Stated(c.Reason, "reason") is { } refusal ? refusal : [new ReviewInvalidated(c.Reason, act.Today, act.Actor)],
        (Invalidated, InvalidateReview) => [],
        _ => Refusal.NotNow(),
    };

    private static Decision<ReviewEvent> Convene(ConveneReview c, ReviewPolicy policy, Act act) =>
        c.Agenda.Count is 0 or > LongestAgenda || c.Agenda.Distinct().Count() != c.Agenda.Count
            || c.Agenda.Any(a => a.Process is not (Processes.SubsistenceAllowance or Processes.Entitlement))
            ? Refusal.Rule("E_AGENDA", $"议程须列1至{LongestAgenda}件低保案件或保障对象,且不得重复。", $"The agenda lists 1 to {LongestAgenda} allowance cases or entitlements, each once.")
        : c.Participants is { TownshipStaff: < 0 } or { VillageOfficials: < 0 } or { VillageRepresentatives: < 0 } or { PartyMembers: < 0 } or { Supervisors: < 0 }
            || c.Participants.All > LargestReview
            ? Refusal.Rule("E_PARTICIPANTS", $"参加人数应为0至{LargestReview}人。", $"Numbers of participants are zero or more, {LargestReview} in all at most.")
        : c.Participants.TownshipStaff == 0 ? Refusal.Rule("E_PARTICIPANTS", "须有乡镇(街道)工作人员主持。", "Township staff chair the review.", Basis)
        : c.Participants.All < policy.Quorum ? Refusal.Rule("E_QUORUM", $"参加评议人数不足{policy.Quorum}人。", $"Fewer than {policy.Quorum} take part.", Basis).With("participants", c.Participants.All).With("quorum", policy.Quorum)
        : !policy.Representatives.Reached(c.Participants.VillageRepresentatives, c.Participants.All)
            ? Refusal.Rule("E_REPRESENTATIVES", "村(居)民代表人数不得少于参加评议总人数的三分之二。", "Village representatives are at least two thirds of those who take part.", Basis)
                .With("representatives", c.Participants.VillageRepresentatives).With("participants", c.Participants.All)
        : c.Date < act.Today ? Refusal.Rule("E_DATE_PAST", "评议日期不能早于办理日。", "The day of the review lies before the day of the act.").With("date", c.Date)
        : c.Campaign is not null && string.IsNullOrWhiteSpace(c.Campaign) ? Refusal.Rule("E_CAMPAIGN", "专项行动编号不能为空白。", "The campaign's number is blank.")
        : [new ReviewConvened(c.Village, c.Date, c.Participants, c.Agenda, c.Campaign, act.Actor)];

    /// <summary>Cases that were heard before are not heard again.</summary>
    private static Decision<ReviewEvent> Hear(Review review, IReadOnlyCollection<HeardCase> heard, HearCases c, Act act)
    {
        var before = heard.Select(h => h.Case).ToHashSet();
        List<HeardCase> fresh = [.. c.Cases.Where(h => !before.Contains(h.Case)).DistinctBy(h => h.Case)];
        return c.Cases.FirstOrDefault(h => !review.Agenda.Contains(h.Case)) is { } stranger ? NotOnTheAgenda(stranger.Case)
            : fresh.Select(h => Checks.Stated(h.Statement, "statement")).FirstOrDefault(r => r is not null) is { } refusal ? refusal
            : fresh.Count == 0 ? []
            : [new ReviewCasesHeard(fresh, act.Today)];
    }

    /// <summary>Every vote is counted once; what was counted is not counted differently later.</summary>
    private static Decision<ReviewEvent> Vote(Hearing h, RecordVotes c, Act act)
    {
        var heard = h.Heard.Select(x => x.Case).ToHashSet();
        var counted = h.Ballots.ToDictionary(b => b.Case);
        var voters = h.Review.Participants.Voters;
        if (c.Ballots.FirstOrDefault(b => !heard.Contains(b.Case)) is { } unheard)
        {
            return Refusal.Rule("E_NOT_HEARD", "该案件尚未介绍评议。", "This case has not been heard.", Basis).With("case", $"{unheard.Case.Process}/{unheard.Case.Id}");
        }

        if (c.Ballots.FirstOrDefault(b => b is { Agree: < 0 } or { Disagree: < 0 } or { Abstain: < 0 } or { Recused: < 0 } || (long)b.Agree + b.Disagree + b.Abstain + b.Recused != voters) is { } wrong)
        {
            return Refusal.Rule("E_BALLOTS", "同意、不同意、弃权与回避票数之和须等于有表决权人数(调查人员不参加表决)。", "Votes and recusals add up to the voters; those who investigated do not vote (SOD-10).", Basis)
                .With("case", $"{wrong.Case.Process}/{wrong.Case.Id}").With("voters", voters);
        }

        if (c.Ballots.GroupBy(b => b.Case).FirstOrDefault(g => g.Distinct().Skip(1).Any() || (counted.TryGetValue(g.Key, out var b) && b != g.First())) is { } twice)
        {
            return Refusal.Rule("E_VOTED", "该案件已有不同的表决结果。", "This case has been voted on with another result.", Basis).With("case", $"{twice.Key.Process}/{twice.Key.Id}");
        }

        List<Ballot> fresh = [.. c.Ballots.Where(b => !counted.ContainsKey(b.Case)).Distinct()];
        return fresh.Count == 0 ? [] : [new ReviewVotesRecorded(fresh, c.Secret, act.Today)];
    }

    private static List<CaseRef> Unvoted(Hearing h) => [.. h.Review.Agenda.Except(h.Ballots.Select(b => b.Case))];

    private static Decision<ReviewEvent> Conclude(Hearing h, ConcludeReview c, Act act) =>
        c.Disputed.FirstOrDefault(d => !h.Review.Agenda.Contains(d)) is { } stranger ? NotOnTheAgenda(stranger)
        : c.SupervisorPresent && h.Review.Participants.Supervisors == 0 ? Refusal.Rule("E_PARTICIPANTS", "参加人员中没有监督人员。", "No supervisor is among the participants.")
        : c.Signatures != h.Review.Participants.All ? Refusal.Rule("E_SIGNATURES", "评议记录须由全体参加人员签字。", "Everybody who took part signs the minutes.", Basis).With("participants", h.Review.Participants.All)
        : Checks.Hashed([c.Minutes], 1, "minutes") is { } refusal ? refusal
        : [new ReviewConcluded(act.Today, Results(h, c), c.Minutes, c.Signatures, c.SupervisorPresent, act.Actor)];

    /// <summary>A case is upheld when more than half of those who may vote on it agree; half is not enough.</summary>
    private static List<CaseResult> Results(Hearing h, ConcludeReview c)
    {
        var disputed = c.Disputed.ToHashSet();
        var ballots = h.Ballots.ToDictionary(b => b.Case);
        return
        [
            .. from item in h.Review.Agenda
               let b = ballots[item]
               select new CaseResult(item, b.Agree, b.Disagree, b.Abstain, 2L * b.Agree > h.Review.Participants.Voters - b.Recused, disputed.Contains(item)),
        ];
    }

    private static Refusal NotOnTheAgenda(CaseRef other) =>
        Refusal.Rule("E_AGENDA", "该案件不在本次评议议程内。", "This case is not on the agenda.").With("case", $"{other.Process}/{other.Id}");
}
