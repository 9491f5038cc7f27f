using System.Globalization;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using SocialAssistance.Campaign;

namespace SocialAssistance.Reports;

/// <summary>How much of the campaign has been heard.</summary>
/// <param name="VillagesHeard">Villages with at least one hearing.</param>
/// <param name="VillagesSupervised">Villages with at least one hearing under the county's supervision.</param>
/// <param name="Href">The hearings.</param>
internal sealed record HearingCell(int Villages, long VillagesHeard, long VillagesSupervised, long Hearings, long CasesHeard, long Upheld, string Href);

/// <summary>Households, persons and monthly amount cancelled or added, in one area or both, for one cause or all.</summary>
/// <param name="Href">The households that the figure is the sum of.</param>
internal sealed record ChangeCell(string Row, Text Title, string? Area, string? Cause, long Households, long Persons, Money MonthlyAmount, string Href);

/// <summary>What a campaign has come to.</summary>
/// <param name="KnownAt">The report as it would have been printed at this instant.</param>
/// <param name="Cells">Cancelled and added, by area and together.</param>
/// <param name="Causes">Cancelled, by cause and area.</param>
internal sealed record CampaignReport(
    string Campaign, string Title, RegionCode Region, DateTimeOffset KnownAt, string Formula, IReadOnlyList<Stock> Baseline, HearingCell Heard, IReadOnlyList<ChangeCell> Cells,
    IReadOnlyList<ChangeCell> Causes, string Href);

/// <summary>A household behind a figure of a campaign.</summary>
/// <param name="Reference">The entitlement cancelled, or the allowance case granted.</param>
/// <param name="Version">The place of the fact in the campaign's history.</param>
/// <param name="Href">History of the entitlement or of the case.</param>
internal sealed record ChangeLine(
    string Reference, string Kind, string Village, string Area, int Households, int Persons, Money Amount, string? Cause, string? Explanation, string? DecisionNumber, string? Finding,
    DateOnly OccurredOn, DateTimeOffset RecordedAt, long Version, string Href);

/// <summary>A hearing behind a figure of a campaign.</summary>
/// <param name="Href">History of the review.</param>
internal sealed record HearingLine(string Review, string Village, DateOnly HeldOn, int CasesHeard, int Upheld, bool Supervised, DateTimeOffset RecordedAt, long Version, string Href);

/// <summary>A village of a campaign, as it stands now.</summary>
internal sealed record VillageLine(
    string Village, string Area, int Hearings, int Supervised, int CasesHeard, DateOnly? HeardOn, Tally CancelledUrban, Tally CancelledRural, Tally AddedUrban, Tally AddedRural);

/// <summary>Indicator I07: what a review campaign cancelled and added, from the campaign's own facts.</summary>
internal static class CampaignReports
{
    private const string Formula = "指标 I07: 取消 = Σ 各户取消决定; 新增 = Σ 各户确认决定 / indicator I07: cancelled = sum of decisions to cancel; added = sum of confirmations";

    private static readonly string[] Areas = [nameof(Area.Urban), nameof(Area.Rural)];

    private static readonly (string Name, Text Title, HouseholdChange Kind)[] Kinds =
    [
        ("cancelled", new("取消", "Cancelled"), HouseholdChange.Cancelled),
        ("added", new("新增", "Added"), HouseholdChange.Added),
    ];

