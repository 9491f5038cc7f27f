using Platform.Benchmarks;

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
