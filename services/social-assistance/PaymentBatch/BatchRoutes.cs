using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Npgsql;
using NpgsqlTypes;
using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.PaymentBatch;

/// <summary>One component of a line, as lists show it.</summary>
internal sealed record LineItem(
    int Line, string Entitlement, string Month, string Component, string Area, string Region, string Household, string Payee, int Persons, decimal Amount, string Status);

/// <summary>Lines of a batch, by number.</summary>
/// <param name="Next">Number of the last line when more follow.</param>
internal sealed record LinePage(IReadOnlyList<LineItem> Lines, int? Next);

/// <summary>The bank file, and the lines page by page.</summary>
internal static class BatchRoutes
{
    private const int LargestPage = 500;

    public static void Map(IEndpointRouteBuilder service)
    {
        var batches = service.MapGroup("payment-batches/{id}").WithTags("Payment batches");
        batches.MapGet("file", File).Describe(new("下载银行文件", "Fetch the bank file"), [CountyFinance, Treasury, Bank])
            .WithName("payment-batch.file").Produces<byte[]>(200, "text/csv", "application/octet-stream").Refuses(400, 401, 403, 404, 409, 422);
        batches.MapGet("lines", Lines).Describe(new("批次明细", "Lines of a batch"), [CountyFinance, CountyApprover, Treasury, Auditor, CitySupervisor, ProvinceSupervisor])
            .WithName("payment-batch.lines").Produces<LinePage>().Refuses(400, 401, 403, 404);
    }

    private static async Task<IResult> File(HttpContext context, string id, string? format, NpgsqlDataSource database, Vault vault, ReadLog reads)
    {
        if (!Enum.TryParse<BankFormat>(format, ignoreCase: true, out var wanted) || !Enum.GetNames<BankFormat>().Contains(format, StringComparer.OrdinalIgnoreCase))
        {
            return Problems.Of(Refusal.Malformed("E_FORMAT", "格式应为 csv 或 gb18030。", "The format is csv or gb18030."));
        }

        var (state, refusal) = await Find(context, id, database);
        if (refusal is not null)
        {
            return Problems.Of(refusal);
        }

        if (state is not (nameof(Released) or nameof(Paid) or nameof(Reconciled) or nameof(Closed)))
        {
            return Problems.Of(Refusal.NotNow("E_NOT_RELEASED", "批次拨付后方可下载银行文件。", "The bank file can be fetched once the batch is released."));
        }

        await reads.Write(context, $"{Processes.PaymentBatch}/{id}", $"bank file {wanted}");
        var bytes = await BatchPreparation.File(database, vault, id, wanted, context.RequestAborted);
        var sha256 = bytes is null ? "" : BankFiles.Hash(bytes);
        if (bytes is null || await Approved(database, id, wanted, context.RequestAborted) != sha256)
        {
            return Problems.Of(Refusal.Rule("E_FILE_HASH", "银行文件与审批时的校验值不一致。", "The bank file is not the one that was approved."));
        }

        var digest = Convert.ToBase64String(Convert.FromHexString(sha256));
        context.Response.Headers["Digest"] = $"SHA-256={digest}";
        context.Response.Headers["Content-Digest"] = $"sha-256=:{digest}:";
        return wanted == BankFormat.Csv
            ? Results.Bytes(bytes, "text/csv; charset=utf-8", $"{id}.csv", entityTag: new EntityTagHeaderValue($"\"{sha256}\""))
            : Results.Bytes(bytes, "application/octet-stream", $"{id}.txt", entityTag: new EntityTagHeaderValue($"\"{sha256}\""));
    }

    /// <summary>The hash as the last approval recorded it.</summary>
    private static async Task<string?> Approved(NpgsqlDataSource database, string id, BankFormat format, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("""
            select file->>'sha256' from mt_events, jsonb_array_elements(data->'files') as file
            where stream_id = $1 and type = 'batch_approved' and file->>'format' = $2 order by version desc limit 1
            """);
        command.Parameters.Add(new() { Value = $"{Processes.PaymentBatch}/{id}" });
        command.Parameters.Add(new() { Value = $"{format}" });
        return await command.ExecuteScalarAsync(cancel) as string;
    }

    private static async Task<IResult> Lines(HttpContext context, string id, int? after, string? status, int? limit, NpgsqlDataSource database, ReadLog reads)
    {
        var size = limit ?? 100;
        if (size is < 1 or > LargestPage)
        {
            return Problems.Of(Refusal.Malformed("E_LIMIT", "每页1至500条。", "A page holds 1 to 500 rows."));
        }

        var (_, refusal) = await Find(context, id, database);
        if (refusal is not null)
        {
            return Problems.Of(refusal);
        }

        await reads.Write(context, $"{Processes.PaymentBatch}/{id}", $"lines {context.Request.QueryString}");
        await using var command = database.CreateCommand("""
            select l.line, l.entitlement, l.month, l.component, l.area, l.region, l.household, l.payee, l.persons, l.amount, l.status from payment_lines l
            where l.batch = $1 and l.line in (
              select distinct line from payment_lines where batch = $1 and line > $2 and ($3 is null or status = $3) order by line limit $4)
            order by l.line, l.month, l.component
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = after ?? 0 });
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)status ?? DBNull.Value });
        command.Parameters.Add(new() { Value = size + 1 });
        await using var reader = await command.ExecuteReaderAsync(context.RequestAborted);
        var items = new List<LineItem>();
        while (await reader.ReadAsync(context.RequestAborted))
        {
            items.Add(new(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetString(6), reader.GetString(7),
                reader.GetInt32(8), reader.GetDecimal(9), reader.GetString(10)));
        }

        var shown = items.Select(i => i.Line).Distinct().Take(size).ToHashSet();
        return Results.Json(new LinePage([.. items.Where(i => shown.Contains(i.Line))], items.Exists(i => !shown.Contains(i.Line)) ? shown.Max() : null), Json.Plain);
    }

    /// <summary>The state of a batch that is there and inside the caller's region.</summary>
    private static async Task<(string? State, Refusal? Refusal)> Find(HttpContext context, string id, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("select state, region from payment_batches where batch = $1");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(context.RequestAborted);
        return !await reader.ReadAsync(context.RequestAborted) ? (null, Refusal.NotFound($"{Processes.PaymentBatch}/{id}"))
            : !RegionCode.Hydrate(Caller.From(context.User).Region).Covers(RegionCode.Hydrate(reader.GetString(1))) ? (null, Refusal.NotYours("E_REGION_SCOPE", "该案件不在您的管辖区域内。", "The case lies outside your region."))
            : (reader.GetString(0), null);
    }
}
