using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.LegacyImport;

/// <summary>A fault as officers read it.</summary>
internal sealed record FaultItem(int Row, string Field, string? Household, string Code, bool Blocks, Text Why);

/// <param name="Run">The dry run they are from.</param>
/// <param name="Next">Link to the next page; null on the last.</param>
internal sealed record FaultPage(int Run, IReadOnlyList<FaultItem> Items, string? Next);

/// <summary>Receives a register's file, shows its faults, and imports the next part on demand.</summary>
internal static class ImportRoutes
{
    private const long LargestFile = 64L << 20;
    private const int LargestPage = 500;
    private const string CsvType = "text/csv";
    private const string XlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void Map(IEndpointRouteBuilder service)
    {
        var imports = service.MapGroup("legacy-imports/{id}").WithTags("Legacy imports");
        imports.MapPost("file", Receive).Describe(new("上传登记册", "Send the register"), [CountyOfficer]).WithName("legacy-import.file")
            .WithMetadata(new RequestSizeLimitAttribute(LargestFile), new CommandRoute(Opens: false, Example: null))
            .Accepts<Stream>(CsvType, XlsxType, "multipart/form-data").Produces<CaseAnswer>().Refuses(400, 401, 403, 404, 409, 413, 415, 422);
        imports.MapGet("faults", Faults).Describe(new("试导入结果", "Faults of the latest dry run"), ImportProcess.Page.Readers).WithName("legacy-import.faults").Produces<FaultPage>().Refuses(400, 401, 403, 404);
        imports.MapPost("continue", Continue).Describe(new("继续导入", "Import the next parts"), [CountyOfficer, CountyApprover]).WithName("legacy-import.continue").Produces<ImportProgress>().Refuses(400, 401, 403, 404);
    }

    private static async Task<IResult> Receive(HttpContext context, string id, CaseStore store, RegisterStore registers, TimeProvider clock)
    {
        if (!Acts.TryOf(context, clock, [CountyOfficer], context.Request.Headers[Acts.IdempotencyKey], context.Request.Headers[Acts.OccurredOn].ToString() is { Length: > 0 } day ? day : null, out var act, out var refusal))
        {
            return Problems.Of(refusal);
        }

        // Whether it may be sent is judged before 64 megabytes of it are read.
        var (_, turnedDown) = await ImportRequests.Find(context.RequestServices, id, act, context.RequestAborted);
        if (turnedDown is not null)
        {
            return Problems.Of(turnedDown);
        }

        RegisterKind? kind;
        byte[] file;
        try
        {
            (kind, file) = await Body(context);
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested))
        {
            return Problems.Of(Refusal.Malformed("E_REQUEST", "表单内容不完整。", "The form ends early or is malformed."));
        }

        if (kind is null)
        {
            return Results.Json(new Problem("urn:problem:E_MEDIA_TYPE", "内容有误 / Malformed", StatusCodes.Status415UnsupportedMediaType, "登记册应为CSV(UTF-8)或xlsx。 / A register is CSV (UTF-8) or xlsx.", "E_MEDIA_TYPE",
                new("登记册应为CSV(UTF-8)或xlsx。", "A register is CSV (UTF-8) or xlsx."), null, null, null), Json.Plain, Problems.MediaType, StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            var (rows, households) = Register.Count(RegisterFile.Read(kind.Value, file));
            var hash = SHA256.HashData(file);
            var sha256 = Convert.ToHexStringLower(hash);
            var order = new Order(ImportProcess.Type, id, new ReceiveRegister(sha256, kind.Value, file.Length, rows, households), act) { Body = hash, Rows = [registers.Seal(id, sha256, kind.Value, file)] };
            return await store.Execute(order, context.RequestAborted) switch
            {
                Outcome.Done done => Results.Json(new CaseAnswer(done.Id, done.Since, done.Version), Json.Plain),
                Outcome.Refused refused => Problems.Of(refused.Refusal),
                _ => throw new InvalidOperationException("An order is carried out or refused."),
            };
        }
        catch (RegisterUnreadableException e)
        {
            return Problems.Of(e.Refusal);
        }
    }