    public static async Task<IResult> Report(HttpContext context, NpgsqlDataSource database, CaseStore store, ReadLog reads, TimeProvider clock, string? campaign, DateTimeOffset? knownAt)
    {
        var at = KnownAt.Of(knownAt, clock);
        var (asked, found) = await Asked(context, store, campaign, at);
        if (asked.Refusal is { } refusal)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, $"{Processes.Campaign}/{campaign}", $"report {context.Request.QueryString}");
        (string, string?)[] query = [("campaign", campaign), ("knownAt", Links.At(at))];
        var heard = await Hearings(campaign!, at).Sum(
            database, "count(distinct village), count(distinct village) filter (where supervised), count(*), coalesce(sum(cases_heard), 0), coalesce(sum(upheld), 0)", null,
            r => new HearingCell(found.Progress.Villages.Count, r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), Links.Cell(context, "hearings", query)), context.RequestAborted);
        var changes = await Changes(campaign!, at, null, null, null).Sum(
            database, "kind, area, cause, count(*), sum(persons), sum(amount)", "kind, area, cause",
            r => (Kind: r.GetString(0), Area: r.GetString(1), Cause: r.IsDBNull(2) ? null : r.GetString(2), Figures: new Figures(r.GetInt64(3), r.GetInt64(4), new(r.GetDecimal(5)))), context.RequestAborted);
        return Results.Json(new CampaignReport(
            campaign!, found.Plan.Title, found.Plan.Region, at, Formula, found.Plan.Baseline, heard[0],
            [.. Kinds.SelectMany(k => Areas.Append(null).Select(area => Cell(k.Name, k.Title, area, null, Figures.Sum(
                changes.Where(c => c.Kind == $"{k.Kind}" && (area is null || c.Area == area)).Select(c => c.Figures)))))],
            [.. changes.Where(c => c.Kind == nameof(HouseholdChange.Cancelled)).Select(c => Cell(Kinds[0].Name, Kinds[0].Title, c.Area, c.Cause, c.Figures))],
            Links.History(context, Paths.Campaigns, campaign!)), Json.Plain);

        ChangeCell Cell(string row, Text title, string? area, string? cause, Figures f) =>
            new(row, title, area, cause, f.Households, f.Persons, f.Amount, Links.Cell(context, "cell", [.. query, ("row", row), ("area", area), ("cause", cause)]));
    }

    public static async Task<IResult> Lines(
        HttpContext context, NpgsqlDataSource database, CaseStore store, ReadLog reads, TimeProvider clock, string? campaign, DateTimeOffset? knownAt, string? row, string? area, string? cause,
        string? after, int? limit)
    {
        var at = KnownAt.Of(knownAt, clock);
        var (asked, _) = await Asked(context, store, campaign, at);
        var name = asked.OneOf(asked.Named(row, "row"), "row", [.. Kinds.Select(k => k.Name)]);
        var within = asked.OneOf(area, "area", Areas);
        var why = asked.Plain(cause, "cause");
        var (size, seen) = (asked.Limit(limit), asked.Plain(after, "after"));
        if (asked.Refusal is { } refusal)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, $"{Processes.Campaign}/{campaign}", $"report cell {context.Request.QueryString}");
        var kind = Array.Find(Kinds, k => k.Name == name).Kind;
        var path = kind == HouseholdChange.Cancelled ? Paths.Entitlements : Paths.Allowances;
        return await Changes(campaign!, at, kind, within, why).Page(
            context, database, "reference, kind, village, area, persons, amount, cause, explanation, decision_number, finding, occurred_on, recorded_at, version", [("reference", "text")],
            r => new ChangeLine(
                r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), 1, r.GetInt32(4), new(r.GetDecimal(5)), Maybe(r, 6), Maybe(r, 7), Maybe(r, 8), Maybe(r, 9),
                r.GetFieldValue<DateOnly>(10), new(r.GetDateTime(11), TimeSpan.Zero), r.GetInt64(12), Links.History(context, path, r.GetString(0))),
            line => [line.Reference], seen, size);

        static string? Maybe(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
    }

    public static async Task<IResult> HearingLines(
        HttpContext context, NpgsqlDataSource database, CaseStore store, ReadLog reads, TimeProvider clock, string? campaign, DateTimeOffset? knownAt, string? after, int? limit)
    {
        var at = KnownAt.Of(knownAt, clock);
        var (asked, _) = await Asked(context, store, campaign, at);
        var (size, seen) = (asked.Limit(limit), asked.Plain(after, "after"));
        if (asked.Refusal is { } refusal)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, $"{Processes.Campaign}/{campaign}", $"report hearings {context.Request.QueryString}");
        return await Hearings(campaign!, at).Page(
            context, database, "review, village, held_on, cases_heard, upheld, supervised, recorded_at, version", [("review", "text")],
            r => new HearingLine(
                r.GetString(0), r.GetString(1), r.GetFieldValue<DateOnly>(2), r.GetInt32(3), r.GetInt32(4), r.GetBoolean(5), new(r.GetDateTime(6), TimeSpan.Zero), r.GetInt64(7),
                Links.History(context, Paths.Reviews, r.GetString(0))),
            line => [line.Review], seen, size);
    }

    public static async Task<IResult> Villages(HttpContext context, NpgsqlDataSource database, CaseStore store, ReadLog reads, TimeProvider clock, string? campaign, string? after, int? limit)
    {
        var (asked, _) = await Asked(context, store, campaign, KnownAt.Of(null, clock));
        var (size, seen) = (asked.Limit(limit), asked.Plain(after, "after"));
        if (asked.Refusal is { } refusal)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, $"{Processes.Campaign}/{campaign}", $"report villages {context.Request.QueryString}");
        return await new Rows("campaign_results where campaign = @campaign", ("campaign", campaign!)).Page(
            context, database,
            "village, area, hearings, supervised, cases_heard, heard_on, cancelled_urban_households, cancelled_urban_persons, cancelled_rural_households, cancelled_rural_persons, "
            + "added_urban_households, added_urban_persons, added_rural_households, added_rural_persons",
            [("village", "text")],
            r => new VillageLine(
                r.GetString(0), r.GetString(1), r.GetInt32(2), r.GetInt32(3), r.GetInt32(4), r.IsDBNull(5) ? null : r.GetFieldValue<DateOnly>(5),
                new(r.GetInt32(6), r.GetInt32(7)), new(r.GetInt32(8), r.GetInt32(9)), new(r.GetInt32(10), r.GetInt32(11)), new(r.GetInt32(12), r.GetInt32(13))),
            line => [line.Village], seen, size);
    }

    /// <summary>The campaign as it was known then: there, and inside the caller's region.</summary>
    private static async Task<(Asked Asked, CampaignCase Found)> Asked(HttpContext context, CaseStore store, string? campaign, DateTimeOffset at)
    {
        var asked = new Asked(context);
        var id = asked.Named(campaign, "campaign");
        if (asked.Refusal is not null)
        {
            return (asked, CampaignProcess.Type.Initial);
        }

        var reading = await store.Read(CampaignProcess.Type, id, knownAt: at, cancel: context.RequestAborted);
        var found = (CampaignCase)reading.State;
        asked.There(reading.Version > 0, $"{Processes.Campaign}/{id}");
        asked.Within(found.Plan.Region);
        return (asked, found);
    }

    private static Rows Hearings(string campaign, DateTimeOffset at) =>
        new("campaign_hearings where campaign = @campaign and recorded_at <= @knownAt", ("campaign", campaign), ("knownAt", at.UtcDateTime));

    private static Rows Changes(string campaign, DateTimeOffset at, HouseholdChange? kind, string? area, string? cause) => new(
        "campaign_changes where campaign = @campaign and recorded_at <= @knownAt"
        + (kind is null ? "" : " and kind = @kind") + (area is null ? "" : " and area = @area") + (cause is null ? "" : " and cause = @cause"),
        ("campaign", campaign), ("knownAt", at.UtcDateTime), ("kind", $"{kind}"), ("area", area ?? ""), ("cause", cause ?? ""));
}
