using Npgsql;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>
/// How far the log is final, for whoever waits to know. From the first who waits on, one connection of the process listens
/// for appends, however many wait; when it is lost it is made again, and the look that follows sees what came in between.
/// </summary>
public sealed class Arrivals(NpgsqlDataSource database, EventLog log) : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly SemaphoreSlim looking = new(1);
    private TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? listening;
    private long known, asked, answered, waited;

    /// <summary>How far the log was final at this process's last look.</summary>
    public long Known => Interlocked.Read(ref known);

    /// <summary>Looks how far the log is final. All who ask while somebody looks share the one look after it.</summary>
    /// <exception cref="TimeoutException">A writer has held a number for ten seconds.</exception>
    public async Task<long> Look(CancellationToken cancel = default)
    {
        var ticket = Interlocked.Increment(ref asked);
        await looking.WaitAsync(cancel);
        try
        {
            for (var upTo = Interlocked.Read(ref asked); answered < ticket; answered = upTo)
            {
                var final = await log.FinalPosition(cancel);
                if (final > Interlocked.Exchange(ref known, final))
                {
                    Interlocked.Exchange(ref moved, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
                }
            }

            return known;
        }
        finally
        {
            looking.Release();
        }
    }

    /// <summary>Waits until the log is final beyond a position, and asks the database nothing meanwhile.</summary>
    public async Task Past(long after, CancellationToken cancel = default)
    {
        if (Interlocked.Exchange(ref waited, 1) == 0)
        {
            listening = Listen();
        }

        for (var next = Volatile.Read(ref moved); Known <= after; next = Volatile.Read(ref moved))
        {
            await next.Task.WaitAsync(cancel);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await (listening ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Listen()
    {
        for (; ; await Task.Delay(250, end.Token))
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(end.Token);
                await using var listen = new NpgsqlCommand("listen events", connection);
                try
                {
                    for (; ; await connection.WaitAsync(TimeSpan.FromSeconds(30), end.Token))
                    {
                        // Said again it takes in all that was told so far, for one look, and shows whether the connection lives.
                        await listen.ExecuteNonQueryAsync(end.Token);
                        await Look(end.Token);
                        await Task.Delay(10, end.Token);
                    }
                }
                finally
                {
                    // It goes back to the others, who have no use for news.
                    listen.CommandText = "unlisten *";
                    await listen.ExecuteNonQueryAsync(CancellationToken.None);
                }
            }
            catch (Exception) when (!end.IsCancellationRequested)
            {
                // The connection is lost, or a writer dawdles.
            }
        }
    }
}
