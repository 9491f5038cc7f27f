namespace Platform.Local.Demonstration;

/// <summary>A household found in the campaign, on its way to a decision.</summary>
/// <param name="People">Person ids in the order of the members.</param>
internal sealed record AddedCase(Addition Addition, IReadOnlyList<string> People, string Household, string Number);

/// <summary>The households found in the campaign: each passes every step of the procedure of 2012, on its own days.</summary>
internal sealed partial class Loader
{
    private const string Allowances = "subsistence-allowances";
    private const string Visits = "home-visits";
    private const string Notices = "publicity-notices";
    private const string Checks = "economic-verifications";

    private static readonly string[] Durables = ["电视机"];
    private static readonly string[] Grounds = ["收入和财产符合规定,民主评议通过。"];
    private static readonly string[] Boards = ["村务公开栏"];

    private async Task<IReadOnlyList<AddedCase>> Investigate(DemonstrationBureau bureau, string campaign, CancellationToken stop)
    {
        var cases = await Apply(bureau, campaign, stop);
        await Each("受理 / accepted", Window, cases, "accept-application", _ => new { supplied = Array.Empty<object>() }, a => a.AcceptedOn, stop);
        var officers = new[] { await client.UserId(TownshipOfficer, stop), await client.UserId(SecondTownshipOfficer, stop) };
        await Each("开始调查 / investigation", TownshipOfficer, cases, "start-investigation", _ => new { investigators = officers }, a => a.AcceptedOn, stop);
        await Verify(cases, stop);
        await Visit(cases, "Township", officers, TownshipOfficer, a => a.InvestigatedOn, stop);
        await Each("核算收入 / income", TownshipOfficer, cases, "assess-income", Income, a => a.InvestigatedOn, stop);
        await Each("核定财产 / assets", TownshipOfficer, cases, "assess-assets", c => new { lines = new[] { new { person = c.People[0], kind = "Deposits", value = 1_000.00m } } }, a => a.InvestigatedOn, stop);
        return cases;
    }

    private async Task<IReadOnlyList<AddedCase>> Apply(DemonstrationBureau bureau, string campaign, CancellationToken stop)
    {
        var additions = bureau.Additions;
        var members = additions.SelectMany(a => a.Household.Members.Select(m => (a, m))).ToList();
        var people = await Many("人员登记 / persons", Window, "persons", [.. members.Select(x => new Command("", $"demo-person-{x.m.ResidentId}", new
        {
            name = x.m.Name,
            hukouRegion = x.a.Household.Village.Code,
            hukouType = x.m.Hukou.ToString(),
            residentId = x.m.ResidentId,
            residenceRegion = x.a.Household.Village.Code,
        }, OccurredOn: x.a.Steps.SubmittedOn))], stop);
        var byNumber = members.Select((x, i) => (x.m.ResidentId, people[i])).ToDictionary(x => x.ResidentId, x => x.Item2, StringComparer.Ordinal);
        string[] Ids(Addition a) => [.. a.Household.Members.Select(m => byNumber[m.ResidentId])];

        await Many("领款账户 / accounts", Window, "persons", [.. additions.Select(a => new Command("register-account", $"demo-account-{a.Household.No}", new
        {
            number = $"BankCard:{a.Household.Card.Number}",
            holder = a.Household.Card.Holder,
            bank = a.Household.Card.BankCode,
            reason = "申请低保",
            inPerson = true,
        }, Ids(a)[0], a.Steps.SubmittedOn))], stop);
        var households = await Many("家庭登记 / households", Window, "households", [.. additions.Select(a => new Command("", $"demo-household-{a.Household.No}", new
        {
            members = a.Household.Members.Select(m => new { person = byNumber[m.ResidentId], relation = m.Relation.ToString() }),
            hukouRegion = a.Household.Village.Code,
            residenceRegion = a.Household.Village.Code,
            since = a.Steps.SubmittedOn.AddYears(-1),
        }, OccurredOn: a.Steps.SubmittedOn))], stop);
        var numbers = await Many("申请 / applications", Window, Allowances, [.. additions.Select((a, i) => new Command("", $"demo-application-{a.Household.No}", new
        {
            household = households[i],
            applicant = byNumber[a.Household.Head.ResidentId],
            area = a.Household.Area.ToString(),
            hukouRegion = a.Household.Village.Code,
            residenceRegion = a.Household.Village.Code,
            members = a.Household.Members.Select(m => new
            {
                person = byNumber[m.ResidentId],
                relation = m.Relation.ToString(),
                adult = Adult(m, a),
                labour = Adult(m, a) && m.BirthDate.AddYears(60) > a.Steps.SubmittedOn ? "Partial" : "None",
                health = a.Household.Category == 'A' ? "ChronicIllness" : "Good",
                studying = !Adult(m, a),
            }),
            declaredIncome = a.DeclaredIncome.Select(l => new { person = byNumber[l.ResidentId], kind = l.Kind.ToString(), amount = l.AnnualAmount, months = 12 }),
            declaredAssets = new[] { new { person = byNumber[a.Household.Head.ResidentId], kind = "Deposits", value = 1_000.00m } },
            obligors = Array.Empty<object>(),
            authorisations = a.Household.Members.Where(m => Adult(m, a)).Select(m => new { person = byNumber[m.ResidentId], document = Paper("authorisation", $"authorisation-{byNumber[m.ResidentId]}") }),
            commitment = Paper("commitment", $"commitment-{a.Household.No}"),
            explanation = "家庭成员年老或需照料病人,无稳定收入。",
            campaign,
        }, OccurredOn: a.Steps.SubmittedOn))], stop);
        return [.. additions.Select((a, i) => new AddedCase(a, Ids(a), households[i], numbers[i]))];
    }

