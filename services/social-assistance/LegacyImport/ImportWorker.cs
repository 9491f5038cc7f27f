using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.ServiceHost;

namespace SocialAssistance.LegacyImport;

/// <summary>Goes on with started imports until they are done. Configuration: <c>Imports:Seconds</c> between looks (2; 0 = this replica imports none).</summary>
internal sealed partial class ImportWorker(Importer importer, IConfiguration configuration, ILogger<ImportWorker> log) : BackgroundService
{
    private const int LongestPause = 300;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromSeconds(configuration.GetValue("Imports:Seconds", 2));
        var failures = 0;
        while (pause > TimeSpan.Zero && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var import in await importer.Started(stoppingToken))
                {
                    await importer.Run(import, int.MaxValue, stoppingToken);
                }

                failures = 0;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // What has been imported stands; the rest is tried again, less and less often.
                failures++;
                NotGoneOn(log, Faults.Describe(e));
            }

            var wait = TimeSpan.FromSeconds(Math.Min(LongestPause, pause.TotalSeconds * Math.Pow(2, Math.Min(failures, 10))));
            await Task.Delay(wait, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An import could not go on; trying again. {Fault}")]
    private static partial void NotGoneOn(ILogger log, string fault);
}
