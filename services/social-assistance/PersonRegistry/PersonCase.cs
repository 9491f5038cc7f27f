using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.PersonRegistry;

internal enum HukouType
{
    Agricultural,
    NonAgricultural,
    Resident,
}

internal enum Sex
{
    Male,
    Female,
}

internal enum LabourLevel
{
    Full,
    Partial,
    None,
}

internal enum StudyStage
{
    Compulsory,
    UpperSecondary,
    BachelorOrBelow,
    Postgraduate,
}

/// <summary>Who says that somebody has died; a later, better founded date takes the place of an earlier one.</summary>
internal enum DeathSource
{
    Village,
    Funeral,
    Health,
    Police,
    Court,
}

/// <summary>Near relatives whose cases an officer may not handle (SOD-2; 民发〔2012〕220号 第14条).</summary>
internal enum Kinship
{
    Spouse,
    Parent,
    Child,
    Sibling,
    Grandparent,
    Grandchild,
}

internal enum AccountCheck
{
    NameMatch,
    Mismatch,
    NotFound,
}

/// <summary>A benefit that covers a person, under the id by which that benefit knows them.</summary>
internal sealed record CoveredBy(string Entitlement, PersonId Person);

/// <summary>A household that a person belongs to, under the id by which the household knows them.</summary>
internal sealed record BelongsTo(string Household, PersonId Person);

/// <summary>What may be told of an account: its kind, its last four digits, its bank.</summary>
internal sealed record AccountMark(BankAccountKind Kind, string LastFour, string? Bank)
{
    public static AccountMark Of(BankAccountNumber number, string? bank) => new(number.Kind, number.Number[^4..], bank);
}

[JsonDerivedType(typeof(PersonRegistered), "person_registered")]
[JsonDerivedType(typeof(PersonImported), "person_imported")]
[JsonDerivedType(typeof(PersonDetailsCorrected), "person_details_corrected")]
[JsonDerivedType(typeof(ResidenceChanged), "residence_changed")]
[JsonDerivedType(typeof(HukouChanged), "hukou_changed")]
[JsonDerivedType(typeof(DisabilityCertified), "disability_certified")]
[JsonDerivedType(typeof(DisabilityRevoked), "disability_revoked")]
[JsonDerivedType(typeof(SeriousIllnessRecorded), "serious_illness_recorded")]
[JsonDerivedType(typeof(LabourCapacityAssessed), "labour_capacity_assessed")]
[JsonDerivedType(typeof(StudentStatusRecorded), "student_status_recorded")]
[JsonDerivedType(typeof(ImprisonmentRecorded), "imprisonment_recorded")]
[JsonDerivedType(typeof(ImprisonmentEnded), "imprisonment_ended")]
[JsonDerivedType(typeof(DeathRecorded), "death_recorded")]
[JsonDerivedType(typeof(DeathConflictFound), "death_conflict_found")]
[JsonDerivedType(typeof(DeathRecordRevoked), "death_record_revoked")]
[JsonDerivedType(typeof(IdentityLinked), "identity_linked")]
[JsonDerivedType(typeof(PersonsMerged), "persons_merged")]
[JsonDerivedType(typeof(PersonAbsorbed), "person_absorbed")]
[JsonDerivedType(typeof(NearRelativeDeclared), "near_relative_declared")]
[JsonDerivedType(typeof(PayeeAccountRegistered), "payee_account_registered")]
[JsonDerivedType(typeof(PayeeAccountChecked), "payee_account_checked")]
[JsonDerivedType(typeof(PayeeAccountSuspended), "payee_account_suspended")]
[JsonDerivedType(typeof(PersonErased), "person_erased")]
internal abstract record PersonEvent;

internal sealed record PersonRegistered(PersonId Person, Sex Sex, DateOnly BornOn, RegionCode HukouRegion, HukouType HukouType, RegionCode? ResidenceRegion, bool Provisional, string By) : PersonEvent;

/// <summary>Taken from a register of the past: imported, not witnessed.</summary>
/// <param name="Account">Where the register says that the person is paid.</param>
/// <param name="RowHash">SHA-256 of the register row.</param>
internal sealed record PersonImported(PersonId Person, Sex Sex, DateOnly BornOn, RegionCode HukouRegion, HukouType HukouType, bool ConvertedFrom15, AccountMark? Account, string Import, int Row, string RowHash) : PersonEvent;

