using Platform.Cases;
using SocialAssistance.PublicityNotice;

namespace SocialAssistance.SubsistenceAllowance;

/// <param name="Grant">False proposes refusal.</param>
/// <param name="Uplifts">Members for whom more is paid.</param>
/// <param name="SuggestedAmount">The reviewer's own amount, checked against the server's; null leaves it to the server.</param>
/// <param name="Reasons">Why; needed for a refusal, and where report and declaration differ.</param>
internal sealed record GiveInitialOpinion(bool Grant, Category Category, IReadOnlyList<UpliftClaim> Uplifts, IReadOnlyList<string> Reasons, Money? SuggestedAmount = null) : AllowanceCommand;

internal sealed record ReportToCounty(IReadOnlyList<Document> Files) : AllowanceCommand;

internal static partial class AllowanceDecisions
{
    private static Decision<AllowanceEvent> Opine(AllowanceCase aid, GiveInitialOpinion c, AllowancePolicy policy, Act act)
    {
        var file = aid.File;
        if ((OtherStep(file, Step.Opinion, act, act.Actor) ?? NotInvestigated(aid) ?? NotReviewed(file)) is { } notNow)
        {
            return notNow;
        }

        if (!c.Grant)
        {
            return c.Reasons.Count == 0 || c.Reasons.Any(r => Checks.Stated(r, "reasons") is not null)
                ? Refusal.Rule("E_REASON", "建议不予确认的须说明理由。", "A proposal to refuse states its reasons.", "社会救助暂行办法 第11条").With("field", "reasons")
                : [new AllowanceOpinionGiven(false, c.Category, [], null, c.Reasons, act.Today, act.Actor)];
        }

        if ((NotSupported(file, act) ?? Unfounded(file, c) ?? NotEligible(file, policy)) is { } refusal)
        {
            return refusal;
        }

        var basis = Reckon(file, c.Category, c.Uplifts, policy);
        return Mismatch(c.SuggestedAmount, basis) is { } mismatch ? mismatch
            : [new AllowanceOpinionGiven(true, c.Category, c.Uplifts, basis, c.Reasons, act.Today, act.Actor)];
    }

    /// <summary>A visit and the assessments, or the household's recorded refusal to cooperate (domain section 3.2).</summary>
    private static Refusal? NotInvestigated(AllowanceCase aid) =>
        aid.File.CooperationRefused ? null
        : aid.File.LastTownshipVisit == 0 ? Refusal.NotNow("E_VISIT_MISSING", "尚无入户调查记录。", "No home visit is on file.", "民发〔2012〕220号; 民发〔2021〕57号")
        : aid.File.Report is null ? Refusal.NotNow("E_REPORT_MISSING", "尚无家庭经济状况核对报告。", "No verification report is on file.", "民发〔2012〕220号; 民发〔2021〕57号")
        : aid.File.Income is null || aid.File.Assets is null ? Refusal.NotNow("E_ASSESSMENT_MISSING", "收入或财产尚未核算。", "Income or assets have not been assessed.", "民发〔2021〕57号 第13条")
        : aid.File.Reexamination == Reexamination.Disputed ? Refusal.NotNow("E_REEXAMINATION_PENDING", "核对结果异议尚未复核。", "A disputed finding has not been reexamined.", "民发〔2021〕57号 第18条")
        : aid is ObjectionHandling && aid.File.LastFinding < aid.File.ObjectionVersion ? ObjectionPending()
        : null;

    /// <summary>Democratic review where the profile demands it; a disputed one needs a new visit (民发〔2012〕220号 第24条).</summary>
    private static Refusal? NotReviewed(AllowanceFile file) =>
        file.CooperationRefused ? null
        : file.Procedure.DemocraticReview.Mandatory && file.Review is null
            ? Refusal.NotNow("E_REVIEW_MISSING", "尚未进行民主评议。", "The democratic review has not been held.", file.Procedure.DemocraticReview.Basis)
        : file.Review is { Disputed: true } or { Upheld: false } && file.LastTownshipVisit < file.ReviewVersion
            ? Refusal.NotNow("E_REVIEW_DISPUTED", "民主评议有争议,须重新入户调查。", "The review was disputed: visit the household again.", "民发〔2012〕220号 第24条")
        : null;

