using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;
using SocialAssistance.PersonRegistry;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.LegacyImport;

internal enum RegisterKind
{
    Csv,
    Xlsx,
}

/// <summary>How often a dry run found a fault; one that blocks keeps its household out.</summary>
internal sealed record FaultCount(string Code, bool Blocks, int Count);

/// <summary>A household of the register that is not imported, and why.</summary>
internal sealed record LeftOut(string Household, int Row, IReadOnlyList<string> Codes);

internal sealed record ImportedMember(PersonId Person, Relation Relation, Sex Sex, DateOnly BornOn, bool ConvertedFrom15, int Row, string RowHash, AccountMark? Account, int Revision);

/// <param name="Number">Number in the register.</param>
internal sealed record ImportedHousehold(
    string Number, int Row, string RowHash, Area Area, RegionCode Region, Category Category, AmountBasis Basis, YearMonth PaidSince, IReadOnlyList<ImportedMember> Members)
{
    [JsonIgnore]
    public string HouseholdId => $"HH-{Region.County}-{Number}";

    [JsonIgnore]
    public string EntitlementId => $"DB-{Region.County}-{Number}";

    [JsonIgnore]
    public HukouType Hukou => Area == Area.Rural ? HukouType.Agricultural : HukouType.NonAgricultural;
}

[JsonDerivedType(typeof(ImportOpened), "import_opened")]
[JsonDerivedType(typeof(RegisterReceived), "register_received")]
[JsonDerivedType(typeof(DryRunCompleted), "dry_run_completed")]
[JsonDerivedType(typeof(ImportStarted), "import_started")]
[JsonDerivedType(typeof(RowsImported), "rows_imported")]
[JsonDerivedType(typeof(PartImported), "part_imported")]
[JsonDerivedType(typeof(ImportCompleted), "import_completed")]
[JsonDerivedType(typeof(ImportAbandoned), "import_abandoned")]
internal abstract record ImportEvent;

internal sealed record ImportOpened(string Title, RegionCode Region, DateOnly RegisterDay, string Benefit, bool AmountMustMatch, string By) : ImportEvent;

/// <param name="Sha256">Of the file as received.</param>
internal sealed record RegisterReceived(string Sha256, RegisterKind Kind, long Bytes, int Rows, int Households, string By) : ImportEvent;

/// <param name="Digest">SHA-256 of the list of faults.</param>
/// <param name="Standards">Policy values under which amounts were reckoned.</param>
internal sealed record DryRunCompleted(int Run, int Households, int Persons, Money MonthlyAmount, IReadOnlyList<FaultCount> Faults, string Digest, IReadOnlyList<string> Standards, string By) : ImportEvent;

internal sealed record ImportStarted(DateOnly On, IReadOnlyList<string> AcceptedCodes, IReadOnlyList<LeftOut> LeftOut, string By) : ImportEvent;

/// <summary>A part of the register, in a stream of its own so that the import's story stays short: imported, not witnessed.</summary>
/// <param name="From">How many households of the register came before.</param>
/// <param name="To">How many are done with this part.</param>
internal sealed record RowsImported(string Import, RegionCode Region, string Benefit, int Part, int From, int To, IReadOnlyList<ImportedHousehold> Households, IReadOnlyList<LeftOut> LeftOut) : ImportEvent;

internal sealed record PartImported(int Part, int From, int To, int Households, int Persons, Money MonthlyAmount, IReadOnlyList<LeftOut> LeftOut) : ImportEvent;

internal sealed record ImportCompleted(DateOnly On, int Households, int Persons, Money MonthlyAmount, int LeftOut) : ImportEvent;

internal sealed record ImportAbandoned(string Reason, string By) : ImportEvent;

/// <summary>What is imported: whose register, of which day, for which benefit.</summary>
/// <param name="RegisterDay">The standard of this day is what amounts are compared with.</param>
/// <param name="AmountMustMatch">Whether another amount than the formula's keeps a household out, or is only pointed out.</param>
internal sealed record Terms(string Title, RegionCode Region, DateOnly RegisterDay, string Benefit, bool AmountMustMatch, string OpenedBy);

internal sealed record RegisterOnFile(string Sha256, RegisterKind Kind, long Bytes, int Rows, int Households, string ReceivedBy);