    private async Task Verify(IReadOnlyList<AddedCase> cases, CancellationToken stop)
    {
        var orders = await Many("委托核对 / verifications", TownshipOfficer, Checks, [.. cases.Select(c => new Command("", $"demo-verification-{c.Number}", new
        {
            @case = Ref("subsistence-allowance", c.Number),
            purpose = "New",
            persons = c.People,
            region = c.Addition.Household.Village.Code,
            asOf = c.Addition.Steps.AcceptedOn,
            items = new[] { new { item = "annual-income", declared = c.Addition.Household.AnnualIncome } },
        }, OccurredOn: c.Addition.Steps.AcceptedOn))], stop);
        await Many("核对授权 / authorisations", TownshipOfficer, Checks, [.. cases.SelectMany((c, i) => c.People.Select(person => new Command("register-authorisation", $"demo-authorised-{c.Number}-{person}", new
        {
            person,
            signedOn = c.Addition.Steps.SubmittedOn,
            validTo = c.Addition.Steps.SubmittedOn.AddYears(1),
            document = Paper("authorisation", $"authorisation-{person}"),
            guardian = person == c.People[0] ? null : c.People[0],
        }, orders[i], c.Addition.Steps.AcceptedOn)))], stop);
        await Steps("发出查询 / queries", "dispatch-query", (c, _) => new { source = "Tax", requestNumber = $"TAX-{c.Number}" });
        await Steps("反馈 / results", "receive-result", (c, _) => new { requestNumber = $"TAX-{c.Number}", returnedOn = c.Addition.Steps.AcceptedOn, found = false, lines = Array.Empty<object>(), rawReference = $"tax/{c.Number}" });
        await Steps("核对报告 / reports", "issue-report", (c, i) => new
        {
            reportNumber = $"HDBG-{c.Number[3..]}",
            conclusion = "Consistent",
            verified = new[] { new { item = "annual-income", verified = c.Addition.Household.AnnualIncome } },
            alerts = Array.Empty<string>(),
        });

        Task Steps(string title, string act, Func<AddedCase, int, object> body) => Many(title, VerificationCentre, Checks,
            [.. cases.Select((c, i) => new Command(act, $"demo-{act}-{c.Number}", body(c, i), orders[i], c.Addition.Steps.AcceptedOn))], stop);
    }

    private async Task Visit(IReadOnlyList<AddedCase> cases, string kind, IReadOnlyList<string> investigators, string officer, Func<AdditionSteps, DateOnly> on, CancellationToken stop)
    {
        var visits = await Many($"入户调查 / {kind} visits", officer, Visits, [.. cases.Select(c => new Command("", $"demo-{kind}-visit-{c.Number}", new
        {
            @case = Ref("subsistence-allowance", c.Number),
            kind,
            region = c.Addition.Household.Village.Code,
            investigators,
            date = on(c.Addition.Steps),
        }, OccurredOn: on(c.Addition.Steps)))], stop);
        await Steps("conduct-visit", c => new
        {
            method = "OnSite",
            present = c.People.Take(1),
            housing = new { area = 58.0m, rooms = 3, structure = "砖木", condition = "一般" },
            durables = Durables,
            income = Array.Empty<object>(),
            expenditure = Array.Empty<object>(),
            photos = new[] { Paper("photo", $"photo-{kind}-{c.Number}") },
            findings = "住房及生活状况与申报一致。",
            conforms = true,
        });
        await Steps("sign-visit", c => new
        {
            investigators = investigators.Select(i => new { investigator = i, signature = Paper("signature", $"signature-{kind}-{c.Number}-{i}") }),
            household = Paper("signature", $"signature-{kind}-{c.Number}"),
        });
        await Steps("submit-visit", _ => new { conclusion = "调查属实。" });

        Task Steps(string act, Func<AddedCase, object> body) => Many($"入户调查 / {act}", officer, Visits,
            [.. cases.Select((c, i) => new Command(act, $"demo-{kind}-{act}-{c.Number}", body(c), visits[i], on(c.Addition.Steps)))], stop);
    }

