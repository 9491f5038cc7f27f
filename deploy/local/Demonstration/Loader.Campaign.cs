namespace Platform.Local.Demonstration;

/// <summary>The campaign: every village is heard, what does not qualify is cancelled.</summary>
internal sealed partial class Loader
{
    private const string Reviews = "democratic-reviews";

    private async Task Hear(DemonstrationBureau bureau, string campaign, IReadOnlyList<AddedCase> cases, CancellationToken stop)
    {
        var opening = bureau.Opening.ToLookup(h => h.Village.Code, StringComparer.Ordinal);
        var added = cases.ToLookup(c => c.Addition.Household.Village.Code, StringComparer.Ordinal);
        var rejected = bureau.Cancellations.Select(c => c.Household.No).ToHashSet(StringComparer.Ordinal);
        var villages = bureau.Villages.Where(v => opening[v.Code].Any() || added[v.Code].Any()).OrderBy(v => v.HeardOn).ToList();
        var agendas = villages.ToDictionary(v => v.Code, v => opening[v.Code].Select(h => (Case: Ref("entitlement", EntitlementOf(h)), Agreed: !rejected.Contains(h.No)))
            .Concat(added[v.Code].Select(c => (Case: Ref("subsistence-allowance", c.Number), Agreed: true))).ToList(), StringComparer.Ordinal);

        var reviews = await Many("召集评议 / hearings convened", TownshipOfficer, Reviews, [.. villages.Select(v => new Command("", $"demo-review-{v.Code}", new
        {
            village = v.Code,
            date = v.HeardOn,
            participants = new { townshipStaff = 1, villageOfficials = 2, villageRepresentatives = 14, partyMembers = 2, supervisors = 1 },
            agenda = agendas[v.Code].Select(a => a.Case),
            campaign,
        }, OccurredOn: v.HeardOn))], stop);
        await Steps("hear-cases", v => new { cases = agendas[v.Code].Select(a => new { @case = a.Case, statement = "申请人陈述家庭情况,工作人员介绍调查结果。", questions = Array.Empty<string>() }) });
        await Steps("record-votes", v => new { ballots = agendas[v.Code].Select(a => a.Agreed ? new { @case = a.Case, agree = 17, disagree = 1, abstain = 0 } : new { @case = a.Case, agree = 3, disagree = 14, abstain = 1 }), secret = true });
        await Steps("conclude-review", v => new { disputed = Array.Empty<object>(), minutes = Paper("minutes", $"minutes-{v.Code}"), signatures = 20, supervisorPresent = true });

        Task Steps(string act, Func<Village, object> body) => Many($"听证评议 / {act}", TownshipOfficer, Reviews,
            [.. villages.Select((v, i) => new Command(act, $"demo-{act}-{v.Code}", body(v), reviews[i], v.HeardOn))], stop, underWay: 1);
    }

    private async Task Cancel(DemonstrationBureau bureau, string campaign, CancellationToken stop)
    {
        var number = 1_000;
        await Many("取消 / villages with cancellations", CountyApprover, "campaigns", [.. bureau.Cancellations
            .GroupBy(c => (c.Household.Village.Code, c.DecidedOn))
            .OrderBy(g => g.Key.DecidedOn).ThenBy(g => g.Key.Code, StringComparer.Ordinal)
            .Select(g => new Command("cancel-households", $"demo-cancel-{g.Key.Code}-{g.Key.DecidedOn:yyyyMMdd}", new
            {
                village = g.Key.Code,
                decisions = g.Select(c => new { entitlement = EntitlementOf(c.Household), cause = c.Cause.Code, explanation = c.Cause.Zh, decisionNumber = $"裕民低保〔2014〕{++number}号" }).ToList(),
            }, campaign, g.Key.DecidedOn))], stop, underWay: 1);
    }

    /// <summary>Imported entitlements carry the register's household number.</summary>
    private static string EntitlementOf(Household household) => $"DB-{County[..6]}-{household.No}";
}
