using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.Local;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>
/// A cluster made with the machine's own PostgreSQL, which has what the one from npm lacks: <c>pg_dump</c>, <c>pg_restore</c>,
/// <c>pg_basebackup</c>. Debian's is older, too, so that the store is seen to work on it.
/// </summary>
internal sealed class SystemPostgres : IAsyncDisposable
{
    private const string Name = "keys";
    private const string Password = "of-a-cluster-that-lives-for-one-test";
    private static readonly string[] Needed = ["initdb", "postgres", "pg_dump", "pg_restore", "pg_basebackup"];

    private readonly LocalPostgres server;

    private SystemPostgres(LocalPostgres server)
    {
        this.server = server;
        Application = NpgsqlDataSource.Create(For(Name + "_app"));
        Owner = NpgsqlDataSource.Create(For(Name + "_owner"));
        Store = new(Application, [KeyLoans.Type, KeyBoards.Type], KeyTesting.Book);
    }

    public int Port => server.Port;

    public NpgsqlDataSource Application { get; }

    public NpgsqlDataSource Owner { get; }

    /// <summary>A service's store as it is after a start: it remembers nothing.</summary>
    public CaseStore Store { get; }

    public EventLog Log => new(Application);

    /// <summary>Connection string of the superuser.</summary>
    public string Superuser => new NpgsqlConnectionStringBuilder(server.Superuser) { Database = Name, Pooling = false }.ConnectionString;

    /// <summary>A new cluster with an empty database and its roles.</summary>
    /// <param name="folder">Where its data go.</param>
    /// <param name="settings">Lines of postgresql.conf.</param>
    public static async Task<SystemPostgres> Create(string folder, params string[] settings)
    {
        var (data, password) = (Path.Combine(folder, "data"), Path.Combine(folder, "password"));
        await File.WriteAllTextAsync(password, Password, KeyTesting.Stop);
        await Run("initdb", folder, "--pgdata", data, "--username=postgres", "--pwfile", password, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync");
        await File.AppendAllLinesAsync(Path.Combine(data, "postgresql.auto.conf"), settings, KeyTesting.Stop);
        return await Start(data);
    }

    /// <summary>Starts a cluster whose data are there already, and waits until it takes writes.</summary>
    public static async Task<SystemPostgres> Start(string data)
    {
        var started = await LocalPostgres.StartAsync(new(Tools()), new(data, Password, Durable: false), stop: KeyTesting.Stop);
        await using var superuser = NpgsqlDataSource.Create(started.Superuser);
        await using var recovering = superuser.CreateCommand("select pg_is_in_recovery()");
        // After a recovery it answers questions for a moment before it takes writes.
        while ((bool)(await recovering.ExecuteScalarAsync(KeyTesting.Stop))!)
        {
            await Task.Delay(20, KeyTesting.Stop);
        }

        await LocalDatabase.EnsureAsync(started.Superuser, Name, Password, Password, KeyTesting.Stop);
        return new(started);
    }

    /// <summary>Runs one of PostgreSQL's programs to its end.</summary>
    public static Task Run(string program, string folder, params string[] arguments) => ChildProcess.RunAsync(
        new(program, Path.Combine(Tools(), program), arguments)
        {
            DropRoot = true,
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PGPASSWORD"] = Password },
        },
        program,
        KeyTesting.Stop);

    /// <summary>How one of PostgreSQL's client programs finds this cluster.</summary>
    public string[] Address => ["--host=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"--port={Port}"), "--username=postgres", "--no-password"];

    public async Task<T?> Ask<T>(string sql)
    {
        await using var connection = await KeyTesting.Connect(Superuser);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(KeyTesting.Stop) is T value ? value : default;
    }

    /// <summary>Ends it at once, as a disaster does.</summary>
    public Task Kill() => server.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        await Owner.DisposeAsync();
        await server.DisposeAsync();
    }

    private string For(string role) => new NpgsqlConnectionStringBuilder(server.Superuser) { Database = Name, Username = role, Password = Password }.ConnectionString;

    /// <summary>The newest PostgreSQL of this machine that has everything needed.</summary>
    private static string Tools()
    {
        const string debian = "/usr/lib/postgresql";
        var folders = Directory.Exists(debian)
            ? Directory.GetDirectories(debian).OrderByDescending(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var version) ? version : 0).Select(d => Path.Combine(d, "bin")) : [];
        return folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(folder => Needed.All(n => File.Exists(Path.Combine(folder, n))))
            ?? throw new InvalidOperationException($"Backup and restore are proved with PostgreSQL's own programs, and no folder of {debian}/*/bin or the PATH has all of {string.Join(", ", Needed)}: install PostgreSQL (on Debian and Ubuntu: apt-get install postgresql).");
    }
}
