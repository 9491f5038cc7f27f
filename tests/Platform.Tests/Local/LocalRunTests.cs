using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Platform.Local;

namespace Platform.Tests.Local;

/// <summary>
/// The one-machine start, with a small program in the places of a service and of the gateway:
/// PostgreSQL and identity are the real ones, on free ports, with their data in a folder that is deleted afterwards.
/// </summary>
public sealed class LocalRunTests : IAsyncLifetime
{
    private static readonly Demonstrate Equal = static (_, _, _) => Task.FromResult(Result(equal: true));
    private static readonly Demonstrate Different = static (_, _, _) => Task.FromResult(Result(equal: false));

    private readonly string folder = Directory.CreateTempSubdirectory("platform-local-").FullName;
    private readonly StringWriter said = new();
    private readonly StringWriter complained = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Complaint => complained.ToString().Trim();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        await said.DisposeAsync();
        await complained.DisposeAsync();
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_sentence_and_nothing_starts()
    {
        var settings = Settings();
        using var other = new TcpListener(IPAddress.Loopback, settings.IdentityPort);
        other.Start();

        Assert.Equal(1, await RunAsync(settings));

        Assert.Equal($"Port {settings.IdentityPort}, which identity needs, is in use by another program: stop that program and start again.", Complaint);
        Assert.False(Directory.Exists(settings.State));
    }

    [Fact]
    public async Task A_missing_tool_is_told_in_one_sentence_and_nothing_starts()
    {
        var settings = Settings() with { SearchPath = folder };

        Assert.Equal(1, await RunAsync(settings));

        Assert.Equal("node was not found on the PATH: install Node.js 20 or newer.", Complaint);
        Assert.False(Directory.Exists(settings.State));
    }

