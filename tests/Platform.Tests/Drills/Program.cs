using Platform.ServiceHost;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Platform.Tests.Drills;

/// <summary>Runs the tests, or, for the drills, the service that is to be killed: a process of its own made of the same code.</summary>
internal static class Program
{
    public const string Serve = "serve-keys";

    public static Task<int> Main(string[] args) => args switch
    {
        [Serve, .. var settings] => Service.Run([.. settings], DrillService.Create()),
        _ when args.Contains("--server", StringComparer.Ordinal) || args.Contains("--internal-msbuild-node", StringComparer.Ordinal) =>
            TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