    private static async Task<(RegisterKind? Kind, byte[] File)> Body(HttpContext context)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type))
        {
            return (null, []);
        }

        if (type.MediaType != "multipart/form-data")
        {
            return KindOf(type, null) is { } raw ? (raw, await All(context.Request.Body, context.RequestAborted)) : (null, []);
        }

        if (HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            return (null, []);
        }

        var parts = new MultipartReader(boundary, context.Request.Body);
        while (await parts.ReadNextSectionAsync(context.RequestAborted) is { } section)
        {
            if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) && disposition.IsFileDisposition()
                && MediaTypeHeaderValue.TryParse(section.ContentType ?? "application/octet-stream", out var part)
                && KindOf(part, HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value) is { } kind)
            {
                return (kind, await All(section.Body, context.RequestAborted));
            }
        }

        return (null, []);
    }

    /// <summary>Browsers name CSV files after the spreadsheet program that is installed: then the file's name decides.</summary>
    private static RegisterKind? KindOf(MediaTypeHeaderValue type, string? name) => (type.MediaType.Value?.ToLowerInvariant(), Path.GetExtension(name)?.ToLowerInvariant()) switch
    {
        (CsvType, _) => RegisterKind.Csv,
        (XlsxType, _) => RegisterKind.Xlsx,
        ("application/octet-stream" or "application/vnd.ms-excel", ".csv") => RegisterKind.Csv,
        ("application/octet-stream" or "application/vnd.ms-excel", ".xlsx") => RegisterKind.Xlsx,
        _ => null,
    };

    private static async Task<byte[]> All(Stream body, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        await body.CopyToAsync(buffer, cancel);
        return buffer.ToArray();
    }

    private static async Task<IResult> Faults(HttpContext context, string id, string? code, int? after, int? limit, CaseStore store, NpgsqlDataSource database, ReadLog reads)
    {
        var (state, refusal) = await Find(context, id, store);
        if ((refusal ?? (limit is < 1 or > LargestPage ? Refusal.Malformed("E_LIMIT", "每页1至500条。", "A page holds 1 to 500 rows.") : null)) is { } turnedDown)
        {
            return Problems.Of(turnedDown);
        }

        await reads.Write(context, $"{Processes.LegacyImport}/{id}", "faults");
        var size = limit ?? 100;
        await using var command = database.CreateCommand(
            """
            select number, row, field, household, code, blocks, zh, en from import_faults
            where import = $1 and run = $2 and ($3 is null or code = $3) and number > $4 order by number limit $5
            """);
        var run = (state as Checked)?.DryRun.Run ?? (state as Importing)?.Run ?? (state as Completed)?.Run ?? 0;
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = run });
        command.Parameters.Add(new() { Value = (object?)code ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = after ?? 0 });
        command.Parameters.Add(new() { Value = size + 1 });
        await using var reader = await command.ExecuteReaderAsync(context.RequestAborted);
        var items = new List<(int Number, FaultItem Item)>();
        while (await reader.ReadAsync(context.RequestAborted))
        {
            items.Add((reader.GetInt32(0), new(reader.GetInt32(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4), reader.GetBoolean(5), new(reader.GetString(6), reader.GetString(7)))));
        }

        var next = items.Count > size ? $"{context.Request.Path}?after={items[size - 1].Number}&limit={size}{(code is null ? "" : $"&code={Uri.EscapeDataString(code)}")}" : null;
        return Results.Json(new FaultPage(run, [.. items.Take(size).Select(i => i.Item)], next), Json.Plain);
    }

    private static async Task<IResult> Continue(HttpContext context, string id, int? parts, CaseStore store, Importer importer)
    {
        var (state, refusal) = await Find(context, id, store);
        if ((refusal
            ?? (parts is < 1 or > 50 ? Refusal.Malformed("E_LIMIT", "一次导入1至50个部分。", "1 to 50 parts at once.") : null)
            ?? (state is not (Importing or Completed) ? Refusal.NotNow() : null)) is { } turnedDown)
        {
            return Problems.Of(turnedDown);
        }

        try
        {
            return Results.Json(await importer.Run(id, parts ?? 1, context.RequestAborted), Json.Plain);
        }
        catch (ImportStoppedException e)
        {
            return Problems.Of(e.Refusal);
        }
        catch (RegisterUnreadableException e)
        {
            return Problems.Of(e.Refusal);
        }
    }

    private static async Task<(ImportCase? State, Refusal? Refusal)> Find(HttpContext context, string id, CaseStore store)
    {
        var reading = await store.Read(ImportProcess.Type, id, cancel: context.RequestAborted);
        var state = (ImportCase)reading.State;
        return reading.Version == 0 ? (null, Refusal.NotFound($"{Processes.LegacyImport}/{id}"))
            : !RegionCode.Hydrate(Caller.From(context.User).Region).Covers(state.Terms.Region) ? (null, Refusal.NotYours("E_REGION_SCOPE", "该导入不在您的管辖区域内。", "The import lies outside your region."))
            : (state, null);
    }
}
