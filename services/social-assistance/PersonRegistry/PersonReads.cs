using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.PersonRegistry;

/// <param name="ResidentId">Resident ID number, or a provisional number.</param>
internal sealed record PersonSearch(string ResidentId);

internal sealed record PersonFound(PersonId Person, Text State);

/// <summary>A case that concerns the person.</summary>
internal sealed record PersonCaseItem(string Process, string Id, string Region, string State, Text StateName, bool Open, DateOnly OpenedOn);

/// <summary>A benefit that covers the person, and what the bank has paid of it.</summary>
internal sealed record PersonBenefit(
    string Entitlement, string Benefit, string State, string FirstMonth, string? LastMonth, Money MonthlyAmount, bool IsPayee, int MonthsPaid, Money Paid, string? LastPaidMonth);

/// <summary>Everything this service has about a person, by number.</summary>
internal sealed record PersonOverview(PersonId Person, string? Household, IReadOnlyList<PersonCaseItem> Cases, IReadOnlyList<PersonBenefit> Benefits);

/// <summary>Reads of personal details: by those entitled, for a stated purpose, and never without a trace.</summary>
internal static class PersonReads
{
    private static readonly string[] Officers = [WindowOfficer, VillageAssistant, TownshipOfficer, TownshipReviewer, CountyOfficer, CountyApprover, CountyFinance];
    private const int LongestPurpose = 500;

    public static void Map(IEndpointRouteBuilder service)
    {
        var people = service.MapGroup("persons").WithTags("Persons");
        people.MapPost("search", Search).Describe(new("按身份号码查人员标识", "Find a person by number"), Officers).WithName("person.search").Produces<PersonFound>().Refuses(400, 401, 403, 404);
        people.MapGet("{id}/details", (HttpContext c, string id, CaseStore s, Vault v, ReadLog r) => Details(c, id, full: true, s, v, r))
            .Describe(new("查阅个人信息", "Read personal details"), [PersonalDataReader]).WithName("person.details").Produces<PersonalDetails>().Refuses(400, 401, 403, 404);
        people.MapGet("{id}/masked", (HttpContext c, string id, CaseStore s, Vault v, ReadLog r) => Details(c, id, full: false, s, v, r))
            .Describe(new("查阅脱敏信息", "Read masked details"), [.. Officers, Auditor]).WithName("person.masked").Produces<PersonalDetails>().Refuses(401, 403, 404);
        people.MapGet("{id}/cases", Overview).Describe(new("人员全景", "Everything about a person"), [.. Officers, Auditor]).WithName("person.cases").Produces<PersonOverview>().Refuses(401, 403, 404);
    }

    private static async Task<IResult> Search(HttpContext context, PersonSearch request, CaseStore store, Vault vault, ReadLog reads)
    {
        var provisional = request.ResidentId.StartsWith('W');
        if (!ResidentId.TryCreate(request.ResidentId, out var number, out var refusal) && !provisional)
        {
            return Problems.Of(refusal);
        }

        var person = vault.Identify(provisional ? ResidentId.Hydrate(request.ResidentId) : number);
        await reads.Write(context, $"{Processes.Person}/{person}", "search by number");
        var reading = await store.Read(PersonProcess.Type, person.ToString(), cancel: context.RequestAborted);
        return reading.Version == 0 ? Problems.Of(Refusal.NotFound("person"))
            : Results.Json(new PersonFound(person, PersonViews.Summary((PersonCase)reading.State).State), Json.Plain);
    }

