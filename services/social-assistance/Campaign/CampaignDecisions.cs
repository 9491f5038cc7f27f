using Platform.Cases;

namespace SocialAssistance.Campaign;

internal abstract record CampaignCommand;

internal sealed record OpenCampaign(
    RegionCode Region, string Title, CampaignCategory Category, DateOnly From, DateOnly Until, string Basis, IReadOnlyList<CampaignVillage> Villages, IReadOnlyList<Stock> Baseline) : CampaignCommand;

/// <summary>A village's hearing has been held (told by the democratic review).</summary>
internal sealed record NoteHearing(string Review, RegionCode Village, DateOnly On, int CasesHeard, int Upheld, bool SupervisorPresent) : CampaignCommand;

internal sealed record CancelHouseholds(RegionCode Village, IReadOnlyList<CancelledHousehold> Items) : CampaignCommand;

/// <summary>A household found in the campaign has been granted the allowance (told by the allowance case).</summary>
internal sealed record NoteAddition(string Case, RegionCode Village, Area Area, int Persons, Money MonthlyAmount, DateOnly DecidedOn) : CampaignCommand;

/// <param name="Reason">Why it ends although not every village has been heard.</param>
internal sealed record CloseCampaign(string? Reason = null) : CampaignCommand;

internal static class CampaignDecisions
{
    public const int MostVillages = 1_000;
    public const int MostHouseholds = 500;

    public static Decision<CampaignEvent> Decide(CampaignCase campaign, CampaignCommand command, CampaignPolicy policy, Act act) => (campaign, command) switch
    {
        (NoCampaign, OpenCampaign c) => Open(c, act),
        (NoCampaign, _) => Refusal.NotFound($"{Processes.Campaign}/{act.Case}"),
        (_, NoteHearing c) when campaign.Progress.Reviews.Contains(c.Review) => [],
        (Running r, NoteHearing c) => Hear(r, c, act),
        (Running r, CancelHouseholds c) when !r.Progress.Villages.Values.Any(policy.IsHeard) => NotHeard(c.Village, 0, 0),
        (Running r, CancelHouseholds c) => Cancel(r, c, policy, act),
        (_, NoteAddition c) when campaign.Progress.Added.Contains(c.Case) => [],
        (Running r, NoteAddition c) => Add(r, c, act),
        // A family's allowance never waits for a campaign's figures: granted later, it belongs to ordinary work.
        (Closed, NoteAddition) => [],
        (Running r, CloseCampaign c) => Close(r, c, policy, act),
        (Closed, CloseCampaign) => [],
        _ => Refusal.NotNow(),
    };

    private static Decision<CampaignEvent> Open(OpenCampaign c, Act act) =>
        c.Villages.Count is 0 or > MostVillages ? Refusal.Malformed("E_LIST_SIZE", "村(社区)名单应为1至1000个。", "A campaign has 1 to 1,000 villages.").With("field", "villages")
        : c.Region.Level is not (RegionLevel.County or RegionLevel.City) ? Refusal.Rule("E_REGION_LEVEL", "专项整治以县(市、区)为单位。", "A campaign is a county's.")
        : c.Villages.FirstOrDefault(v => v.Region.Level != RegionLevel.Village || !c.Region.Covers(v.Region)) is { } stray
            ? Refusal.Rule("E_VILLAGE", "名单中有不属于本县的村(社区)。", "The list names a village that is not one of the county's.").With("village", $"{stray.Region}")
        : c.Villages.GroupBy(v => v.Region).FirstOrDefault(g => g.Skip(1).Any()) is { } twice
            ? Refusal.Rule("E_VILLAGE", "名单中有重复的村(社区)。", "The list names a village twice.").With("village", $"{twice.Key}")
        : c.Until < c.From ? Refusal.Rule("E_PERIOD", "结束日期不能早于开始日期。", "The campaign ends before it begins.")
        : (Checks.Stated(c.Title, "title") ?? Checks.Stated(c.Basis, "basis")) is { } refusal ? refusal
        : [new CampaignOpened(c.Region, c.Title, c.Category, c.From, c.Until, c.Basis, c.Villages, c.Baseline, act.Actor)];

    private static Decision<CampaignEvent> Hear(Running r, NoteHearing c, Act act) =>
        !r.Progress.Villages.ContainsKey(c.Village.ToString()) ? NotListed(c.Village)
        : c.CasesHeard < 0 || c.Upheld < 0 || c.Upheld > c.CasesHeard ? Refusal.Rule("E_COUNT", "评议户数有误。", "The numbers of cases heard and upheld do not agree.")
        : Checks.NotAfter(c.On, act, "on") is { } refusal ? refusal
        : [new VillageHeard(c.Review, c.Village, c.On, c.CasesHeard, c.Upheld, c.SupervisorPresent, act.Actor)];

