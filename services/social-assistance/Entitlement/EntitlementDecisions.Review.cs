using System.Diagnostics.CodeAnalysis;
using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Entitlement;

// 动态管理: reports, reviews, and what the county decides after them (社会救助暂行办法 第13条; 民发〔2021〕57号 第31条).
internal static partial class EntitlementDecisions
{
    private static Decision<EntitlementEvent> Ordered(EntitlementCase e, ReviewKind kind, string reference, string reason, EntitlementPolicy policy, Act act) =>
        e.Grant.Ordered.Contains(reference, StringComparer.Ordinal) ? []
        : policy.TaskDue(act.Today, out var due, out var missing) ? [new ReviewScheduled(due, kind, reference, reason)]
        : missing;

    private static Decision<EntitlementEvent> Report(EntitlementCase e, ReportChange c, EntitlementPolicy policy, Act act)
    {
        if ((Checks.NotAfter(c.Since, act, "since") ?? Checks.Stated(c.Details, "details")) is { } refusal)
        {
            return refusal;
        }

        if (!policy.TaskDue(act.Today, out var due, out var missing))
        {
            return missing;
        }

        var report = new ChangeReported(c.Kind, c.Since, c.Details, act.Today, due);
        return e.Grant.Ordered.Contains(Grant.KeyOf(report), StringComparer.Ordinal) ? [] : [report];
    }

    private static Decision<EntitlementEvent> Schedule(EntitlementCase e, ScheduleReview c, Act act) =>
        Checks.Stated(c.Reason, "reason") is { } refusal ? refusal
        : c.DueOn < act.Today || c.DueOn > act.Today.AddMonths(13) ? Refusal.Rule("E_DATE_RANGE", "复核日期应在今天起13个月内。", "A review is due between today and 13 months ahead.").With("dueOn", c.DueOn)
        : e.Grant.NextReview <= c.DueOn ? []
        : [new ReviewScheduled(c.DueOn, ReviewKind.Periodic, null, c.Reason)];

    private static Decision<EntitlementEvent> Complete(EntitlementCase e, CompleteReview c, EntitlementPolicy policy, Act act) =>
        e.Grant.Review is not { Result: null } ? Refusal.NotNow("E_REVIEW_MISSING", "没有正在进行的复核。", "No review is running.", Management)
        : Checks.Stated(c.Findings, "findings") is { } refusal ? refusal
        : Income(c.Countable, c.Months) is { } income ? income
        : !policy.NextReview(act.Today, e.Grant.Category, e.Grant.Area, out var next, out var missing) ? missing
        : [new ReviewCompleted(c.Visit, c.Report, c.Countable, c.Months, c.Result, c.Findings, next, act.Today, act.Actor)];

    private static Decision<EntitlementEvent> Increase(EntitlementCase e, DecideIncrease c, EntitlementPolicy policy, Act act)
    {
        var from = After(e, NextMonth(act));
        if ((Reviewed(e, ReviewResult.Increase) ?? Reviewer(e, act) ?? Decided(c.Reason, c.DecisionNumber)) is { } refusal
            || !Reckoned(e, c.Reckoning, e.Grant.Members, e.Grant.Category, from, policy, out var due, out refusal))
        {
            return refusal;
        }

        var (before, after) = (e.Grant.Due(from), due[0].Basis.Monthly);
        return after <= before ? WrongWay(before, after)
            : [new AmountIncreased(e.Grant.Benefit, e.Grant.Members, due, before, after, c.Reason, c.DecisionNumber, act.Actor)];
    }

    private static Decision<EntitlementEvent> Decrease(EntitlementCase e, DecideDecrease c, EntitlementPolicy policy, Act act)
    {
        var from = After(e, c.ConcealedSince is { } since ? YearMonth.From(since) : NextMonth(act));
        if ((Reviewed(e, ReviewResult.Decrease) ?? Reviewer(e, act) ?? Decided(c.Reason, c.DecisionNumber) ?? (c.ConcealedSince is { } day ? Checks.NotAfter(day, act, "concealedSince") : null)) is { } refusal
            || !Reckoned(e, c.Reckoning, e.Grant.Members, e.Grant.Category, from, policy, out var due, out refusal))
        {
            return refusal;
        }

        var (before, after) = (e.Grant.Due(from), due[0].Basis.Monthly);
        return after >= before ? WrongWay(before, after)
            : AndAssess(new AmountDecreased(e.Grant.Benefit, e.Grant.Members, due, before, after, c.Reason, c.ConcealedSince, c.DecisionNumber, act.Actor), from, "concealed-change", policy, act);
    }

