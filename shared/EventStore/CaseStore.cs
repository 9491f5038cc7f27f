using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;
using Platform.Cases;

namespace Platform.EventStore;
/// <summary>
/// Reads a case, decides, and writes facts, views, claims, deadlines and the request's answer in one transaction, for one
/// command or for many at once. One refused command never harms its neighbours.
/// </summary>
public sealed partial class CaseStore(NpgsqlDataSource database, IEnumerable<CaseType> types, PolicyBook policies, TimeProvider? clock = null)
{
    private const int Attempts = 8;
    private readonly PolicyBook policies = policies;
    private readonly TimeProvider? clock = clock;
    private readonly StateCache states = new(streams: 20_000, bytes: 256L << 20);
    private readonly Dictionary<string, CaseType> types = types.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>The kinds of case this store knows.</summary>
    public IReadOnlyDictionary<string, CaseType> Types => types;

    /// <summary>Carries out one command.</summary>
    public async Task<Outcome> Execute(Order order, CancellationToken cancel = default) => (await Execute([order], null, cancel))[0];

    /// <summary>Carries out many commands, each on its own terms, together in as few transactions as their outcomes allow.</summary>
    /// <param name="orders">The commands in order.</param>
    /// <param name="progress">A reader's position to move in the same transaction. Its orders need a <see cref="Order.Body"/>.</param>
    /// <param name="cancel">Gives up before writing.</param>
    /// <exception cref="PositionMovedException">Another reader of the same name was faster; nothing of this call stands that is not also its doing.</exception>
    public async Task<IReadOnlyList<Outcome>> Execute(IReadOnlyList<Order> orders, (string Reader, long Floor, long Ceiling)? progress = null, CancellationToken cancel = default)
    {
        orders = AtOneInstant(orders);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Attempt(orders, progress, cancel);
            }
            catch (Exception e) when (e is ClaimTaken or ConsequenceRefused || (e is VersionMoved or RequestHandled && orders.Count > 1 && progress is null))
            {
                // One of them cannot be written: each goes alone. A reader's orders carry the request that caused them,
                // so that those which went alone are not carried out again if the position is not reached.
                var outcomes = new List<Outcome>(orders.Count);
                foreach (var order in orders)
                {
                    outcomes.Add(orders.Count == 1 ? new Outcome.Refused(e is ClaimTaken taken ? taken.Refusal : ((ConsequenceRefused)e).Refusal) : await Execute(order, cancel));
                }

                if (progress is not null)
                {
                    await Attempt([], progress, cancel);
                }

                return outcomes;
            }
            catch (Exception e) when (e is VersionMoved or RequestHandled)
            {
                if (attempt == Attempts)
                {
                    return [.. orders.Select(_ => new Outcome.Refused(Busy))];
                }

                await Task.Delay(RandomNumberGenerator.GetInt32(1, 4 * attempt), cancel);
            }
        }
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
        return OutOfScope(type, reading.State, command, probe) ?? type.Decided(reading.State, command, policies, probe, out _).Refusal;
    }

    private async Task<IReadOnlyList<Outcome>> Attempt(IReadOnlyList<Order> orders, (string Reader, long Floor, long Ceiling)? progress, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        for (var trusting = true; ; trusting = false)
        {
            var work = new Work(this, connection, trusting);
            IReadOnlyList<Outcome>? outcomes = null;
            try
            {
                outcomes = await Attempt(work, orders, progress, connection, cancel);
                if (outcomes is not null)
                {
                    return outcomes;
                }
            }
            catch (Exception e) when (work.Trusts && e is not (OperationCanceledException or NpgsqlException or PositionMovedException or RequestHandled))
            {
                // It came of states that another replica may have moved on: what stands now decides, and fails again if it must.
            }
            finally
            {
                work.Remember(stands: outcomes is not null);
            }
        }
    }

    /// <summary>Decides and writes; null, with nothing written, when an answer rests on a cached state that no append would check.</summary>
    private static async Task<IReadOnlyList<Outcome>?> Attempt(Work work, IReadOnlyList<Order> orders, (string Reader, long Floor, long Ceiling)? progress, NpgsqlConnection connection, CancellationToken cancel)
    {
        var handled = await work.Load(
            orders.Where(o => IdOf(o) is not null).Select(o => (o.Type, IdOf(o)!)),
            orders.Where(o => o.Body is not null).Select(RequestKey), cancel);
        var outcomes = new Outcome?[orders.Count];
        var numbered = new List<int>();
        for (var i = 0; i < orders.Count; i++)
        {
            var order = orders[i];
            if (order.Body is not null && handled.TryGetValue(RequestKey(order), out var before))
            {
                outcomes[i] = before.Body.AsSpan().SequenceEqual(order.Body) ? before.Done : new Outcome.Refused(OtherBody);
            }
            else if (IdOf(order) is null)
            {
                // Decided once without a number, so that a refused command draws none.
                if (work.Judge(order) is { } refusal)
                {
                    outcomes[i] = new Outcome.Refused(refusal);
                }
                else
                {
                    numbered.Add(i);
                }
            }
        }

        await using var transaction = numbered.Count > 0 ? await connection.BeginTransactionAsync(cancel) : null;
        var numbers = await Numbers([.. numbered.Select(i => orders[i])], connection, cancel);
        for (var i = 0; i < orders.Count; i++)
        {
            outcomes[i] ??= await work.Carry(orders[i], IdOf(orders[i]) ?? numbers.Dequeue(), cancel);
        }

        if (work.Unchecked)
        {
            return null;
        }

        var commit = work.Commit(progress);
        if (!commit.IsEmpty)
        {
            await commit.Write(connection, transaction, cancel);
            if (transaction is not null)
            {
                await transaction.CommitAsync(cancel);
            }
        }

        return outcomes!;
    }

    /// <summary>What is written together becomes known together, to the microsecond that PostgreSQL keeps.</summary>
    private static Order[] AtOneInstant(IReadOnlyList<Order> orders)
    {
        var at = orders.Count == 0 ? default : CivilTime.Stored(orders.Max(o => o.Act.At));
        return [.. orders.Select(o => o.Act.At == at ? o : o with { Act = o.Act with { At = at } })];
    }

    private static string? IdOf(Order order) => order.Id ?? (order.Type.Numbered is null ? order.Type.Identify(order.Command) : null);

    private static string RequestKey(Order order) => $"{order.Act.Client}/{order.Act.Request}";

    /// <summary>Gap-free case numbers, <c>{BIZ}-{county6}-{yyyy}-{seq6}</c>: the counter's row stays locked until the numbers are used.</summary>
    private static async Task<Queue<string>> Numbers(IReadOnlyList<Order> orders, NpgsqlConnection connection, CancellationToken cancel)
    {
        var names = orders.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Type.Numbered}-{o.Type.RegionOf(o.Type.InitialState, o.Command).County}-{o.Act.Today:yyyy}")).ToList();
        var next = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var group in names.GroupBy(n => n, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            await using var command = new NpgsqlCommand("insert into counters (name, value) values ($1, $2) on conflict (name) do update set value = counters.value + $2 returning value", connection);
            command.Parameters.Add(new() { Value = group.Key });
            command.Parameters.Add(new() { Value = (long)group.Count() });
            next[group.Key] = (long)(await command.ExecuteScalarAsync(cancel))! - group.Count();
        }

        return new(names.Select(n => string.Create(CultureInfo.InvariantCulture, $"{n}-{++CollectionsMarshal.GetValueRefOrNullRef(next, n):000000}")));
    }

    private static Refusal? OutOfScope(CaseType type, object state, object command, Act act) =>
        act.BySystem || act.Region.Covers(type.RegionOf(state, command)) ? null
        : Refusal.NotYours("E_REGION_SCOPE", "该案件不在您的管辖区域内。", "The case lies outside your region.").With("region", type.RegionOf(state, command).ToString());

    private static readonly Refusal Stale = new(RefusalKind.Stale, "E_VERSION", new("案件已被他人更新,请刷新后再办理。", "The case has moved on since you read it; read it again."));
    private static readonly Refusal Busy = new(RefusalKind.Busy, "E_BUSY", new("系统繁忙,请稍后重试。", "Too much at once; try again."));
    private static readonly Refusal OtherBody = Refusal.Rule("E_REQUEST_REUSED", "同一请求编号已用于不同的内容。", "This Idempotency-Key has been used with another body.");

    /// <summary>What a fact changes beside its stream: the case list first, then what the process describes.</summary>
    internal static IEnumerable<Change> Changes(CaseType type, Recorded<object> fact, object after, DateOnly openedOn)
    {
        var summary = type.Summarise(after);
        var stream = $"{type.Name}/{fact.Id}";
        yield return new Change.Put(CaseListRow.Of(type, fact.Id, fact.Version, summary, after, openedOn, fact.By.At));
        foreach (var person in summary.People ?? [])
        {
            yield return new Change.Put(new CasePersonRow(person, stream, type.Name, fact.Id));
        }

        foreach (var change in type.ChangesOf(fact, after))
        {
            yield return change;
        }
    }
}
