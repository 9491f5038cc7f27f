using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Platform.Local;

/// <summary>A program to run as a child of this one.</summary>
internal sealed record ChildCommand(string Name, string File, params IReadOnlyList<string> Arguments)
{
    public string? WorkingDirectory { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What asks this program to end; it is also what the kernel sends it when this process dies.</summary>
    public PosixSignal StopSignal { get; init; } = PosixSignal.SIGTERM;

    /// <summary>Run without root's rights when this process has them: PostgreSQL refuses root.</summary>
    public bool DropRoot { get; init; }

    public Action<string> Log { get; init; } = static _ => { };
}

/// <summary>
/// A running child. It never outlives this process where the kernel can see to that (Linux, with util-linux),
/// and it does not hear the terminal's Ctrl-C: this process decides in which order children stop.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private const int KeptLines = 50;

    private readonly Process process;
    private readonly ChildCommand command;
    private readonly bool ownSession;
    private readonly Queue<string> lastLines = new();

    private ChildProcess(Process process, ChildCommand command, bool ownSession)
    {
        this.process = process;
        this.command = command;
        this.ownSession = ownSession;
        Id = process.Id;
        Exited = WatchAsync();
    }

    public string Name => command.Name;

    public int Id { get; }

    /// <summary>Completes with the exit code once the child has ended and its output has been read.</summary>
    public Task<int> Exited { get; }

    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (lastLines)
            {
                return [.. lastLines];
            }
        }
    }

    /// <summary>What to say when it ended and nobody asked it to.</summary>
    public string Obituary
    {
        get
        {
            // An unhandled exception says what happened first and where afterwards.
            var lines = LastLines.Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
            var thrown = lines.FindLastIndex(line => line.StartsWith("Unhandled exception", StringComparison.Ordinal));
            var said = thrown < 0 ? lines.TakeLast(3).ToList() : [.. lines.Skip(thrown).TakeWhile(line => !line.StartsWith("   at ", StringComparison.Ordinal)).Take(3)];
            var code = Exited.IsCompleted ? $" with exit code {Exited.Result}" : "";
            return said.Count == 0
                ? $"{Name} ended unexpectedly{code} without a word."
                : $"{Name} ended unexpectedly{code}; its last lines: {string.Join(" / ", said.Select(line => line.Trim()))}";
        }
    }

    public static ChildProcess Start(ChildCommand command)
    {
        var wrapper = Wrapper.For(command);
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        string[] line = [.. wrapper, command.File, .. command.Arguments];
        start.FileName = line[0];
        foreach (var argument in line.AsSpan(1))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            var begun = Spawner.Run(() => Process.Start(start)!);
            begun.StandardInput.Close();
            return new(begun, command, ownSession: wrapper.Contains(Wrapper.OwnSession));
        }
        catch (Exception e) when (e is Win32Exception or DirectoryNotFoundException)
        {
            throw new LocalRunException($"{command.Name} could not be started: {e.Message}.", e);
        }
    }

    /// <summary>Runs a program to its end. Cancelling stops it.</summary>
    /// <exception cref="LocalRunException">It ended with another exit code than 0.</exception>
    public static async Task RunAsync(ChildCommand command, string purpose, CancellationToken stop)
    {
        await using var child = Start(command);
        var code = await child.Exited.WaitAsync(stop);
        if (code != 0)
        {
            var said = child.LastLines.Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
            var telling = said.FindLast(line => line.Contains("error", StringComparison.OrdinalIgnoreCase) && !line.EndsWith("Error(s)", StringComparison.Ordinal)) ?? said.LastOrDefault();
            throw new LocalRunException($"{purpose} failed, {command.Name} ended with exit code {code}: {telling?.Trim() ?? "it said nothing"}");
        }
    }

    /// <summary>Asks the child to end, and kills it with all its own children when it has not after the grace period.</summary>
    public async Task StopAsync(TimeSpan? grace = null)
    {
        if (Exited.IsCompleted)
        {
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            Signal(command.StopSignal);
            try
            {
                await Exited.WaitAsync(grace ?? Grace);
                return;
            }
            catch (TimeoutException)
            {
                command.Log($"did not stop within {(grace ?? Grace).TotalSeconds:0} s and is killed");
            }
        }

        await KillAsync();
    }

    /// <summary>Ends the child and everything it started at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await Exited;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
    }

    private void Signal(PosixSignal signal)
    {
        var number = signal switch
        {
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGQUIT => 3,
            PosixSignal.SIGTERM => 15,
            _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Not a signal that asks a program to end."),
        };

        // The whole session, so that npm's and dotnet's own children hear it too; PostgreSQL's are sessions of their own.
        _ = Libc.Kill(ownSession ? -Id : Id, number);
    }

    private async Task<int> WatchAsync()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ended.TrySetResult();
        if (process.HasExited)
        {
            ended.TrySetResult();
        }

        var output = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        await ended.Task;

        // A grandchild may hold the pipe open for as long as it lives; the child's own words have arrived by then.
        await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(1)));
        return process.ExitCode;
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (lastLines)
            {
                lastLines.Enqueue(line);
                if (lastLines.Count > KeptLines)
                {
                    lastLines.Dequeue();
                }
            }

            command.Log(line);
        }
    }

    /// <summary>The util-linux programs put before a command; each replaces itself by the next, so the process id stays the child's.</summary>
    private static class Wrapper
    {
        public const string OwnSession = "setsid";
        private const string Nobody = "65534";

        private static readonly Lazy<bool> Setsid = new(() => OperatingSystem.IsLinux() && Works(OwnSession, "true"));
        private static readonly Lazy<bool> DeathSignal = new(() => OperatingSystem.IsLinux() && Works("setpriv", "--pdeathsig", "TERM", "true"));

        public static string[] For(ChildCommand command)
        {
            var drop = command.DropRoot && Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows();
            if (drop && !DeathSignal.Value)
            {
                throw new LocalRunException(
                    "PostgreSQL refuses to run as root, and the program that drops root, setpriv of util-linux, does not work here: install it, or start as an ordinary user.");
            }

            string[] session = Setsid.Value ? [OwnSession] : [];
            string[] death = DeathSignal.Value ? ["setpriv", "--pdeathsig", command.StopSignal.ToString()[3..]] : [];

            // dac_read_search: nobody may then read the programs below a directory that only root can enter, and write nothing.
            string[] nobody = drop
                ? ["--securebits=+no_setuid_fixup", "--reuid=" + Nobody, "--regid=" + Nobody, "--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
                : [];
            return [.. session, .. death, .. nobody];
        }

        private static bool Works(string file, params string[] arguments)
        {
            try
            {
                using var trial = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
                trial.WaitForExit();
                return trial.ExitCode == 0;
            }
            catch (Win32Exception)
            {
                return false;
            }
        }
    }

    /// <summary>
    /// The kernel sends the death signal when the *thread* that started the child ends, and threads of the pool end when idle:
    /// every child is started by one thread that lives as long as this process.
    /// </summary>
    private static class Spawner
    {
        private static readonly Lazy<BlockingCollection<Action>> Queue = new(() =>
        {
            var queue = new BlockingCollection<Action>();
            new Thread(() =>
            {
                foreach (var start in queue.GetConsumingEnumerable())
                {
                    start();
                }
            })
            { IsBackground = true, Name = "child spawner" }.Start();
            return queue;
        });

        public static Process Run(Func<Process> start)
        {
            var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
            Queue.Value.Add(() =>
            {
                try
                {
                    started.SetResult(start());
                }
                catch (Exception e)
                {
                    started.SetException(e);
                }
            });
            return started.Task.GetAwaiter().GetResult();
        }
    }
}

internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int ChangeOwner(string path, uint user, uint group);
}
