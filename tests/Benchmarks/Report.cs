using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Platform.Benchmarks;

/// <summary>One figure beside its limit.</summary>
/// <param name="What">What was done.</param>
/// <param name="Target">Ours must be at least so many times the raw limit; null when the figure is for information.</param>
/// <param name="Ours">All rounds.</param>
/// <param name="Raw">All rounds, run in turn with ours.</param>
internal sealed record Line(string What, double? Target, IReadOnlyList<Pace> Ours, IReadOnlyList<Pace> Raw)
{
    public Pace OursMedian => Pace.Median(Ours);

    public Pace? RawMedian => Raw.Count == 0 ? null : Pace.Median(Raw);

    public double? Ratio => OursMedian.PerSecond / RawMedian?.PerSecond;

    /// <summary>Null when nothing was asked for.</summary>
    public string? Verdict { get => field ?? (Target is null ? null : Ratio >= Target ? "met" : "MISSED"); init; }

    /// <summary>Said beside the line.</summary>
    public string? Remark { get; init; }
}

/// <summary>What a run has found, on the terminal and as JSON.</summary>
internal sealed class Report(string name, IReadOnlyDictionary<string, string> postgres)
{
    public const int Rounds = 5;
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly List<Line> lines = [];
    private readonly List<string> notes = [];
    private readonly DateTimeOffset began = TimeProvider.System.GetUtcNow();

    private static IReadOnlyDictionary<string, string> Machine => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["cores"] = Text(Environment.ProcessorCount),
        ["memory"] = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MB",
        ["system"] = RuntimeInformation.OSDescription,
        ["dotnet"] = $"{RuntimeInformation.FrameworkDescription}, {(System.Runtime.GCSettings.IsServerGC ? "server" : "workstation")} collector",
    };

    /// <summary>Says what a reader of the figures has to know.</summary>
    public void Note(string text) => notes.Add(text);

    /// <summary>Runs both sides in turn, after one round of each that does not count.</summary>
    public async Task<Line> Measure(string what, double? target, Func<Task<Pace>> ours, Func<Task<Pace>>? raw = null)
    {
        var (our, their) = (new List<Pace>(), new List<Pace>());
        for (var round = 0; round <= Rounds; round++)
        {
            our.Add(await ours());
            if (raw is not null)
            {
                their.Add(await raw());
            }
        }

        return Add(new(what, target, our[1..], raw is null ? [] : their[1..]));
    }

    public Line Add(Line line)
    {
        lines.Add(line);
        Console.Error.WriteLine($"  {line.What}: {Number(line.OursMedian.PerSecond)}/s, raw {Number(line.RawMedian?.PerSecond)}/s");
        return line;
    }

    public void Print()
    {
        Console.WriteLine($"\n{name}, median of {Rounds} rounds; PostgreSQL: {string.Join(", ", postgres.Select(s => $"{s.Key} {s.Value}"))}; {string.Join(", ", Machine.Select(m => $"{m.Key} {m.Value}"))}");
        string[] head = ["", "ours/s", "raw/s", "ratio", "target", "", "p50 ms", "p95 ms", "p99 ms", "raw p50", "raw p99", "cpu us", "raw cpu us", "refused"];
        var rows = lines.Select(l => (string[])[
            l.What, Number(l.OursMedian.PerSecond), Number(l.RawMedian?.PerSecond), Number(l.Ratio), Number(l.Target), l.Verdict ?? "",
            Number(l.OursMedian.P50), Number(l.OursMedian.P95), Number(l.OursMedian.P99), Number(l.RawMedian?.P50), Number(l.RawMedian?.P99),
            Number(l.OursMedian.CpuMicroseconds), Number(l.RawMedian?.CpuMicroseconds), Text(l.OursMedian.Refused)]).ToList();
        var widths = head.Select((h, i) => rows.Append(head).Max(r => r[i].Length)).ToList();
        foreach (var row in rows.Prepend(head))
        {
            var line = new StringBuilder();
            for (var i = 0; i < row.Length; i++)
            {
                line.Append(i is 0 ? row[i].PadRight(widths[i]) : row[i].PadLeft(widths[i] + 2));
            }

            Console.WriteLine(line.ToString().TrimEnd());
        }

        foreach (var note in notes.Concat(lines.Where(l => l.Remark is not null).Select(l => $"{l.What}: {l.Remark}")))
        {
            Console.WriteLine($"* {note}");
        }
    }

    public object Json => new
    {
        name, began, rounds = Rounds, machine = Machine, postgres, notes,
        lines = lines.Select(l => new { l.What, ours = l.OursMedian, raw = l.RawMedian, l.Ratio, l.Target, l.Verdict, l.Remark, oursRounds = l.Ours, rawRounds = l.Raw }),
    };

    public static Task Write(string file, IEnumerable<Report> reports) =>
        File.WriteAllTextAsync(file, JsonSerializer.Serialize(reports.Select(r => r.Json), Indented));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double? value) => value switch
    {
        null => "",
        >= 100 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
