using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.LegacyImport;

/// <summary>历史登记册导入: households in payment before this platform; imported, not witnessed, and approved by another than who brought the register.</summary>
internal static class ImportProcess
{
    public static readonly CaseType<ImportCase, ImportCommand, ImportEvent, ImportPolicy> Type = new(ImportJson.Default)
    {
        Name = Processes.LegacyImport,
        Numbered = "DR",
        Initial = new NoImport(),
        Policy = ImportPolicy.Read,
        Decide = ImportDecisions.Decide,
        Evolve = ImportEvents.Evolve,
        Region = (import, command) => command switch { OpenImport c => c.Region, ImportRows c => c.Region, _ => import.Terms.Region },
        Summary = ImportViews.Summary,
        Then = ImportExchange.Then,
    };

    public static Process Page => new Process(Type, "legacy-imports", new("历史登记册导入", "Legacy imports"))
        .Opens(new("登记导入", "Open an import"), [CountyOfficer], ImportExamples.Open)
        .DoesWith("dry-run", new("试导入", "Dry run"), [CountyOfficer], ImportExamples.DryRun, ImportRequests.DryRun, ImportExamples.DryRunProbe)
        .DoesWith("start", new("批准导入", "Approve and start"), [CountyApprover], ImportExamples.Start, ImportRequests.Start, ImportExamples.StartProbe)
        .Does(new("放弃导入", "Abandon the import"), [CountyOfficer, CountyApprover], ImportExamples.Abandon);
}
