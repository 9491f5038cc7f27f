using System.Text.Json.Nodes;
using Spectre.Console;

namespace Platform.Local;

/// <summary>
/// Loads the demonstration bureau through the running platform, asks it for the reports, compares them with the source document.
/// Called once per start, after everything is ready; loading twice must change nothing.
/// </summary>
internal delegate Task<DemonstrationResult> Demonstrate(RunningPlatform platform, ProgressContext progress, CancellationToken stop);

/// <summary>Where everything is, and with what to sign in.</summary>
internal sealed record RunningPlatform
{
    /// <summary>Root of the work tree.</summary>
    public required string Repository { get; init; }

    public required Uri Gateway { get; init; }

    /// <summary>Service name → its own address, behind the gateway.</summary>
    public required IReadOnlyDictionary<string, Uri> Services { get; init; }

    public required Uri Identity { get; init; }

    /// <summary>The issuer of the tokens.</summary>
    public required Uri Issuer { get; init; }

    /// <summary>Client id → secret.</summary>
    public required IReadOnlyDictionary<string, string> ClientSecrets { get; init; }

    public required IReadOnlyList<Account> Accounts { get; init; }

    /// <summary>Of every account of the demonstration.</summary>
    public required string? Password { get; init; }

    /// <summary>Database name → connection strings.</summary>
    public required IReadOnlyDictionary<string, LocalDatabase> Databases { get; init; }
}

/// <summary>A figure of a report beside the one that the source document prints.</summary>
/// <param name="Quote">The sentence it is printed in.</param>
internal sealed record ComparedFigure(string Report, string What, decimal Printed, decimal Computed, string Unit, string Quote)
{
    public bool Equal => Printed == Computed;
}

/// <param name="Equal">Every figure of every report is the source document's.</param>
/// <param name="Reports">Report name → the report as the platform gave it.</param>
/// <param name="Timings">Step → duration.</param>
/// <param name="Figures">Every figure compared.</param>
internal sealed record DemonstrationResult(
    bool Equal, IReadOnlyDictionary<string, JsonNode?> Reports, IReadOnlyDictionary<string, TimeSpan> Timings, IReadOnlyList<ComparedFigure> Figures);