/// <param name="Fields">Which details; what they are stands in the vault.</param>
internal sealed record PersonDetailsCorrected(IReadOnlyList<string> Fields, Sex? Sex, DateOnly? BornOn, string Reason, string By) : PersonEvent;

internal sealed record ResidenceChanged(RegionCode Region, DateOnly From) : PersonEvent;

internal sealed record HukouChanged(RegionCode Region, HukouType Type, DateOnly From) : PersonEvent;

/// <summary>The certificate's number is the holder's number with category and grade, so the fact carries these only.</summary>
internal sealed record DisabilityCertified(DisabilityCategory Category, int Grade, int Reissue, DateOnly From, DateOnly? To) : PersonEvent;

internal sealed record DisabilityRevoked(DateOnly On, string Reason) : PersonEvent;

internal sealed record SeriousIllnessRecorded(string CatalogueCode, DateOnly DiagnosedOn, string Hospital, DateOnly? ValidTo) : PersonEvent;

internal sealed record LabourCapacityAssessed(LabourLevel Level, string Basis, DateOnly On) : PersonEvent;

internal sealed record StudentStatusRecorded(string School, StudyStage Stage, DateOnly From, DateOnly To) : PersonEvent;

internal sealed record ImprisonmentRecorded(DateOnly From, DateOnly? To) : PersonEvent;

internal sealed record ImprisonmentEnded(DateOnly On) : PersonEvent;

internal sealed record DeathRecorded(DateOnly DiedOn, DeathSource Source, bool Declared, IReadOnlyList<Document> Evidence, IReadOnlyList<CoveredBy> Benefits, BelongsTo? Household, string By) : PersonEvent;

internal sealed record DeathConflictFound(DateOnly DiedOn, DeathSource Source, IReadOnlyList<Document> Evidence, string By) : PersonEvent;

internal sealed record DeathRecordRevoked(DateOnly On, string Reason, IReadOnlyList<CoveredBy> Benefits, BelongsTo? Household, string By) : PersonEvent;

internal sealed record IdentityLinked(PersonId Into, Sex Sex, DateOnly BornOn, string By) : PersonEvent;

internal sealed record PersonsMerged(PersonId Survivor, string Reason, string By) : PersonEvent;

internal sealed record PersonAbsorbed(PersonId Merged) : PersonEvent;

internal sealed record NearRelativeDeclared(string Official, Kinship Kinship, string By) : PersonEvent;

/// <param name="Reference">Counts the person's accounts; says nothing of the number.</param>
/// <param name="GuardianApproval">Why the holder may be somebody else.</param>
internal sealed record PayeeAccountRegistered(int Reference, BankAccountKind Kind, string LastFour, string? Bank, string? GuardianApproval, string Reason, string By) : PersonEvent;

internal sealed record PayeeAccountChecked(int Reference, AccountCheck Result, string By) : PersonEvent;

internal sealed record PayeeAccountSuspended(int Reference, string Reason, string By) : PersonEvent;

internal sealed record PersonErased(DateOnly On, string Reason, string By) : PersonEvent;

internal sealed record Disability(DisabilityCategory Category, int Grade, DateOnly From, DateOnly? To);

internal sealed record Illness(string CatalogueCode, DateOnly DiagnosedOn, DateOnly? ValidTo);

internal sealed record Study(string School, StudyStage Stage, DateOnly From, DateOnly To);

internal sealed record Imprisonment(DateOnly From, DateOnly? To);

internal sealed record PersonAccount(int Reference, BankAccountKind Kind, string LastFour, string? Bank, AccountCheck? Check, bool Suspended);

internal sealed record OfficialRelative(string Official, Kinship Kinship);

/// <summary>What is known of a person apart from what the vault keeps.</summary>
/// <param name="Revision">How often details have been sealed: whoever seals anew names the one that was seen.</param>
/// <param name="Provisional">Known by a provisional number only.</param>
/// <param name="Absorbed">Ids under which the same person was known.</param>
internal sealed record Person(PersonId Id, Sex Sex, DateOnly BornOn, RegionCode HukouRegion, HukouType HukouType, RegionCode? ResidenceRegion, int Revision, bool Provisional)
{
    public static readonly Person Nobody = new(default, default, default, default, default, null, 0, false);

    public Disability? Disability { get; init; }

    public ImmutableList<Illness> Illnesses { get; init; } = [];

    public LabourLevel? Labour { get; init; }

    public Study? Study { get; init; }

    public Imprisonment? Imprisonment { get; init; }

    public PersonAccount? Account { get; init; }