    [Fact]
    public async Task A_given_PostgreSQL_that_does_not_answer_is_told_without_its_password()
    {
        var settings = Settings() with { ExternalPostgres = $"Host=127.0.0.1;Port={LocalPostgres.FreePort()};Username=postgres;Password=not-to-be-seen" };

        Assert.Equal(1, await RunAsync(settings));

        Assert.StartsWith("The PostgreSQL server of PLATFORM_POSTGRES cannot be used: ", Complaint, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', Complaint);
        Assert.DoesNotContain("not-to-be-seen", said.ToString() + Complaint, StringComparison.Ordinal);
        Assert.False(Directory.Exists(settings.State));
    }

    [Fact]
    public async Task A_given_PostgreSQL_must_be_a_connection_string()
    {
        Assert.Equal(1, await RunAsync(Settings() with { ExternalPostgres = "somewhere" }));

        Assert.StartsWith("PLATFORM_POSTGRES is no connection string: ", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Running_once_without_a_demonstration_fails_plainly()
    {
        Assert.Equal(1, await RunAsync(Settings() with { Once = true, Demonstrate = null }));

        Assert.Equal("There is no demonstration in this build, so --once and --json have no reports.", Complaint);
    }

    [Fact]
    public async Task An_unknown_option_is_wrong_use()
    {
        Assert.Equal(2, await Platform.Local.Program.RunAsync(["--twice"], demonstrate: null, new Output(said, complained), Stop));

        Assert.Contains("--twice", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_fails_is_named_and_everything_else_stops()
    {
        WriteProgram("failing", "Console.Error.WriteLine(\"the roof fell in\"); return 3;");
        var settings = Settings();

        Assert.Equal(1, await RunAsync(settings));

        Assert.Equal("failing ended unexpectedly with exit code 3; its last lines: the roof fell in", Complaint);
        AssertNothingIsLeft(settings);
    }

    [Fact]
    public async Task A_run_once_succeeds_only_if_the_reports_are_equal_and_leaves_no_process()
    {
        WriteProgram("answering", Answering);
        var file = Path.Combine(folder, "reports.json");
        var settings = Settings("answering") with { Once = true, Json = file, Demonstrate = Equal };

        Assert.True(await RunAsync(settings) == 0, Complaint);
        Assert.Equal("", Complaint);
        AssertNothingIsLeft(settings);
        using (var written = JsonDocument.Parse(await File.ReadAllTextAsync(file, Stop)))
        {
            Assert.True(written.RootElement.GetProperty("equal").GetBoolean());
            Assert.Equal(7, written.RootElement.GetProperty("reports").GetProperty("table").GetInt32());
            Assert.Equal(1.5, written.RootElement.GetProperty("seconds").GetProperty("demonstration: load").GetDouble());
        }

        // The second start finds the data, and the passwords that open it, of the first.
        Assert.Equal(1, await RunAsync(settings with { Demonstrate = Different, Json = null }));
        Assert.EndsWith("The reports differ from the source document.", Complaint, StringComparison.Ordinal);
        Assert.Contains("DIFFERENT", said.ToString(), StringComparison.Ordinal);
        AssertNothingIsLeft(settings);
    }

    [Fact]
    public async Task Being_told_to_stop_stops_all_of_it_but_a_given_PostgreSQL()
    {
        await using var postgres = await StartPostgresAsync();
        WriteProgram("answering", Answering);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var settings = Settings("answering") with
        {
            ExternalPostgres = postgres.Superuser,
            Demonstrate = async (platform, _, _) =>
            {
                Assert.NotEmpty(platform.Accounts);
                Assert.NotEmpty(platform.Password!);
                await using var connection = new NpgsqlConnection(With(platform.Databases["answering"].App));
                await connection.OpenAsync(Stop);
                signal.CancelAfter(TimeSpan.FromMilliseconds(500));
                return Result(equal: true);
            },
        };

        Assert.True(await new Runner(settings, new Output(said, complained)).RunAsync(signal.Token) == 0, Complaint);

        Assert.Contains("Ready. Ctrl-C stops everything.", said.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("Everything has stopped.", said.ToString().TrimEnd(), StringComparison.Ordinal);
        await RunAsync(With(postgres.Superuser, database: "answering"), "select 1");
        await postgres.StopAsync();
        AssertNothingIsLeft(settings);
    }

    [Fact]
    public async Task The_owner_makes_tables_and_the_application_role_does_not()
    {
        await using var postgres = await StartPostgresAsync();
        var database = await LocalDatabase.EnsureAsync(postgres.Superuser, "trial", "owner-password", "app'password", Stop);

        await RunAsync(database.Owner, "create table made_by_owner (id int)");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(database.App, "create table made_by_app (id int)"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(database.App, "select * from made_by_owner"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(With(database.App, password: "guessed"), "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);

        await LocalDatabase.EnsureAsync(postgres.Superuser, "another", "other-owner", "other-app", Stop);
        refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(With(database.App, database: "another"), "select 1"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task Asking_for_a_database_again_keeps_its_content_and_takes_the_new_password()
    {
        await using var postgres = await StartPostgresAsync();
        var before = await LocalDatabase.EnsureAsync(postgres.Superuser, "trial", "first", "first", Stop);
        await RunAsync(before.Owner, "create table kept (id int)");

        var after = await LocalDatabase.EnsureAsync(postgres.Superuser, "trial", "second", "second", Stop);

        await RunAsync(after.Owner, "insert into kept values (1)");
        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(before.Owner, "select 1"));
    }

    [Fact]
    public async Task A_killed_server_comes_back_with_what_was_committed()
    {
        await using var postgres = await StartPostgresAsync();
        var database = await LocalDatabase.EnsureAsync(postgres.Superuser, "trial", "owner", "app", Stop);
        await RunAsync(database.Owner, "create table kept (id int); insert into kept values (1), (2)");

        await postgres.KillAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => RunAsync(database.Owner, "select 1"));
        await postgres.RestartAsync(Stop);

        await RunAsync(database.Owner, "do $$ begin assert (select count(*) from kept) = 2; end $$");
    }

    [Fact]
    public void Secrets_are_drawn_once_and_only_their_owner_reads_them()
    {
        var file = Path.Combine(folder, "secrets.json");
        var first = LocalSecrets.Open(file);
        var (password, key) = (first.Password("a"), first.Key("b"));

        var again = LocalSecrets.Open(file);

        Assert.Equal((password, key), (again.Password("a"), again.Key("b")));
        Assert.NotEqual(password, again.Password("c"), StringComparer.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(key).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    private const string Answering =
        "var app = WebApplication.CreateBuilder(args).Build(); app.MapGet(\"/health/ready\", () => \"ready\"); app.Run(); return 0;";

    private static DemonstrationResult Result(bool equal) => new(
        equal,
        new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { ["table"] = 7 },
        new Dictionary<string, TimeSpan>(StringComparer.Ordinal) { ["load"] = TimeSpan.FromSeconds(1.5) },
        [new("table", "figure", 7, equal ? 7 : 8, "户", "七户")]);

    private RunSettings Settings(string service = "failing") => new()
    {
        Repository = Repository.Find(),
        State = Path.Combine(folder, "state"),
        PostgresPort = LocalPostgres.FreePort(),
        IdentityPort = LocalPostgres.FreePort(),
        Services = [new(service, Path.Combine(folder, service), service, LocalPostgres.FreePort(), service)],
        Gateway = new("gateway", Path.Combine(folder, service), service, LocalPostgres.FreePort(), Database: null),
    };

    private Task<int> RunAsync(RunSettings settings) => new Runner(settings, new Output(said, complained)).RunAsync(Stop);

    private void WriteProgram(string name, string code)
    {
        var at = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.WriteAllText(Path.Combine(at, "Program.cs"), code);
        File.WriteAllText(
            Path.Combine(at, name + ".csproj"),
            $"""<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net{Environment.Version.Major}.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup></Project>""");
    }

    private async Task<LocalPostgres> StartPostgresAsync() => await LocalPostgres.StartAsync(
        await LocalTools.Find(Repository.Find()).EnsurePostgresAsync(stop: Stop),
        new(Path.Combine(folder, "postgres"), "superuser-of-a-test", Durable: false),
        stop: Stop);

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(With(connectionString));
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static string With(string connectionString, string? password = null, string? database = null)
    {
        var changed = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        (changed.Password, changed.Database) = (password ?? changed.Password, database ?? changed.Database);
        return changed.ConnectionString;
    }

    private void AssertNothingIsLeft(RunSettings settings)
    {
        foreach (var port in new[] { settings.PostgresPort, settings.IdentityPort, settings.Gateway.Port, settings.Services[0].Port })
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }

        if (OperatingSystem.IsLinux())
        {
            Assert.DoesNotContain(Directory.GetDirectories("/proc").Where(IsProcess).Select(CommandLine), line => line.Contains(folder, StringComparison.Ordinal));
        }

        static bool IsProcess(string path) => Path.GetFileName(path).All(char.IsAsciiDigit);
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // It ended between the listing and the reading.
        }
    }
}
