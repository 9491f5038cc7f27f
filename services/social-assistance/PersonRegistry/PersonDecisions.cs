using Platform.Cases;

namespace SocialAssistance.PersonRegistry;

internal abstract record PersonCommand;

/// <param name="Revision">How often details had been sealed when the command was prepared.</param>
internal sealed record RegisterPerson(PersonId Person, Sex Sex, DateOnly BornOn, RegionCode HukouRegion, HukouType HukouType, RegionCode? ResidenceRegion, bool Provisional, int Revision) : PersonCommand;

/// <param name="RowHash">SHA-256 of the register row this was taken from: imported, not witnessed.</param>
/// <param name="Account">Where the register says that the person is paid.</param>
/// <param name="Revision">How often details had been sealed when the command was prepared.</param>
internal sealed record ImportPerson(
    Sex Sex, DateOnly BornOn, RegionCode HukouRegion, HukouType HukouType, bool ConvertedFrom15, string Import, int Row, string RowHash, AccountMark? Account, int Revision) : PersonCommand;

internal sealed record CorrectDetails(IReadOnlyList<string> Fields, Sex? Sex, DateOnly? BornOn, string Reason, int Revision) : PersonCommand;

internal sealed record ChangeResidence(RegionCode Region, DateOnly From) : PersonCommand;

internal sealed record ChangeHukou(RegionCode Region, HukouType Type, DateOnly From) : PersonCommand;

internal sealed record CertifyDisability(DisabilityCategory Category, int Grade, int Reissue, DateOnly From, DateOnly? To) : PersonCommand;

internal sealed record RevokeDisability(DateOnly On, string Reason) : PersonCommand;

internal sealed record RecordSeriousIllness(string CatalogueCode, DateOnly DiagnosedOn, string Hospital, DateOnly? ValidTo) : PersonCommand;

internal sealed record AssessLabourCapacity(LabourLevel Level, string Basis) : PersonCommand;

internal sealed record RecordStudentStatus(string School, StudyStage Stage, DateOnly From, DateOnly To) : PersonCommand;

internal sealed record RecordImprisonment(DateOnly From, DateOnly? To) : PersonCommand;

internal sealed record RecordRelease(DateOnly On) : PersonCommand;

internal sealed record DeclareNearRelative(string Official, Kinship Kinship) : PersonCommand;

