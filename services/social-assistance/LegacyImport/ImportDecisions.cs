using Platform.Cases;

namespace SocialAssistance.LegacyImport;

internal abstract record ImportCommand;

internal sealed record OpenImport(string Title, RegionCode Region, DateOnly RegisterDay, string Benefit, bool AmountMustMatch) : ImportCommand;

internal sealed record ReceiveRegister(string Sha256, RegisterKind Kind, long Bytes, int Rows, int Households) : ImportCommand;

internal sealed record CompleteDryRun(string Sha256, int Households, int Persons, Money MonthlyAmount, IReadOnlyList<FaultCount> Faults, string Digest, IReadOnlyList<string> Standards) : ImportCommand;

/// <param name="Run">The dry run that the approver has seen.</param>
/// <param name="LeaveOut">Households with faults that block, from that run.</param>
internal sealed record StartImport(int Run, IReadOnlyList<string> AcceptedCodes, IReadOnlyList<LeftOut> LeaveOut) : ImportCommand;

internal sealed record ImportRows(string Import, RegionCode Region, string Benefit, int Part, int From, int To, IReadOnlyList<ImportedHousehold> Households, IReadOnlyList<LeftOut> LeftOut) : ImportCommand;

/// <summary>Told by a part to its import, in one transaction.</summary>
internal sealed record NotePart(int Part, int From, int To, int Households, int Persons, Money MonthlyAmount, IReadOnlyList<LeftOut> LeftOut) : ImportCommand;

internal sealed record AbandonImport(string Reason) : ImportCommand;

internal static class ImportDecisions
{
    // Yuan a month; no county pays it.
    private const decimal MostMoney = 900_000_000_000m;

    public static Decision<ImportEvent> Decide(ImportCase import, ImportCommand command, ImportPolicy policy, Act act) => (import, command) switch
    {
        (NoImport, OpenImport c) => Open(c, act),
        (NoImport, ImportRows c) => Import(c, act),
        (Part, ImportRows) => [],
        (Opened or Received or Checked, ReceiveRegister c) => Receive(import, c, act),
        (Received or Checked, CompleteDryRun c) => Check(import, c, act),
        (Checked k, StartImport c) => Start(k, c, act),
        (Importing or Completed, StartImport) => [],
        (Importing i, NotePart c) => Note(i, c, act),
        (Opened or Received or Checked, AbandonImport c) => Checks.Stated(c.Reason, "reason") is { } refusal ? refusal : [new ImportAbandoned(c.Reason, act.Actor)],
        (Abandoned, AbandonImport) => [],
        (Opened, CompleteDryRun or StartImport) => Refusal.NotNow("E_REGISTER_MISSING", "尚未上传登记册。", "No register has been received."),
        (Received, StartImport) => Refusal.NotNow("E_DRY_RUN_MISSING", "须先试导入。", "Do a dry run first."),
        _ => Refusal.NotNow(),
    };

    private static Decision<ImportEvent> Open(OpenImport c, Act act) =>
        (Checks.Stated(c.Title, "title") ?? Checks.NotAfter(c.RegisterDay, act, "registerDay")) is { } refusal ? refusal
        : c.Benefit != Processes.SubsistenceAllowance ? Refusal.Rule("E_BENEFIT", "目前只支持导入最低生活保障登记册。", "Only registers of the subsistence allowance can be imported.").With("benefit", c.Benefit)
        : c.Region.Level < RegionLevel.County ? Refusal.Rule("E_REGION_CODE", "导入范围应为县级或以下。", "A register belongs to a county or below.", "GB/T 2260").With("region", c.Region.ToString())
        : [new ImportOpened(c.Title, c.Region, c.RegisterDay, c.Benefit, c.AmountMustMatch, act.Actor)];

    private static Decision<ImportEvent> Receive(ImportCase import, ReceiveRegister c, Act act) =>
        OnFile(import)?.Sha256 == c.Sha256 ? []
        : c.Households == 0 ? Refusal.Rule("E_REGISTER_EMPTY", "登记册没有数据行。", "The register has no rows.")
        : [new RegisterReceived(c.Sha256, c.Kind, c.Bytes, c.Rows, c.Households, act.Actor)];

    private static Decision<ImportEvent> Check(ImportCase import, CompleteDryRun c, Act act) =>
        OnFile(import)?.Sha256 != c.Sha256 ? Refusal.Taken("E_REGISTER_MOVED", "登记册已被替换,请重新试导入。", "The register has been replaced in the meantime; run again.")
        : import is Checked same && same.DryRun.Digest == c.Digest && same.DryRun.MonthlyAmount == c.MonthlyAmount ? []
        : [new DryRunCompleted((import is Checked k ? k.DryRun.Run : ((Received)import).Runs) + 1, c.Households, c.Persons, c.MonthlyAmount, c.Faults, c.Digest, c.Standards, act.Actor)];

    /// <summary>Whoever brought the register does not approve it; what is left out is left out knowingly.</summary>
    private static Decision<ImportEvent> Start(Checked k, StartImport c, Act act) =>
        Checks.SameHand(act, "SOD-1", [k.Terms.OpenedBy, k.Register.ReceivedBy]) is { } sameHand ? sameHand
        : c.Run != k.DryRun.Run ? Refusal.Taken("E_DRY_RUN_MOVED", "试导入结果已更新,请重新确认。", "There is a newer dry run; look at it first.").With("run", k.DryRun.Run)
        : k.DryRun.Blocking.Except(c.AcceptedCodes, StringComparer.Ordinal).ToArray() is { Length: > 0 } open
            ? Refusal.Rule("E_FAULTS_OPEN", "登记册还有未处理的问题。", "The register has faults that have not been accepted.").With("codes", open)
        : c.LeaveOut.Count >= k.Register.Households ? Refusal.Rule("E_REGISTER_EMPTY", "没有可以导入的家庭。", "No household is left to import.")
        : [new ImportStarted(act.Today, c.AcceptedCodes, c.LeaveOut, act.Actor)];

    private static Decision<ImportEvent> Import(ImportRows c, Act act) =>
        !act.BySystem ? Refusal.NotYours("E_ROLE", "导入由系统执行。", "Rows are imported by the service itself.")
        : c.Households.Any(h => h.Region.Level < RegionLevel.County || h.Members.Count(m => m.Relation == Relation.Head) != 1) || c.Households.Sum(h => h.Basis.Monthly.Yuan) >= MostMoney
            ? Refusal.Rule("E_REGISTER_FORMAT", "登记册内容不完整。", "A household lacks its region or its head, or the sum is out of bounds.")
        : [new RowsImported(c.Import, c.Region, c.Benefit, c.Part, c.From, c.To, c.Households, c.LeftOut)];

    private static Decision<ImportEvent> Note(Importing i, NotePart c, Act act)
    {
        if (c.From != i.Progress.Next || c.To <= c.From || c.To > i.Progress.Total || i.Progress.MonthlyAmount.Yuan + c.MonthlyAmount.Yuan >= MostMoney)
        {
            return Refusal.NotNow("E_PART_MOVED", "该部分已导入。", "Another part has been imported in the meantime.").With("next", i.Progress.Next);
        }

        var part = new PartImported(c.Part, c.From, c.To, c.Households, c.Persons, c.MonthlyAmount, c.LeftOut);
        var after = i.Progress.After(part);
        return after.Next < after.Total ? [part] : [part, new ImportCompleted(act.Today, after.Households, after.Persons, after.MonthlyAmount, after.LeftOut.Count)];
    }

    private static RegisterOnFile? OnFile(ImportCase import) => (import as Received)?.Register ?? (import as Checked)?.Register;
}
