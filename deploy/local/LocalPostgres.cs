using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Npgsql;

namespace Platform.Local;

/// <param name="DataDirectory">Created when it does not exist.</param>
/// <param name="Password">Of the superuser <c>postgres</c>; set when the data directory is created.</param>
/// <param name="Port">On 127.0.0.1; any free one when null.</param>
/// <param name="Durable">False for tests: an operating system crash may then lose data, a crash of PostgreSQL still may not.</param>
internal sealed record PostgresSettings(string DataDirectory, string Password, int? Port = null, bool Durable = true);

/// <summary>A PostgreSQL server of our own, on the loopback address, passwords by SCRAM.</summary>
internal sealed class LocalPostgres : IAsyncDisposable
{
    private const uint Nobody = 65534;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PostgresProgram program;
    private readonly PostgresSettings settings;
    private readonly Action<string> log;

    private LocalPostgres(PostgresProgram program, PostgresSettings settings, Action<string> log, int port)
    {
        (this.program, this.settings, this.log, Port) = (program, settings, log, port);
        Process = Launch();
    }

    public int Port { get; }

    /// <summary>The server as it runs now; another one after <see cref="RestartAsync"/>.</summary>
    public ChildProcess Process { get; private set; }

    /// <summary>Connection string of the superuser.</summary>
    public string Superuser => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = "postgres",
        Username = "postgres",
        Password = settings.Password,
    }.ConnectionString;

    /// <summary>Creates the data directory when needed, starts the server, returns once it answers.</summary>
    public static async Task<LocalPostgres> StartAsync(PostgresProgram program, PostgresSettings settings, Action<string>? log = null, CancellationToken stop = default)
    {
        log ??= static _ => { };
        await CreateDataAsync(program, settings, stop);
        for (var attempt = 1; ; attempt++)
        {
            var server = new LocalPostgres(program, settings, log, settings.Port ?? FreePort());
            try
            {
                await server.WaitAsync(stop);
                return server;
            }
            catch (LocalRunException) when (settings.Port is null && attempt < 5 && server.Said("could not bind"))
            {
                // Somebody took the free port between the asking and the starting.
                await server.DisposeAsync();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Fast shutdown: open transactions are rolled back, everything committed is on disk.</summary>
    public Task StopAsync() => Process.StopAsync();

    /// <summary>Kills the server and all its sessions at once.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <summary>Starts again on the same data and port, after recovery when it was killed.</summary>
    public async Task RestartAsync(CancellationToken stop = default)
    {
        await StopAsync();
        for (var attempt = 1; ; attempt++)
        {
            await Process.DisposeAsync();
            Process = Launch();
            try
            {
                await WaitAsync(stop);
                return;
            }
            catch (LocalRunException) when (attempt < 20 && (Said("shared memory block") || Said("could not bind")))
            {
                // Sessions of the killed server are still on their way out.
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
            }
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    /// <summary>A port of the loopback address that nobody listened on a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task CreateDataAsync(PostgresProgram program, PostgresSettings settings, CancellationToken stop)
    {
        var data = Path.GetFullPath(settings.DataDirectory);
        if (File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            return;
        }

        // Made aside and moved into place, so that an interrupted start never leaves half a data directory.
        var aside = data + ".new";
        var passwordFile = data + ".password";
        if (Directory.Exists(aside))
        {
            Directory.Delete(aside, recursive: true);
        }

        CreatePrivate(aside);
        try
        {
            await WritePrivateAsync(passwordFile, settings.Password, stop);
            await ChildProcess.RunAsync(
                new(
                    "initdb",
                    program.Initdb,
                    [
                        "--pgdata", aside, "--username=postgres", "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8",
                        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions", .. settings.Durable ? [] : (string[])["--no-sync"],
                    ])
                { DropRoot = true, WorkingDirectory = aside },
                "Creating the database directory",
                stop);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(aside, data);
    }

    private ChildProcess Launch()
    {
        // The demonstration fits into memory and is loaded between two checkpoints.
        string[] speed = settings.Durable ? ["-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB"] : ["-c", "fsync=off", "-c", "full_page_writes=off"];
        return ChildProcess.Start(new(
            "postgres",
            program.Postgres,
            [
                "-D", Path.GetFullPath(settings.DataDirectory), "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "max_connections=200", "-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "log_line_prefix=", "-c", "log_checkpoints=off", .. speed,
            ])
        { DropRoot = true, WorkingDirectory = settings.DataDirectory, StopSignal = PosixSignal.SIGINT, Log = log });
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(Patience);
        try
        {
            while (!await AnswersAsync(deadline.Token))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
            }
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new LocalRunException($"PostgreSQL did not answer on port {Port} within {Patience.TotalSeconds:0} s.", e);
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken stop)
    {
        if (Process.Exited.IsCompleted)
        {
            throw new LocalRunException(Process.Obituary);
        }

        if (!await SaysReadyAsync(stop))
        {
            return false;
        }

        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Superuser) { Pooling = false, Timeout = 5 }.ConnectionString);
            await connection.OpenAsync(stop);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword)
        {
            throw new LocalRunException($"The kept password does not open the database in {settings.DataDirectory}: bring back its secrets.json, or start with --reset.", e);
        }
        catch (NpgsqlException e)
        {
            return Process.Exited.IsCompleted ? throw new LocalRunException(Process.Obituary, e) : false;
        }
    }

    // As pg_ctl does: the server's own file carries its process id in the first line and its status in the eighth.
    private async Task<bool> SaysReadyAsync(CancellationToken stop)
    {
        try
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(settings.DataDirectory, "postmaster.pid"), stop);
            return lines.Length >= 8 && lines[0].Trim() == $"{Process.Id}" && lines[7].Trim() == "ready";
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private bool Said(string words) => Process.LastLines.Any(line => line.Contains(words, StringComparison.Ordinal));

    /// <summary>A folder that only the server's user may enter.</summary>
    public static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (Environment.IsPrivilegedProcess && Libc.ChangeOwner(path, Nobody, Nobody) != 0)
        {
            throw new LocalRunException($"The owner of {path} could not be changed: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    private static async Task WritePrivateAsync(string path, string content, CancellationToken stop)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(path, options);
        await writer.WriteLineAsync(content.AsMemory(), stop);
    }
}
