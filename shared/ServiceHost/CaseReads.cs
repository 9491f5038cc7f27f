using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using NpgsqlTypes;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>What this officer may do with the case now, or why not.</summary>
/// <param name="Name">Name of the act.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Href">Where it is posted.</param>
/// <param name="May">True when it is possible now.</param>
/// <param name="Code">Why not: stable code.</param>
/// <param name="Why">Why not, in Chinese and English.</param>
public sealed record PossibleAct(string Name, Text Title, string Href, bool May, string? Code = null, Text? Why = null);

/// <summary>A case as read.</summary>
/// <param name="Id">Case number.</param>
/// <param name="Version">Version; also the ETag.</param>
/// <param name="State">Name of the state.</param>
/// <param name="StateName">The state in Chinese and English.</param>
/// <param name="Region">Region of the case.</param>
/// <param name="Due">Day by which the next step must be done.</param>
/// <param name="Case">The state's content.</param>
/// <param name="Acts">What the reader may do, and why not; absent when the past is read.</param>
public sealed record CaseView(string Id, long Version, string State, Text StateName, RegionCode Region, DateOnly? Due, JsonNode Case, IReadOnlyList<PossibleAct>? Acts);

/// <summary>One row of a worklist.</summary>
/// <param name="Id">Case number.</param>
/// <param name="Region">Region of the case.</param>
/// <param name="State">State's name.</param>
/// <param name="StateName">The state in Chinese and English.</param>
/// <param name="Subject">What the case is about.</param>
/// <param name="Open">False when nothing is left to be done.</param>
/// <param name="Due">Day by which the next step must be done.</param>
/// <param name="OpenedOn">Day of the first act.</param>
/// <param name="Version">Version.</param>
public sealed record CaseItem(string Id, string Region, string State, Text StateName, string Subject, bool Open, DateOnly? Due, DateOnly OpenedOn, long Version);

/// <summary>A page of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Count">How many there are in all, exact up to 1,000.</param>
/// <param name="CountIsExact">False when there are more than <paramref name="Count"/>.</param>
/// <param name="Next">Link to the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, int Count, bool CountIsExact, string? Next);

/// <summary>A fact of a case with its provenance, as auditors read it.</summary>
/// <param name="Version">Place in the case.</param>
/// <param name="Fact">Stored name of the fact.</param>
/// <param name="Content">The fact.</param>
/// <param name="RecordedAt">When it became known.</param>
/// <param name="OccurredOn">Day of the act.</param>
/// <param name="Actor">User id.</param>
/// <param name="Role">Role under which the actor acted.</param>
/// <param name="Organisation">Organisation code.</param>
/// <param name="Region">The actor's region.</param>
/// <param name="Client">Client application.</param>
/// <param name="Purpose">Stated purpose.</param>
/// <param name="Request">The request that caused it.</param>
/// <param name="Correlation">The case at the head of the chain.</param>
/// <param name="EnteredAfterwards">True when an act of the past was entered later.</param>
/// <param name="Policies">Policy editions that decided, with their basis.</param>
public sealed record HistoryEntry(
    long Version, string Fact, JsonNode Content, DateTimeOffset RecordedAt, DateOnly OccurredOn, string Actor, string Role, string Organisation, string Region,
    string Client, string? Purpose, string Request, string Correlation, bool EnteredAfterwards, IReadOnlyDictionary<string, string>? Policies);

/// <summary>An explained input with the fact it came from and what was recorded about it since.</summary>
/// <param name="Input">Name, value, unit and source.</param>
/// <param name="Source">The fact it was taken from.</param>
/// <param name="Since">Later facts of the same kind in that case: corrections and changes.</param>
public sealed record ExplainedSource(ExplainedInput Input, HistoryEntry? Source, IReadOnlyList<HistoryEntry> Since);

