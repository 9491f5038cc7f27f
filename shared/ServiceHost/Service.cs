using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>
/// What every service is before it is about anything: sign-in, routes, problems, reads, feed, health, telemetry, deadlines.
/// Configuration: <c>ConnectionStrings:Events</c> (application role), <c>ConnectionStrings:Owner</c> (schema owner, only
/// where the schema is set up), <c>Keycloak:*</c>, <c>Vault:*</c>, <c>Deadlines:Seconds</c> (0 = this replica works none), <c>Services:*</c> (those it hears).
/// </summary>
/// <param name="name">Kebab-case; first segment of every path.</param>
/// <param name="title">What the service is called.</param>
/// <param name="assembly">Holds the service's schema scripts.</param>
public sealed class Service(string name, Text title, Assembly assembly)
{
    private readonly List<Process> processes = [];
    private readonly List<Action<IEndpointRouteBuilder>> routes = [];
    private readonly List<Action<IServiceCollection>> parts = [];

    /// <summary>Kebab-case name.</summary>
    public string Name { get; } = name;

    /// <summary>The processes, in the order of the contents page.</summary>
    public IReadOnlyList<Process> Processes => processes;

    /// <summary>Adds a business process.</summary>
    public Service Add(Process process)
    {
        processes.Add(process);
        return this;
    }

    /// <summary>Adds routes beside those of the processes: reports, files, searches.</summary>
    public Service Map(Action<IEndpointRouteBuilder> map)
    {
        routes.Add(map);
        return this;
    }

    /// <summary>Adds what those routes need.</summary>
    public Service With(Action<IServiceCollection> add)
    {
        parts.Add(add);
        return this;
    }

    /// <summary>Hears another service from this one's first start on, and does what follows.</summary>
    /// <param name="publisher">Name of the other service.</param>
    /// <param name="reader">Name under which the position is kept; a new name hears everything from the beginning.</param>
    /// <param name="when">What a contract leads to: pure. Contracts that lead to nothing are passed.</param>
    public Service Hears(string publisher, string reader, Func<CloudEvent, IEnumerable<Reaction>> when) => With(services => services
        .AddKeyedSingleton(reader, (s, _) => ActivatorUtilities.CreateInstance<Subscription>(s, publisher, reader, when))
        .AddSingleton(s => s.GetRequiredKeyedService<Subscription>(reader))
        .AddSingleton<IHostedService>(s => s.GetRequiredKeyedService<Subscription>(reader)));

    /// <summary>Runs the service; <c>schema</c> sets the schema up and ends, <c>rebuild [--accept]</c> rebuilds the views and ends,
    /// <c>skip-event SEQUENCE --by NAME --because TEXT</c> leaves an event that cannot be read out of every reading, on record, and ends.</summary>
    /// <returns>0, or 1 when a rebuild found differences it was not told to accept.</returns>
    public static async Task<int> Run(string[] args, Service service)
    {
        await using var app = service.Build([.. args.SkipWhile(a => !a.StartsWith('-'))]);
        switch (args.FirstOrDefault())
        {
            case "schema":
                await app.Services.GetRequiredService<SchemaStart>().StartAsync(default);
                return 0;
            case "rebuild":
                return await Rebuild(app, args.Contains("--accept", StringComparer.Ordinal));
            case "skip-event":
                return await SkipEvent(app, args.Skip(1).FirstOrDefault());
            default:
                await app.RunAsync();
                return 0;
        }
    }