    private static Decision<EntitlementEvent> Recategorise(EntitlementCase e, DecideCategory c, EntitlementPolicy policy, Act act) =>
        (Reviewed(e, ReviewResult.Category) ?? Reviewer(e, act) ?? Decided(c.Reason, c.DecisionNumber)) is { } refusal
        || !Reckoned(e, c.Reckoning, e.Grant.Members, c.Category, After(e, NextMonth(act)), policy, out var due, out refusal) ? refusal
        : [new CategoryChanged(e.Grant.Benefit, e.Grant.Members, due, c.Category, c.Reason, c.DecisionNumber, act.Actor)];

    private static Decision<EntitlementEvent> Add(EntitlementCase e, AddMember c, EntitlementPolicy policy, Act act) =>
        e.Grant.Members.Contains(c.Person) ? []
        : (Reviewer(e, act) ?? (e.Grant.Deaths.Exists(d => d.Person == c.Person) ? Dead(c.Person) : null) ?? Decided(c.Reason, c.DecisionNumber)) is { } refusal
          || !Reckoned(e, c.Reckoning, [.. e.Grant.Members, c.Person], e.Grant.Category, After(e, NextMonth(act)), policy, out var due, out refusal) ? refusal
        : [new MemberAdded(e.Grant.Benefit, [.. e.Grant.Members, c.Person], due, c.Person, c.Reason, c.DecisionNumber, act.Actor)];

    private static Decision<EntitlementEvent> Remove(EntitlementCase e, RemoveMember c, EntitlementPolicy policy, Act act)
    {
        if (e.Grant.Former.Contains(c.Person))
        {
            return [];
        }

        IReadOnlyList<PersonId> remaining = [.. e.Grant.Members.Where(m => m != c.Person)];
        return (Reviewer(e, act)
                ?? (remaining.Count == e.Grant.Members.Count ? NotMember(c.Person) : null)
                ?? (remaining.Count == 0 ? Refusal.Rule("E_LAST_MEMBER", "最后一名保障对象应按停止待遇办理。", "The last member is not removed: stop the benefit.", Management) : null)
                ?? (c.Person == e.Grant.Payee ? Refusal.Rule("E_PAYEE", "领款人不能移出,请先变更领款人。", "The payee cannot be removed.") : null)
                ?? Decided(c.Reason, c.DecisionNumber)) is { } refusal
            || !Reckoned(e, c.Reckoning, remaining, e.Grant.Category, After(e, NextMonth(act)), policy, out var due, out refusal)
            ? refusal
            : [new MemberRemoved(e.Grant.Benefit, remaining, due, c.Person, c.Reason, c.DecisionNumber, act.Actor)];
    }

    /// <summary>Only the person's own share ends, after so many refusals in a row (社会救助暂行办法 第45条).</summary>
    private static Decision<EntitlementEvent> RefuseJob(EntitlementCase e, RecordJobRefusal c, EntitlementPolicy policy, Act act)
    {
        if (e.Grant.Offers.Exists(o => o.Offer == c.Offer))
        {
            return [];
        }

        if ((!e.Grant.Members.Contains(c.Person) ? NotMember(c.Person) : Checks.NotAfter(c.On, act, "on") ?? Checks.Stated(c.Offer, "offer")) is { } refusal
            || !policy.JobRefusals(out var limit, out refusal))
        {
            return refusal;
        }

        var refused = new JobRefused(c.Person, c.Offer, c.On, c.Justified);
        var inARow = 1 + Enumerable.Reverse(e.Grant.Offers).Where(o => o.Person == c.Person).TakeWhile(o => !o.Justified).Count();
        return c.Justified || inARow != limit ? [refused]
            : [refused, new PersonalShareStopped(e.Grant.Benefit, e.Grant.Members, e.Grant.From(After(e, NextMonth(act)), b => b.Without(c.Person, b.Members, "原基本金额 × (人数 − 1) ÷ 人数:连续拒绝工作者本人部分停发 (社会救助暂行办法 第45条) / former base less the share of the member who refuses work")), c.Person, inARow)];
    }

    private static Decision<EntitlementEvent> Survived(EntitlementCase e, ConfirmSurvival c, Act act) =>
        Checks.NotAfter(c.On, act, "on") is { } refusal ? refusal
        : e.Grant.SurvivalOn >= c.On ? []
        : [new SurvivalConfirmed(c.On, c.Method, act.Actor)];

