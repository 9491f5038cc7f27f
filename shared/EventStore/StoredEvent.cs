using System.Text.Json;
using Npgsql;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>An event as it stands in the log, not yet read as a fact.</summary>
/// <param name="Sequence">Position in the log; 0 where a stream is read alone.</param>
/// <param name="EventId">Marten's event id.</param>
/// <param name="Stream"><c>{process}/{case number}</c>.</param>
/// <param name="Version">Place in the stream, from 1.</param>
/// <param name="Alias">Stored name of the fact.</param>
/// <param name="Data">The fact as JSON (UTF-8).</param>
/// <param name="By">Its provenance.</param>
public sealed record StoredEvent(long Sequence, Guid EventId, string Stream, long Version, string Alias, byte[] Data, Provenance By)
{
    internal const string Columns = "seq_id, id, stream_id, version, type, data, timestamp, causation_id, correlation_id, headers, user_name";

    /// <summary>The process part of the stream's name.</summary>
    public string Process => Stream[..Stream.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The case number.</summary>
    public string Id => Stream[(Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Reads the fact under its stored name.</summary>
    public Recorded<object> As(CaseType type) => new(
        Id,
        Version,
        type.FactTypes.TryGetValue(Alias, out var info)
            ? JsonSerializer.Deserialize(Data, info)!
            : throw new InvalidOperationException($"{Stream} holds a fact {Alias} that {type.Name} does not know."),
        By);

    internal static StoredEvent Read(NpgsqlDataReader reader)
    {
        var headers = reader.IsDBNull(9) ? null : JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(9), HeadersJson.Default.Headers);
        var at = new DateTimeOffset(reader.GetDateTime(6), TimeSpan.Zero);
        var request = reader.IsDBNull(7) ? "" : reader.GetString(7);
        var user = reader.IsDBNull(10) ? "" : reader.GetString(10);
        return new(
            reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4), reader.GetFieldValue<byte[]>(5),
            headers is null
                ? new(at, CivilTime.Day(at), user, "", "", "", "", null, request, "", false, null)
                : new(at, headers.On, user, headers.Role, headers.Organisation, headers.Region, headers.Client, headers.Purpose, request,
                    reader.IsDBNull(8) ? "" : reader.GetString(8), headers.Historic, headers.Policies) { Trace = headers.Trace });
    }
}