    /// <summary>What the report says must carry a decision on this day.</summary>
    private static Refusal? NotSupported(AllowanceFile file, Act act) =>
        file.CooperationRefused ? Refusal.NotNow("E_NOT_COOPERATING", "申请家庭不配合调查,不能建议确认。", "The household has refused to cooperate.", "民发〔2021〕57号 第29条")
        : Stale(file, act) ?? (file.Report is { Conclusion: VerificationConclusion.Incomplete }
            ? Refusal.NotNow("E_REPORT_INCOMPLETE", "核对报告不完整。", "The verification report is incomplete.", "民发〔2021〕57号")
        : file.Report is { Conclusion: VerificationConclusion.ExceedsLimit } && file.Reexamination != Reexamination.Cleared
            ? Refusal.NotNow("E_REPORT_EXCEEDS", "核对结果超过规定限额,未经复核澄清不能建议确认。", "The report shows means above the limits, and no reexamination has cleared them.", "民发〔2021〕57号 第18条")
        : null);

    private static Refusal? Stale(AllowanceFile file, Act act) =>
        file.Report is { } report && act.Today > report.ValidTo
            ? Refusal.NotNow("E_REPORT_STALE", $"核对报告有效期至{report.ValidTo:yyyy-MM-dd},须重新核对。", $"The verification report was valid until {report.ValidTo:yyyy-MM-dd}; verify again.").With("validTo", report.ValidTo)
            : null;

    private static Refusal? Unfounded(AllowanceFile file, GiveInitialOpinion c)
    {
        var members = file.Application.Members.GroupBy(m => m.Person).ToDictionary(g => g.Key, g => g.First());
        return file.Report is { Conclusion: VerificationConclusion.Discrepant } && (c.Reasons.Count == 0 || c.Reasons.Any(r => Checks.Stated(r, "reasons") is not null))
                ? Refusal.Rule("E_EXPLANATION", "申报与核对结果不一致的,须说明情况。", "Report and declaration differ: explain it.").With("field", "reasons")
            : c.Category == Category.A && file.Application.Members.Any(m => m.Able)
                ? Refusal.Rule("E_CATEGORY", "有劳动能力成员的家庭不能列为A类。", "A household with a member able to work is not of category A.", "民发〔2012〕220号")
            : c.Uplifts.FirstOrDefault(u => !members.TryGetValue(u.Person, out var m) || !Entitled(m, u.Category)) is { } wrong
                ? Refusal.Rule("E_UPLIFT", "分类施保类别与家庭成员情况不符。", "The uplift does not fit what is known of the member.", "民发〔2021〕57号 第27条").With("person", wrong.Person.ToString()).With("category", wrong.Category)
            : c.Uplifts.Distinct().Count() != c.Uplifts.Count ? Refusal.Rule("E_UPLIFT", "分类施保类别重复。", "An uplift is named twice.", "民发〔2021〕57号 第27条")
            : null;

        static bool Entitled(HouseholdMember m, UpliftCategory category) => category switch
        {
            UpliftCategory.Minor => !m.Adult,
            UpliftCategory.Elderly => m.Adult,
            UpliftCategory.SevereDisability => m.Health == Health.SevereDisability,
            _ => m.Health == Health.SeriousIllness,
        };
    }

    private static AmountBasis Reckon(AllowanceFile file, Category category, IReadOnlyList<UpliftClaim> uplifts, AllowancePolicy policy) =>
        policy.Amount.Reckon(file.Application.Area, category, file.Income!.HouseholdCountable, file.Income.Months, file.Income.Members, [.. uplifts.Select(u => (u.Person, u.Category))]);

    private static Refusal? Mismatch(Money? submitted, AmountBasis basis) =>
        submitted is { } amount && amount != basis.Monthly
            ? Refusal.Rule("E_AMOUNT_MISMATCH", $"提交的金额与系统核算不一致,应为每月{basis.Monthly}元。", $"The submitted amount differs from the computed one: {basis.Monthly} yuan a month.")
                .With("submitted", amount.Yuan).With("computed", basis.Monthly.Yuan)
            : null;

