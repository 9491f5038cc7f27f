using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Platform.Tests.Telemetry;

/// <summary>Everything that leaves a process beside its answers: log lines with values, scopes and exceptions, activities and measurements with their tags.</summary>
internal sealed class Overheard : ILoggerProvider, ISupportExternalScope
{
    private readonly ActivityListener traces;
    private readonly MeterListener meters = new();
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    /// <param name="measured">Meters to listen to.</param>
    /// <param name="traced">Activity sources to listen to.</param>
    public Overheard(Func<Meter, bool> measured, Func<ActivitySource, bool> traced)
    {
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (measured(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<int>((i, value, tags, _) => Measure(i, value, tags));
        meters.SetMeasurementEventCallback<long>((i, value, tags, _) => Measure(i, value, tags));
        meters.SetMeasurementEventCallback<double>((i, value, tags, _) => Measure(i, value, tags));
        meters.Start();
        traces = new() { ShouldListenTo = traced, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded, ActivityStopped = Activities.Enqueue };
        ActivitySource.AddActivityListener(traces);
    }

    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<Activity> Activities { get; } = new();

    public ConcurrentQueue<(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags)> Measurements { get; } = new();

    /// <summary>All of it as text.</summary>
    public IEnumerable<string> Everything => Lines
        .Concat(Activities.SelectMany(a => a.TagObjects.Concat(a.Events.SelectMany(e => e.Tags)).Concat(a.Links.SelectMany(l => l.Tags ?? [])).Select(t => $"{a.DisplayName} {t.Key}={t.Value}")
            .Concat(a.Baggage.Select(b => $"{a.DisplayName} {b.Key}={b.Value}")).Append($"{a.DisplayName} {a.StatusDescription}")))
        .Concat(Measurements.SelectMany(m => m.Tags.Select(t => $"{m.Instrument} {t.Key}={t.Value}")));

    /// <summary>The sum of what an instrument has measured under a tag.</summary>
    public double Sum(string instrument, string tag, string value) => Measurements.Where(m => m.Instrument == instrument && m.Tags.GetValueOrDefault(tag) as string == value).Sum(m => m.Value);

    /// <summary>Asks the gauges.</summary>
    public void Look() => meters.RecordObservableInstruments();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
        meters.Dispose();
        traces.Dispose();
    }

    private void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Measurements.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal)));

    private sealed class Logger(Overheard heard, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            heard.Lines.Enqueue($"{category}: {formatter(state, exception)} {exception}");
            Values(state);
            heard.scopes.ForEachScope((scope, _) => Values(scope), 0);

            void Values(object? of) => heard.Lines.Enqueue(of is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(p => $"{p.Key}={p.Value}")) : $"{of}");
        }
    }
}
