using System.Net.Sockets;

namespace Platform.Local;

internal static class Readiness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A proxy set for the internet has no business on the loopback address.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Returns once the address answers 2xx.</summary>
    /// <exception cref="LocalRunException">The child ended, or a minute passed.</exception>
    public static async Task WaitAsync(string name, Uri address, ChildProcess child, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(Patience);
        var last = "it never answered";
        try
        {
            while (true)
            {
                if (child.Exited.IsCompleted)
                {
                    throw new LocalRunException(child.Obituary);
                }

                try
                {
                    using var response = await Http.GetAsync(address, deadline.Token);
                    if (response.IsSuccessStatusCode)
                    {
                        return;
                    }

                    last = $"it answered {(int)response.StatusCode} at {address}";
                }
                catch (HttpRequestException e) when (e.InnerException is SocketException or IOException)
                {
                    last = e.Message;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), deadline.Token);
            }
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new LocalRunException($"{name} was not ready within {Patience.TotalSeconds:0} s: {last}.", e);
        }
    }
}
