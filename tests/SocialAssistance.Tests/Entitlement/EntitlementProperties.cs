using FsCheck;
using FsCheck.Fluent;
using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.Entitlement.Entitled;

namespace SocialAssistance.Tests.Entitlement;

/// <summary>Whatever happens to an entitlement, in whatever order: no command fails, the ledger adds up, and what was noted can be taken back.</summary>
public sealed class EntitlementProperties
{
    private static readonly PersonId[] People = [Zhang, Li, Child, Person('d'), Stranger];

    [Fact]
    public void After_any_sequence_of_acts_the_ledger_adds_up_to_what_is_due_in_every_month() => ForAll(Histories, history =>
    {
        var rows = new List<LedgerRow>();
        var last = Play(history, decided => rows.AddRange(decided.Changes().OfType<Change.Put>().Select(p => p.Row).OfType<LedgerRow>()));
        return YearMonth.Range(Month(1), new(2028, 12)).All(month =>
        {
            var stock = rows.Where(r => r.EffectiveMonth <= month).ToList();
            var slice = last.State().At(month);
            return stock.Sum(r => r.Amount) == last.Due(month) && stock.Sum(r => r.Persons) == (slice?.Basis.Members ?? 0) && stock.Sum(r => r.Households) == (slice is null ? 0 : 1);
        });
    });

    [Fact]
    public void After_any_sequence_of_acts_the_rows_of_the_slices_say_what_is_due_in_every_month() => ForAll(Histories, history =>
    {
        var table = new Dictionary<YearMonth, SliceRow>();
        var last = Play(history, decided =>
        {
            foreach (var change in decided.Changes())
            {
                if (change is Change.Put { Row: SliceRow put })
                {
                    table[put.FromMonth] = put;
                }
                else if (change is Change.Remove { Row: SliceRow gone })
                {
                    table.Remove(gone.FromMonth);
                }
            }
        });
        return YearMonth.Range(Month(8), last.State().LastMonth ?? new(2028, 12)).All(month =>
            table.Values.Where(s => s.FromMonth <= month).MaxBy(s => s.FromMonth) is { } row && row.Amount == last.Due(month) && row.Amount == row.Base + row.Uplift);
    });

    [Fact]
    public void After_any_sequence_of_acts_whoever_is_covered_holds_the_claim_and_nobody_else() => ForAll(Histories, history =>
    {
        HashSet<string> held = [.. new[] { Zhang, Li, Child }.Select(p => p.ToString())];
        var last = Play(history, decided =>
        {
            foreach (var change in decided.Changes())
            {
                _ = change switch
                {
                    Change.Reserve r => held.Add(r.Key),
                    Change.Release r => held.Remove(r.Key),
                    _ => false,
                };
            }
        });
        return last.State is Stopped or GradualExit ? true : held.SetEquals(last.State().Members.Select(m => m.ToString()));
    });

    [Fact]
    public void What_is_owed_and_overpaid_together_make_up_the_difference_to_what_was_paid() => ForAll(
        from history in Histories
        from paid in Gen.ListOf(Gen.Choose(0, 300_000), 6)
        select (history, paid),
        x =>
        {
            var grant = Play(x.history, _ => { }).State() with { Owed = [], Debts = [] };
            var payments = new Payments([.. x.paid.Select((fen, i) => new PaidMonth(Month(8).AddMonths(i), new(fen / 100m), Money.Zero))], null);
            var (owed, overpaid, through) = payments.Against(grant, Month(8), new(2027, 1, 15));
            return through == new YearMonth(2027, 1)
                && payments.Months.Sum(m => grant.Due(m.Month) - m.Amount) == owed.Sum(o => o.Amount) - overpaid.Sum(o => o.Paid - o.Due)
                && overpaid.All(o => o.Paid > o.Due) && owed.All(o => o.Amount > Money.Zero);
        });

    [Fact]
    public void An_uprated_amount_is_what_the_formula_gives_under_the_new_standard() => ForAll(
        from countable in Gen.Choose(0, 1_900_000)
        from members in Gen.Choose(1, 6)
        from uplifted in Gen.Choose(0, 2)
        select (countable: new Money(countable / 100m), members, uplifted),
        x =>
        {
            var people = Enumerable.Range(0, x.members).Select(i => Person((char)('a' + i))).ToArray();
            List<(PersonId, UpliftCategory)> severe = [.. people.Take(x.uplifted).Select(p => (p, UpliftCategory.SevereDisability))];
            var now = Amounts("2026-07-01");
            var old = now with { Standards = new Dictionary<Area, StandardValue> { [Area.Urban] = new(new(700), StandardPeriod.Month) } };
            var basis = old.Reckon(Area.Urban, Category.C, x.countable, 12, x.members, severe);
            var anew = now.Reckon(Area.Urban, Category.C, x.countable, 12, x.members, severe);
            return basis.Base == Money.Zero || basis.Repriced(Area.Urban, Category.C, now).Monthly == anew.Monthly;
        });

