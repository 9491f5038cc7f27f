using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Local;

/// <summary>A person who can sign in to the demonstration.</summary>
internal sealed record Account(string UserName, string Name, string Roles, string Region);

/// <summary>What this program needs to know of the realm that Keycloak, or its stand-in, serves.</summary>
internal sealed partial class LocalRealm
{
    private LocalRealm(string file, string text, JsonElement realm)
    {
        File = file;
        Name = realm.GetProperty("realm").GetString()!;
        Placeholders = [.. Placeholder().Matches(text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal)];
        ClientSecrets = Items(realm, "clients")
            .Where(client => Text(client, "secret") is not null)
            .Select(client => (Id: Text(client, "clientId")!, Secret: Placeholder().Match(Text(client, "secret")!)))
            .Where(client => client.Secret.Success)
            .ToDictionary(client => client.Id, client => client.Secret.Groups["name"].Value, StringComparer.Ordinal);
        Accounts = [.. Items(realm, "users").Where(user => Text(user, "serviceAccountClientId") is null).Select(AccountOf)];
    }

    public string File { get; }

    public string Name { get; }

    /// <summary>Names of the environment variables the realm expects a secret in.</summary>
    public IReadOnlyList<string> Placeholders { get; }

    /// <summary>Client id → the name of the placeholder of its secret.</summary>
    public IReadOnlyDictionary<string, string> ClientSecrets { get; }

    public IReadOnlyList<Account> Accounts { get; }

    public static LocalRealm Read(string file)
    {
        try
        {
            var text = System.IO.File.ReadAllText(file);
            using var realm = JsonDocument.Parse(text);
            return new(file, text, realm.RootElement);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new LocalRunException($"The realm {file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A value for every placeholder: environment variables for the identity server.</summary>
    public IReadOnlyDictionary<string, string> Secrets(LocalSecrets secrets) =>
        Placeholders.ToDictionary(name => name, secrets.Password, StringComparer.Ordinal);

    private static Account AccountOf(JsonElement user)
    {
        var roles = Items(user, "realmRoles").Select(role => role.GetString())
            .Concat(user.TryGetProperty("clientRoles", out var clients)
                ? clients.EnumerateObject().SelectMany(client => client.Value.EnumerateArray().Select(role => role.GetString()))
                : []);
        var region = user.TryGetProperty("attributes", out var attributes) ? string.Join(", ", Items(attributes, "region").Select(value => value.GetString())) : "";
        return new(Text(user, "username") ?? "", $"{Text(user, "lastName")}{Text(user, "firstName")}", string.Join(", ", roles), region);
    }

    private static List<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    // Keycloak's own texts look like ${role_default-roles}; ours are in capitals.
    [GeneratedRegex(@"\$\{(?<name>(?:CLIENT_SECRET|DEMONSTRATION)_[A-Z0-9_]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}

/// <summary>The identity stand-in, on the loopback address.</summary>
internal sealed class LocalIdentity : IAsyncDisposable
{
    private LocalIdentity(ChildProcess process, int port, LocalRealm realm)
    {
        Process = process;
        Address = new($"http://127.0.0.1:{port}/");
        Issuer = new(Address, $"realms/{realm.Name}");
    }

    public ChildProcess Process { get; }

    /// <summary>What services get as <c>Keycloak:auth-server-url</c>.</summary>
    public Uri Address { get; }

    public Uri Issuer { get; }

    /// <summary>Starts the stand-in; <see cref="WaitAsync"/> returns once it answers.</summary>
    /// <param name="tools">Of this machine.</param>
    /// <param name="program">The folder from <see cref="LocalTools.EnsureIdentityAsync"/>.</param>
    /// <param name="realm">The realm to serve.</param>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="state">Folder of its keys and sessions; created when needed.</param>
    /// <param name="secrets">A value for every placeholder of the realm.</param>
    /// <param name="log">Where its lines go.</param>
    public static LocalIdentity Start(
        LocalTools tools, string program, LocalRealm realm, int port, string state, IReadOnlyDictionary<string, string> secrets, Action<string>? log = null)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(state);
        }
        else
        {
            Directory.CreateDirectory(state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new(
            ChildProcess.Start(new(
                "identity", tools.Node, Path.Combine(program, "server.mjs"), "--realm", realm.File, "--port", $"{port}", "--mode", "local", "--state", Path.GetFullPath(state))
            {
                WorkingDirectory = program,
                Environment = secrets,
                Log = log ?? (static _ => { }),
            }),
            port,
            realm);
    }

    public Task WaitAsync(CancellationToken stop = default) =>
        Readiness.WaitAsync("identity", new($"{Issuer}/.well-known/openid-configuration"), Process, stop);

    public Task StopAsync() => Process.StopAsync();

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
