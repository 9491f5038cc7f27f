using Platform.Cases;

namespace Platform.Gateway;

/// <summary>What routes.json and the environment say, read once at start; anything missing stops the start.</summary>
internal sealed record Settings(IReadOnlyDictionary<string, Service> Services, long BodyLimit, Rates Rates, IReadOnlyList<string> NotRouted)
{
    public static Settings Read(IConfiguration configuration)
    {
        var services = configuration.GetSection("Services").GetChildren().Select(Service.Read).ToDictionary(service => service.Name, StringComparer.Ordinal);
        return new(
            services,
            Required<long>(configuration, "BodyLimit"),
            new(
                Required<Rate>(configuration, "RateLimits:default"),
                Required<Rate>(configuration, "RateLimits:anonymous"),
                configuration.GetSection("RateLimits:clients").Get<Dictionary<string, Rate>>() ?? []),
            Required<string[]>(configuration, "NotRouted"));
    }

    internal static T Required<T>(IConfiguration configuration, string key)
        where T : notnull =>
        configuration.GetSection(key).Exists() && configuration.GetSection(key).Get<T>() is { } value
            ? value
            : throw new InvalidOperationException($"The gateway's setting '{key}' is missing.");
}

/// <summary>A service behind the gateway: the first segment of its paths, and where it listens.</summary>
internal sealed record Service(string Name, Uri Address, Text Title)
{
    /// <summary>Where the service publishes its own OpenAPI document.</summary>
    public Uri Document => new(Address, $"/{Name}/openapi.json");

    public Uri Ready => new(Address, "/health/ready");

    public static Service Read(IConfigurationSection section) => new(
        section.Key,
        Settings.Required<Uri>(section, "address"),
        new(Settings.Required<string>(section, "title:zh"), Settings.Required<string>(section, "title:en")));
}

/// <summary>Requests a client may make: so many at once, refilled by so many a second.</summary>
internal sealed record Rate(int Burst, int PerSecond);

/// <summary>Rates by the client a token was issued to; callers without a token are counted by address.</summary>
internal sealed record Rates(Rate Default, Rate Anonymous, IReadOnlyDictionary<string, Rate> Clients);
