using Npgsql;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>
/// Reads a case, decides, and writes facts, views, claims, deadlines and the request's answer in one transaction. Commands
/// that come at the same time share transactions (group commit); what befalls one of them never befalls its neighbours.
/// </summary>
public sealed class CaseStore
{
    private readonly NpgsqlDataSource database;
    private readonly CommandQueue queue;

    /// <summary>A store over one database; a process has one.</summary>
    /// <param name="database">From <see cref="Connect"/>.</param>
    /// <param name="types">The kinds of case.</param>
    /// <param name="policies">Parameters in force.</param>
    /// <param name="clock">For a reader's position that moves without facts; facts carry their act's instant.</param>
    /// <param name="limits">Bounds of queue and memory.</param>
    public CaseStore(NpgsqlDataSource database, IEnumerable<CaseType> types, PolicyBook policies, TimeProvider? clock = null, StoreLimits? limits = null)
    {
        limits ??= new();
        this.database = database;
        Types = types.ToDictionary(t => t.Name, StringComparer.Ordinal);
        Policies = policies;
        Clock = clock ?? TimeProvider.System;
        States = new(limits.CachedStreams, limits.CachedBytes);
        queue = new(limits, Carry);
        Meter.Queue = () => queue.Waiting;
        Meter.Held = () => States.Held;
    }

    /// <summary>The kinds of case this store knows.</summary>
    public IReadOnlyDictionary<string, CaseType> Types { get; }

    /// <summary>What it counts.</summary>
    public StoreMeter Meter { get; } = new();

    internal PolicyBook Policies { get; }

    internal TimeProvider Clock { get; }

    internal StateCache States { get; }

    /// <summary>Connections that keep the store's few statements prepared. Nothing resets them between two users: what one sets, it sets for a transaction.</summary>
    public static NpgsqlDataSource Connect(string connectionString) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 256, AutoPrepareMinUsages = 2, NoResetOnClose = true });

    /// <summary>Carries out one command.</summary>
    public async Task<Outcome> Execute(Order order, CancellationToken cancel = default) => (await Execute([order], null, cancel))[0];

    /// <summary>Carries out many commands, each on its own terms, together in as few transactions as their outcomes allow.</summary>
    /// <param name="orders">The commands in order.</param>
    /// <param name="progress">A reader's position to move in the same transaction. Its orders need a <see cref="Order.Body"/>.</param>
    /// <param name="cancel">Gives up while the commands still wait.</param>
    /// <returns>One outcome per order; all of them <see cref="RefusalKind.Busy"/> when too many are waiting.</returns>
    /// <exception cref="PositionMovedException">Another reader of the same name was faster; nothing of this call stands that is not also its doing.</exception>
    public Task<IReadOnlyList<Outcome>> Execute(IReadOnlyList<Order> orders, (string Reader, long Floor, long Ceiling)? progress = null, CancellationToken cancel = default)
    {
        var call = new Call(orders, progress, cancel);
        if (call.Over || !queue.Take(call))
        {
            call.Refuse(Refusals.Busy);
        }

        return call.Ended;
    }

    /// <summary>Reads a case as it is, as it was at a version, or as it was known at an instant.</summary>
    public async Task<CaseReading> Read(CaseType type, string id, long upToVersion = long.MaxValue, DateTimeOffset? knownAt = null, CancellationToken cancel = default)
    {
        var state = type.InitialState;
        var facts = new List<Recorded<object>>();
        await foreach (var stored in new EventLog(database).Stream($"{type.Name}/{id}", upToVersion, knownAt, cancel))
        {
            var fact = stored.As(type);
            state = type.Apply(state, fact.Fact);
            facts.Add(fact);
        }

        return new(id, facts.Count, state, facts);
    }

    /// <summary>What an officer's command would meet, without doing it: the refusal, or null.</summary>
    public Refusal? Probe(CaseType type, CaseReading reading, object command, Act act)
    {
        var probe = act with { Case = reading.Id };
        return Refusals.OutOfScope(type, reading.State, command, probe) ?? type.Decided(reading.State, command, Policies, probe, out _).Refusal;
    }

    /// <summary>Carries one group: again and again without those that stand in the others' way, until the others are written.</summary>
    private async Task Carry(IReadOnlyList<Ticket> tickets, Call? reader)
    {
        try
        {
            while (reader is null ? tickets.Any(t => t.Rides) : !reader.Over && !tickets.Any(t => t.Again))
            {
                // For each attempt: the last one's may have been cut while it was rolled back.
                await using var connection = await database.OpenConnectionAsync();
                await new Work(this, connection, [.. tickets.Where(t => t.Rides)], reader).Attempt();
            }
        }
        catch (Exception e)
        {
            // Whether it was committed is not known here: the caller asks again with the same key.
            reader?.Fail(e);
            foreach (var ticket in tickets.Where(t => t.Rides))
            {
                ticket.Fault = e;
            }
        }
    }
}

/// <summary>What the store itself refuses.</summary>
internal static class Refusals
{
    public static readonly Refusal Stale = new(RefusalKind.Stale, "E_VERSION", new("案件已被他人更新,请刷新后再办理。", "The case has moved on since you read it; read it again."));
    public static readonly Refusal Busy = new(RefusalKind.Busy, "E_BUSY", new("系统繁忙,请稍后重试。", "Too much at once; try again."));
    public static readonly Refusal OtherBody = Refusal.Rule("E_REQUEST_REUSED", "同一请求编号已用于不同的内容。", "This Idempotency-Key has been used with another body.");

    public static Refusal? OutOfScope(CaseType type, object state, object command, Act act) =>
        act.BySystem || act.Region.Covers(type.RegionOf(state, command)) ? null
        : Refusal.NotYours("E_REGION_SCOPE", "该案件不在您的管辖区域内。", "The case lies outside your region.").With("region", type.RegionOf(state, command).ToString());
}
