using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Platform.Local;
using Platform.Tests.Support;

namespace Platform.Tests.Drills;

/// <summary>A service in a process of its own, on a port that it keeps when it is started again.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string PseudonymKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly string EncryptionKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly ConcurrentDictionary<string, int> faults = new(StringComparer.Ordinal);
    private readonly ChildCommand command;
    private ChildProcess process;

    private ServiceProcess(ChildCommand command, Uri address)
    {
        this.command = command with { Log = Hear };
        process = ChildProcess.Start(this.command);
        Http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <summary>To this process, whichever it is just now.</summary>
    public HttpClient Http { get; }

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; } = 1;

    /// <summary>False when it is gone.</summary>
    public bool Running => !process.Exited.IsCompleted;

    /// <summary>For a drill that fails: every kind of exception that it has logged, however often it was started, and its last lines.</summary>
    public string LastWords => string.Join('\n', faults.Select(f => $"{f.Value} x {f.Key}").Concat(process.LastLines));

    /// <summary>Starts a program of the test's output folder as a service on this server.</summary>
    public static async Task<ServiceProcess> Start(DrillServer server, string program, params IReadOnlyList<string> arguments)
    {
        var address = new Uri($"http://127.0.0.1:{LocalPostgres.FreePort()}");
        return new(
            new("service", Path.Combine(AppContext.BaseDirectory, program),
            [
                .. arguments, $"--urls={address}", "--Logging:LogLevel:Default=Error",
                "--Deadlines:Seconds=1", $"--ConnectionStrings:Events={server.App}", $"--ConnectionStrings:Owner={server.Owner}",
                $"--Vault:PseudonymKey={PseudonymKey}", $"--Vault:EncryptionKey={EncryptionKey}", .. (await TestIdentity.Shared).Settings,
            ]), address);
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        await process.KillAsync();
        await process.DisposeAsync();
    }

    /// <summary>What a supervisor does when a process has ended.</summary>
    public void StartAgain()
    {
        process = ChildProcess.Start(command);
        Starts++;
    }

    /// <summary>Waits until it says that it is ready.</summary>
    /// <param name="supervised">Start it again when it ends because it finds no database; otherwise it must live.</param>
    /// <param name="stop">Gives up.</param>
    public async Task Ready(bool supervised, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        while (true)
        {
            if (!Running)
            {
                Assert.True(supervised, $"The service has ended by itself:\n{LastWords}");
                StartAgain();
            }

            try
            {
                using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative), patience.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                Assert.Fail($"The service was not ready within {Patience.TotalSeconds:0} s:\n{LastWords}");
            }

            await Task.Delay(50, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await process.DisposeAsync();
    }

    private void Hear(string line)
    {
        if (Thrown().IsMatch(line))
        {
            faults.AddOrUpdate(line.Trim(), 1, (_, n) => n + 1);
        }
    }

    [GeneratedRegex(@"Exception( \(0x[0-9A-F]+\))?: ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Thrown();
}
