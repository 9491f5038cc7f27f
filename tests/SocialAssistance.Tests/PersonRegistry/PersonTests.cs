using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.PersonRegistry;

namespace SocialAssistance.Tests.PersonRegistry;

/// <summary>The register of persons: everything but deaths and accounts.</summary>
public sealed class PersonTests
{
    internal const string Id = "mfrggzdfmztwq2lknnwg23tpob";
    internal static readonly PersonId Subject = PersonId.Hydrate(Id);
    internal static readonly PersonId Other = PersonId.Hydrate("nbswy3dpeb3w64tmmqqhi2djom");
    internal static readonly RegionCode Village = RegionCode.Hydrate("341503101201");
    internal static readonly DateOnly Born = new(1949, 10, 1);
    internal static readonly Act Clerk = Officer.With(Roles.CountyOfficer).Named("u-1").On("2026-03-10");
    internal static readonly Act Approver = Officer.With(Roles.CountyApprover).Named("u-2").On("2026-03-10");
    internal static readonly PersonRegistered Known = new(Subject, Sex.Female, Born, Village, HukouType.Agricultural, null, Provisional: false, "u-0");

    internal static Scenario Nobody => Scenario.Of(PersonProcess.Type, PolicyFiles.Shipped, Id);

    internal static Scenario Somebody => Nobody.Given(Known);

    private static RegisterPerson Register(int revision = 0) => new(Subject, Sex.Female, Born, Village, HukouType.Agricultural, null, Provisional: false, revision);

    [Fact]
    public void A_person_is_registered_once() =>
        Nobody.When(Register(), Clerk).Then(new PersonRegistered(Subject, Sex.Female, Born, Village, HukouType.Agricultural, null, Provisional: false, "u-1"))
            .When(Register(revision: 1), Clerk).NothingNew();

    [Fact]
    public void Whoever_prepared_on_older_details_is_told_so()
    {
        Assert.Equal(RefusalKind.Taken, Somebody.When(Register(revision: 0), Clerk).Refused("E_DETAILS_MOVED").Kind);
        Nobody.When(Register(revision: 1), Clerk).Refused("E_DETAILS_MOVED");
        Somebody.When(new CorrectDetails(["name"], null, null, "更正", 0), Clerk).Refused("E_DETAILS_MOVED");
    }

    [Fact]
    public void Nobody_is_born_tomorrow() => Nobody.When(Register() with { BornOn = new(2026, 3, 11) }, Clerk).Refused("E_DATE_FUTURE");

    [Fact]
    public void A_register_of_the_past_adds_persons_and_missing_accounts_and_overwrites_nothing()
    {
        var account = new AccountMark(BankAccountKind.BankCard, "0016", "402376500017");
        var import = new ImportPerson(Sex.Female, Born, Village, HukouType.Agricultural, ConvertedFrom15: true, "DR-341503-2026-000001", 7, new('a', 64), account, 0);
        Nobody.When(import, Clerk)
            .Then(new PersonImported(Subject, Sex.Female, Born, Village, HukouType.Agricultural, ConvertedFrom15: true, account, "DR-341503-2026-000001", 7, new('a', 64)))
            .When(import with { Revision = 1 }, Clerk).NothingNew();
        Somebody.When(import with { Revision = 1 }, Clerk).Then(new PayeeAccountRegistered(1, BankAccountKind.BankCard, "0016", "402376500017", null, "DR-341503-2026-000001 #7", "u-1"))
            .When(import with { Revision = 2 }, Clerk).NothingNew();
        Somebody.When(import with { Account = null, Revision = 1 }, Clerk).NothingNew();
        Somebody.When(import, Clerk).Refused("E_DETAILS_MOVED");
        DeathTests.Dead.When(import with { Revision = 1 }, Clerk).Refused("E_DEAD_PERSON");
    }

    [Fact]
    public void Details_are_corrected_by_name_of_the_field()
    {
        Somebody.When(new CorrectDetails(["name", "phone"], null, null, "更正姓名", 1), Clerk).Then(new PersonDetailsCorrected(["name", "phone"], null, null, "更正姓名", "u-1"))
            .When(new CorrectDetails([], null, null, "更正姓名", 2), Clerk).NothingNew();
        Somebody.When(new CorrectDetails(["name"], null, null, " ", 1), Clerk).Refused("E_REASON");
        Somebody.When(new CorrectDetails(["sex"], Sex.Male, null, "更正", 1), Clerk).Refused("E_ID_BIRTH");
        Nobody.Given(Known with { Provisional = true }).When(new CorrectDetails(["bornOn"], null, new(1950, 1, 1), "骨龄鉴定", 1), Clerk)
            .Then(new PersonDetailsCorrected(["bornOn"], null, new DateOnly(1950, 1, 1), "骨龄鉴定", "u-1"));
        Nobody.Given(Known with { Provisional = true }).When(new CorrectDetails(["bornOn"], null, new(2027, 1, 1), "骨龄鉴定", 1), Clerk).Refused("E_DATE_FUTURE");
    }

