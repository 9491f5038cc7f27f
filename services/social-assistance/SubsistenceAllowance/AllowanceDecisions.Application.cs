using System.Diagnostics.CodeAnalysis;
using Platform.Cases;

namespace SocialAssistance.SubsistenceAllowance;

/// <param name="RegisteredMembers">Active members of the household in the register, looked up before.</param>
internal sealed record SubmitApplication(Application Application, IReadOnlyList<PersonId> RegisteredMembers) : AllowanceCommand;

internal sealed record RequestSupplement(IReadOnlyList<string> Missing, DateOnly DueOn) : AllowanceCommand;

/// <param name="Supplied">What was asked for, when something was.</param>
internal sealed record AcceptApplication(IReadOnlyList<Document> Supplied) : AllowanceCommand;

internal sealed record DeclareRelative(PersonId Member, OfficialKind Official, Relation Relation, string? User = null) : AllowanceCommand;

internal sealed record RegisterSeparately(string RegisterNumber) : AllowanceCommand;

internal static partial class AllowanceDecisions
{
    private const decimal LargestAmount = 1_000_000m;
    private const int LargestHousehold = 50;

    private static Decision<AllowanceEvent> Submit(SubmitApplication c, AllowancePolicy policy, Act act)
    {
        var a = c.Application;
        return (Members(a, c.RegisteredMembers, policy) ?? Authorised(a) ?? Declared(a)) is { } refusal
            ? refusal
            : [new AllowanceApplicationSubmitted(act.Case, a, act.Today, act.Actor)];
    }

    /// <summary>The whole household applies, no single member for himself (社会救助暂行办法 第9条).</summary>
    private static Refusal? Members(Application a, IReadOnlyList<PersonId> registered, AllowancePolicy policy)
    {
        var people = a.Members.Select(m => m.Person).ToList();
        var omitted = registered.Except(people).ToList();
        var unknown = people.Except(registered).ToList();
        return string.IsNullOrWhiteSpace(a.Household) || people.Count is 0 or > LargestHousehold || people.Distinct().Count() != people.Count
                ? Incomplete("须列明全部共同生活的家庭成员。", "Name every member of the household, each once.")
            : omitted.Count + unknown.Count > 0 ? Incomplete("申请成员与登记的共同生活家庭成员不一致,不得仅将个别成员纳入。", "The members are not those of the registered household.")
                .With("omitted", omitted.Select(p => p.ToString()).ToList()).With("unknown", unknown.Select(p => p.ToString()).ToList())
            : a.Members.FirstOrDefault(m => m.Person == a.Applicant) is not { } applicant ? Incomplete("申请人须为共同生活的家庭成员。", "The applicant is a member of the household.")
            : policy.Procedure.Applicant.Rule == ApplicantRule.Head && applicant.Relation != Relation.Head
                ? Refusal.Rule("E_APPLICANT", "应由户主提出申请。", "The head of the household applies.", policy.Procedure.Applicant.Basis)
            : !a.Members.Any(m => m.Adult) && a.Agent is null ? Incomplete("未成年人申请须由监护人代理。", "Minors are represented by their guardian.")
            : a.HukouRegion.ToString().Length == 0 || a.HukouRegion.Level < RegionLevel.Township || a.ResidenceRegion.ToString().Length == 0 || a.ResidenceRegion.Level < RegionLevel.Village
                ? Refusal.Rule("E_REGION_LEVEL", "户籍地须到乡镇(街道),居住地须到村(社区)。", "Name the township of registration and the village of residence.")
            : null;

        static Refusal Incomplete(string zh, string en) => Refusal.Rule("E_MEMBER_INCOMPLETE", zh, en, "社会救助暂行办法 第9条; 民发〔2021〕57号: 以家庭为单位");
    }

    private static Refusal? Authorised(Application a)
    {
        var missing = a.Members.Where(m => m.Adult && a.Authorisations.All(x => x.Person != m.Person)).Select(m => m.Person.ToString()).ToList();
        return missing.Count > 0
            ? Refusal.Rule("E_AUTH_MISSING", "每名成年家庭成员均须签署授权书。", "Every adult member authorises the check of the household's means.", "社会救助暂行办法 第58条; 民发〔2021〕57号").With("missing", missing)
            : Checks.Hashed([.. a.Authorisations.Select(x => x.Document), a.Commitment, .. a.Agent is { } agent ? [agent.Mandate] : Array.Empty<Document>()], 1, "documents");
    }

    private static Refusal? Declared(Application a)
    {
        var people = a.Members.Select(m => m.Person).ToHashSet();
        List<Money> amounts = [.. a.DeclaredIncome.Select(i => i.Amount), .. a.DeclaredAssets.Select(x => x.Value), .. a.Obligors.Select(o => o.MonthlySupport)];
        return !a.DeclaredIncome.All(i => people.Contains(i.Person) && i.Months is >= 1 and <= 12) || !a.DeclaredAssets.All(x => people.Contains(x.Person))
                ? Refusal.Rule("E_DECLARATION", "申报的收入和财产须属于家庭成员,期间为1至12个月。", "Declared income and assets belong to members; a period has 1 to 12 months.")
            : OutOfRange(amounts) is { } range ? range
            : a.DeclaredIncome.All(i => i.Amount == Money.Zero) && a.Members.Count(m => m.Able) >= 2 && string.IsNullOrWhiteSpace(a.Explanation)
                ? Refusal.Rule("E_EXPLANATION", "有两名以上劳动力而申报无收入的,须作出说明。", "Two or more members can work and no income is declared: explain it.")
            : null;
    }