internal sealed record DryRun(int Run, int Households, int Persons, Money MonthlyAmount, IReadOnlyList<FaultCount> Faults, string Digest)
{
    [JsonIgnore]
    public IEnumerable<string> Blocking => Faults.Where(f => f.Blocks).Select(f => f.Code);
}

/// <param name="Next">How many households of the register are done, imported or left out.</param>
internal sealed record Progress(int Parts, int Next, int Total, int Households, int Persons, Money MonthlyAmount, ImmutableList<LeftOut> LeftOut)
{
    public Progress After(PartImported f) =>
        new(f.Part, f.To, Total, Households + f.Households, Persons + f.Persons, MonthlyAmount + f.MonthlyAmount, LeftOut.AddRange(f.LeftOut));
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NoImport), nameof(NoImport))]
[JsonDerivedType(typeof(Opened), nameof(Opened))]
[JsonDerivedType(typeof(Received), nameof(Received))]
[JsonDerivedType(typeof(Checked), nameof(Checked))]
[JsonDerivedType(typeof(Importing), nameof(Importing))]
[JsonDerivedType(typeof(Completed), nameof(Completed))]
[JsonDerivedType(typeof(Abandoned), nameof(Abandoned))]
[JsonDerivedType(typeof(Part), nameof(Part))]
internal abstract record ImportCase(Terms Terms);

internal sealed record NoImport() : ImportCase(new Terms("", default, default, "", true, ""));

internal sealed record Opened(Terms Terms) : ImportCase(Terms);

/// <param name="Runs">Dry runs of earlier files.</param>
internal sealed record Received(Terms Terms, RegisterOnFile Register, int Runs) : ImportCase(Terms);

internal sealed record Checked(Terms Terms, RegisterOnFile Register, DryRun DryRun) : ImportCase(Terms);

/// <param name="Run">The dry run that was approved.</param>
/// <param name="LeaveOut">Households that were left out by the approver's decision.</param>
internal sealed record Importing(Terms Terms, RegisterOnFile Register, int Run, DateOnly StartedOn, ImmutableList<LeftOut> LeaveOut, Progress Progress) : ImportCase(Terms);

internal sealed record Completed(Terms Terms, RegisterOnFile Register, int Run, DateOnly CompletedOn, Progress Progress) : ImportCase(Terms);

internal sealed record Abandoned(Terms Terms, string Reason) : ImportCase(Terms);

/// <summary>A part of an import.</summary>
internal sealed record Part(Terms Terms, string Import, int Number, int From, int To, int Households, int Persons) : ImportCase(Terms);

internal static class ImportEvents
{
    public static ImportCase Evolve(ImportCase import, ImportEvent fact) => (import, fact) switch
    {
        (_, ImportOpened f) => new Opened(new(f.Title, f.Region, f.RegisterDay, f.Benefit, f.AmountMustMatch, f.By)),
        (_, RegisterReceived f) => new Received(import.Terms, new(f.Sha256, f.Kind, f.Bytes, f.Rows, f.Households, f.By), (import as Checked)?.DryRun.Run ?? (import as Received)?.Runs ?? 0),
        (Received r, DryRunCompleted f) => new Checked(r.Terms, r.Register, new(f.Run, f.Households, f.Persons, f.MonthlyAmount, f.Faults, f.Digest)),
        (Checked c, DryRunCompleted f) => c with { DryRun = new(f.Run, f.Households, f.Persons, f.MonthlyAmount, f.Faults, f.Digest) },
        (Checked c, ImportStarted f) => new Importing(c.Terms, c.Register, c.DryRun.Run, f.On, [.. f.LeftOut], new(0, 0, c.Register.Households, 0, 0, Money.Zero, [])),
        (Importing i, PartImported f) => i with { Progress = i.Progress.After(f) },
        (Importing i, ImportCompleted f) => new Completed(i.Terms, i.Register, i.Run, f.On, i.Progress),
        (_, RowsImported f) => new Part(new(f.Import, f.Region, default, f.Benefit, true, ""), f.Import, f.Part, f.From, f.To, f.Households.Count, f.Households.Sum(h => h.Members.Count)),
        (_, ImportAbandoned f) => new Abandoned(import.Terms, f.Reason),
        _ => import,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImportEvent))]
[JsonSerializable(typeof(ImportCase))]
internal sealed partial class ImportJson : JsonSerializerContext;
