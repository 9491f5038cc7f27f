using System.Text.RegularExpressions;
using Npgsql;

namespace Platform.Local;

/// <summary>One service's database: its owner makes the tables, its application role only gets the rights the schema grants it.</summary>
/// <param name="Name">Of the database; the roles are <c>{name}_owner</c> and <c>{name}_app</c>.</param>
/// <param name="Owner">Connection string of the role that owns database and schema.</param>
/// <param name="App">Connection string of the role a running service works as.</param>
internal sealed partial record LocalDatabase(string Name, string Owner, string App)
{
    /// <summary>Creates database and roles where they are missing, and sets the passwords given.</summary>
    public static async Task<LocalDatabase> EnsureAsync(string superuser, string name, string ownerPassword, string appPassword, CancellationToken stop = default)
    {
        RequirePlain(name);
        var (owner, app) = (name + "_owner", name + "_app");
        await using var server = await OpenAsync(superuser, stop);
        foreach (var (role, password) in new[] { (owner, ownerPassword), (app, appPassword) })
        {
            var verb = await ExistsAsync(server, "select 1 from pg_roles where rolname = $1", role, stop) ? "alter" : "create";
            await RunAsync(server, $"{verb} role {role} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password '{password.Replace("'", "''", StringComparison.Ordinal)}'", stop);
        }

        if (!await ExistsAsync(server, "select 1 from pg_database where datname = $1", name, stop))
        {
            // template0 takes no connections, so databases can be created side by side.
            await RunAsync(server, $"create database {name} owner {owner} template template0", stop);
        }

        await RunAsync(server, $"revoke all on database {name} from public", stop);
        await RunAsync(server, $"grant connect on database {name} to {app}", stop);

        await using var inside = await OpenAsync(For(null, null), stop);
        await RunAsync(inside, "revoke create on schema public from public", stop);
        await RunAsync(inside, $"grant usage on schema public to {app}", stop);
        return new(name, For(owner, ownerPassword), For(app, appPassword));

        string For(string? role, string? password)
        {
            var target = new NpgsqlConnectionStringBuilder(superuser) { Database = name };
            if (role is not null)
            {
                (target.Username, target.Password) = (role, password);
            }

            return target.ConnectionString;
        }
    }

    /// <summary>Removes database and roles, whoever is connected.</summary>
    public static async Task DropAsync(string superuser, string name, CancellationToken stop = default)
    {
        RequirePlain(name);
        await using var server = await OpenAsync(superuser, stop);
        await RunAsync(server, $"drop database if exists {name} with (force)", stop);
        await RunAsync(server, $"drop role if exists {name}_app", stop);
        await RunAsync(server, $"drop role if exists {name}_owner", stop);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken stop)
    {
        // No pool: a connection kept open would hold back the server's stop.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(stop);
        return connection;
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string sql, string name, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = name } } };
        return await command.ExecuteScalarAsync(stop) is not null;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop);
    }

    private static void RequirePlain(string name)
    {
        if (!PlainName().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' is not a plain database name: small letters, digits and underscores.", nameof(name));
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,50}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PlainName();
}
