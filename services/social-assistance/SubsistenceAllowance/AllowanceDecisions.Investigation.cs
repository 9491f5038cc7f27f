using Platform.Cases;

namespace SocialAssistance.SubsistenceAllowance;

/// <param name="Investigators">User ids of two or more officers.</param>
internal sealed record StartInvestigation(IReadOnlyList<string> Investigators) : AllowanceCommand;

/// <param name="AskedRegion">The county that was asked.</param>
internal sealed record AttachCoInvestigation(RegionCode AskedRegion, DateOnly RepliedOn, bool ReceivesAidThere, Document Reply) : AllowanceCommand;

internal sealed record RecordRefusalToCooperate(string Findings) : AllowanceCommand;

/// <param name="RecognisedExpenses">Rigid expenses of disability or serious illness that are taken off (民发〔2021〕57号 第13条).</param>
/// <param name="HouseholdCountable">The officer's own sum over the period, checked against the server's.</param>
internal sealed record AssessIncome(YearMonth From, YearMonth To, IReadOnlyList<IncomeLine> Lines, Money RecognisedExpenses, Money HouseholdCountable) : AllowanceCommand;

/// <param name="Lines">One line per item owned.</param>
internal sealed record AssessAssets(IReadOnlyList<AssetLine> Lines) : AllowanceCommand;

internal sealed record NotifyVerificationFailure : AllowanceCommand;

internal sealed record DisputeFinding(string Statement, IReadOnlyList<Document> Evidence) : AllowanceCommand;

internal sealed record CompleteReexamination(bool Cleared, string Findings) : AllowanceCommand;

internal static partial class AllowanceDecisions
{
    private const int LongestPeriod = 12;
    private const int MostLines = 500;

    private static Decision<AllowanceEvent> Start(AllowanceFile file, StartInvestigation c, Act act)
    {
        List<string> officers = [.. c.Investigators.Distinct(StringComparer.Ordinal)];
        return (OtherStep(file, Step.Investigate, act, [.. officers, act.Actor]) ?? Relatives(file, officers)) is { } duties ? duties
            : officers.Count < 2 || officers.Any(string.IsNullOrWhiteSpace)
                ? Refusal.Duties("SOD-3", "入户调查须由两名以上调查人员进行。", "Two different investigators are needed.", "民发〔2012〕220号; 民发〔2021〕57号")
            : [new AllowanceInvestigationStarted(officers, act.Today, file.Terms.All(t => t.Clock != Clock.Investigation || act.Today <= t.Due), act.Actor)];
    }

    private static Refusal? Relatives(AllowanceFile file, IReadOnlyList<string> users) => NearRelative(new Accepted(file), new NoteDeadline(default, false), users);

    private static Decision<AllowanceEvent> Visit(AllowanceCase aid, AttachVisit c, Step step, Act act) =>
        (OtherStep(aid.File, step, act, c.Investigators) ?? Relatives(aid.File, c.Investigators)) is { } duties
            ? duties
            : [new AllowanceVisitAttached(c.Visit, c.Kind, c.On, c.Investigators, c.Conforms, c.Findings)];

    private static Decision<AllowanceEvent> Attach(AllowanceFile file, AttachReport c)
    {
        var report = new AllowanceReportAttached(c.Order, c.Conclusion, c.IssuedOn, c.ValidTo);
        return file.Report == report ? [] : [report];
    }

    private static Decision<AllowanceEvent> Attach(AllowanceFile file, AttachCoInvestigation c, Act act)
    {
        var reply = new CoInvestigationAttached(c.AskedRegion, c.RepliedOn, c.ReceivesAidThere, c.Reply, act.Actor);
        return file.CoInvestigation == reply ? []
            : (OtherStep(file, Step.Investigate, act, act.Actor) ?? Checks.NotAfter(c.RepliedOn, act, "repliedOn") ?? Checks.Hashed([c.Reply], 1, "reply")) is { } refusal ? refusal
            : [reply];
    }

    private static Decision<AllowanceEvent> NotCooperating(AllowanceFile file, RecordRefusalToCooperate c, Act act) =>
        file.CooperationRefused ? []
        : (OtherStep(file, Step.Investigate, act, act.Actor) ?? Checks.Stated(c.Findings, "findings")) is { } refusal ? refusal
        : [new AllowanceCooperationRefused(c.Findings, act.Today, act.Actor)];

    private static Decision<AllowanceEvent> Assess(AllowanceCase aid, AssessIncome c, Act act)
    {
        var members = Math.Max(1, aid.File.Application.Members.Count);
        if ((OtherStep(aid.File, Step.Investigate, act, act.Actor) ?? Unsound(aid.File.Application, c, act)) is { } refusal)
        {
            return refusal;
        }

        var months = c.From.MonthsUntil(c.To) + 1;
        var countable = Money.Max(Money.Zero, c.Lines.Sum(l => l.Countable) - c.RecognisedExpenses);
        if (countable != c.HouseholdCountable)
        {
            return Refusal.Rule("E_AMOUNT_MISMATCH", $"提交的可计算收入与系统核算不一致,应为{countable}元。", $"The submitted sum differs from the lines: {countable} yuan.")
                .With("submitted", c.HouseholdCountable.Yuan).With("computed", countable.Yuan);
        }

        var perCapita = AmountPolicy.PerCapita(countable, months, members);
        return Same(aid.File.Income, c) && aid is Investigating
            ? []
            : [new AllowanceIncomeAssessed(c.From, c.To, months, c.Lines, c.RecognisedExpenses, countable, members, perCapita, Money.Round(perCapita, Rounding.FenHalfUp), act.Actor)];

        static bool Same(AllowanceIncomeAssessed? before, AssessIncome c) =>
            before is not null && (before.From, before.To, before.RecognisedExpenses) == (c.From, c.To, c.RecognisedExpenses) && before.Lines.SequenceEqual(c.Lines);
    }

