using System.Globalization;
using Platform.Cases;

namespace SocialAssistance.LegacyImport;

/// <summary>A register on file: AES-256-GCM under the service's key.</summary>
[Row("import_files", nameof(Import), Derived = false)]
internal sealed record ImportFileRow(string Import, string Sha256, RegisterKind Kind, byte[] Sealed);

/// <summary>A fault found by a dry run; says where and why, and repeats no content of the register.</summary>
[Row("import_faults", nameof(Import), nameof(Run), nameof(Number), Derived = false)]
internal sealed record ImportFaultRow(string Import, int Run, int Number, int Row, string Field, string? Household, string Code, bool Blocks, string Zh, string En);

internal static class ImportViews
{
    public static CaseSummary Summary(ImportCase import) => new(Name(import), import.Terms.Region, Subject(import), import is Opened or Received or Checked or Importing);

    private static string Subject(ImportCase import) => import switch
    {
        Importing i => string.Create(CultureInfo.InvariantCulture, $"{i.Terms.Title} {i.Progress.Next}/{i.Progress.Total}"),
        Part p => string.Create(CultureInfo.InvariantCulture, $"{p.Import} {p.From + 1}–{p.To}"),
        _ => import.Terms.Title,
    };

    private static Text Name(ImportCase import) => import switch
    {
        Opened => new("待上传", "Waiting for the register"),
        Received => new("已上传", "Received"),
        Checked => new("已试导入", "Checked"),
        Importing => new("导入中", "Importing"),
        Completed => new("已完成", "Completed"),
        Abandoned => new("已放弃", "Abandoned"),
        Part => new("导入部分", "Part of an import"),
        _ => new("未开始", "Not opened"),
    };
}