    /// <summary>Zero or more and below a million yuan (domain section 3.2).</summary>
    private static Refusal? OutOfRange(IEnumerable<Money> amounts) =>
        amounts.Any(m => m.IsNegative || m.Yuan >= LargestAmount) ? Refusal.Rule("E_AMOUNT_RANGE", "金额须不小于零且小于一百万元。", "An amount is zero or more and below one million yuan.") : null;

    private static Decision<AllowanceEvent> Supplement(RequestSupplement c, Act act) =>
        c.Missing.Count == 0 || c.Missing.Any(m => Checks.Stated(m, "missing") is not null) ? Refusal.Rule("E_SUPPLEMENT", "须一次性列明所缺材料。", "List everything that is missing, at once.")
        : c.DueOn < act.Today ? Refusal.Rule("E_DATE_PAST", "补正期限不能早于办理日。", "The term lies before the day of the act.").With("day", c.DueOn)
        : [new AllowanceSupplementRequested(c.Missing, c.DueOn, act.Actor)];

    /// <summary>The profile of the day of acceptance holds to the end of the case (domain rule H4).</summary>
    private static Decision<AllowanceEvent> Accept(AllowanceCase aid, AcceptApplication c, AllowancePolicy policy, Act act) =>
        Checks.Hashed(c.Supplied, aid is SupplementAwaited ? 1 : 0, "supplied") is { } refusal ? refusal
        : Terms(policy.Procedure, act.Today, out var terms, out var missing) ? [new AllowanceApplicationAccepted(act.Today, policy.Procedure, terms, c.Supplied, act.Actor)]
        : missing;

    private static bool Terms(Procedure procedure, DateOnly accepted, out List<Term> terms, [NotNullWhen(false)] out Refusal? refusal)
    {
        terms = [];
        if (!TryTerm(Clock.Investigation, accepted, procedure.Investigation.Days, out var investigation, out refusal))
        {
            return false;
        }

        terms.Add(investigation);
        if (procedure.DemocraticReview is { Mandatory: true, Days: { } reviewDays })
        {
            if (!TryTerm(Clock.DemocraticReview, investigation.Due, reviewDays, out var review, out refusal))
            {
                return false;
            }

            terms.Add(review);
        }

        if (procedure.Total is { } whole)
        {
            if (!TryTerm(Clock.Total, accepted, whole.Days, out var total, out refusal))
            {
                return false;
            }

            terms.Add(total);
        }

        return true;
    }

    /// <summary>A term of working days after a day that does not count, with a warning at four fifths of it.</summary>
    private static bool TryTerm(Clock clock, DateOnly from, int days, [NotNullWhen(true)] out Term? term, [NotNullWhen(false)] out Refusal? refusal)
    {
        term = null;
        if (!WorkingCalendar.National.TryDue(from, Math.Max(1, days), out var due, out refusal)
            || !WorkingCalendar.National.TryDue(from, Math.Max(1, days * 4 / 5), out var warnOn, out refusal))
        {
            return false;
        }

        term = new(clock, from, warnOn, due);
        return true;
    }

    private static Decision<AllowanceEvent> Declare(AllowanceFile file, DeclareRelative c, Act act)
    {
        var relative = new NearRelative(c.Member, c.Official, c.Relation, c.User);
        return file.Relatives.Contains(relative) ? []
            : file.Application.Members.All(m => m.Person != c.Member) ? Refusal.Rule("E_MEMBER_UNKNOWN", "该人不是申请家庭成员。", "The person is not a member of the household.")
            : c.Relation is Relation.Head or Relation.Other ? Refusal.Rule("E_RELATION", "近亲属为配偶、父母、子女、兄弟姐妹、祖父母、外祖父母、孙子女、外孙子女。", "Near relatives are spouse, parents, children, siblings, grandparents and grandchildren.", "民发〔2012〕220号 第14条")
            : [new AllowanceRelativeDeclared(relative, act.Today, act.Actor)];
    }

    private static Decision<AllowanceEvent> Register(AllowanceFile file, RegisterSeparately c, Act act) =>
        file.SeparateRegister == c.RegisterNumber ? []
        : file.SeparateRegister is not null ? Refusal.NotNow("E_REGISTERED", "本案已单独登记备案。", "The case is already in the separate register.")
        : Checks.Stated(c.RegisterNumber, "registerNumber") is { } refusal ? refusal
        : [new AllowanceCaseSeparatelyRegistered(c.RegisterNumber, act.Today, act.Actor)];
}