    /// <summary>From the village's hearing to the decision.</summary>
    private async Task Decide(IReadOnlyList<AddedCase> cases, CancellationToken stop)
    {
        await Each("初审意见 / opinions", TownshipReviewer, cases, "give-initial-opinion", c => new { grant = true, category = $"{c.Addition.Household.Category}", uplifts = Array.Empty<object>(), reasons = Grounds }, a => a.OpinionOn, stop);
        await Announce(cases, "Initial", a => a.PostedOn, a => a.LastPublicDay.AddDays(1), stop);
        await Each("上报 / reported", TownshipReviewer, cases, "report-to-county", c => new { files = new[] { Paper("case-file", $"file-{c.Number}") } }, a => a.ReportedOn, stop);
        var sampled = cases.Where(c => c.Addition.Steps.CountyVisitedOn is not null).ToList();
        await Visit(sampled, "County", [await client.UserId(CountyOfficer, stop), await client.UserId("county-officer.2", stop)], CountyOfficer, a => a.CountyVisitedOn!.Value, stop);
        await Each("县级审查 / county checks", CountyOfficer, cases, "record-county-check", c => new { conforms = true, sampled = c.Addition.Steps.CountyVisitedOn is not null, findings = "材料齐全,符合规定。" }, a => a.CountyReviewedOn, stop);
        await Announce(cases, "Approval", a => a.ApprovalPostedOn, a => a.ApprovalLastPublicDay.AddDays(1), stop);
        await Each("确认 / confirmed", CountyApprover, cases, "confirm-allowance", c => new { decisionNumber = $"裕民保〔2014〕{int.Parse(c.Number[^6..], System.Globalization.CultureInfo.InvariantCulture)}号", monthlyAmount = c.Addition.Household.MonthlyAmount, payee = c.People[0] }, a => a.DecidedOn, stop, underWay: 1);
        await Each("送达 / served", TownshipOfficer, cases, "serve-decision", c => new { method = "InPerson", servedOn = c.Addition.Steps.DecidedOn, receipt = Paper("receipt", $"receipt-{c.Number}") }, a => a.DecidedOn, stop);
    }

    private async Task Announce(IReadOnlyList<AddedCase> cases, string kind, Func<AdditionSteps, DateOnly> posted, Func<AdditionSteps, DateOnly> closed, CancellationToken stop)
    {
        var notices = await Many($"公示 / {kind} notices", kind == "Initial" ? TownshipOfficer : CountyOfficer, Notices, [.. cases.Select(c => new Command("", $"demo-{kind}-notice-{c.Number}", new
        {
            @case = Ref("subsistence-allowance", c.Number),
            kind,
            region = c.Addition.Household.Village.Code,
            fields = new[]
            {
                new { label = "applicant", value = c.People[0] },
                new { label = "members", value = $"{c.People.Count}" },
                new { label = "amount", value = FormattableString.Invariant($"{c.Addition.Household.MonthlyAmount:0.00}") },
            },
            places = Boards,
        }, OccurredOn: posted(c.Addition.Steps)))], stop);
        await Steps(VillageAssistant, "post-notice", c => new { photos = new[] { Paper("photo", $"notice-{kind}-{c.Number}") } }, posted);
        await Steps(TownshipOfficer, "close-notice", _ => new { }, closed);

        Task Steps(string officer, string act, Func<AddedCase, object> body, Func<AdditionSteps, DateOnly> on) => Many($"公示 / {kind} {act}", officer, Notices,
            [.. cases.Select((c, i) => new Command(act, $"demo-{kind}-{act}-{c.Number}", body(c), notices[i], on(c.Addition.Steps)))], stop);
    }

    private Task<IReadOnlyList<string>> Each(string title, string officer, IReadOnlyList<AddedCase> cases, string act, Func<AddedCase, object> body, Func<AdditionSteps, DateOnly> on, CancellationToken stop, int underWay = BureauClient.UnderWay) =>
        Many(title, officer, Allowances, [.. cases.Select(c => new Command(act, $"demo-{act}-{c.Number}", body(c), c.Number, on(c.Addition.Steps)))], stop, underWay);

    private static object Income(AddedCase c)
    {
        var last = WorkingDays.MonthOf(c.Addition.Steps.AcceptedOn).AddMonths(-1);
        var byNumber = c.Addition.Household.Members.Select((m, i) => (m.ResidentId, c.People[i])).ToDictionary(x => x.ResidentId, x => x.Item2, StringComparer.Ordinal);
        return new
        {
            from = last.AddMonths(-11).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture),
            to = last.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture),
            lines = c.Addition.DeclaredIncome.Select(l => new { person = byNumber[l.ResidentId], kind = l.Kind.ToString(), gross = l.AnnualAmount, deduction = 0.00m, excluded = 0.00m, basis = "申报并经核对、入户调查" }),
            recognisedExpenses = 0.00m,
            householdCountable = c.Addition.Household.AnnualIncome,
        };
    }

    private static bool Adult(Person member, Addition addition) => member.BirthDate.AddYears(18) <= addition.Steps.SubmittedOn;
}