    public ImmutableList<OfficialRelative> Officials { get; init; } = [];

    public ImmutableList<PersonId> Absorbed { get; init; } = [];

    [JsonIgnore]
    public RegionCode Region => ResidenceRegion ?? HukouRegion;

    public Person Sealed() => this with { Revision = Revision + 1 };
}

internal sealed record DeathClaim(DateOnly DiedOn, DeathSource Source);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(Unregistered), nameof(Unregistered))]
[JsonDerivedType(typeof(Registered), nameof(Registered))]
[JsonDerivedType(typeof(Deceased), nameof(Deceased))]
[JsonDerivedType(typeof(Merged), nameof(Merged))]
[JsonDerivedType(typeof(Erased), nameof(Erased))]
internal abstract record PersonCase(Person Person);

internal sealed record Unregistered() : PersonCase(Person.Nobody);

internal sealed record Registered(Person Person) : PersonCase(Person);

internal sealed record Deceased(Person Person, DateOnly DiedOn, DeathSource Source, string RecordedBy, IReadOnlyList<CoveredBy> Benefits, BelongsTo? Household, ImmutableList<DeathClaim> Conflicts) : PersonCase(Person);

internal sealed record Merged(Person Person, PersonId Into) : PersonCase(Person);

internal sealed record Erased(Person Person, DateOnly On) : PersonCase(Person);

internal static class PersonEvents
{
    public static PersonCase Evolve(PersonCase person, PersonEvent fact) => (person, fact) switch
    {
        (_, PersonRegistered f) => new Registered(new(f.Person, f.Sex, f.BornOn, f.HukouRegion, f.HukouType, f.ResidenceRegion, person.Person.Revision + 1, f.Provisional)),
        (_, PersonImported f) => new Registered(new(f.Person, f.Sex, f.BornOn, f.HukouRegion, f.HukouType, null, person.Person.Revision + 1, false) { Account = f.Account is { } a ? new(1, a.Kind, a.LastFour, a.Bank, null, Suspended: false) : null }),
        (Registered r, DeathRecorded f) => new Deceased(r.Person, f.DiedOn, f.Source, f.By, f.Benefits, f.Household, []),
        (Deceased d, DeathConflictFound f) => d with { Conflicts = d.Conflicts.Add(new(f.DiedOn, f.Source)) },
        (Deceased d, DeathRecordRevoked) => new Registered(d.Person),
        (_, IdentityLinked f) => new Merged(person.Person.Sealed(), f.Into),
        (_, PersonsMerged f) => new Merged(person.Person, f.Survivor),
        (_, PersonErased f) => new Erased(person.Person, f.On),
        _ => person with { Person = Add(person.Person, fact) },
    };

    private static Person Add(Person p, PersonEvent fact) => fact switch
    {
        PersonDetailsCorrected f => p.Sealed() with { Sex = f.Sex ?? p.Sex, BornOn = f.BornOn ?? p.BornOn },
        ResidenceChanged f => p with { ResidenceRegion = f.Region },
        HukouChanged f => p with { HukouRegion = f.Region, HukouType = f.Type },
        DisabilityCertified f => p with { Disability = new(f.Category, f.Grade, f.From, f.To) },
        DisabilityRevoked => p with { Disability = null },
        SeriousIllnessRecorded f => p with { Illnesses = p.Illnesses.Add(new(f.CatalogueCode, f.DiagnosedOn, f.ValidTo)) },
        LabourCapacityAssessed f => p with { Labour = f.Level },
        StudentStatusRecorded f => p with { Study = new(f.School, f.Stage, f.From, f.To) },
        ImprisonmentRecorded f => p with { Imprisonment = new(f.From, f.To) },
        ImprisonmentEnded => p with { Imprisonment = null },
        PersonAbsorbed f => p with { Absorbed = p.Absorbed.Add(f.Merged) },
        NearRelativeDeclared f => p with { Officials = p.Officials.Add(new(f.Official, f.Kinship)) },
        PayeeAccountRegistered f => p.Sealed() with { Account = new(f.Reference, f.Kind, f.LastFour, f.Bank, null, Suspended: false) },
        PayeeAccountChecked f => p with { Account = p.Account is { } a ? a with { Check = f.Result } : null },
        PayeeAccountSuspended => p with { Account = p.Account is { } a ? a with { Suspended = true } : null },
        _ => p,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PersonEvent))]
[JsonSerializable(typeof(PersonCase))]
internal sealed partial class PersonJson : JsonSerializerContext;