    /// <summary>Builds the web application without starting it.</summary>
    /// <exception cref="PolicyFaultsException">Policy files are faulty; all faults of all files are listed.</exception>
    /// <exception cref="InvalidOperationException">Something needed is not configured, or a route names no roles.</exception>
    public WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        // One line per request would bury what matters; whoever wants them configures Logging:LogLevel.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [new("Logging:LogLevel:Microsoft.AspNetCore", "Warning")] });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
        });
        builder.AddPlatformSignIn();
        Telemetry.Add(builder, Name);
        var strict = Json.Strict(processes.Select(p => p.Type.Json));
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(_ => Database(builder.Configuration, "Events"))
            .AddSingleton(_ => Policies())
            .AddSingleton(s => new CaseStore(s.GetRequiredService<NpgsqlDataSource>(), processes.Select(p => p.Type), s.GetRequiredService<PolicyBook>(), s.GetRequiredService<TimeProvider>()))
            .AddSingleton<EventLog>().AddSingleton<Arrivals>().AddSingleton<ServiceToken>().AddSingleton<ReadLog>().AddSingleton<DeadlineWorker>().AddSingleton<Vault>()
            .AddSingleton(new SchemaStart.Scripts(SchemaSetup.Scripts(assembly, Name)))
            .AddSingleton<SchemaStart>().AddHostedService(s => s.GetRequiredService<SchemaStart>())
            .AddHostedService<DeadlineLoop>()
            .AddSingleton<StoreGauges>().AddHostedService(s => s.GetRequiredService<StoreGauges>())
            .AddKeyedSingleton("strict", strict)
            .Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true)
            .ConfigureHttpJsonOptions(o =>
            {
                foreach (var converter in strict.Converters)
                {
                    o.SerializerOptions.Converters.Add(converter);
                }

                o.SerializerOptions.RespectNullableAnnotations = true;
                o.SerializerOptions.RespectRequiredConstructorParameters = true;
                o.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
                o.SerializerOptions.TypeInfoResolverChain.Insert(0, strict.TypeInfoResolver!);
            })
            .AddHealthChecks().AddCheck<Ready>("ready", tags: ["ready"]);
        OpenApiDocument.Add(builder.Services, Name, title);
        parts.ForEach(add => add(builder.Services));

        var app = builder.Build();
        // Everything a request will need is made now: a service that is not configured does not start.
        _ = (app.Services.GetRequiredService<PolicyBook>(), app.Services.GetRequiredService<Vault>(), app.Services.GetRequiredService<NpgsqlDataSource>(), app.Services.GetServices<Subscription>().ToList());
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = Problems.Fault,
            AllowStatusCode404Response = true,
            // We log faults ourselves, without the messages; a malformed request is the caller's and no fault of ours.
            SuppressDiagnosticsCallback = _ => true,
        });
        app.UseStatusCodePages(context => Problems.Bare(context.HttpContext));
        app.UseAuthentication();
        app.UseAuthorization();
        MapRoutes(app, strict);
        return app;
    }

    private void MapRoutes(WebApplication app, JsonSerializerOptions strict)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { Predicate = c => c.Tags.Contains("ready") }).AllowAnonymous();
        app.MapOpenApi("/{documentName}/openapi.json").AllowAnonymous();
        var own = app.MapGroup($"/{Name}");
        var services = app.Services;
        foreach (var process in processes)
        {
            new CaseRoutes(process, services.GetRequiredService<CaseStore>(), services.GetRequiredService<TimeProvider>(), strict).Map(own);
            new CaseReads(process, services.GetRequiredService<CaseStore>(), services.GetRequiredService<EventLog>(), services.GetRequiredService<NpgsqlDataSource>(),
                services.GetRequiredService<ReadLog>(), services.GetRequiredService<TimeProvider>()).Map(own);
        }

        new Feed(Name, services.GetRequiredService<CaseStore>(), services.GetRequiredService<EventLog>(), services.GetRequiredService<Arrivals>(), services.GetRequiredService<IHostApplicationLifetime>()).Map(own);
        new Admin(services.GetRequiredService<CaseStore>(), services.GetRequiredService<StoreGauges>(), services.GetRequiredService<ReadLog>()).Map(own);
        routes.ForEach(map => map(own));
        var open = ((IEndpointRouteBuilder)app).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith($"{Name}/", StringComparison.Ordinal) && e.Metadata.GetMetadata<RouteRoles>() is not { Roles.Count: > 0 })
            .Select(e => e.RoutePattern.RawText).ToList();
        if (open.Count > 0)
        {
            throw new InvalidOperationException($"These routes name no roles: {string.Join(", ", open)}.");
        }
    }

    private static PolicyBook Policies()
    {
        var folder = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "policy"));
        var files = folder.Exists ? folder.GetFiles("*.json") : [];
        var streams = files.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => (f.Name, (Stream)f.OpenRead())).ToList();
        try
        {
            return PolicyBook.Load(streams);
        }
        finally
        {
            streams.ForEach(s => s.Item2.Dispose());
        }
    }

    internal static NpgsqlDataSource Database(IConfiguration configuration, string name) => CaseStore.Connect(
        configuration.GetConnectionString(name) is { Length: > 0 } connection ? connection : throw new InvalidOperationException($"ConnectionStrings:{name} is not set."));

    private static async Task<int> SkipEvent(WebApplication app, string? sequence)
    {
        if (!long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var position) || app.Configuration["by"] is not { Length: > 0 } by || app.Configuration["because"] is not { Length: > 0 } because)
        {
            Console.Error.WriteLine("skip-event SEQUENCE --by NAME --because TEXT");
            return 2;
        }

        await using var owner = Database(app.Configuration, "Owner");
        var stored = (await new EventLog(owner).ReadOn(position - 1, position, 1)).SingleOrDefault();
        try
        {
            // History that can be read is read: nothing of it is ever left out.
            _ = stored?.As(app.Services.GetRequiredService<CaseStore>().Types);
            Console.Error.WriteLine(stored is null ? $"There is no event {position}, or it is left out already." : $"Event {position} can be read: it stays.");
            return 1;
        }
        catch (UnreadableEventException unreadable)
        {
            await using var leave = owner.CreateCommand("insert into unread_events (seq_id, stream_id, version, reason, decided_by, at) values ($1, $2, $3, $4, $5, now())");
            foreach (var value in new object[] { position, stored!.Stream, stored.Version, $"{because} ({unreadable.Why})", by })
            {
                leave.Parameters.Add(new() { Value = value });
            }

            await leave.ExecuteNonQueryAsync();
            Console.WriteLine($"{unreadable.Message} It is left out from now on.");
            return 0;
        }
    }

    private static async Task<int> Rebuild(WebApplication app, bool accept)
    {
        await using var owner = Database(app.Configuration, "Owner");
        var tables = await new ViewRebuild(owner, app.Services.GetRequiredService<CaseStore>()).Run(accept);
        foreach (var table in tables)
        {
            Console.WriteLine($"{table.Table}: {table.Rows} rows, {(table.Equal ? "equal" : table.Swapped ? "different, swapped" : "DIFFERENT, kept")}");
        }

        return tables.All(t => t.Swapped) ? 0 : 1;
    }
}

