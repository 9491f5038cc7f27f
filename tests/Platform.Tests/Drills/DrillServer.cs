using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Platform.EventStore;
using Platform.Local;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.Drills;

/// <summary>A PostgreSQL server of the drill's own, because it is stopped in the middle of what it does; it syncs to disk as in production.</summary>
internal sealed class DrillServer : IAsyncDisposable
{
    private const int Quit = 3;
    private readonly string folder;
    private readonly LocalPostgres postgres;
    private readonly NpgsqlDataSource superuser;

    private DrillServer(string folder, LocalPostgres postgres, LocalDatabase database)
    {
        (this.folder, this.postgres) = (folder, postgres);
        (App, Owner) = (For(database.App), For(database.Owner));
        superuser = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.Superuser) { Database = database.Name, Pooling = false }.ConnectionString);

        static string For(string connection) => new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = 40, IncludeErrorDetail = true }.ConnectionString;
    }

    /// <summary>Connection string of the role a service runs under.</summary>
    public string App { get; }

    /// <summary>Connection string of the role that owns the schema.</summary>
    public string Owner { get; }

    /// <param name="schema">Sets the key service's schema up; otherwise the database is empty.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<DrillServer> Start(bool schema, CancellationToken stop)
    {
        var temporary = Directory.CreateTempSubdirectory("platform-drill-").FullName;
        LocalPostgres? started = null;
        try
        {
            var program = await LocalTools.Find(Platform.Local.Repository.Find()).EnsurePostgresAsync(stop: stop);
            started = await LocalPostgres.StartAsync(program, new(Path.Combine(temporary, "data"), Password()), stop: stop);
            var server = new DrillServer(temporary, started, await LocalDatabase.EnsureAsync(started.Superuser, "drill", Password(), Password(), stop));
            if (schema)
            {
                await using var owner = NpgsqlDataSource.Create(server.Owner);
                await SchemaSetup.Apply(owner, KeyTesting.Scripts, "drill_app", stop);
                await server.Do(FullDisk);
            }

            return server;
        }
        catch
        {
            await (started?.DisposeAsync() ?? default);
            Directory.Delete(temporary, recursive: true);
            throw;
        }

        static string Password() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    }

    /// <summary>As <c>pg_ctl stop -m immediate</c>: every session is cut off where it stands, nothing is written out.</summary>
    public async Task StopImmediately()
    {
        Assert.Equal(0, Libc.Kill(postgres.Process.Id, Quit));
        await postgres.Process.Exited.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Starts again and recovers from its log.</summary>
    public Task StartAgain(CancellationToken stop) => postgres.RestartAsync(stop);

    /// <summary>Ends a share of the application's sessions where they stand.</summary>
    /// <returns>How many.</returns>
    public Task<long> Cut(double share) => Ask<long>(string.Create(CultureInfo.InvariantCulture, $"select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'drill_app' and random() < {share}"));

    /// <summary>From now on an event does not fit on the disk with this probability; 0 for an empty disk.</summary>
    public Task FillDisk(double share) => Do(string.Create(CultureInfo.InvariantCulture, $"update drill_disk set share = {share}"));

    /// <summary>Runs a statement as superuser, who is nobody's client.</summary>
    public async Task Do(string sql)
    {
        await using var command = superuser.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first value of the first row.</summary>
    public async Task<T> Ask<T>(string sql)
    {
        await using var command = superuser.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>All rows of a statement.</summary>
    public async Task<List<T>> All<T>(string sql, Func<NpgsqlDataReader, T> row)
    {
        await using var command = superuser.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var all = new List<T>();
        while (await reader.ReadAsync())
        {
            all.Add(row(reader));
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await superuser.DisposeAsync();
        await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    // The server's own error, raised in the middle of a statement that has written some of its rows already.
    private const string FullDisk =
        """
        create table drill_disk (share double precision not null);
        insert into drill_disk values (0);
        create function drill_disk_full() returns trigger language plpgsql security definer as $$
        begin
          if random() < (select share from drill_disk) then
            raise exception 'could not extend file "base/5/16423": No space left on device' using errcode = '53100', hint = 'Check free disk space.';
          end if;
          return null;
        end $$;
        create trigger drill_disk_full after insert on mt_events for each row execute function drill_disk_full();
        """;
}
