using System.Security.Cryptography;
using Npgsql;
using Platform.EventStore;
using Platform.Local;

namespace Platform.Benchmarks;

/// <summary>A PostgreSQL server of this run's own, as durable as a deployed one; it goes with its data when the run ends.</summary>
internal sealed class Ground
{
    /// <summary>What is set beside PostgreSQL's defaults: for both sides, as the server is one.</summary>
    private static readonly (string Name, string Value)[] Settings =
        [("shared_buffers", "1GB"), ("max_wal_size", "4GB"), ("checkpoint_timeout", "15min"), ("effective_cache_size", "4GB"), ("maintenance_work_mem", "512MB")];

    private static readonly string[] Shown =
        ["server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_level", "autovacuum", .. Settings.Select(s => s.Name), "max_connections"];

    private readonly LocalPostgres postgres;

    private Ground(LocalPostgres postgres) => this.postgres = postgres;

    public string Superuser => postgres.Superuser;

    public required IReadOnlyDictionary<string, string> Stated { get; init; }

    public static async Task<Ground> Start()
    {
        var folder = Directory.CreateTempSubdirectory("platform-benchmarks-").FullName;
        var program = await LocalTools.Find(Repository.Find()).EnsurePostgresAsync();
        var server = await LocalPostgres.StartAsync(program, new(Path.Combine(folder, "data"), Password()));
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            // Asked to end, not killed: a killed server leaves its shared memory behind.
            server.StopAsync().GetAwaiter().GetResult();
            Directory.Delete(folder, recursive: true);
        };
        await using (var connection = await Open(server.Superuser))
        {
            foreach (var (name, value) in Settings)
            {
                await Do(connection, $"alter system set {name} = '{value}'");
            }
        }

        await server.RestartAsync();
        return new(server) { Stated = await Read(server.Superuser) };
    }

    /// <summary>A new database with the platform's schema and the ledgers' table.</summary>
    public async Task<Store> Create(string name)
    {
        var database = await LocalDatabase.EnsureAsync(postgres.Superuser, name, Password(), Password());
        await using var owner = NpgsqlDataSource.Create(database.Owner);
        await SchemaSetup.Apply(owner, SchemaSetup.Scripts(typeof(Ground).Assembly, "benchmarks"), $"{name}_app");
        return new(database, new NpgsqlConnectionStringBuilder(postgres.Superuser) { Database = name, Pooling = false, CommandTimeout = 0 }.ConnectionString);
    }

    public static async Task<NpgsqlConnection> Open(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public static async Task Do(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Dictionary<string, string>> Read(string superuser)
    {
        await using var connection = await Open(superuser);
        var stated = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Shown)
        {
            await using var command = new NpgsqlCommand($"show {name}", connection);
            stated[name] = (string)(await command.ExecuteScalarAsync())!;
        }

        return stated;
    }

    private static string Password() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
}

/// <summary>One database with a case store on it, as a service would have.</summary>
internal sealed class Store : IAsyncDisposable
{
    public Store(LocalDatabase database, string superuser)
    {
        (App, Owner, Superuser) = (database.App, database.Owner, superuser);
        // The server has 200 connections, and the raw side takes up to 128 of them.
        Application = CaseStore.Connect(new NpgsqlConnectionStringBuilder(App) { MaxPoolSize = 60 }.ConnectionString);
        Cases = new(Application, [Ledgers.Plain, Ledgers.WithRows], Ledgers.Book);
    }

    public string App { get; }

    public string Owner { get; }

    public string Superuser { get; }

    public NpgsqlDataSource Application { get; }

    public CaseStore Cases { get; }

    public ValueTask DisposeAsync() => Application.DisposeAsync();
}
