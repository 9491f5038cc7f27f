using Microsoft.AspNetCore.Http;
using Npgsql;
using Platform.Cases;

namespace Platform.ServiceHost;

/// <summary>
/// Who read what, and why. An entry is written before the answer leaves; when it cannot be written, nothing is read.
/// </summary>
public sealed class ReadLog(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Logs one read.</summary>
    /// <param name="context">The request: caller, purpose header, request id.</param>
    /// <param name="subject">What was read: a case stream, a person id, a list with its filter, a report.</param>
    /// <param name="fields">Which part of it.</param>
    public async Task Write(HttpContext context, string subject, string fields)
    {
        var caller = Caller.From(context.User);
        await using var command = database.CreateCommand(
            "insert into read_log (at, actor, roles, organisation, region, client, purpose, subject, fields, request) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)");
        object?[] values =
        [
            clock.GetUtcNow().UtcDateTime, caller.UserId, string.Join(',', caller.Roles.Where(Roles.All.Contains).Order(StringComparer.Ordinal)),
            caller.Organisation ?? "", caller.Region, caller.Client ?? "", Acts.Purpose(context), subject, fields, context.TraceIdentifier,
        ];
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        await command.ExecuteNonQueryAsync(context.RequestAborted);
    }

    /// <summary>Reads of a subject, newest first.</summary>
    public async Task<IReadOnlyList<ReadEntry>> Of(string subject, long before, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            "select id, at, actor, roles, organisation, client, purpose, fields from read_log where subject = $1 and id < $2 order by id desc limit $3");
        command.Parameters.Add(new() { Value = subject });
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var entries = new List<ReadEntry>();
        while (await reader.ReadAsync(cancel))
        {
            entries.Add(new(reader.GetInt64(0), new(reader.GetDateTime(1), TimeSpan.Zero), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetString(7)));
        }

        return entries;
    }
}

/// <summary>One read.</summary>
/// <param name="Entry">Place in the log.</param>
/// <param name="At">When.</param>
/// <param name="Actor">User id.</param>
/// <param name="Roles">The reader's roles.</param>
/// <param name="Organisation">Organisation code.</param>
/// <param name="Client">Client application.</param>
/// <param name="Purpose">Stated purpose.</param>
/// <param name="Fields">What was read.</param>
public sealed record ReadEntry(long Entry, DateTimeOffset At, string Actor, string Roles, string Organisation, string Client, string? Purpose, string Fields);
