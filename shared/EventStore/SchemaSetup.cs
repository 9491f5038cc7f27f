using System.Globalization;
using System.Reflection;
using Npgsql;

namespace Platform.EventStore;

/// <summary>A numbered SQL script of one part of the schema.</summary>
/// <param name="Part"><c>platform</c>, or the service's name.</param>
/// <param name="Number">Order within the part; a number once used keeps its content.</param>
/// <param name="Sql">The statements; <c>${app}</c> stands for the application role.</param>
public sealed record SchemaScript(string Part, int Number, string Sql);

/// <summary>Sets the schema up, as its owner, and checks it, as anybody. Forward only.</summary>
public static class SchemaSetup
{
    private const long Lock = 0x6361_7365_7301;

    /// <summary>The scripts of the event store and, when given, of a service, in order.</summary>
    public static IReadOnlyList<SchemaScript> Scripts(Assembly? service = null, string? part = null) =>
    [
        .. Embedded(typeof(SchemaSetup).Assembly, "platform"),
        .. service is null ? [] : Embedded(service, part!),
    ];

    /// <summary>Brings the database to the scripts' state. Several replicas may call this at once: one does the work.</summary>
    /// <param name="owner">Connection of the role that owns the schema.</param>
    /// <param name="scripts">All scripts.</param>
    /// <param name="applicationRole">The role the service runs under.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task Apply(NpgsqlDataSource owner, IReadOnlyList<SchemaScript> scripts, string applicationRole, CancellationToken cancel = default)
    {
        await using var connection = await owner.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Run($"select pg_advisory_xact_lock({Lock})");
        await Run("create table if not exists schema_scripts (part text not null, number integer not null, at timestamptz not null default now(), primary key (part, number))");
        await Run($"grant select on schema_scripts to {Quoted(applicationRole)}");
        var applied = await Applied(connection, cancel);
        RefuseNewer(applied, scripts);
        foreach (var script in scripts.Where(s => !applied.Contains((s.Part, s.Number))))
        {
            await Run(script.Sql.Replace("${app}", Quoted(applicationRole), StringComparison.Ordinal));
            await Run(string.Create(CultureInfo.InvariantCulture, $"insert into schema_scripts (part, number) values ('{script.Part}', {script.Number})"));
        }

        await transaction.CommitAsync(cancel);

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>Refuses to go on when the database is older or newer than the code.</summary>
    /// <exception cref="InvalidOperationException">The database lacks scripts, or has some that this code does not know.</exception>
    public static async Task Check(NpgsqlDataSource database, IReadOnlyList<SchemaScript> scripts, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var applied = await Applied(connection, cancel);
        RefuseNewer(applied, scripts);
        var missing = scripts.Where(s => !applied.Contains((s.Part, s.Number))).Select(s => $"{s.Part} {s.Number:0000}").ToList();
        if (missing.Count > 0)
        {
            throw new InvalidOperationException($"The database lacks schema scripts {string.Join(", ", missing)}: start once with ConnectionStrings:Owner.");
        }
    }

    private static void RefuseNewer(HashSet<(string Part, int Number)> applied, IReadOnlyList<SchemaScript> scripts)
    {
        var unknown = applied.Except(scripts.Select(s => (s.Part, s.Number))).Select(s => $"{s.Part} {s.Number:0000}").ToList();
        if (unknown.Count > 0)
        {
            throw new InvalidOperationException($"The database is newer than this program: it has schema scripts {string.Join(", ", unknown)}.");
        }
    }

    private static async Task<HashSet<(string Part, int Number)>> Applied(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var known = new NpgsqlCommand("select to_regclass('schema_scripts') is not null", connection);
        if (!(bool)(await known.ExecuteScalarAsync(cancel))!)
        {
            return [];
        }

        await using var command = new NpgsqlCommand("select part, number from schema_scripts", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var applied = new HashSet<(string, int)>();
        while (await reader.ReadAsync(cancel))
        {
            applied.Add((reader.GetString(0), reader.GetInt32(1)));
        }

        return applied;
    }

    private static IEnumerable<SchemaScript> Embedded(Assembly assembly, string part) =>
        from name in assembly.GetManifestResourceNames()
        where name.EndsWith(".sql", StringComparison.Ordinal)
        let file = name[..^4][(name[..^4].LastIndexOf('.') + 1)..]
        let number = int.Parse(file[..4], CultureInfo.InvariantCulture)
        orderby number
        select new SchemaScript(part, number, Text(assembly, name));

    private static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static string Quoted(string role) => $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
