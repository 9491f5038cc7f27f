using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Platform.EventStore;
using Platform.Local;

namespace Platform.Tests.Support;

/// <summary>
/// A PostgreSQL database for one test, empty when it gets it. One server runs per test process, on a free loopback port; it
/// is stopped and its folder deleted when the process ends. Databases are copies of one that has the platform's schema, and
/// are emptied and used again: that is ten times faster than making new ones.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string Template = "platform_template";
    private static readonly Lazy<Task<Server>> Shared = new(Server.Start);
    private static int made;

    private static readonly ConcurrentDictionary<string, ConcurrentBag<string>> Emptied = new(StringComparer.Ordinal);

    private readonly Server server;
    private readonly string? schema;
    private readonly Lazy<NpgsqlDataSource> application;
    private readonly Lazy<NpgsqlDataSource> owner;

    private TestDatabase(Server server, string name, string? schema)
    {
        (this.server, Name, this.schema) = (server, name, schema);
        Owner = server.For(name, server.Roles.Owner);
        App = server.For(name, server.Roles.App);
        Superuser = new NpgsqlConnectionStringBuilder(server.For(name, server.Postgres.Superuser)) { Pooling = false }.ConnectionString;
        application = new(() => NpgsqlDataSource.Create(App));
        owner = new(() => NpgsqlDataSource.Create(Owner));
    }

    /// <summary>Database name.</summary>
    public string Name { get; }

    /// <summary>Connection string of the role that owns the schema.</summary>
    public string Owner { get; }

    /// <summary>Connection string of the role a service runs under.</summary>
    public string App { get; }

    /// <summary>Connection string of the superuser, for playing foul; not pooled.</summary>
    public string Superuser { get; }

    /// <summary>Name of the application's role.</summary>
    public string AppRole => server.Roles.Name + "_app";

    /// <summary>Connections of the application role.</summary>
    public NpgsqlDataSource Application => application.Value;

    /// <summary>Connections of the owner.</summary>
    public NpgsqlDataSource AsOwner => owner.Value;

    /// <summary>An empty database with the platform's schema or, when given, that of <paramref name="scripts"/>.</summary>
    public static async Task<TestDatabase> Create(IReadOnlyList<SchemaScript>? scripts = null, CancellationToken cancel = default)
    {
        // By name too: two services may have the same tables.
        var wanted = string.Join('\n', (scripts ?? []).Select(s => $"{s.Part} {s.Number}: {s.Sql}"));
        if (Emptied.GetOrAdd(wanted, _ => []).TryTake(out var name))
        {
            return new(await Shared.Value, name, wanted);
        }

        var database = await New(Template, wanted, cancel);
        if (scripts is not null)
        {
            await SchemaSetup.Apply(database.AsOwner, scripts, database.AppRole, cancel);
        }

        return database;
    }

    /// <summary>A new database without any schema.</summary>
    public static Task<TestDatabase> CreateEmpty(CancellationToken cancel = default) => New("template0", null, cancel);

    /// <summary>Runs a statement as the owner and returns the first value of its first row.</summary>
    public async Task<T?> Ask<T>(string sql, CancellationToken cancel = default)
    {
        await using var command = AsOwner.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancel) is T value ? value : default;
    }

    /// <summary>Runs a statement as the owner.</summary>
    /// <returns>Rows touched.</returns>
    public async Task<int> Do(string sql, CancellationToken cancel = default)
    {
        await using var command = AsOwner.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var source in new[] { application, owner }.Where(s => s.IsValueCreated))
        {
            await source.Value.DisposeAsync();
        }

        if (schema is not null && await TryEmpty())
        {
            Emptied[schema].Add(Name);
        }
        else
        {
            await server.Do($"drop database if exists {Name} with (force)");
        }
    }

    private async Task<bool> TryEmpty()
    {
        try
        {
            await server.Do(
                """
                select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid();
                do $$
                declare r record;
                begin
                  for r in select c.oid::regclass as name, c.relkind from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'S') and c.relname <> 'schema_scripts' loop
                    execute format(case r.relkind when 'r' then 'delete from %s' else 'alter sequence %s restart' end, r.name);
                  end loop;
                end $$;
                """, Superuser);
            return true;
        }
        catch (NpgsqlException)
        {
            // A test has made it unusable, as it may.
            return false;
        }
    }

    private static async Task<TestDatabase> New(string template, string? schema, CancellationToken cancel)
    {
        var running = await Shared.Value.WaitAsync(cancel);
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref made)}");
        await running.Do($"create database {name} template {template} owner {running.Roles.Name}_owner");
        return new(running, name, schema);
    }

    private sealed class Server
    {
        private readonly string folder;

        private Server(string folder, LocalPostgres postgres, LocalDatabase roles) => (this.folder, Postgres, Roles) = (folder, postgres, roles);

        public LocalPostgres Postgres { get; }

        public LocalDatabase Roles { get; }

        public static async Task<Server> Start()
        {
            var temporary = Directory.CreateTempSubdirectory("platform-tests-").FullName;
            LocalPostgres? postgres = null;
            try
            {
                var program = await LocalTools.Find(Repository.Find()).EnsurePostgresAsync();
                postgres = await LocalPostgres.StartAsync(program, new(Path.Combine(temporary, "data"), Password(), Durable: false));
                var server = new Server(temporary, postgres, await LocalDatabase.EnsureAsync(postgres.Superuser, Template, Password(), Password()));
                AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Stop();
                await using var owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.Roles.Owner) { Pooling = false }.ConnectionString);
                await SchemaSetup.Apply(owner, SchemaSetup.Scripts(), Template + "_app");
                return server;
            }
            catch
            {
                await (postgres?.DisposeAsync() ?? default);
                Directory.Delete(temporary, recursive: true);
                throw;
            }
        }

        public string For(string database, string connection) =>
            new NpgsqlConnectionStringBuilder(connection) { Database = database, MaxPoolSize = 40, ConnectionIdleLifetime = 5, ConnectionPruningInterval = 1 }.ConnectionString;

        public async Task Do(string sql, string? inside = null)
        {
            await using var connection = new NpgsqlConnection(inside ?? new NpgsqlConnectionStringBuilder(Postgres.Superuser) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        private static string Password() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

        private void Stop()
        {
            // Asked to end, not killed: a killed server leaves its shared memory behind.
            Postgres.StopAsync().GetAwaiter().GetResult();
            Directory.Delete(folder, recursive: true);
        }
    }
}
