using System.Net;
using System.Net.Sockets;

namespace Platform.Tests.EventStore;

/// <summary>
/// A wire to PostgreSQL that can be cut between a question and its answer: the server gets the question whole and carries it
/// out, whoever asked only learns that the connection is gone.
/// </summary>
internal sealed class CuttingWire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource over = new();
    private readonly IPEndPoint server;
    private readonly List<Task> running = [];
    private readonly List<Task> ending = [];
    private int countdown;

    public CuttingWire(int serverPort)
    {
        server = new(IPAddress.Loopback, serverPort);
        listener.Start();
        running.Add(Accept());
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Cuts once, behind the n-th question from now on; never when 0.</summary>
    public void CutBehind(int question) => Volatile.Write(ref countdown, question);

    /// <summary>Returns once the server has ended what was cut off: from then on nothing of it is still to come.</summary>
    public async Task Calm()
    {
        CutBehind(0);
        Task[] open;
        lock (ending)
        {
            open = [.. ending];
        }

        await Task.WhenAll(open);
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Stop();
        await Task.WhenAll(running);
        over.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(over.Token);
                lock (ending)
                {
                    running.Add(Carry(client));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task Carry(Socket client)
    {
        using var asker = client;
        using var answerer = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        await answerer.ConnectAsync(server, over.Token);
        var cut = false;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Task.WhenAll(
            Pump(asker, answerer, () =>
            {
                if (Volatile.Read(ref countdown) == 0 || Interlocked.Decrement(ref countdown) != 0)
                {
                    return true;
                }

                lock (ending)
                {
                    ending.Add(ended.Task);
                }

                cut = true;
                return false;
            }),
            Pump(answerer, asker, () => !cut));
        ended.SetResult();

        // Ended by one side, it is ended for the other; what has been cut off still hears the server out.
        async Task Pump(Socket from, Socket to, Func<bool> goesOn)
        {
            var buffer = new byte[1 << 16];
            try
            {
                while (await from.ReceiveAsync(buffer, over.Token) is > 0 and var read)
                {
                    var on = goesOn();
                    if (from == asker || on)
                    {
                        await to.SendAsync(buffer.AsMemory(0, read), over.Token);
                    }

                    if (from == asker && !on)
                    {
                        asker.Close(0);
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Gone: the other side is told below.
            }

            try
            {
                to.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Gone too.
            }
        }
    }
}
