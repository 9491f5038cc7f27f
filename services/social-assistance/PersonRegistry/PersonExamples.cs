using System.Globalization;
using Platform.Cases;

namespace SocialAssistance.PersonRegistry;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now". All persons are invented.</summary>
internal static class PersonExamples
{
    private static readonly RegionCode Village = RegionCode.Hydrate("341503101201");
    private static readonly PersonId Other = PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob");
    private static readonly IReadOnlyList<Document> Evidence = [new("death-certificate", "f-20260310-1", new string('a', 64))];

    public static readonly RegisterRequest Register = new("王翠兰", Village, HukouType.Agricultural, ResidentId.Hydrate("341503194910019063"), Phone: Mobile.Hydrate("13900000000"), Address: "某镇某村1组");

    public static readonly CorrectRequest Correct = new("电话号码变更", Phone: Mobile.Hydrate("13900000001"));
    public static readonly CorrectDetails CorrectProbe = new(["phone"], null, null, "电话号码变更", 1);

    public static readonly ChangeResidence Residence = new(RegionCode.Hydrate("341503102201"), Day("2026-03-01"));

    public static readonly ChangeHukou Hukou = new(RegionCode.Hydrate("341503102201"), HukouType.Resident, Day("2026-03-01"));

    public static readonly DisabilityRequest Certify = new(DisabilityCertificate.Hydrate("34150319491001906341"), Day("2026-01-15"));
    public static readonly CertifyDisability CertifyProbe = new(DisabilityCategory.Physical, 1, 0, Day("2026-01-15"), null);

    public static readonly RevokeDisability RevokeDisability = new(Day("2026-03-01"), "复评未达残疾标准。");

    public static readonly RecordSeriousIllness Illness = new("N18.5", Day("2026-01-20"), "六安市人民医院", null);

    public static readonly AssessLabourCapacity Labour = new(LabourLevel.Partial, "劳动能力鉴定结论书。");

    public static readonly RecordStudentStatus Study = new("六安市第一中学", StudyStage.UpperSecondary, Day("2025-09-01"), Day("2028-07-31"));

    public static readonly RecordImprisonment Imprison = new(Day("2026-01-05"), Day("2027-01-04"));

    public static readonly RecordRelease Release = new(Day("2026-03-01"));

    public static readonly DeathNotice Death = new(Day("2026-03-08"), DeathSource.Health, Declared: false, Evidence);
    public static readonly RecordDeath DeathProbe = new(Day("2026-03-08"), DeathSource.Health, Declared: false, Evidence, [], null);

    public static readonly RevokeDeath RevokeDeath = new("误报,本人健在。");

    public static readonly LinkRequest Link = new(ResidentId.Hydrate("341503194910019063"));
    public static readonly LinkIdentity LinkProbe = new(Other, Sex.Female, Day("1949-10-01"));

    public static readonly MergePerson Merge = new(Other, "同一人两个号码,以现号码为准。");

    public static readonly DeclareNearRelative Declare = new("u-104", Kinship.Sibling);

    public static readonly AccountRequest Account = new(BankAccountNumber.Hydrate("BankCard:6217999900000000016"), "王翠兰", "首次登记", InPerson: true, Bank: "402376500017");
    public static readonly RegisterPayeeAccount AccountProbe = new(new(BankAccountKind.BankCard, "0016", "402376500017"), true, null, false, true, "首次登记", 1);

    public static readonly CheckAccount Check = new(AccountCheck.NameMatch);

    public static readonly SuspendAccount Suspend = new("账户被冻结。");

    public static readonly ErasureRequest Erase = new("保存期限已满。");
    public static readonly ErasePerson EraseProbe = new("保存期限已满。", [], null);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