    private static async Task<IResult> Details(HttpContext context, string id, bool full, CaseStore store, Vault vault, ReadLog reads)
    {
        if (full && context.Request.Headers["Purpose"].ToString() is not { Length: > 0 and <= LongestPurpose })
        {
            return Problems.Of(Refusal.Malformed("E_PURPOSE", "查阅个人信息须在请求头 Purpose 中说明目的。", "State in the header Purpose why personal details are read.", "个人信息保护法 第6条"));
        }

        if (await Find(context, id, store) is (_, { } refusal))
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, $"{Processes.Person}/{id}", full ? "details: residentId, name, phone, address, account" : "masked details");
        var opened = await vault.Open([PersonId.Hydrate(id)], context.RequestAborted);
        return opened.TryGetValue(PersonId.Hydrate(id), out var details)
            ? Results.Json(full ? details : details.Masked(), Json.Plain)
            : Problems.Of(Refusal.NotFound($"{Processes.Person}/{id}/details"));
    }

    private static async Task<IResult> Overview(HttpContext context, string id, CaseStore store, NpgsqlDataSource database, ReadLog reads)
    {
        var (state, refusal) = await Find(context, id, store);
        if (refusal is not null)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, $"{Processes.Person}/{id}", "overview");
        string[] known = [id, .. state!.Person.Absorbed.Select(p => p.ToString())];
        var within = $"{RegionCode.Hydrate(Caller.From(context.User).Region).Prefix}%";
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new("select household from household_members where person = any ($1) and active") { Parameters = { new() { Value = known } } });
        batch.BatchCommands.Add(new("select distinct l.process, l.id, l.region, l.state, l.state_zh, l.state_en, l.open, l.opened_on from case_people p join case_list l using (stream_id) where p.person = any ($1) and l.region like $2 order by l.opened_on desc, l.id")
        { Parameters = { new() { Value = known }, new() { Value = within } } });
        batch.BatchCommands.Add(new("select distinct r.entitlement, r.benefit, r.state, r.first_month, r.last_month, r.monthly_amount, r.payee = any ($1), paid.months, paid.amount, paid.last from unnest($1) as p (person) join entitlement_roll r on r.members @> to_jsonb(p.person) cross join lateral (select count(distinct l.month), coalesce(sum(l.amount), 0), max(l.month) from payment_lines l join payment_batches b using (batch) where l.entitlement = r.entitlement and l.status = 'Drawn' and b.paid_on is not null) as paid (months, amount, last) where r.region like $2 order by 1")
        { Parameters = { new() { Value = known }, new() { Value = within } } });
        await using var reader = await batch.ExecuteReaderAsync(context.RequestAborted);
        var household = await reader.ReadAsync(context.RequestAborted) ? reader.GetString(0) : null;
        await reader.NextResultAsync(context.RequestAborted);
        var cases = new List<PersonCaseItem>();
        while (await reader.ReadAsync(context.RequestAborted))
        {
            cases.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), new(reader.GetString(4), reader.GetString(5)), reader.GetBoolean(6), reader.GetFieldValue<DateOnly>(7)));
        }

        await reader.NextResultAsync(context.RequestAborted);
        var benefits = new List<PersonBenefit>();
        while (await reader.ReadAsync(context.RequestAborted))
        {
            benefits.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4), new(reader.GetDecimal(5)), reader.GetBoolean(6),
                (int)reader.GetInt64(7), new(reader.GetDecimal(8)), reader.IsDBNull(9) ? null : reader.GetString(9)));
        }

        return Results.Json(new PersonOverview(PersonId.Hydrate(id), household, cases, benefits), Json.Plain);
    }

    private static async Task<(PersonCase? State, Refusal? Refusal)> Find(HttpContext context, string id, CaseStore store)
    {
        var reading = await store.Read(PersonProcess.Type, id, cancel: context.RequestAborted);
        var state = (PersonCase)reading.State;
        return reading.Version == 0 ? (null, Refusal.NotFound($"{Processes.Person}/{id}"))
            : !RegionCode.Hydrate(Caller.From(context.User).Region).Covers(state.Person.Region) ? (null, Refusal.NotYours("E_REGION_SCOPE", "该人员不在您的管辖区域内。", "The person lies outside your region."))
            : (state, null);
    }
}
