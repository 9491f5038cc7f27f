using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>
/// Turns due rows into commands, in any replica: the row is only a reminder, the request key
/// <c>due:{stream}:{kind}:{day}</c> makes the command happen once.
/// </summary>
public sealed class DeadlineWorker(NpgsqlDataSource database, CaseStore store, TimeProvider clock)
{
    /// <summary>Carries out what is due by today; returns how many deadlines were worked on.</summary>
    /// <param name="limit">At most so many in one call.</param>
    /// <param name="cancel">Stops between deadlines.</param>
    /// <exception cref="AggregateException">What failed; the other deadlines were worked on, the failed ones are tried again later.</exception>
    public async Task<int> Run(int limit = 200, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var today = CivilTime.Day(now);
        var due = await Claim(today, now, limit, cancel);
        var failed = new List<Exception>();
        foreach (var (stream, kind, on) in due)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                var outcome = await Carry(stream, kind, on, today, now, cancel);
                await Settle(stream, kind, on, outcome is Outcome.Refused { Refusal: var r } ? $"{r.Code}: {r.Why.En}" : null, now, cancel);
            }
            catch (Exception e) when (e is not (OperationCanceledException or NpgsqlException))
            {
                // One faulty case must not hold up the others' deadlines.
                await Settle(stream, kind, on, "E_FAULT", now, cancel);
                failed.Add(new InvalidOperationException($"The deadline {kind} of {stream} failed.", e));
            }
        }

        return failed.Count == 0 ? due.Count : throw new AggregateException(failed);
    }

    private async Task<Outcome?> Carry(string stream, string kind, DateOnly on, DateOnly today, DateTimeOffset now, CancellationToken cancel)
    {
        var type = store.Types[stream[..stream.IndexOf('/', StringComparison.Ordinal)]];
        var id = stream[(type.Name.Length + 1)..];
        using var activity = StoreMeter.Due(type.Name);
        var request = string.Create(CultureInfo.InvariantCulture, $"due:{stream}:{kind}:{on:yyyy-MM-dd}");
        var reading = await store.Read(type, id, cancel: cancel);
        return type.OnDue(reading.State, kind) is { } command
            ? await store.Execute(new Order(type, id, command, Act.BySystemOn(today, now, request)) { Body = SHA256.HashData(Encoding.UTF8.GetBytes(request)) }, cancel)
            : null;
    }

    /// <summary>Takes due rows for five minutes, so that replicas do not do the same work at the same time.</summary>
    private async Task<List<(string Stream, string Kind, DateOnly On)>> Claim(DateOnly today, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            update deadlines d set not_before = $2 + interval '5 minutes', attempts = attempts + 1
            from (select stream_id, kind from deadlines where armed and due <= $1 and (not_before is null or not_before <= $2)
                  order by due limit $3 for update skip locked) c
            where d.stream_id = c.stream_id and d.kind = c.kind
            returning d.stream_id, d.kind, d.due
            """);
        command.Parameters.Add(new() { Value = today });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<(string, string, DateOnly)>();
        while (await reader.ReadAsync(cancel))
        {
            due.Add((reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2)));
        }

        return due;
    }

    /// <summary>Done: the reminder goes. Refused or failed: it stays with the reason and is tried again, less and less often.</summary>
    private async Task Settle(string stream, string kind, DateOnly on, string? refusal, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(refusal is null
            ? "delete from deadlines where stream_id = $1 and kind = $2 and due = $3"
            : "update deadlines set refusal = $4, not_before = $5 + least(attempts * attempts, 288) * interval '5 minutes' where stream_id = $1 and kind = $2 and due = $3");
        command.Parameters.Add(new() { Value = stream });
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = on });
        if (refusal is not null)
        {
            command.Parameters.Add(new() { Value = refusal });
            command.Parameters.Add(new() { Value = now.UtcDateTime });
        }

        await command.ExecuteNonQueryAsync(cancel);
    }
}
