using System.Net;
using System.Net.Sockets;
using Npgsql;
using Platform.Cases;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.ServiceHost;

/// <summary>Alive is not ready: a service without its database or its realm's keys takes no requests.</summary>
public sealed class HealthTests : ServiceTesting
{
    [Fact]
    public async Task A_running_service_is_alive_and_ready_for_anybody_who_asks()
    {
        Assert.Equal((200, "Healthy"), await Health(Keys, "live"));
        Assert.Equal((200, "Healthy"), await Health(Keys, "ready"));
    }

    [Fact]
    public async Task Without_its_database_it_is_alive_not_ready_and_asks_officers_to_come_back()
    {
        await using var wire = new Wire(new NpgsqlConnectionStringBuilder(Database.App).Port);
        var through = new NpgsqlConnectionStringBuilder(Database.App) { Port = wire.Port }.ConnectionString;
        await using var keys = await ServiceUnderTest.Start(KeyService.Create(), Clock, Database, $"--ConnectionStrings:Events={through}");
        var window = keys.As("li", County, Roles.WindowOfficer);
        _ = (await window.Post(Loans, KeyTesting.Lend("K-1"))).Ok;
        await wire.Cut();

        Assert.Equal((503, "Unhealthy"), await Health(keys, "ready"));
        Assert.Equal((200, "Healthy"), await Health(keys, "live"));
        for (var i = 0; i < 3; i++)
        {
            var answer = (await window.Post(Loans, KeyTesting.Lend("K-2"))).Is(503, "E_DATABASE_DOWN");
            Assert.NotNull(answer.Headers.RetryAfter);
            (await window.Get(Loans)).Is(503, "E_DATABASE_DOWN");
        }

        wire.Mend();
        Assert.Equal((200, "Healthy"), await Health(keys, "ready"));
        _ = (await window.Post(Loans, KeyTesting.Lend("K-2"))).Ok;
    }

    [Fact]
    public async Task Without_the_realms_keys_it_is_not_ready()
    {
        await using var keys = await ServiceUnderTest.Start(KeyService.Create(), Clock, Database, "--Keycloak:auth-server-url=http://127.0.0.1:9");
        Assert.Equal(503, (await keys.As(null).Get("/health/ready")).Status);
        Assert.Equal(200, (await keys.As(null).Get("/health/live")).Status);
        (await keys.As("li", County, Roles.WindowOfficer).Get(Loans)).Is(503, "E_IDENTITY_DOWN");
    }

    private static async Task<(int, string)> Health(ServiceUnderTest keys, string of)
    {
        var answer = await keys.As(null).Get($"/health/{of}");
        return (answer.Status, answer.Text);
    }

    /// <summary>The way to the database server, which can be cut and mended.</summary>
    private sealed class Wire : IAsyncDisposable
    {
        private readonly int target;
        private readonly List<Socket> ends = [];
        private TcpListener listener = new(IPAddress.Loopback, 0);
        private Task accepting;

        public Wire(int target)
        {
            this.target = target;
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
            accepting = Accept(listener);
        }

        public int Port { get; }

        public async Task Cut()
        {
            listener.Dispose();
            await accepting;
            ends.ForEach(e => e.Dispose());
            ends.Clear();
        }

        public void Mend()
        {
            listener = new(IPAddress.Loopback, Port);
            listener.Start();
            accepting = Accept(listener);
        }

        public async ValueTask DisposeAsync() => await Cut();

        private async Task Accept(TcpListener on)
        {
            while (true)
            {
                try
                {
                    var near = await on.AcceptSocketAsync(CancellationToken.None);
                    var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    near.NoDelay = true;
                    await far.ConnectAsync(IPAddress.Loopback, target, CancellationToken.None);
                    ends.AddRange([near, far]);
                    _ = Task.WhenAll(Carry(near, far), Carry(far, near));
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    return;
                }
            }
        }

        private static async Task Carry(Socket from, Socket to)
        {
            var buffer = new byte[8192];
            try
            {
                while (await from.ReceiveAsync(buffer, CancellationToken.None) is > 0 and var count)
                {
                    await to.SendAsync(buffer.AsMemory(0, count), CancellationToken.None);
                }

                to.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Cut.
            }
        }
    }
}