/// <summary>How a line came about, down to the facts.</summary>
/// <param name="Line">The line.</param>
/// <param name="Item">What is paid or owed.</param>
/// <param name="Formula">Formula with its article.</param>
/// <param name="Result">The figure, yuan.</param>
/// <param name="Inputs">Every input, who recorded it, and what was corrected since.</param>
public sealed record LineExplanation(string Line, Text Item, string Formula, Money Result, IReadOnlyList<ExplainedSource> Inputs);

/// <summary>Reads of one process: list, case (now, at a version, as known at an instant), history, explanation, export. Each is logged.</summary>
internal sealed class CaseReads(Process process, CaseStore store, EventLog log, NpgsqlDataSource database, ReadLog reads, TimeProvider clock)
{
    private const int LargestPage = 200;
    private const int ExactCount = 1_000;

    public void Map(IEndpointRouteBuilder service)
    {
        var title = process.Title;
        var name = process.Type.Name;
        var cases = service.MapGroup(process.Path).WithTags(title.En);
        IReadOnlyList<string> auditors = [Roles.Auditor, Roles.CitySupervisor, Roles.ProvinceSupervisor];
        cases.MapGet("", List).Describe(new($"案件列表:{title.Zh}", $"List: {title.En}"), process.Readers).WithName($"{name}.list").Produces<Page<CaseItem>>().Refuses(400, 401, 403);
        cases.MapGet("{id}", One).Describe(new($"查阅案件:{title.Zh}", $"Read: {title.En}"), process.Readers).WithName($"{name}.read").Produces<CaseView>().Refuses(400, 401, 403, 404);
        cases.MapGet("{id}/history", History).Describe(new($"案件经过:{title.Zh}", $"History: {title.En}"), process.Readers).WithName($"{name}.history").Produces<IReadOnlyList<HistoryEntry>>().Refuses(401, 403, 404);
        cases.MapGet("{id}/explain", Explain).Describe(new($"金额说明:{title.Zh}", $"Explain a line: {title.En}"), process.Readers).WithName($"{name}.explain").Produces<LineExplanation>().Refuses(401, 403, 404);
        cases.MapGet("{id}/export", Export).Describe(new($"案件导出:{title.Zh}", $"Export: {title.En}"), auditors).WithName($"{name}.export").Produces<HistoryEntry>(200, "application/x-ndjson").Refuses(401, 403, 404);
        cases.MapGet("{id}/reads", Reads).Describe(new($"查阅记录:{title.Zh}", $"Who read it: {title.En}"), auditors).WithName($"{name}.reads").Produces<IReadOnlyList<ReadEntry>>().Refuses(401, 403, 404);
    }