    private static Decision<CampaignEvent> Cancel(Running r, CancelHouseholds c, CampaignPolicy policy, Act act) =>
        !r.Progress.Villages.TryGetValue(c.Village.ToString(), out var village) ? NotListed(c.Village)
        : !policy.IsHeard(village) ? NotHeard(c.Village, village.Hearings, village.Supervised)
        : (Checks.SameHand(act, "SOD-1", village.HeardBy) ?? Items(c, policy)) is { } refusal ? refusal
        : c.Items.Where(i => r.Progress.Cancelled.Contains(i.Entitlement)).Select(i => i.Entitlement).ToList() is { Count: > 0 } before
            ? before.Count == c.Items.Count ? []
                : Refusal.Rule("E_CANCELLED_ALREADY", "名单中有已取消的家庭。", "The list names households that have been cancelled already.").With("entitlements", before)
        : [new HouseholdsCancelled(c.Village, act.Today, c.Items, act.Actor)];

    private static Refusal? Items(CancelHouseholds c, CampaignPolicy policy) =>
        c.Items.Count is 0 or > MostHouseholds ? Refusal.Malformed("E_LIST_SIZE", "一次取消1至500户。", "1 to 500 households are cancelled at a time.").With("field", "decisions")
        : c.Items.GroupBy(i => i.Entitlement, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any()) is { } twice
            ? Refusal.Rule("E_DUPLICATE", "名单中有重复的家庭。", "The list names a household twice.").With("entitlement", twice.Key)
        : c.Items.GroupBy(i => i.DecisionNumber, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any() || g.Key is not { Length: > 0 and <= 60 }) is { } number
            ? Refusal.Rule("E_DECISION_NUMBER", "每户一份决定,文号不得重复或为空。", "Each household has a numbered decision of its own.", "社会救助暂行办法 第13条").With("decisionNumber", number.Key)
        : c.Items.FirstOrDefault(i => !c.Village.Covers(i.Region)) is { } outside
            ? Refusal.Rule("E_VILLAGE", "名单中有不属于该村(社区)的家庭。", "The list names a household of another village.").With("entitlement", outside.Entitlement)
        : c.Items.FirstOrDefault(i => !policy.Causes.Contains(i.Cause, StringComparer.Ordinal)) is { } unknown
            ? Refusal.Rule("E_CAUSE", "取消原因不在规定范围内。", "The cause is not one of those listed.").With("cause", unknown.Cause).With("causes", policy.Causes)
        // Reasons are given in writing to each household.
        : c.Items.Select(i => Checks.Stated(i.Explanation, "explanation")?.With("entitlement", i.Entitlement)).FirstOrDefault(r => r is not null);

    private static Decision<CampaignEvent> Add(Running r, NoteAddition c, Act act) =>
        !r.Progress.Villages.ContainsKey(c.Village.ToString()) ? NotListed(c.Village)
        : c.Persons < 1 ? Refusal.Rule("E_COUNT", "保障人数至少为1人。", "At least one person is granted the allowance.")
        : Checks.NotAfter(c.DecidedOn, act, "decidedOn") is { } refusal ? refusal
        : [new HouseholdAdded(c.Case, c.Village, c.Area, c.Persons, c.MonthlyAmount, c.DecidedOn)];

    private static Decision<CampaignEvent> Close(Running r, CloseCampaign c, CampaignPolicy policy, Act act)
    {
        var heard = r.Progress.Villages.Values.Count(policy.IsHeard);
        var missing = r.Progress.Villages.Count - heard;
        return missing > 0 && Checks.Stated(c.Reason ?? "", "reason") is { } refusal
            ? refusal.With("villagesNotHeard", missing)
            : [new CampaignClosed(act.Today, heard, missing > 0 ? c.Reason : null)];
    }

    private static Refusal NotHeard(RegionCode village, int hearings, int supervised) => Refusal.NotNow(
        "E_NOT_HEARD", "该村(社区)尚未在县级监督下听证评议,不得取消。", "Nothing is cancelled in a village before its cases have been heard under the county's supervision.", "民发〔2012〕220号 第22条")
        .With("village", $"{village}").With("hearings", hearings).With("supervised", supervised);

    private static Refusal NotListed(RegionCode village) =>
        Refusal.Rule("E_VILLAGE", "该村(社区)不在本次专项整治名单内。", "The village is not in this campaign.").With("village", $"{village}");
}