    [Fact]
    public void Residence_and_hukou_change_once()
    {
        var town = RegionCode.Hydrate("341503102201");
        Somebody.When(new ChangeResidence(town, new(2026, 3, 10)), Clerk).Then(new ResidenceChanged(town, new(2026, 3, 10))).Twice();
        Somebody.When(new ChangeResidence(town, new(2026, 3, 11)), Clerk).Refused("E_DATE_FUTURE");
        Somebody.When(new ChangeHukou(town, HukouType.Resident, new(2026, 3, 1)), Clerk).Then(new HukouChanged(town, HukouType.Resident, new(2026, 3, 1))).Twice();
        Somebody.When(new ChangeHukou(town, HukouType.Resident, new(2026, 3, 11)), Clerk).Refused("E_DATE_FUTURE");
    }

    [Fact]
    public void A_disability_is_certified_and_revoked()
    {
        var certify = new CertifyDisability(DisabilityCategory.Mental, 3, 1, new(2026, 1, 1), new(2036, 1, 1));
        Somebody.When(certify, Clerk).Then(new DisabilityCertified(DisabilityCategory.Mental, 3, 1, new(2026, 1, 1), new DateOnly(2036, 1, 1))).Twice()
            .When(new RevokeDisability(new(2026, 3, 1), "复评"), Clerk).Then(new DisabilityRevoked(new(2026, 3, 1), "复评")).Twice();
        Somebody.When(certify with { Grade = 5 }, Clerk).Refused("E_DISABILITY_CERTIFICATE");
        Somebody.When(certify with { Grade = 0 }, Clerk).Refused("E_DISABILITY_CERTIFICATE");
        Somebody.When(certify with { From = new(2026, 3, 11), To = null }, Clerk).Refused("E_DATE_FUTURE");
        Somebody.When(certify with { To = new(2025, 12, 31) }, Clerk).Refused("E_DATE_ORDER");
    }

    [Fact]
    public void Illness_labour_and_studies_are_recorded_once()
    {
        var illness = new RecordSeriousIllness("N18.5", new(2026, 1, 20), "人民医院", new(2027, 1, 20));
        Somebody.When(illness, Clerk).Then(new SeriousIllnessRecorded("N18.5", new(2026, 1, 20), "人民医院", new DateOnly(2027, 1, 20))).Twice();
        Somebody.When(illness with { DiagnosedOn = new(2026, 3, 11) }, Clerk).Refused("E_DATE_FUTURE");
        Somebody.When(illness with { DiagnosedOn = new(1949, 9, 30) }, Clerk).Refused("E_DATE_ORDER");
        Somebody.When(illness with { Hospital = "" }, Clerk).Refused("E_REASON");
        Somebody.When(new AssessLabourCapacity(LabourLevel.None, "鉴定"), Clerk).Then(new LabourCapacityAssessed(LabourLevel.None, "鉴定", new(2026, 3, 10))).Twice();
        Somebody.When(new AssessLabourCapacity(LabourLevel.None, ""), Clerk).Refused("E_REASON");
        var study = new RecordStudentStatus("第一中学", StudyStage.UpperSecondary, new(2025, 9, 1), new(2028, 7, 31));
        Somebody.When(study, Clerk).Then(new StudentStatusRecorded("第一中学", StudyStage.UpperSecondary, new(2025, 9, 1), new(2028, 7, 31))).Twice();
        Somebody.When(study with { To = new(2025, 8, 31) }, Clerk).Refused("E_DATE_ORDER");
    }

    [Fact]
    public void Somebody_is_imprisoned_and_released()
    {
        Somebody.When(new RecordRelease(new(2026, 3, 1)), Clerk).NothingNew();
        Somebody.When(new RecordImprisonment(new(2026, 1, 5), null), Clerk).Then(new ImprisonmentRecorded(new(2026, 1, 5), null)).Twice()
            .When(new RecordImprisonment(new(2026, 2, 5), null), Clerk).Refused("E_IMPRISONED");
        var inside = Somebody.Given(new ImprisonmentRecorded(new(2026, 1, 5), null));
        inside.When(new RecordRelease(new(2026, 1, 4)), Clerk).Refused("E_DATE_ORDER");
        inside.When(new RecordRelease(new(2026, 1, 5)), Clerk).Then(new ImprisonmentEnded(new(2026, 1, 5))).Twice();
    }

    [Fact]
    public void A_near_relative_may_not_act()
    {
        var declared = Somebody.When(new DeclareNearRelative("u-1", Kinship.Sibling), Clerk).Then(new NearRelativeDeclared("u-1", Kinship.Sibling, "u-1")).Twice();
        Assert.Equal([new Change.Put(new NearRelativeRow($"person/{Id}", Subject, "u-1", Kinship.Sibling))], declared.Changes());
        var refusal = declared.When(new AssessLabourCapacity(LabourLevel.None, "鉴定"), Clerk).Refused("E_SOD");
        Assert.Equal(("SOD-2", RefusalKind.NotYours), (refusal.Details["rule"], refusal.Kind));
        Assert.Null(declared.When(new AssessLabourCapacity(LabourLevel.None, "鉴定"), Approver).Refusal);
    }

