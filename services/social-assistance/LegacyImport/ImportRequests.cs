using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;

namespace SocialAssistance.LegacyImport;

/// <summary>Judges the register on file; changes nothing else.</summary>
internal sealed record DryRunRequest;

/// <param name="Run">The dry run that has been looked at.</param>
/// <param name="AcceptedCodes">Codes of faults whose households are to be left out.</param>
internal sealed record StartRequest(int Run, IReadOnlyList<string> AcceptedCodes);

/// <summary>Looks up what a command must carry.</summary>
internal static class ImportRequests
{
    public static async ValueTask<(Prepared?, Refusal?)> DryRun(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var (state, refusal) = await Find(services, id!, act, cancel);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        if (((state as Received)?.Register ?? (state as Checked)?.Register) is not { } file)
        {
            return (new(ImportExamples.DryRunProbe, []), null);
        }

        try
        {
            var registers = services.GetRequiredService<RegisterStore>();
            var register = await registers.Judge(id!, state!.Terms, file, act.Today, cancel);
            return (Completed(id!, state, file, register, [.. register.Faults, .. await registers.Conflicts(register, cancel)]), null);
        }
        catch (RegisterUnreadableException e)
        {
            return (null, e.Refusal);
        }
    }

    public static async ValueTask<(Prepared?, Refusal?)> Start(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (StartRequest)request;
        var (_, refusal) = await Find(services, id!, act, cancel);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select household, row, code from import_faults where import = $1 and run = $2 and blocks order by number");
        command.Parameters.Add(new() { Value = id! });
        command.Parameters.Add(new() { Value = r.Run });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var faults = new List<(string, int, string)>();
        while (await reader.ReadAsync(cancel))
        {
            faults.Add((reader.GetString(0), reader.GetInt32(1), reader.GetString(2)));
        }

        return (new(new StartImport(r.Run, r.AcceptedCodes, Register.Blocked(faults)), []), null);
    }

    /// <summary>Outside its region an import is not looked into.</summary>
    public static async Task<(ImportCase? State, Refusal? Refusal)> Find(IServiceProvider services, string id, Act act, CancellationToken cancel)
    {
        var reading = await services.GetRequiredService<CaseStore>().Read(ImportProcess.Type, id, cancel: cancel);
        var state = (ImportCase)reading.State;
        return reading.Version == 0 ? (null, Refusal.NotFound($"{Processes.LegacyImport}/{id}"))
            : !act.Region.Covers(state.Terms.Region) ? (null, Refusal.NotYours("E_REGION_SCOPE", "该导入不在您的管辖区域内。", "The import lies outside your region."))
            : (state, null);
    }

    private static Prepared Completed(string id, ImportCase state, RegisterOnFile file, Register register, List<RegisterFault> faults)
    {
        faults.Sort((a, b) => a.Row.CompareTo(b.Row));
        var run = ((state as Checked)?.DryRun.Run ?? (state as Received)?.Runs ?? 0) + 1;
        var blocked = faults.Where(f => f.Blocks).Select(f => f.Household ?? "").ToHashSet(StringComparer.Ordinal);
        var kept = register.Readable.Where(h => !blocked.Contains(h.Number)).ToList();
        List<ImportFaultRow> rows = [.. faults.Select((f, i) => new ImportFaultRow(id, run, i + 1, f.Row, f.Field, f.Household, f.Refusal.Code, f.Blocks, f.Refusal.Why.Zh, f.Refusal.Why.En))];
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(r => $"{r.Row} {r.Field} {r.Code} {r.Blocks} {r.En}")))));
        var counts = faults.GroupBy(f => (f.Refusal.Code, f.Blocks)).Select(g => new FaultCount(g.Key.Code, g.Key.Blocks, g.Count())).OrderBy(c => c.Code, StringComparer.Ordinal);
        return new(new CompleteDryRun(file.Sha256, kept.Count, kept.Sum(h => h.Members.Count), kept.Sum(h => h.Basis.Monthly), [.. counts], digest, register.Standards), rows);
    }
}