    /// <summary>Conditions that are not met under the parameters of the day; income must lie strictly below the standard.</summary>
    private static List<FailedCondition> Failed(AllowanceFile file, AllowancePolicy policy)
    {
        var standard = policy.Amount.Standards[file.Application.Area].Monthly.Yuan;
        List<FailedCondition> failed = [];
        if (file.Income is { } income && !policy.Amount.IsBelowStandard(file.Application.Area, income.PerCapitaExact))
        {
            failed.Add(new("perCapita<standard", income.PerCapitaExact, standard));
        }

        failed.AddRange((file.Assets?.Results ?? []).Where(r => !r.Pass).Select(r => new FailedCondition($"asset:{r.Rule}", r.Value, r.Limit)));
        return failed;
    }

    private static Refusal? NotEligible(AllowanceFile file, AllowancePolicy policy)
    {
        var failed = Failed(file, policy);
        var perCapita = file.Income?.PerCapitaExact ?? 0;
        var standard = policy.Amount.Standards[file.Application.Area].Monthly.Yuan;
        return failed.Count == 0 ? null
            : Refusal.Rule("E_NOT_ELIGIBLE", "不符合最低生活保障条件。", "The conditions of the allowance are not met.", "社会救助暂行办法 第9条")
                .With("failed", failed).With("perCapita", perCapita).With("standard", standard)
                .With("marginalRoute", perCapita < standard * policy.MarginalMultiple).With("marginalLimit", standard * policy.MarginalMultiple);
    }

    private static Decision<AllowanceEvent> Opened(OpenPublicity c) => [new AllowancePublicityOpened(c.Notice, c.Kind, c.PostedOn, c.LastDay)];

    /// <summary>The county posts what it intends to approve where the profile has two rounds; after an objection only when it has looked again.</summary>
    private static Decision<AllowanceEvent> OpenApproval(AllowanceCase aid, OpenPublicity c) =>
        aid.File.Procedure.Publicity.Rounds < 2 || aid.File.Opinion is not { Grant: true } ? Refusal.NotNow("E_PUBLICITY_ROUND", "本案程序没有审批公示环节。", "The procedure of this case has no approval notice.", aid.File.Procedure.Publicity.Basis)
        : aid is ObjectionHandling && aid.File.CountyCheckVersion < aid.File.ObjectionVersion ? ObjectionPending()
        : Unchecked(aid.File) is { } refusal ? refusal
        : Opened(c);

    /// <summary>An upheld objection starts the case's enquiry again; the end of the approval notice starts the term for deciding.</summary>
    private static Decision<AllowanceEvent> Close(AllowanceCase aid, DateOnly lastDay, ClosePublicity c, Act act)
    {
        if (act.Today <= lastDay)
        {
            return StillOpen(lastDay);
        }

        var procedure = aid.File.Procedure;
        var days = aid is not InApprovalPublicity ? null : c.Outcome == NoticeOutcome.ObjectionUpheld ? procedure.AfterObjection : procedure.Decision;
        Term? term = null;
        return days is not null && !TryTerm(Clock.Decision, c.ClosedOn, days.Days, out term, out var missing)
            ? missing
            : [new AllowancePublicityClosed(c.Notice, c.Kind, c.Outcome, c.ClosedOn, term)];
    }

    private static Decision<AllowanceEvent> Report(AllowanceCase aid, ReportToCounty c, Act act)
    {
        var procedure = aid.File.Procedure;
        Term? term = null;
        return procedure.Delegated ? Refusal.NotNow("E_PROFILE", "确认权限已下放乡镇(街道),无须报送。", "The township itself confirms in this procedure.", procedure.Confirmation.Basis)
            : Checks.Hashed(c.Files, 1, "files") is { } refusal ? refusal
            : procedure.CountyReview is { } review && !TryTerm(Clock.CountyReview, act.Today, review.Days, out term, out var missing) ? missing
            : [new AllowanceCaseReported(c.Files, act.Today, term, act.Actor)];
    }
}
