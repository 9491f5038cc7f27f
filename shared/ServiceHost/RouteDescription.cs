using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Platform.Cases;

namespace Platform.ServiceHost;

/// <summary>Roles that a route names; the API document shows them as <c>x-roles</c>, and a test walks them.</summary>
/// <param name="Roles">Any one of these suffices.</param>
public sealed record RouteRoles(IReadOnlyList<string> Roles);

/// <summary>The Chinese and English name of what a route does.</summary>
public sealed record RouteTitle(Text Title);

/// <summary>Marks a route that changes something: it takes Idempotency-Key, If-Match, Occurred-On and Purpose.</summary>
/// <param name="Opens">True when it opens a case.</param>
/// <param name="Example">An example of the body, for the API document.</param>
public sealed record CommandRoute(bool Opens, object? Example);

/// <summary>What every route says of itself.</summary>
public static class RouteDescription
{
    /// <summary>Names the route and the roles that may use it. A route without roles does not start (see <see cref="Service"/>).</summary>
    public static TBuilder Describe<TBuilder>(this TBuilder route, Text title, IReadOnlyList<string> roles) where TBuilder : IEndpointConventionBuilder =>
        route.RequireAuthorization(new AuthorizeAttribute { Roles = string.Join(',', roles) })
            .WithSummary($"{title.Zh} / {title.En}")
            .WithMetadata(new RouteRoles(roles), new RouteTitle(title));

    /// <summary>Names the problems a route may answer with.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<Problem>(status, Problems.MediaType);
        }

        return route;
    }
}

/// <summary>Shape of a problem (RFC 9457), for the API document.</summary>
/// <param name="Type"><c>urn:problem:{code}</c>.</param>
/// <param name="Title">Sort of refusal, Chinese / English.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">The reason, Chinese / English.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Text">The reason in both languages, apart.</param>
/// <param name="Basis">Article or standard.</param>
/// <param name="Details">Numbers and names behind the reason.</param>
/// <param name="TraceId">Trace to quote.</param>
/// <param name="RetryAfter">Seconds after which to try again; with 503 only.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail, string Code, Text? Text, string? Basis, IReadOnlyDictionary<string, object?>? Details, string? TraceId, int? RetryAfter = null);