/// <summary>The law of the register of persons (domain section 1.8).</summary>
internal static partial class PersonDecisions
{
    public static Decision<PersonEvent> Decide(PersonCase person, PersonCommand command, PersonPolicy policy, Act act) => (person, command) switch
    {
        (_, not DeclareNearRelative) when person.Person.Officials.Exists(o => o.Official == act.Actor) => NearRelative,
        (Unregistered or Erased, RegisterPerson c) => Register(person, c, act),
        (Unregistered or Erased, ImportPerson c) => Import(person, c, act),
        (Unregistered, AbsorbPerson { Known: null }) => Refusal.NotFound("person"),
        (Unregistered, AbsorbPerson { Known: { } k } c) => [new PersonRegistered(PersonId.Hydrate(act.Case), k.Sex, k.BornOn, k.HukouRegion, k.HukouType, k.ResidenceRegion, Provisional: false, act.Actor), new PersonAbsorbed(c.Merged)],
        (Merged m, RegisterPerson or ImportPerson) => AlreadyMerged(m),
        (Registered or Deceased, RegisterPerson c) => Moved(person, c.Revision) is { } moved ? moved : [],
        (Deceased, ImportPerson) => Dead,
        (Registered r, ImportPerson c) => ImportAgain(r, c, act),
        (Registered or Deceased, CorrectDetails c) => Correct(person, c, act),
        (Registered r, ChangeResidence c) => c.Region == r.Person.ResidenceRegion ? [] : Checks.NotAfter(c.From, act, "from") is { } refusal ? refusal : [new ResidenceChanged(c.Region, c.From)],
        (Registered r, ChangeHukou c) => c.Region == r.Person.HukouRegion && c.Type == r.Person.HukouType ? [] : Checks.NotAfter(c.From, act, "from") is { } refusal ? refusal : [new HukouChanged(c.Region, c.Type, c.From)],
        (Registered r, CertifyDisability c) => Certify(r, c, act),
        (Registered { Person.Disability: null }, RevokeDisability) => [],
        (Registered, RevokeDisability c) => (Checks.NotAfter(c.On, act, "on") ?? Checks.Stated(c.Reason, "reason")) is { } refusal ? refusal : [new DisabilityRevoked(c.On, c.Reason)],
        (Registered r, RecordSeriousIllness c) => Fall(r, c, act),
        (Registered r, AssessLabourCapacity c) => r.Person.Labour == c.Level ? [] : Checks.Stated(c.Basis, "basis") is { } refusal ? refusal : [new LabourCapacityAssessed(c.Level, c.Basis, act.Today)],
        (Registered r, RecordStudentStatus c) => Study(r, c),
        (Registered r, RecordImprisonment c) => Imprison(r, c, act),
        (Registered { Person.Imprisonment: null }, RecordRelease) => [],
        (Registered r, RecordRelease c) => Release(r, c, act),
        (Registered r, RecordDeath c) => Die(r, c, act),
        (Deceased d, RecordDeath c) => DieAgain(d, c, act),
        (Deceased d, RevokeDeath c) => Revive(d, c, act),
        (Registered, RevokeDeath) => [],
        (Registered { Person.Provisional: true } r, LinkIdentity c) => [new IdentityLinked(c.Into, c.Sex, c.BornOn, act.Actor)],
        (Registered, LinkIdentity) => Refusal.NotNow("E_NOT_PROVISIONAL", "该人员已有公民身份号码。", "The person has a resident ID number."),
        (Merged m, LinkIdentity c) => m.Into == c.Into ? [] : AlreadyMerged(m),
        (Registered or Deceased, MergePerson c) => Merge(person, c, act),
        (Merged m, MergePerson c) => m.Into == c.Survivor ? [] : AlreadyMerged(m),
        (Registered or Deceased, AbsorbPerson c) => person.Person.Absorbed.Contains(c.Merged) ? [] : [new PersonAbsorbed(c.Merged)],
        (Registered or Deceased, DeclareNearRelative c) => Declare(person, c, act),
        (Registered r, RegisterPayeeAccount c) => Account(r, c, policy, act),
        (Registered r, CheckAccount c) => CheckIt(r, c, act),
        (Registered r, SuspendAccount c) => Suspend(r, c, act),
        (Registered or Deceased or Merged, ErasePerson c) => Erase(c, act),
        (Erased, ErasePerson) => [],
        (Deceased, _) => Dead,
        _ => Refusal.NotNow(),
    };

    /// <summary>Somebody has sealed details since this command was prepared: what it would write is out of date.</summary>
    private static Refusal? Moved(PersonCase person, int seen) =>
        person.Person.Revision == seen ? null : Refusal.Taken("E_DETAILS_MOVED", "该人员信息刚被他人更新,请重新办理。", "The person's details have just been changed; try again.");

    private static Decision<PersonEvent> Register(PersonCase person, RegisterPerson c, Act act) =>
        Moved(person, c.Revision) is { } moved ? moved
        : Checks.NotAfter(c.BornOn, act, "bornOn") is { } refusal ? refusal
        : [new PersonRegistered(c.Person, c.Sex, c.BornOn, c.HukouRegion, c.HukouType, c.ResidenceRegion, c.Provisional, act.Actor)];

    private static Decision<PersonEvent> Import(PersonCase person, ImportPerson c, Act act) =>
        Moved(person, c.Revision) is { } moved ? moved
        : [new PersonImported(PersonId.Hydrate(act.Case), c.Sex, c.BornOn, c.HukouRegion, c.HukouType, c.ConvertedFrom15, c.Account, c.Import, c.Row, c.RowHash)];

    /// <summary>What is known of a person stays; the register adds an account where there is none.</summary>
    private static Decision<PersonEvent> ImportAgain(Registered r, ImportPerson c, Act act) =>
        Moved(r, c.Revision) is { } moved ? moved
        : (r.Person.Account, c.Account) is (null, { } a) ? [new PayeeAccountRegistered(1, a.Kind, a.LastFour, a.Bank, null, $"{c.Import} #{c.Row}", act.Actor)]
        : [];

