namespace Platform.Local;

/// <param name="Name">As in its route, its Keycloak client and its folder.</param>
/// <param name="Project">Folder of the project below the repository, or an absolute path.</param>
/// <param name="Assembly">Name of the program built from it.</param>
/// <param name="Port">On 127.0.0.1.</param>
/// <param name="Database">Its own database; null for one that keeps nothing.</param>
internal sealed record ServiceDefinition(string Name, string Project, string Assembly, int Port, string? Database)
{
    /// <summary>Answers 2xx when the service can take requests.</summary>
    public string Ready { get; init; } = "health/ready";

    public Uri Address => new($"http://127.0.0.1:{Port}/");
}

internal sealed record RunSettings
{
    public required string Repository { get; init; }

    /// <summary>Data and secrets of this installation.</summary>
    public required string State { get; init; }

    /// <summary>Where node, npm and dotnet are looked for; the environment's PATH when null.</summary>
    public string? SearchPath { get; init; }

    /// <summary>A superuser's connection string to a server that is already there; null to start one.</summary>
    public string? ExternalPostgres { get; init; }

    public int PostgresPort { get; init; } = 5082;

    public int IdentityPort { get; init; } = 5081;

    public ServiceDefinition Gateway { get; init; } = new("gateway", "gateway", "Platform.Gateway", 5080, Database: null);

    public IReadOnlyList<ServiceDefinition> Services { get; init; } =
    [
        new("social-assistance", "services/social-assistance", "SocialAssistance", 5101, "social_assistance"),
    ];

    /// <summary>Start, load, compare, stop.</summary>
    public bool Once { get; init; }

    /// <summary>Forget all data first.</summary>
    public bool Reset { get; init; }

    /// <summary>Where to write reports and timings.</summary>
    public string? Json { get; init; }

    public Demonstrate? Demonstrate { get; init; }

    public static RunSettings Default()
    {
        var repository = Platform.Local.Repository.Find();
        return new()
        {
            Repository = repository,
            State = Path.Combine(repository, ".local"),
            ExternalPostgres = Environment.GetEnvironmentVariable("PLATFORM_POSTGRES") is { Length: > 0 } given ? given : null,
        };
    }
}
