using System.Globalization;
using Npgsql;

namespace Platform.Tests.EventStore;

/// <summary>Connections of several replicas: a pool of its own for each, told apart by its name.</summary>
internal sealed class Sources(string connection) : IAsyncDisposable
{
    private readonly List<NpgsqlDataSource> made = [];

    public static string Name(int replica) => string.Create(CultureInfo.InvariantCulture, $"replica-{replica}");

    public NpgsqlDataSource Next()
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { ApplicationName = Name(made.Count), MaxPoolSize = 16 }.ConnectionString);
        made.Add(source);
        return source;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in made)
        {
            await source.DisposeAsync();
        }
    }
}
