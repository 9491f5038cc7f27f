using System.Diagnostics;
using Platform.Cases;

namespace Platform.EventStore;

/// <summary>Bounds of a store's memory and of its haste.</summary>
/// <param name="Waiting">Orders that may wait; beyond that they are refused as <see cref="RefusalKind.Busy"/>.</param>
/// <param name="Group">Orders that share a transaction at most, unless one call brings more.</param>
/// <param name="Lanes">Transactions under way at once: while one is being flushed, the next is decided.</param>
/// <param name="CachedStreams">Folded states kept at most.</param>
/// <param name="CachedBytes">Bytes of facts that the kept states were folded from, at most.</param>
public sealed record StoreLimits(int Waiting = 4_096, int Group = 256, int Lanes = 2, int CachedStreams = 100_000, long CachedBytes = 256L << 20);

/// <summary>An order in the queue, and how it has fared so far.</summary>
internal sealed class Ticket(Order order)
{
    public Order Order => order;

    /// <summary>The stream it is for; null when that gets its number only on opening.</summary>
    public string? Stream { get; } = order.Id is { } id ? $"{order.Type.Name}/{id}" : order.Type.Numbered is null ? $"{order.Type.Name}/{order.Type.Identify(order.Command)}" : null;

    public string? Request { get; } = order.Body is null ? null : $"{order.Act.Client}/{order.Act.Request}";

    public Outcome? Answer { get; set; }

    public Exception? Fault { get; set; }

    /// <summary>It left its group and goes with a later one.</summary>
    public bool Again { get; set; }

    /// <summary>Its request may have been carried out before.</summary>
    public bool LooksUp { get; set; }

    /// <summary>Streams that are read anew for it, whatever is remembered of them.</summary>
    public HashSet<string> Doubted { get; } = new(StringComparer.Ordinal);

    /// <summary>Others were faster on those streams: they are locked before they are read.</summary>
    public bool Locks { get; set; }

    /// <summary>How often others were faster.</summary>
    public int Losses { get; set; }

    /// <summary>Something in its group cannot be written, and it may be this.</summary>
    public bool Alone { get; set; }

    public bool Rides => Answer is null && Fault is null && !Again;
}

/// <summary>What one caller brings: orders, and perhaps a reader's position that moves with them.</summary>
internal sealed class Call(IReadOnlyList<Order> orders, (string Reader, long Floor, long Ceiling)? progress, CancellationToken cancel)
{
    private readonly TaskCompletionSource<IReadOnlyList<Outcome>> end = new();
    private bool settled;

    public Ticket[] Tickets { get; } = [.. orders.Select(o => new Ticket(o))];

    public (string Reader, long Floor, long Ceiling)? Progress => progress;

    public bool Cancelled => cancel.IsCancellationRequested;

    public Task<IReadOnlyList<Outcome>> Ended => end.Task;

    public bool Over => settled || (progress is null ? Tickets.All(t => t.Answer is not null || t.Fault is not null) : Tickets.Any(t => t.Fault is not null));

    /// <summary>Position and effects stand together, or neither ever will.</summary>
    public void Settle() => settled = true;

    public void End()
    {
        foreach (var ticket in Tickets.Where(t => t.Answer is not null || t.Fault is not null))
        {
            StoreMeter.Ended(ticket.Order, ticket.Answer);
        }

        if (Array.Find(Tickets, t => t.Fault is not null) is { Fault: { } fault })
        {
            end.TrySetException(fault);
        }
        else if (Over)
        {
            end.TrySetResult([.. Tickets.Select(t => t.Answer!)]);
        }
        else
        {
            end.TrySetCanceled(cancel);
        }
    }

    public void Refuse(Refusal refusal)
    {
        Array.ForEach(Tickets, t => t.Answer = new Outcome.Refused(refusal));
        End();
    }

    public void Fail(Exception fault)
    {
        settled = true;
        end.TrySetException(fault);
    }
}

/// <summary>
/// Gathers what callers bring at the same time into groups, each for one transaction. A lone caller is carried at once, on
/// its own thread: no timer, no hop. While a transaction is under way the next group gathers by itself; of many who come at
/// once each lane takes its share. Calls for one stream keep their order, and no two lanes work on one stream.
/// </summary>
internal sealed class CommandQueue(StoreLimits limits, Func<IReadOnlyList<Ticket>, Call?, Task> carry)
{
    // A second transaction beside the first pays when it carries several; for fewer, waiting a moment is cheaper.
    private const int WorthALane = 8;
    private readonly Lock gate = new();
    private readonly LinkedList<Call> calls = new();
    private readonly HashSet<string> inFlight = new(StringComparer.Ordinal);
    private int waiting;
    private int running;
    private int riding;