    [Fact]
    public void A_provisional_number_is_linked_to_the_person()
    {
        var link = new LinkIdentity(Other, Sex.Female, Born);
        Somebody.When(link, Clerk).Refused("E_NOT_PROVISIONAL");
        var linked = Nobody.Given(Known with { Provisional = true }).When(link, Clerk).Then(new IdentityLinked(Other, Sex.Female, Born, "u-1")).Twice();
        Assert.Equal([new Consequence("person", $"{Other}", new AbsorbPerson(Subject, new(Sex.Female, Born, Village, HukouType.Agricultural, null)))], linked.Consequences());
        linked.When(link with { Into = Subject }, Clerk).Refused("E_PERSON_MERGED");
        linked.When(Register(revision: 2), Clerk).Refused("E_PERSON_MERGED");
        var known = (AbsorbPerson)linked.Consequences()[0].Command;
        Scenario.Of(PersonProcess.Type, PolicyFiles.Shipped, $"{Other}").When(known, Clerk)
            .Then(new PersonRegistered(Other, Sex.Female, Born, Village, HukouType.Agricultural, null, Provisional: false, "u-1"), new PersonAbsorbed(Subject))
            .Twice();
    }

    [Fact]
    public void A_person_is_merged_into_another_who_exists()
    {
        var merge = new MergePerson(Other, "同一人两个号码");
        var merged = Somebody.When(merge, Approver).Then(new PersonsMerged(Other, "同一人两个号码", "u-2")).Twice();
        Assert.Equal([new Consequence("person", $"{Other}", new AbsorbPerson(Subject, null))], merged.Consequences());
        merged.When(merge with { Survivor = Subject }, Approver).Refused("E_PERSON_MERGED");
        Somebody.When(merge with { Survivor = Subject }, Approver).Refused("E_MERGE_SELF");
        Somebody.When(merge with { Reason = "" }, Approver).Refused("E_REASON");
        Nobody.When(new AbsorbPerson(Other, null), Approver).Refused("E_NOT_FOUND");
        Somebody.When(new AbsorbPerson(Other, null), Approver).Then(new PersonAbsorbed(Other)).Twice();
    }

    [Fact]
    public void Details_in_use_are_not_erased()
    {
        var erase = new ErasePerson("保存期限已满", [], null);
        var erased = Somebody.When(erase, Approver).Then(new PersonErased(new(2026, 3, 10), "保存期限已满", "u-2")).Twice();
        var gone = Assert.IsType<Platform.ServiceHost.VaultRow>(Assert.IsType<Change.Remove>(Assert.Single(erased.Changes())).Row);
        Assert.Equal(Subject, gone.Person);
        Somebody.When(erase with { Benefits = [new("DB-341503-2026-000123", Subject)] }, Approver).Refused("E_ERASE_IN_USE");
        Somebody.When(erase with { Household = new("HH-341503-2026-000001", Subject) }, Approver).Refused("E_ERASE_IN_USE");
        Somebody.When(erase with { Reason = "" }, Approver).Refused("E_REASON");
        erased.When(new AssessLabourCapacity(LabourLevel.None, "鉴定"), Clerk).Refused("E_STATE");
        erased.When(Register(revision: 1), Clerk).Then(new PersonRegistered(Subject, Sex.Female, Born, Village, HukouType.Agricultural, null, Provisional: false, "u-1"));
    }

    [Fact]
    public void Every_command_is_decided_in_every_state() => Totality.Holds(PersonProcess.Type, PolicyFiles.Shipped,
        [PersonExamples.CorrectProbe, PersonExamples.Residence, PersonExamples.Hukou, PersonExamples.CertifyProbe, PersonExamples.RevokeDisability, PersonExamples.Illness, PersonExamples.Labour, PersonExamples.Study,
            PersonExamples.Imprison, PersonExamples.Release, PersonExamples.DeathProbe, PersonExamples.RevokeDeath, PersonExamples.LinkProbe, PersonExamples.Merge, PersonExamples.Declare, PersonExamples.AccountProbe,
            PersonExamples.Check, PersonExamples.Suspend, PersonExamples.EraseProbe],
        [Known, new ImprisonmentRecorded(new(2026, 1, 5), null), DeathTests.Recorded, new PersonErased(new(2026, 3, 10), "x", "u-2")],
        [Known with { Provisional = true }, new IdentityLinked(Other, Sex.Female, Born, "u-1")],
        [Known, new PayeeAccountRegistered(1, BankAccountKind.Passbook, "1234", null, null, "x", "u-1")]);
}