/// <summary>Sets the schema up where the owner's connection is given, and checks it everywhere.</summary>
internal sealed class SchemaStart(IConfiguration configuration, NpgsqlDataSource database, SchemaStart.Scripts scripts) : IHostedService
{
    public sealed record Scripts(IReadOnlyList<SchemaScript> All);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration.GetConnectionString("Owner") is { Length: > 0 })
        {
            await using var owner = Service.Database(configuration, "Owner");
            var role = new NpgsqlConnectionStringBuilder(database.ConnectionString).Username ?? throw new InvalidOperationException("ConnectionStrings:Events names no user.");
            await SchemaSetup.Apply(owner, scripts.All, role, cancellationToken);
        }

        await SchemaSetup.Check(database, scripts.All, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Works on deadlines until the service stops.</summary>
internal sealed partial class DeadlineLoop(DeadlineWorker worker, IConfiguration configuration, ILogger<DeadlineLoop> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromSeconds(configuration.GetValue("Deadlines:Seconds", 30));
        while (pause > TimeSpan.Zero && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await worker.Run(cancel: stoppingToken) > 0)
                {
                }
            }
            catch (Exception e) when (e is NpgsqlException or AggregateException)
            {
                NotWorkedOn(log, Faults.Describe(e));
            }

            await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Deadlines could not be worked on; trying again. {Fault}")]
    private static partial void NotWorkedOn(ILogger log, string fault);
}

/// <summary>Ready: the database answers and tokens can be verified.</summary>
internal sealed class Ready(NpgsqlDataSource database, IServiceProvider services) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", e);
        }

        return await SignIn.CanVerifyTokensAsync(services, cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The identity provider's keys cannot be read.");
    }
}
