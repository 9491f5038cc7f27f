using Microsoft.Extensions.Configuration.Json;
using Platform.Cases;
using Platform.ServiceHost;

namespace Platform.Gateway;

/// <summary>The one door to all services: knows paths, tokens and limits, not business. What it routes is data in routes.json.</summary>
internal static class GatewayApp
{
    private static readonly Text NoSuchPath = new("没有这个地址。", "There is nothing at this address.");
    private static readonly Text Fault = new("网关内部故障,请提供跟踪号联系管理员。", "The gateway failed; give the administrator the trace id.");

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.Sources.Insert(0, new JsonConfigurationSource { Path = Path.Combine(AppContext.BaseDirectory, "routes.json") }.Resolved());
        var settings = Settings.Read(builder.Configuration);

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.BodyLimit;
        });
        builder.AddPlatformSignIn();
        builder.Services
            .AddSingleton(settings)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ServiceCalls>()
            .AddSingleton<Documents>()
            .AddSingleton<Readiness>()
            .AddHostedService<Tracing>()
            .AddRateLimiter(options => ClientRates.Limit(options, settings.Rates))
            .AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddConfigFilter<RouteRules>()
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = TimeSpan.FromSeconds(3));

        var app = builder.Build();
        app.Use(Edge.Headers);
        app.UseExceptionHandler(failed => failed.Run(http => ProblemAnswer.WriteAsync(http, StatusCodes.Status500InternalServerError, "E_FAULT", Fault)));
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();

        app.MapReadiness();
        app.MapDocuments();
        foreach (var pattern in settings.NotRouted)
        {
            app.Map(pattern, NotFound).WithOrder(-1).RequireRateLimiting(ClientRates.Policy);
        }

        app.MapReverseProxy(Forwarding.Pipeline);
        app.MapFallback("{**path}", NotFound).RequireRateLimiting(ClientRates.Policy);
        return app;
    }

    internal static Task NotFound(HttpContext http) =>
        ProblemAnswer.WriteAsync(http, StatusCodes.Status404NotFound, "E_NOT_FOUND", NoSuchPath);

    // An absolute path needs its own file provider; the builder's is rooted at the working directory.
    private static JsonConfigurationSource Resolved(this JsonConfigurationSource source)
    {
        source.ResolveFileProvider();
        return source;
    }
}