    /// <summary>Orders waiting now.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>
    /// Another lane pays when as many wait as ride in each of those that run: equal halves keep two of them busy, a large and a
    /// small one do not. Nobody waits for one that carries more than a group: that may take long.
    /// </summary>
    private bool Pays => running == 0 || (running < limits.Lanes && (riding > limits.Group || waiting >= Math.Max(WorthALane, riding / running)));

    /// <summary>False, and nothing is kept, when too many are waiting already; a reader always finds room.</summary>
    public bool Take(Call call)
    {
        lock (gate)
        {
            if (call.Progress is null && waiting > 0 && waiting + call.Tickets.Length > limits.Waiting)
            {
                return false;
            }

            calls.AddLast(call);
            waiting += call.Tickets.Length;
            if (!Pays)
            {
                return true;
            }

            running++;
        }

        _ = Lane();
        return true;
    }

    private async Task Lane()
    {
        // What it carries belongs to many requests: none of them is the cause of all.
        Activity.Current = null;
        while (true)
        {
            var group = new List<Call>();
            var tickets = new List<Ticket>();
            lock (gate)
            {
                Gather(group, tickets);
                inFlight.UnionWith(group.SelectMany(Streams));
                riding += tickets.Count;
                if (group.Count == 0)
                {
                    running--;
                    return;
                }

                if (calls.Count > 0 && Pays)
                {
                    running++;
                    ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.Lane(), this, preferLocal: false);
                }
            }

            await carry(tickets, group is [{ Progress: not null } reader] && !tickets.Exists(t => t.Alone) ? reader : null);
            bool idle;
            lock (gate)
            {
                Release(group);
                (riding, running) = (riding - tickets.Count, running - 1);
                idle = calls.Count == 0 || !Pays;
                running += idle ? 0 : 1;
            }

            var over = group.FindAll(c => c.Over);
            if (idle && over.Count == 1)
            {
                // Nobody waits for this lane: the caller goes on in this very thread.
                over[0].End();
                return;
            }

            over.ForEach(call => ThreadPool.UnsafeQueueUserWorkItem(static c => c.End(), call, preferLocal: false));
            if (idle)
            {
                return;
            }

            // Behind the callers just answered: what they bring next goes into the next group.
            await Task.Yield();
        }
    }

    /// <summary>Takes the calls at the head, passing over those whose streams are in flight, and those behind them for the same streams.</summary>
    private void Gather(List<Call> group, List<Ticket> tickets)
    {
        HashSet<string> passed = new(StringComparer.Ordinal);
        var share = Math.Clamp((waiting + riding) / limits.Lanes, WorthALane, limits.Group);
        for (var node = calls.First; node is not null && tickets.Count < share;)
        {
            var (call, next) = (node.Value, node.Next);
            var alone = Array.Find(call.Tickets, t => t is { Alone: true, Answer: null, Fault: null });
            if (group.Count > 0 && (alone is not null || call.Progress is not null))
            {
                return;
            }

            if (call.Cancelled)
            {
                calls.Remove(node);
                waiting -= call.Tickets.Length;
                ThreadPool.UnsafeQueueUserWorkItem(static c => c.End(), call, preferLocal: false);
            }
            else if (Streams(call).Any(s => inFlight.Contains(s) || passed.Contains(s)))
            {
                passed.UnionWith(Streams(call));
            }
            else
            {
                calls.Remove(node);
                waiting -= call.Tickets.Length;
                group.Add(call);
                tickets.AddRange(alone is null ? call.Tickets.Where(t => t.Answer is null && t.Fault is null) : [alone]);
                if (alone is not null || call.Progress is not null)
                {
                    return;
                }
            }

            node = next;
        }
    }

    /// <summary>What is not over goes again, ahead of all who came later.</summary>
    private void Release(List<Call> group)
    {
        foreach (var call in Enumerable.Reverse(group))
        {
            inFlight.ExceptWith(Streams(call));
            if (!call.Over)
            {
                calls.AddFirst(call);
                waiting += call.Tickets.Length;
                Array.ForEach(call.Tickets, t => t.Again = false);
            }
        }
    }

    private static IEnumerable<string> Streams(Call call) => call.Tickets.Where(t => t.Stream is not null).Select(t => t.Stream!);
}
