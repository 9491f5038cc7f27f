using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Platform.EventStore;

namespace Platform.ServiceHost;

/// <summary>Traces, metrics and logs over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a collector; nothing otherwise.</summary>
internal static class Telemetry
{
    public static void Add(IHostApplicationBuilder builder, string service)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        var resource = ResourceBuilder.CreateDefault().AddService(service);
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql", StoreMeter.Name).AddOtlpExporter().Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "Npgsql", "System.Runtime", StoreMeter.Name).AddOtlpExporter().Build());
        builder.Logging.AddOpenTelemetry(options => options.SetResourceBuilder(resource).AddOtlpExporter());
        builder.Services.AddHostedService<Running>();
    }

    /// <summary>Holds the providers for the life of the process; the container disposes, and so flushes, them.</summary>
    private sealed class Running(TracerProvider tracer, MeterProvider meter) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            tracer.ForceFlush(2_000);
            meter.ForceFlush(2_000);
            return Task.CompletedTask;
        }
    }
}