    private async Task<IResult> List(HttpContext context, string? after, string? state, bool? open, string? region, int? limit)
    {
        var caller = Caller.From(context.User);
        var own = RegionCode.Hydrate(caller.Region);
        var within = own;
        if (limit is < 1 or > LargestPage)
        {
            return Problems.Of(Refusal.Malformed("E_LIMIT", "每页1至200条。", "A page holds 1 to 200 rows."));
        }

        if (region is not null)
        {
            if (!RegionCode.TryCreate(region, out within, out var refusal))
            {
                return Problems.Of(refusal);
            }

            within = own.Covers(within) ? within : own;
        }

        await reads.Write(context, $"{process.Type.Name}/", $"list {context.Request.QueryString}");
        // A prefix of the region code covers everything below it (domain section 1.5).
        const string filter = "process = $1 and region like $2 and ($3 is null or state = $3) and ($4 is null or open = $4)";
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Command($"select c.id, region, state, state_zh, state_en, subject, open, due, opened_on, coalesce(s.version, 0) from case_list c left join mt_streams s on s.id = c.stream_id where {filter} and c.id > $5 order by c.id limit $6"));
        batch.BatchCommands.Add(Command($"select count(*) from (select 1 from case_list where {filter} and $5 is not null and $6 is not null limit {ExactCount + 1}) c"));
        await using var reader = await batch.ExecuteReaderAsync(context.RequestAborted);
        var items = new List<CaseItem>();
        while (await reader.ReadAsync(context.RequestAborted))
        {
            items.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), new(reader.GetString(3), reader.GetString(4)), reader.GetString(5), reader.GetBoolean(6),
                reader.IsDBNull(7) ? null : reader.GetFieldValue<DateOnly>(7), reader.GetFieldValue<DateOnly>(8), reader.GetInt64(9)));
        }

        await reader.NextResultAsync(context.RequestAborted);
        await reader.ReadAsync(context.RequestAborted);
        var count = (int)reader.GetInt64(0);
        var size = limit ?? 50;
        var next = items.Count > size ? Link(items[size - 1].Id) : null;
        return Results.Json(new Page<CaseItem>([.. items.Take(size)], Math.Min(count, ExactCount), count <= ExactCount, next), Json.Plain);

        NpgsqlBatchCommand Command(string sql) => new(sql)
        {
            Parameters =
            {
                new() { Value = process.Type.Name },
                new() { Value = within.Prefix + "%" },
                new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)state ?? DBNull.Value },
                new() { NpgsqlDbType = NpgsqlDbType.Boolean, Value = (object?)open ?? DBNull.Value },
                new() { Value = after ?? "" },
                new() { Value = (limit ?? 50) + 1 },
            },
        };

        string Link(string last)
        {
            var query = context.Request.Query.Where(q => q.Key != "after").Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value.ToString())}").Append($"after={Uri.EscapeDataString(last)}");
            return $"{context.Request.Path}?{string.Join('&', query)}";
        }
    }

    private async Task<IResult> One(HttpContext context, string id, long? version, DateTimeOffset? knownAt)
    {
        var (reading, refusal) = await Reading(context, id, version, knownAt, "case");
        if (refusal is not null)
        {
            return Problems.Of(refusal);
        }

        var summary = process.Type.Summarise(reading!.State);
        context.Response.Headers.ETag = $"\"{reading.Version}\"";
        return Results.Json(new CaseView(
            id, reading.Version, reading.State.GetType().Name, summary.State, summary.Region, summary.Due, JsonSerializer.SerializeToNode(reading.State, process.Type.StateInfo)!,
            version is null && knownAt is null ? Possible(context, reading) : null), Json.Plain);
    }

    private async Task<IResult> History(HttpContext context, string id)
    {
        var (reading, refusal) = await Reading(context, id, null, null, "history");
        return refusal is not null ? Problems.Of(refusal) : Results.Json(reading!.Facts.Select(f => Entry(process.Type, f)).ToList(), Json.Plain);
    }

    private async Task<IResult> Explain(HttpContext context, string id, string line)
    {
        var (reading, refusal) = await Reading(context, id, null, null, $"explain {line}");
        if (refusal is not null)
        {
            return Problems.Of(refusal);
        }

        if (process.Type.Explained(reading!.State, line) is not { } explanation)
        {
            return Problems.Of(Refusal.NotFound($"{process.Type.Name}/{id}?line={line}"));
        }

        var sources = new Dictionary<string, CaseReading>(StringComparer.Ordinal);
        var inputs = new List<ExplainedSource>();
        foreach (var input in explanation.Inputs)
        {
            inputs.Add(input.Process is null ? new(input, null, []) : await Source(input));
        }

        return Results.Json(new LineExplanation(explanation.Line, explanation.Item, explanation.Formula, explanation.Result, inputs), Json.Plain);

        async Task<ExplainedSource> Source(ExplainedInput input)
        {
            var type = store.Types[input.Process!];
            var key = $"{input.Process}/{input.Id}";
            if (!sources.TryGetValue(key, out var source))
            {
                source = sources[key] = await store.Read(type, input.Id!, cancel: context.RequestAborted);
            }

            var fact = source.Facts.FirstOrDefault(f => f.Version == input.Version);
            return new(input, fact is null ? null : Entry(type, fact), fact is null ? [] :
                [.. source.Facts.Where(f => f.Version > fact.Version && f.Fact.GetType() == fact.Fact.GetType()).Select(f => Entry(type, f))]);
        }
    }

    private async Task<IResult> Export(HttpContext context, string id)
    {
        var (_, refusal) = await Reading(context, id, null, null, "export");
        if (refusal is not null)
        {
            return Problems.Of(refusal);
        }

        return Results.Stream(async body =>
        {
            await foreach (var stored in log.Stream($"{process.Type.Name}/{id}", cancel: context.RequestAborted))
            {
                await JsonSerializer.SerializeAsync(body, Entry(process.Type, stored.As(process.Type)), Json.Plain, context.RequestAborted);
                await body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
            }
        }, "application/x-ndjson", $"{id}.ndjson");
    }

    private async Task<IResult> Reads(HttpContext context, string id, long? before)
    {
        var (_, refusal) = await Reading(context, id, null, null, "reads");
        return refusal is not null ? Problems.Of(refusal)
            : Results.Json(await reads.Of($"{process.Type.Name}/{id}", before ?? long.MaxValue, LargestPage, context.RequestAborted), Json.Plain);
    }

    /// <summary>Reads a case for this caller: there, inside the caller's region, and logged.</summary>
    private async Task<(CaseReading?, Refusal?)> Reading(HttpContext context, string id, long? version, DateTimeOffset? knownAt, string fields)
    {
        var reading = await store.Read(process.Type, id, version ?? long.MaxValue, knownAt, context.RequestAborted);
        if (reading.Version == 0)
        {
            return (null, Refusal.NotFound($"{process.Type.Name}/{id}"));
        }

        var region = process.Type.Summarise(reading.State).Region;
        if (!RegionCode.Hydrate(Caller.From(context.User).Region).Covers(region))
        {
            return (null, Refusal.NotYours("E_REGION_SCOPE", "该案件不在您的管辖区域内。", "The case lies outside your region."));
        }

        var moment = string.Create(CultureInfo.InvariantCulture, $"{fields}{(version is null ? "" : $" at version {version}")}{(knownAt is null ? "" : $" as known at {knownAt:O}")}");
        await reads.Write(context, $"{process.Type.Name}/{id}", moment);
        return (reading, null);
    }

    /// <summary>Tries each act's example against the law, without doing it: only the law says what is possible.</summary>
    private List<PossibleAct> Possible(HttpContext context, CaseReading reading)
    {
        var caller = Caller.From(context.User);
        return [.. process.Acts.Where(a => !a.Opens).Select(act =>
        {
            var href = $"{context.Request.Path}/{act.Name}";
            var why = !Acts.TryOf(context, clock, act.Roles, "probe", null, out var by, out var refusal) ? refusal
                : act.Probe is null ? null
                : store.Probe(process.Type, reading, act.Probe, by);
            // A refusal of the example's content says nothing about the officer's own: the act is open to them.
            return why is null or { Kind: RefusalKind.Rule or RefusalKind.Malformed or RefusalKind.Taken }
                ? new PossibleAct(act.Name, act.Title, href, true)
                : new(act.Name, act.Title, href, false, why.Code, why.Why);
        })];
    }

    internal static HistoryEntry Entry(CaseType type, Recorded<object> fact)
    {
        // What was left out shows its name, and who left it out and why in the place of its content.
        var (alias, content) = fact.Fact is FactLeftOut left ? (left.Alias, new JsonObject { ["leftOut"] = JsonSerializer.SerializeToNode(left, Json.Plain) })
            : (type.AliasOf(fact.Fact), JsonSerializer.SerializeToNode(fact.Fact, type.FactTypes[type.AliasOf(fact.Fact)])!);
        return new(fact.Version, alias, content, fact.By.At, fact.By.On, fact.By.Actor, fact.By.Role, fact.By.Organisation, fact.By.Region,
            fact.By.Client, fact.By.Purpose, fact.By.Request, fact.By.Correlation, fact.By.Historic, fact.By.Policies);
    }
}