    [Fact]
    public void Every_act_asked_twice_is_refused_or_records_nothing_more_and_none_fails() => ForAll(Histories, history =>
    {
        Play(history, _ => { }, (first, again) => Assert.True(again.Refusal is not null || again.Facts.Count == 0, $"Twice: {first.Facts[0].GetType().Name}, then {(again.Facts.Count > 0 ? again.Facts[0].GetType().Name : "")}"));
        return true;
    });

    private static readonly Gen<(int Act, int Who, int Day)[]> Histories =
        Gen.Choose(0, 18).SelectMany(act => Gen.Choose(0, 4).SelectMany(who => Gen.Choose(0, 40).Select(day => (act, who, day)))).ListOf().Select(l => l.Take(14).ToArray());

    private static Scenario Play((int Act, int Who, int Day)[] history, Action<Scenario.Decided> see, Action<Scenario.Decided, Scenario.Decided>? twice = null)
    {
        var opened = New.When(Grant(Month(8)), Approver.On("2026-07-02"));
        see(opened);
        var (scenario, today) = (opened.After, new DateOnly(2026, 7, 2));
        foreach (var (act, who, day) in history)
        {
            today = today.AddDays(day);
            var (command, by) = (Command(act, People[who], today, scenario), (act is 0 or 1 ? Reviewer : Approver).On(today));
            var decided = scenario.When(command, by);
            if (decided.Refusal is null)
            {
                if (decided.Facts.Count > 0)
                {
                    twice?.Invoke(decided, decided.After.When(command, by));
                }

                see(decided);
                scenario = decided.After;
            }
        }

        return scenario;
    }

    private static EntitlementCommand Command(int act, PersonId who, DateOnly today, Scenario scenario)
    {
        var members = scenario.State().Members;
        var paid = new Payments([.. YearMonth.Range(Month(8), YearMonth.From(today)).Select(m => new PaidMonth(m, new(700), Money.Zero))], YearMonth.From(today));
        return act switch
        {
            0 => new StartReview(),
            1 => new CompleteReview(new(9600), 12, (ReviewResult)(today.Day % 5), "复核"),
            2 => new DecideIncrease(Reckoned(6000, Math.Max(1, members.Count)), "增", Letter),
            3 => new DecideDecrease(Reckoned(12000, Math.Max(1, members.Count)), "减", Letter, today.Day % 2 == 0 ? today.AddDays(-70) : null),
            4 => new DecideCategory(Category.B, Reckoned(9600, Math.Max(1, members.Count)), "类", Letter),
            5 => new AddMember(who, Reckoned(9600, members.Count + 1), "增员", Letter),
            6 => new RemoveMember(who, Reckoned(9600, Math.Max(1, members.Count - 1)), "减员", Letter),
            7 => new NoteMemberDeath(who, today.AddDays(-who.ToString()[0] % 90)),
            8 => new RevokeMemberDeath(who),
            9 => new DecideAfterDeath(Reckoned(7200, Math.Max(1, members.Count)), members.IsEmpty ? null : members[0], Letter, paid),
            10 => new SuspendEntitlement(YearMonth.From(today), SuspendReason.Investigation, "核查"),
            11 => new ResumeEntitlement("查清", paid),
            12 => new AssessPayments(paid),
            13 => new UprateStandard(YearMonth.From(today).AddMonths(1 - (today.Day % 4)), Amounts("2026-07-01") with { Standards = new Dictionary<Area, StandardValue> { [Area.Urban] = new(new(820 + (10 * today.Month)), StandardPeriod.Month) } }, "x", paid),
            14 => new StopEntitlement((StopReason)(today.Day % 10), "停", Letter, null, today.Day % 3 == 0 ? today.AddDays(-50) : null),
            15 => new ReinstateEntitlement("撤销", Letter),
            16 => new StartGradualExit(3, "渐退", Letter),
            17 => new EndGradualExit(),
            _ => new ActivateEntitlement(),
        };
    }

    private static void ForAll<T>(Gen<T> gen, Func<T, bool> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(gen.ToArbitrary(), holds));
}