    private static Decision<PersonEvent> Correct(PersonCase person, CorrectDetails c, Act act) =>
        Moved(person, c.Revision) is { } moved ? moved
        : c.Fields.Count == 0 ? []
        : (c.Sex ?? (object?)c.BornOn) is not null && !person.Person.Provisional ? Refusal.Rule("E_ID_BIRTH", "性别和出生日期以身份号码为准。", "Sex and day of birth follow from the identity number.", "GB 11643-1999")
        : c.BornOn is { } born && Checks.NotAfter(born, act, "bornOn") is { } future ? future
        : Checks.Stated(c.Reason, "reason") is { } refusal ? refusal
        : [new PersonDetailsCorrected(c.Fields, c.Sex, c.BornOn, c.Reason, act.Actor)];

    private static Decision<PersonEvent> Certify(Registered r, CertifyDisability c, Act act) =>
        r.Person.Disability == new Disability(c.Category, c.Grade, c.From, c.To) ? []
        : !Enum.IsDefined(c.Category) || c.Grade is < 1 or > 4 ? Refusal.Rule("E_DISABILITY_CERTIFICATE", "残疾类别为1至7,等级为1至4。", "Category 1 to 7, grade 1 to 4.", "中华人民共和国残疾人证管理办法")
        : Checks.NotAfter(c.From, act, "from") is { } refusal ? refusal
        : c.To < c.From ? Backwards
        : [new DisabilityCertified(c.Category, c.Grade, c.Reissue, c.From, c.To)];

    private static Decision<PersonEvent> Fall(Registered r, RecordSeriousIllness c, Act act) =>
        r.Person.Illnesses.Contains(new(c.CatalogueCode, c.DiagnosedOn, c.ValidTo)) ? []
        : (Checks.Stated(c.CatalogueCode, "catalogueCode") ?? Checks.Stated(c.Hospital, "hospital") ?? Checks.NotAfter(c.DiagnosedOn, act, "diagnosedOn")) is { } refusal ? refusal
        : c.ValidTo < c.DiagnosedOn || c.DiagnosedOn < r.Person.BornOn ? Backwards
        : [new SeriousIllnessRecorded(c.CatalogueCode, c.DiagnosedOn, c.Hospital, c.ValidTo)];

    private static Decision<PersonEvent> Study(Registered r, RecordStudentStatus c) =>
        r.Person.Study == new Study(c.School, c.Stage, c.From, c.To) ? []
        : Checks.Stated(c.School, "school") is { } refusal ? refusal
        : c.To < c.From ? Backwards
        : [new StudentStatusRecorded(c.School, c.Stage, c.From, c.To)];

    private static Decision<PersonEvent> Imprison(Registered r, RecordImprisonment c, Act act) =>
        r.Person.Imprisonment == new Imprisonment(c.From, c.To) ? []
        : r.Person.Imprisonment is not null ? Refusal.NotNow("E_IMPRISONED", "已登记服刑,尚未释放。", "An imprisonment stands that has not ended.")
        : Checks.NotAfter(c.From, act, "from") is { } refusal ? refusal
        : c.To < c.From ? Backwards
        : [new ImprisonmentRecorded(c.From, c.To)];

    private static Decision<PersonEvent> Release(Registered r, RecordRelease c, Act act) =>
        Checks.NotAfter(c.On, act, "on") is { } refusal ? refusal
        : c.On < r.Person.Imprisonment!.From ? Backwards
        : [new ImprisonmentEnded(c.On)];

    private static Decision<PersonEvent> Declare(PersonCase person, DeclareNearRelative c, Act act) =>
        person.Person.Officials.Contains(new(c.Official, c.Kinship)) ? []
        : Checks.Stated(c.Official, "official") is { } refusal ? refusal
        : [new NearRelativeDeclared(c.Official, c.Kinship, act.Actor)];

    private static Refusal AlreadyMerged(Merged m) =>
        Refusal.NotNow("E_PERSON_MERGED", "该人员已并入另一人员。", "The person has been merged into another.").With("into", m.Into.ToString());

    internal static readonly Refusal NearRelative =
        Refusal.Duties("SOD-2", "近亲属应当回避。", "A near relative may not act.", "民发〔2012〕220号 第14条");

    internal static readonly Refusal Dead = Refusal.NotNow("E_DEAD_PERSON", "该人员已登记死亡。", "The person is recorded dead.");

    private static readonly Refusal Backwards = Refusal.Rule("E_DATE_ORDER", "结束日期不能早于开始日期。", "The end lies before the beginning.");
}
