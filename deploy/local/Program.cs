using System.CommandLine;
using System.Runtime.InteropServices;

namespace Platform.Local;

internal static class Program
{
    public const int WrongUse = 2;

    public static async Task<int> Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        PosixSignal[] signals = OperatingSystem.IsWindows()
            ? [PosixSignal.SIGINT, PosixSignal.SIGTERM]
            : [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
        var registrations = signals.Select(signal => PosixSignalRegistration.Create(signal, Stop)).ToList();
        try
        {
            return await RunAsync(args, Demonstration.Loader.Demonstrate, Output.Terminal, stop.Token);
        }
        finally
        {
            registrations.ForEach(registration => registration.Dispose());
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>The command line: 0 when all went well, 1 when not, 2 when called wrongly.</summary>
    public static async Task<int> RunAsync(string[] args, Demonstrate? demonstrate, Output output, CancellationToken stop)
    {
        var once = new Option<bool>("--once") { Description = "Start, load the demonstration, compare its reports with the source document, stop; 0 only if they are equal." };
        var reset = new Option<bool>("--reset") { Description = "Forget all data first." };
        var json = new Option<FileInfo?>("--json") { Description = "Write reports and timings to this file.", HelpName = "FILE" };
        var command = new RootCommand("Starts the whole platform on this machine; Ctrl-C stops it. Data is kept in .local/. PLATFORM_POSTGRES, a superuser's connection string, names a PostgreSQL server to use instead of starting one.")
        {
            once, reset, json,
        };
        command.SetAction((result, _) => new Runner(
            RunSettings.Default() with
            {
                Once = result.GetValue(once),
                Reset = result.GetValue(reset),
                Json = result.GetValue(json)?.FullName,
                Demonstrate = demonstrate,
            },
            output).RunAsync(stop));

        var parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            output.Fail(string.Join(" ", parsed.Errors.Select(error => error.Message)));
            return WrongUse;
        }

        // Signals are this program's own business: the library would give the stop two seconds.
        try
        {
            return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, stop);
        }
        catch (LocalRunException e)
        {
            output.Fail(e.Message);
            return Runner.Failed;
        }
    }
}