    private static Refusal? Unsound(Application application, AssessIncome c, Act act)
    {
        var people = application.Members.Select(m => m.Person).ToHashSet();
        return c.From.MonthsUntil(c.To) + 1 is < 1 or > LongestPeriod || c.To > YearMonth.From(act.Today)
                ? Refusal.Rule("E_PERIOD", "核算期间为1至12个月,且不能在办理日之后。", "The period has 1 to 12 months and does not lie in the future.")
            : c.Lines.Count > MostLines || c.Lines.FirstOrDefault(l => !people.Contains(l.Person)) is not null
                ? Refusal.Rule("E_MEMBER_UNKNOWN", "收入须归属于家庭成员。", "Every line belongs to a member of the household.")
            : OutOfRange([.. c.Lines.SelectMany(l => new[] { l.Gross, l.Deduction, l.Excluded }), c.RecognisedExpenses]) is { } range ? range
            : c.Lines.Any(l => l.Deduction + l.Excluded > l.Gross) ? Refusal.Rule("E_DEDUCTION", "扣减和不计入的金额不能大于收入。", "Deduction and exclusion do not exceed the gross income.", "民发〔2021〕57号 第13条")
            : c.Lines.Select(l => Checks.Stated(l.Basis, "basis")).FirstOrDefault(r => r is not null);
    }

    private static Decision<AllowanceEvent> Assess(AllowanceCase aid, AssessAssets c, AllowancePolicy policy, Act act)
    {
        var file = aid.File;
        var people = file.Application.Members.Select(m => m.Person).ToHashSet();
        if (OtherStep(file, Step.Investigate, act, act.Actor) is { } duties)
        {
            return duties;
        }

        if (c.Lines.Count > MostLines || !c.Lines.All(l => people.Contains(l.Person)))
        {
            return Refusal.Rule("E_MEMBER_UNKNOWN", "财产须归属于家庭成员。", "Every line belongs to a member of the household.");
        }

        // A house is worth more than an income: only the sign is judged.
        if (c.Lines.Any(l => l.Value.IsNegative))
        {
            return Refusal.Rule("E_AMOUNT_RANGE", "金额须不小于零。", "An amount is zero or more.");
        }

        var results = policy.Judge(file.Application.Area, Math.Max(1, people.Count), c.Lines);
        return file.Assets is { } before && aid is Investigating && before.Lines.SequenceEqual(c.Lines) && before.Results.SequenceEqual(results)
            ? []
            : [new AllowanceAssetsAssessed(c.Lines, results, results.All(r => r.Pass), act.Actor)];
    }

    /// <summary>The household is told that the checks speak against it, and may answer (民发〔2021〕57号 第18条).</summary>
    private static Decision<AllowanceEvent> Notify(AllowanceFile file, AllowancePolicy policy, Act act) =>
        file.Reexamination != Reexamination.NotAsked ? []
        : OtherStep(file, Step.Investigate, act, act.Actor) is { } duties ? duties
        : file.Report?.Conclusion != VerificationConclusion.ExceedsLimit && (file.Income is null || Failed(file, policy).Count == 0)
            ? Refusal.NotNow("E_NOTHING_FAILED", "核对和核算结果未显示不符合条件。", "Neither report nor assessment speaks against the household.", "民发〔2021〕57号 第18条")
        : [new AllowanceIneligibilityNotified(file.Report?.Order, act.Today, act.Actor)];

    private static Decision<AllowanceEvent> Dispute(AllowanceFile file, DisputeFinding c, Act act) => file.Reexamination switch
    {
        Reexamination.Disputed => [],
        not Reexamination.Notified => Refusal.NotNow("E_NOT_NOTIFIED", "尚无可提出异议的核对结果。", "No finding has been notified.", "民发〔2021〕57号 第18条"),
        _ => (Checks.Stated(c.Statement, "statement") ?? Checks.Hashed(c.Evidence, 1, "evidence")) is { } refusal ? refusal : [new AllowanceFindingDisputed(c.Statement, c.Evidence, act.Today)],
    };

    private static Decision<AllowanceEvent> Reexamine(AllowanceFile file, CompleteReexamination c, Act act) => file.Reexamination switch
    {
        Reexamination.Cleared when c.Cleared => [],
        Reexamination.Upheld when !c.Cleared => [],
        not Reexamination.Disputed => Refusal.NotNow("E_NOT_DISPUTED", "没有待复核的异议。", "Nothing is disputed.", "民发〔2021〕57号 第18条"),
        _ => (OtherStep(file, Step.Investigate, act, act.Actor) ?? Checks.Stated(c.Findings, "findings")) is { } refusal ? refusal : [new AllowanceReexaminationCompleted(c.Cleared, c.Findings, act.Today, act.Actor)],
    };
}
