using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Spectre.Console;

namespace Platform.Local;

/// <summary>One run of the whole platform on this machine.</summary>
internal sealed class Runner(RunSettings settings, Output output)
{
    public const int Done = 0;
    public const int Failed = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, TimeSpan> timings = new(StringComparer.Ordinal);

    private IEnumerable<ServiceDefinition> Programs => [.. settings.Services, settings.Gateway];

    private string PostgresData => Path.Combine(settings.State, "postgres");

    private string IdentityState => Path.Combine(settings.State, "identity");

    /// <summary>Returns the exit code once everything started has stopped again.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            await RunAllAsync(stop);
            return Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (settings.Once)
            {
                output.Fail("Stopped before the reports were compared.");
                return Failed;
            }

            output.Say("Everything has stopped.");
            return Done;
        }
        catch (OperationCanceledException e)
        {
            output.Fail($"An answer took too long and was given up: {e.Message}");
            return Failed;
        }
        catch (Exception e) when (e is LocalRunException or NpgsqlException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            output.Fail(e.Message);
            return Failed;
        }
    }

    private async Task RunAllAsync(CancellationToken stop)
    {
        if (settings is { Demonstrate: null, Once: true } or { Demonstrate: null, Json: not null })
        {
            throw new LocalRunException("There is no demonstration in this build, so --once and --json have no reports.");
        }

        var tools = LocalTools.Find(settings.Repository, settings.SearchPath);
        CheckPorts();
        if (settings.ExternalPostgres is { } external)
        {
            await CheckExternalAsync(external, stop);
        }

        var postgres = settings.ExternalPostgres is null ? await TimedAsync("PostgreSQL installed", () => tools.EnsurePostgresAsync(output.From("npm"), stop)) : null;
        var identityProgram = await TimedAsync("identity installed", () => tools.EnsureIdentityAsync(output.From("npm"), stop));
        await TimedAsync("programs built", () => BuildAsync(tools, stop));

        if (settings.Reset)
        {
            await ResetAsync(stop);
        }

        var secrets = LocalSecrets.Open(Path.Combine(settings.State, "secrets.json"));
        var realm = LocalRealm.Read(Path.Combine(settings.Repository, "deploy", "identity", "realm.json"));
        await using var children = new Children();

        var superuser = postgres is null ? settings.ExternalPostgres! : await TimedAsync("PostgreSQL started", () => StartPostgresAsync(postgres, secrets, children, stop));
        var databases = await TimedAsync("databases ready", () => children.WhileAllRunAsync(token => CreateDatabasesAsync(superuser, secrets, token), stop));

        children.NextStage();
        var identity = LocalIdentity.Start(tools, identityProgram, realm, settings.IdentityPort, IdentityState, IdentityEnvironment(realm, secrets), output.From("identity"));
        children.Add(identity.Process);
        await TimedAsync("identity started", () => children.WhileAllRunAsync(identity.WaitAsync, stop));

        await TimedAsync("services started", () => StartProgramsAsync(tools, identity, realm, secrets, databases, children, stop));

        var platform = new RunningPlatform
        {
            Repository = settings.Repository,
            Gateway = settings.Gateway.Address,
            Services = settings.Services.ToDictionary(service => service.Name, service => service.Address, StringComparer.Ordinal),
            Identity = identity.Address,
            Issuer = identity.Issuer,
            ClientSecrets = realm.ClientSecrets.ToDictionary(client => client.Key, client => secrets.Password(client.Value), StringComparer.Ordinal),
            Accounts = realm.Accounts,
            Password = realm.Placeholders.FirstOrDefault(name => name.StartsWith("DEMONSTRATION_", StringComparison.Ordinal)) is { } name ? secrets.Password(name) : null,
            Databases = databases,
        };
        ShowTables(platform);
        var equal = await DemonstrateAsync(platform, children, stop);
        if (settings.Once)
        {
            if (!equal)
            {
                throw new LocalRunException("The reports differ from the source document.");
            }

            return;
        }

        output.Say("Ready. Ctrl-C stops everything.");
        await children.WhileAllRunAsync(token => Task.Delay(Timeout.Infinite, token), stop);
    }

    private void CheckPorts()
    {
        var wanted = Programs.Select(program => (program.Name, program.Port)).Append(("identity", settings.IdentityPort));
        if (settings.ExternalPostgres is null)
        {
            wanted = wanted.Append(("PostgreSQL", settings.PostgresPort));
        }

        foreach (var (name, port) in wanted)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
            }
            catch (SocketException e)
            {
                throw new LocalRunException(
                    e.SocketErrorCode is SocketError.AddressAlreadyInUse
                        ? $"Port {port}, which {name} needs, is in use by another program: stop that program and start again."
                        : $"Port {port}, which {name} needs, cannot be used: {e.Message}.",
                    e);
            }
        }
    }

    private static async Task CheckExternalAsync(string connectionString, CancellationToken stop)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(stop);
            await using var command = new NpgsqlCommand("select rolsuper from pg_roles where rolname = current_user", connection);
            if (await command.ExecuteScalarAsync(stop) is not true)
            {
                throw new LocalRunException("PLATFORM_POSTGRES signs in as a role that is no superuser: databases and roles cannot be created.");
            }
        }
        catch (ArgumentException e)
        {
            throw new LocalRunException($"PLATFORM_POSTGRES is no connection string: {e.Message}", e);
        }
        catch (NpgsqlException e)
        {
            throw new LocalRunException($"The PostgreSQL server of PLATFORM_POSTGRES cannot be used: {e.Message}", e);
        }
    }

    private async Task ResetAsync(CancellationToken stop)
    {
        foreach (var directory in new[] { PostgresData, IdentityState }.Where(Directory.Exists))
        {
            Directory.Delete(directory, recursive: true);
        }

        if (settings.ExternalPostgres is { } external)
        {
            foreach (var database in settings.Services.Select(service => service.Database).OfType<string>())
            {
                await LocalDatabase.DropAsync(external, database, stop);
            }
        }

        output.Say("All data of this installation is gone; starting from empty.");
    }

    private async Task BuildAsync(LocalTools tools, CancellationToken stop)
    {
        var log = output.From("build");
        foreach (var program in Programs)
        {
            // No server of any kind may stay behind, and this program's own output is in use: each project by itself.
            await ChildProcess.RunAsync(
                new("dotnet", tools.Dotnet, "build", ProjectFolder(program), "-c", "Release", "-v", "quiet", "--nologo", "--disable-build-servers")
                {
                    WorkingDirectory = settings.Repository,
                    Log = log,
                },
                $"Building {program.Name}",
                stop);
        }
    }

    private async Task<string> StartPostgresAsync(PostgresProgram program, LocalSecrets secrets, Children children, CancellationToken stop)
    {
        var server = await LocalPostgres.StartAsync(
            program, new(PostgresData, secrets.Password("postgres"), settings.PostgresPort), output.From("postgres"), stop);
        children.Add(server.Process);
        return server.Superuser;
    }

    private async Task<Dictionary<string, LocalDatabase>> CreateDatabasesAsync(string superuser, LocalSecrets secrets, CancellationToken stop)
    {
        var made = new Dictionary<string, LocalDatabase>(StringComparer.Ordinal);
        foreach (var name in settings.Services.Select(service => service.Database).OfType<string>())
        {
            made[name] = await LocalDatabase.EnsureAsync(superuser, name, secrets.Password($"database:{name}:owner"), secrets.Password($"database:{name}:app"), stop);
        }

        return made;
    }

    private Dictionary<string, string> IdentityEnvironment(LocalRealm realm, LocalSecrets secrets) =>
        new(realm.Secrets(secrets), StringComparer.Ordinal) { ["CONSOLE_ORIGIN"] = settings.Gateway.Address.GetLeftPart(UriPartial.Authority) };

    private async Task StartProgramsAsync(
        LocalTools tools, LocalIdentity identity, LocalRealm realm, LocalSecrets secrets, Dictionary<string, LocalDatabase> databases, Children children, CancellationToken stop)
    {
        await StageAsync(settings.Services);
        await StageAsync([settings.Gateway]);

        async Task StageAsync(IReadOnlyList<ServiceDefinition> stage)
        {
            children.NextStage();
            var started = stage.Select(service => (service, child: children.Add(ChildProcess.Start(CommandFor(service))))).ToList();
            await children.WhileAllRunAsync(
                token => Task.WhenAll(started.Select(one => Readiness.WaitAsync(one.service.Name, new(one.service.Address, one.service.Ready), one.child, token))),
                stop);
        }

        ChildCommand CommandFor(ServiceDefinition service) => new(service.Name, tools.Dotnet, ProgramFile(service))
        {
            WorkingDirectory = ProjectFolder(service),
            Environment = EnvironmentOf(service, identity, realm, secrets, databases),
            Log = output.From(service.Name),
        };
    }

    private Dictionary<string, string> EnvironmentOf(
        ServiceDefinition service, LocalIdentity identity, LocalRealm realm, LocalSecrets secrets, Dictionary<string, LocalDatabase> databases)
    {
        var noProxy = string.Join(',', new[] { "127.0.0.1", "localhost", Environment.GetEnvironmentVariable("NO_PROXY") }.Where(part => !string.IsNullOrEmpty(part)));
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Urls"] = $"http://127.0.0.1:{service.Port}",
            ["Keycloak__auth-server-url"] = identity.Address.AbsoluteUri,
            ["Keycloak__realm"] = realm.Name,
            ["Keycloak__resource"] = service.Name,
            ["NO_PROXY"] = noProxy,
            ["no_proxy"] = noProxy,

            // Compiling every busy method twice, to watch it first, pays in months; these programs run for an hour.
            ["DOTNET_TieredPGO"] = "0",
        };
        if (realm.ClientSecrets.TryGetValue(service.Name, out var placeholder))
        {
            variables["Keycloak__credentials__secret"] = secrets.Password(placeholder);
        }

        if (service.Database is { } database)
        {
            variables["ConnectionStrings__Owner"] = databases[database].Owner;
            variables["ConnectionStrings__Events"] = databases[database].App;

            // One pseudonym key for all: every service derives the same person id. What encrypts is each service's own.
            variables["Vault__PseudonymKey"] = secrets.Key("vault:pseudonym");
            variables["Vault__EncryptionKey"] = secrets.Key($"vault:{service.Name}:encryption");
        }

        foreach (var other in settings.Services)
        {
            variables[$"Services__{other.Name}__address"] = other.Address.AbsoluteUri;
        }

        return variables;
    }

    private string ProjectFolder(ServiceDefinition service) => Path.GetFullPath(Path.Combine(settings.Repository, service.Project));

    private string ProgramFile(ServiceDefinition service) =>
        Path.Combine(ProjectFolder(service), "bin", "Release", $"net{Environment.Version.Major}.0", service.Assembly + ".dll");

    private void ShowTables(RunningPlatform platform)
    {
        var addresses = new Table().AddColumns("", "address");
        addresses.AddRow("gateway", platform.Gateway.AbsoluteUri);
        foreach (var (name, address) in platform.Services)
        {
            addresses.AddRow(Markup.Escape(name), address.AbsoluteUri);
        }

        addresses.AddRow("identity", platform.Issuer.AbsoluteUri);
        addresses.AddRow("PostgreSQL", settings.ExternalPostgres is null ? $"127.0.0.1:{settings.PostgresPort}" : "PLATFORM_POSTGRES");
        output.Show(addresses);

        if (platform.Accounts.Count > 0)
        {
            var accounts = new Table().AddColumns("account", "name", "roles", "region");
            foreach (var account in platform.Accounts)
            {
                accounts.AddRow(Markup.Escape(account.UserName), Markup.Escape(account.Name), Markup.Escape(account.Roles), Markup.Escape(account.Region));
            }

            output.Show(accounts);
            output.Say($"Password of every account, on this machine only: {platform.Password}");
        }
    }

    private async Task<bool> DemonstrateAsync(RunningPlatform platform, Children children, CancellationToken stop)
    {
        if (settings.Demonstrate is not { } demonstrate)
        {
            return false;
        }

        var watch = Stopwatch.StartNew();
        var result = await children.WhileAllRunAsync(
            token => output.Progress().StartAsync(progress => demonstrate(platform, progress, token)), stop);
        timings["demonstration"] = watch.Elapsed;
        foreach (var (step, duration) in result.Timings)
        {
            timings[$"demonstration: {step}"] = duration;
        }

        ShowFigures(result);
        output.Say(result.Equal ? "The reports equal the source document." : "The reports differ from the source document.");
        if (settings.Json is { } file)
        {
            await WriteJsonAsync(file, result, stop);
        }

        return result.Equal;
    }

    private void ShowFigures(DemonstrationResult result)
    {
        var table = new Table().AddColumns("report", "figure", "printed", "computed", "unit", "");
        foreach (var figure in result.Figures)
        {
            table.AddRow(figure.Report, figure.What, figure.Printed.ToString("N2", CultureInfo.InvariantCulture), figure.Computed.ToString("N2", CultureInfo.InvariantCulture), figure.Unit, figure.Equal ? "=" : "DIFFERENT");
        }

        output.Show(table);
        foreach (var (step, duration) in result.Timings)
        {
            output.Say(string.Create(CultureInfo.InvariantCulture, $"demonstration: {step} ({duration.TotalSeconds:0.0} s)"));
        }
    }

    private async Task WriteJsonAsync(string file, DemonstrationResult result, CancellationToken stop)
    {
        var json = new JsonObject
        {
            ["equal"] = result.Equal,
            ["figures"] = JsonSerializer.SerializeToNode(result.Figures, JsonSerializerOptions.Web),
            ["reports"] = new JsonObject(result.Reports.Select(report => KeyValuePair.Create(report.Key, report.Value?.DeepClone()))),
            ["seconds"] = new JsonObject(timings.Select(timing => KeyValuePair.Create(timing.Key, (JsonNode?)Math.Round(timing.Value.TotalSeconds, 3)))),
        };
        await File.WriteAllTextAsync(file, json.ToJsonString(Indented) + "\n", stop);
    }

    private async Task<T> TimedAsync<T>(string what, Func<Task<T>> step)
    {
        var watch = Stopwatch.StartNew();
        var result = await step();
        Tell(what, watch.Elapsed);
        return result;
    }

    private async Task TimedAsync(string what, Func<Task> step)
    {
        var watch = Stopwatch.StartNew();
        await step();
        Tell(what, watch.Elapsed);
    }

    private void Tell(string what, TimeSpan duration)
    {
        timings[what] = duration;
        output.Say(string.Create(CultureInfo.InvariantCulture, $"{what} ({duration.TotalSeconds:0.0} s)"));
    }
}
