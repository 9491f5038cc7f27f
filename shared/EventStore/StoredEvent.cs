using System.Globalization;
using System.Text.Json;
using Npgsql;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>An event as it stands in the log. Neither its fact nor its provenance is parsed before somebody asks for it.</summary>
public sealed class StoredEvent
{
    /// <summary>What a fold needs.</summary>
    internal const string Content = "seq_id, stream_id, version, type, data";

    /// <summary>With provenance.</summary>
    internal const string Whole = Content + ", id, timestamp, causation_id, correlation_id, headers, user_name";

    /// <summary>With the decision, if there is one, to leave it out.</summary>
    internal const string Columns = Whole + ", (select array[reason, decided_by, at::text] from unread_events u where u.seq_id = mt_events.seq_id)";

    /// <summary>For readers that pass over what has been left out on record.</summary>
    internal const string NotLeftOut = "seq_id not in (select seq_id from unread_events)";
    private readonly byte[]? headers;
    private readonly DateTimeOffset at;
    private readonly string request = "";
    private readonly string correlation = "";
    private readonly string user = "";
    private readonly string[]? leftOut;

    private StoredEvent(NpgsqlDataReader row)
    {
        (Sequence, Stream, Version, Alias, Data) = (row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetFieldValue<byte[]>(4));
        if (row.FieldCount > 5)
        {
            (EventId, at, request) = (row.GetGuid(5), new(row.GetDateTime(6), TimeSpan.Zero), row.IsDBNull(7) ? "" : row.GetString(7));
            (correlation, headers, user) = (row.IsDBNull(8) ? "" : row.GetString(8), row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9), row.IsDBNull(10) ? "" : row.GetString(10));
            leftOut = row.FieldCount == 11 || row.IsDBNull(11) ? null : row.GetFieldValue<string[]>(11);
        }
    }

    /// <summary>Position in the log.</summary>
    public long Sequence { get; }

    /// <summary>Marten's event id.</summary>
    public Guid EventId { get; }

    /// <summary><c>{process}/{case number}</c>.</summary>
    public string Stream { get; }

    /// <summary>Place in the stream, from 1.</summary>
    public long Version { get; }

    /// <summary>Stored name of the fact.</summary>
    public string Alias { get; }

    /// <summary>The fact as JSON (UTF-8).</summary>
    public byte[] Data { get; }

    /// <summary>The process part of the stream's name.</summary>
    public string Process => Stream[..Math.Max(0, Stream.IndexOf('/', StringComparison.Ordinal))];

    /// <summary>The case number.</summary>
    public string Id => Stream[(Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Its provenance. Marten writes events without headers, and headers that are JSON null; those of an event left out are not looked at.</summary>
    /// <exception cref="UnreadableEventException">The headers are not ours.</exception>
    public Provenance By => field ??= Readable("its headers", static (e, _) => e.headers is null || e.leftOut is not null || JsonSerializer.Deserialize(e.headers, HeadersJson.Default.Headers) is not { } h
        ? new(e.at, CivilTime.Day(e.at), e.user, "", "", "", "", null, e.request, "", false, null)
        : new Provenance(e.at, h.On, e.user, h.Role, h.Organisation, h.Region, h.Client, h.Purpose, e.request, e.correlation, h.Historic, h.Policies) { Trace = h.Trace });

    /// <summary>Reads the fact under its stored name; <see cref="FactLeftOut"/> when somebody has decided to leave it out.</summary>
    /// <exception cref="UnreadableEventException">It cannot be read.</exception>
    public Recorded<object> As(CaseType type) => new(Id, Version, Fact(type), By);

    /// <summary>Reads the fact by the kind of its case.</summary>
    /// <exception cref="UnreadableEventException">It cannot be read, or nobody knows the kind of case.</exception>
    public Recorded<object> As(IReadOnlyDictionary<string, CaseType> types) => As(TypeIn(types));

    internal CaseType TypeIn(IReadOnlyDictionary<string, CaseType> types) => types.GetValueOrDefault(Process) ?? throw Unreadable("no such process is known");

    internal object Fact(CaseType type) => leftOut is [var why, var by, var when]
        ? new FactLeftOut(Alias, why, by, DateTimeOffset.Parse(when, CultureInfo.InvariantCulture))
        : !type.Knows(Alias) ? throw Unreadable($"{type.Name} knows no such fact")
        : Readable("its content", static (e, type) => type!.Read(e.Alias, e.Data), type);

    internal static StoredEvent Read(NpgsqlDataReader row) => new(row);

    private UnreadableEventException Unreadable(string why)
    {
        StoreMeter.Unread();
        return new(this, why);
    }

    /// <summary>Names what went wrong and where, never the words of the error: they may hold what the event says.</summary>
    private T Readable<T>(string what, Func<StoredEvent, CaseType?, T> read, CaseType? type = null)
    {
        try
        {
            return read(this, type);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw Unreadable($"{what} cannot be read ({e.GetType().Name}{(e is JsonException { BytePositionInLine: { } place } ? $" at byte {place}" : "")})");
        }
    }
}

/// <summary>A reader has come to an event that it cannot read, and stops there. Says which and why, and nothing of its content.</summary>
public sealed class UnreadableEventException(StoredEvent stored, string why)
    : Exception($"Event {stored.Sequence} ({stored.Stream}, version {stored.Version}, {stored.Alias}) cannot be read: {why}.")
{
    /// <summary>The event.</summary>
    public StoredEvent Stored { get; } = stored;

    /// <summary>Why it cannot be read.</summary>
    public string Why { get; } = why;
}