    /// <summary>
    /// The service reckons the amount; what the officer expects must agree (domain section 9.3). A standard already decided
    /// for a later month holds there.
    /// </summary>
    private static bool Reckoned(
        EntitlementCase e, Reckoning r, IReadOnlyList<PersonId> members, Category category, YearMonth from, EntitlementPolicy policy,
        [NotNullWhen(true)] out IReadOnlyList<MonthlyDue>? due, [NotNullWhen(false)] out Refusal? refusal)
    {
        due = null;
        if (!Amounts(r, members, policy, out var amounts, out refusal))
        {
            return false;
        }

        var now = amounts.Standards[e.Grant.Area].Monthly;
        due = [.. e.Grant.From(from, b => b).Select((d, i) => new MonthlyDue(d.From, Under(amounts, e, r, members, category, i == 0 ? now : Money.Max(now, d.Basis.Standard))))];
        refusal = Agreed(r, due[0].Basis);
        return refusal is null;
    }

    private static bool Amounts(Reckoning r, IReadOnlyList<PersonId> members, EntitlementPolicy policy, [NotNullWhen(true)] out AmountPolicy? amounts, [NotNullWhen(false)] out Refusal? refusal)
    {
        amounts = null;
        refusal = Income(r.Countable, r.Months)
            ?? (members.Count is 0 or > LargestHousehold ? Refusal.Rule("E_MEMBER_INCOMPLETE", "保障人数超出合理范围。", "No members, or more than a household can have.") : null)
            ?? (r.Uplifted.FirstOrDefault(u => !members.Contains(u.Person)) is { } stranger ? NotMember(stranger.Person) : null);
        return refusal is null && policy.Amount(out amounts, out refusal);
    }

    private static AmountBasis Under(AmountPolicy amounts, EntitlementCase e, Reckoning r, IReadOnlyList<PersonId> members, Category category, Money standard) =>
        (amounts with { Standards = new Dictionary<Area, StandardValue> { [e.Grant.Area] = new(standard, StandardPeriod.Month) } })
            .Reckon(e.Grant.Area, category, r.Countable, r.Months, members.Count, [.. r.Uplifted.Select(u => (u.Person, u.Category))]);

    private static Refusal? Agreed(Reckoning r, AmountBasis basis) =>
        basis.PerCapita >= basis.Standard.Yuan
            ? Refusal.Rule("E_NOT_ELIGIBLE", "家庭月人均收入不低于保障标准,应办理停止或渐退。", "Income per person is not below the standard: stop the benefit or start a gradual exit.", "社会救助暂行办法 第9条").With("perCapita", basis.PerCapita).With("standard", basis.Standard.Yuan)
            : Mismatch(r.MonthlyAmount, basis);

    private static Refusal? Mismatch(Money stated, AmountBasis basis) =>
        stated == basis.Monthly ? null
        : Refusal.Rule("E_AMOUNT_MISMATCH", $"按规定计算应为每月{basis.Monthly}元。", $"The amount reckoned is {basis.Monthly} yuan a month.", Management).With("stated", stated.Yuan).With("reckoned", basis.Monthly.Yuan);

    private static Refusal? Income(Money countable, int months) =>
        countable > LargestAmount || countable.IsNegative || months is < 1 or > 60 ? Refusal.Rule("E_AMOUNT_RANGE", "收入或期间超出合理范围。", "Income or its period is out of range.") : null;

    private static Refusal? Reviewed(EntitlementCase e, ReviewResult result) =>
        e.Grant.Review?.Result == result ? null
        : Refusal.NotNow("E_REVIEW_MISSING", "须先完成复核并得出相应结论。", "A review must have come to this result first.", Management).With("result", result.ToString());

    private static Refusal? Decided(string reason, string decisionNumber) => Checks.Stated(reason, "reason") ?? Numbered(decisionNumber);

    private static Refusal WrongWay(Money before, Money after) =>
        Refusal.Rule("E_AMOUNT_MISMATCH", "计算结果与决定方向不符。", "The amount reckoned does not move the way of this decision.").With("before", before.Yuan).With("reckoned", after.Yuan);

    private static Refusal NotMember(PersonId person) => Refusal.Rule("E_NOT_MEMBER", "此人不是本户保障对象。", "The person is not covered by this benefit.").With("person", person.ToString());

    private static Refusal Dead(PersonId person) => Refusal.Rule("E_DEAD_PERSON", "此人已登记死亡。", "The person is recorded dead.").With("person", person.ToString());

    private static YearMonth After(EntitlementCase e, YearMonth month) => month < e.Grant.FirstMonth ? e.Grant.FirstMonth : month;
}
