using System.Runtime.InteropServices;
using Platform.Benchmarks;

const int Stopped = 130;
var benchmarks = new (string Name, Func<Ground, Report, Task> Run)[]
{
    ("append", Append.Run), ("decide", Decide.Run), ("contend", Contend.Run), ("replay", Replay.Run),
    ("rebuild", Rebuild.Run), ("feed", Feeding.Run), ("growth", Growth.Run), ("http", Http.Run),
};
var names = args.TakeWhile(a => !a.StartsWith('-')).ToList();
var file = args is [.., "--json", var last] ? last : null;
var wanted = benchmarks.Where(b => names.Contains(b.Name, StringComparer.Ordinal) || names is ["all"]).ToList();
if (wanted.Count == 0 || (names is not ["all"] && wanted.Count < names.Count))
{
    Console.Error.WriteLine($"Benchmarks NAME… [--json FILE], NAME one of: all, {string.Join(", ", benchmarks.Select(b => b.Name))}");
    return 2;
}

// Whoever is told to stop, or fails, leaves by the same door: the server is stopped and its folder deleted on the way out.
var told = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return await await Task.WhenAny(Task.Run(All), told.Task);
}
catch (Exception e) when (e is not OutOfMemoryException)
{
    Console.Error.WriteLine(e);
    return 1;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    told.TrySetResult(Stopped);
}

async Task<int> All()
{
    var reports = new List<Report>();
    foreach (var (name, run) in wanted)
    {
        Console.Error.WriteLine(name);
        var ground = await Ground.Start();
        var report = new Report(name, ground.Stated);
        await run(ground, report);
        report.Print();
        reports.Add(report);
    }

    if (file is not null)
    {
        await Report.Write(file, reports);
    }

    return 0;
}
