using Microsoft.Extensions.Logging;

namespace Platform.Tests.EventStore;

/// <summary>Hears the driver name every round trip it makes.</summary>
internal sealed class StatementLog(List<string> heard) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var said = formatter(state, exception);
        if (said.Contains("completed", StringComparison.Ordinal))
        {
            lock (heard)
            {
                heard.Add(said);
            }
        }
    }

    public void Dispose()
    {
    }
}
