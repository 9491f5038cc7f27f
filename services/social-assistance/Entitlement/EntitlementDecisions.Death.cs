using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Entitlement;

/// <summary>
/// A death ends the dead person's share from the month after it, at once and even when it is recorded later (domain section
/// 3.3). It arrives as a consequence of the person's record, in that transaction, and so knows nothing of payments: what was
/// paid too much for months gone by is found by <see cref="AssessPayments"/>, an act of the county for which an
/// <see cref="AssessmentDue"/> puts the case on the worklist, because no reaction moves money without a human decision
/// (section 7). Until the county has decided what the death means for those who remain, payments are on hold.
/// </summary>
internal static partial class EntitlementDecisions
{
    private const string ShareEnds = "原基本金额 × (人数 − 1) ÷ 人数:死亡次月起停发死者部分,三个月内重新核定 / former base less the share of the member who has died, until it is decided anew";
    private const string ShareReturns = "原基本金额 × (人数 + 1) ÷ 人数:死亡登记撤销 / the share of a member whose death was recorded in error comes back";

    private static Decision<EntitlementEvent> DeathNoted(EntitlementCase e, NoteMemberDeath c, EntitlementPolicy policy, Act act)
    {
        var from = After(e, YearMonth.From(c.DiedOn).AddMonths(1));
        if (!e.Grant.Members.Contains(c.Person) || from > e.Grant.LastMonth)
        {
            return [];
        }

        if (Checks.NotAfter(c.DiedOn, act, "diedOn") is { } refusal || !policy.DeathReview(act.Today, out var decideBy, out refusal))
        {
            return refusal;
        }

        IReadOnlyList<PersonId> remaining = [.. e.Grant.Members.Where(m => m != c.Person)];
        var cause = DeathOf(c.Person);
        if (remaining.Count > 0)
        {
            var due = e.Grant.From(from, b => b.Without(c.Person, Math.Max(1, b.Members - 1), ShareEnds));
            return AndAssess(new MemberDeathNoted(e.Grant.Benefit, remaining, due, c.Person, c.DiedOn, from, decideBy), from, cause, policy, act);
        }

        var reason = e is Stopped s ? s.Reason : StopReason.Death;
        return AndAssess(
            [
                new MemberDeathNoted(e.Grant.Benefit, [], [], c.Person, c.DiedOn, from, decideBy),
                new EntitlementStopped(e.Grant.Benefit, e.Grant.Members, from.AddMonths(-1), reason, cause, "", null, act.Today, act.Actor),
            ],
            from, cause, policy, act);
    }

    private static Decision<EntitlementEvent> DeathRevoked(EntitlementCase e, RevokeMemberDeath c, EntitlementPolicy policy, Act act)
    {
        if (e.Grant.Deaths.Find(d => d.Person == c.Person) is not { } death)
        {
            return [];
        }

        var cause = DeathOf(c.Person);
        var debts = e.Grant.Debts.Where(d => !d.Cancelled && d.Cause.Contains(cause, StringComparison.Ordinal)).Select(d => d.Number).ToList();
        // What stood before the death comes back where the standard is still the same; under a newer one the share is added to what stands now.
        var own = death.Before[^1].Basis.Uplifts.Where(u => u.Person == c.Person).ToList();
        IReadOnlyList<MonthlyDue> due = e.Grant.Members.IsEmpty ? []
            : [.. e.Grant.From(death.From, b => b).Select(d => death.Before.FindLast(s => s.From <= d.From) is { } before && before.Basis.Standard == d.Basis.Standard && before.Basis.Members == d.Basis.Members + 1
                ? new MonthlyDue(d.From, before.Basis)
                : new MonthlyDue(d.From, d.Basis.With(own, ShareReturns)))];
        return AndAssess(new MemberDeathRevoked(e.Grant.Benefit, [.. e.Grant.Members, c.Person], due, c.Person, debts), death.From, $"revoked-{cause}", policy, act);
    }

    /// <summary>The county decides what is due to those who remain, from the month after the death, each month under its own standard.</summary>
    private static Decision<EntitlementEvent> AfterDeath(EntitlementCase e, DecideAfterDeath c, EntitlementPolicy policy, Act act)
    {
        if (e.Grant.DecideBy is null)
        {
            return Refusal.NotNow("E_NO_DEATH", "没有待处理的成员死亡。", "No death is waiting for a decision.");
        }

        var payee = c.Payee ?? e.Grant.Payee;
        if ((Reviewer(e, act)
                ?? Numbered(c.DecisionNumber)
                ?? (!e.Grant.Members.Contains(payee) ? Dead(payee).With("field", "payee") : null)) is { } refusal
            || !Amounts(c.Reckoning, e.Grant.Members, policy, out var amounts, out refusal))
        {
            return refusal;
        }

        var from = e.Grant.Deaths.Select(d => d.From).Min();
        IReadOnlyList<MonthlyDue> due = [.. e.Grant.From(from, b => Under(amounts, e, c.Reckoning, e.Grant.Members, e.Grant.Category, b.Standard))];
        if (Agreed(c.Reckoning, due[^1].Basis) is { } disagreed)
        {
            return disagreed;
        }

        var decided = new AfterDeathDecided(e.Grant.Benefit, e.Grant.Members, due, payee, c.DecisionNumber, act.Actor);
        // What was held since the death is owed at the new amount; a suspension of its own goes on.
        var after = (EntitlementEvents.Evolve(e, decided)).Grant;
        return e is Suspended ? [decided] : [decided, .. Settled(after, from, DeathOf(e.Grant.Deaths[^1].Person), c.Payments, act)];
    }

    private static string DeathOf(PersonId person) => $"death:{person}";
}
