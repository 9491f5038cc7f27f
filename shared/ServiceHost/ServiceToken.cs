using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Platform.ServiceHost;

/// <summary>
/// This service's own token, for asking other services (client credentials, RFC 6749 section 4.4): the client is
/// <c>Keycloak:resource</c>, its secret <c>Keycloak:credentials:secret</c>. Kept until shortly before it ends.
/// </summary>
/// <exception cref="InvalidOperationException">No secret is configured.</exception>
public sealed class ServiceToken(IConfiguration configuration, IOptionsMonitor<JwtBearerOptions> realm) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly AuthenticationHeaderValue client = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(
        $"{Uri.EscapeDataString(configuration["Keycloak:resource"]!)}:{Uri.EscapeDataString(configuration["Keycloak:credentials:secret"] is { Length: > 0 } secret ? secret : throw new InvalidOperationException("Keycloak:credentials:secret is not set: this service asks others."))}")));
    private (string Value, long Until)? kept;

    /// <summary>The token, from the realm when none is kept.</summary>
    /// <exception cref="HttpRequestException">The realm cannot be reached or refuses.</exception>
    public async Task<string> Get(CancellationToken cancel = default)
    {
        if (kept is { } token && token.Until > Environment.TickCount64)
        {
            return token.Value;
        }

        var endpoint = (await realm.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager!.GetConfigurationAsync(cancel)).TokenEndpoint;
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.Authorization = client;
        using var answer = await http.SendAsync(request, cancel);
        var granted = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Granted>(cancel))!;
        kept = (granted.Token, Environment.TickCount64 + (long)(TimeSpan.FromSeconds(granted.Seconds) - Margin).TotalMilliseconds);
        return granted.Token;
    }

    /// <summary>The token was turned down: the next one comes from the realm.</summary>
    public void Forget() => kept = null;

    /// <inheritdoc />
    public void Dispose() => http.Dispose();

    private sealed record Granted([property: JsonPropertyName("access_token")] string Token, [property: JsonPropertyName("expires_in")] int Seconds);
}
