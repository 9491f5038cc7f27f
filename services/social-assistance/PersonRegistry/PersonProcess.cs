using Platform.Cases;
using Platform.ServiceHost;
using static Platform.Cases.Roles;

namespace SocialAssistance.PersonRegistry;

/// <summary>人员登记: who a person is, apart from what the vault keeps; a death recorded here stops what is paid (domain section 1.8, 2.8, 7).</summary>
internal static class PersonProcess
{
    public static readonly CaseType<PersonCase, PersonCommand, PersonEvent, PersonPolicy> Type = new(PersonJson.Default)
    {
        Name = Processes.Person,
        Initial = new Unregistered(),
        Policy = PersonPolicy.Read,
        Decide = PersonDecisions.Decide,
        Evolve = PersonEvents.Evolve,
        Region = RegionOf,
        Summary = PersonViews.Summary,
        Views = PersonViews.Changes,
        Then = PersonExchange.Then,
        Named = command => command is RegisterPerson c ? c.Person.ToString() : "",
    };

    public static Process Page => new Process(Type, "persons", new("人员登记", "Persons"))
        .OpensWith(new("登记人员", "Register a person"), [WindowOfficer, TownshipOfficer, CountyOfficer], PersonExamples.Register, PersonRequests.Register)
        .DoesWith("correct-details", new("更正信息", "Correct details"), [TownshipOfficer, CountyOfficer], PersonExamples.Correct, PersonRequests.Correct, PersonExamples.CorrectProbe)
        .Does(new("变更居住地", "Change the residence"), [WindowOfficer, TownshipOfficer, CountyOfficer], PersonExamples.Residence)
        .Does(new("变更户籍", "Change the household registration"), [WindowOfficer, TownshipOfficer, CountyOfficer], PersonExamples.Hukou)
        .DoesWith("certify-disability", new("登记残疾人证", "Record a disability certificate"), [TownshipOfficer, CountyOfficer, Integration], PersonExamples.Certify, PersonRequests.Certify, PersonExamples.CertifyProbe)
        .Does(new("注销残疾人证", "Revoke a disability certificate"), [TownshipOfficer, CountyOfficer, Integration], PersonExamples.RevokeDisability)
        .Does(new("登记重病", "Record a serious illness"), [TownshipOfficer, CountyOfficer, Integration], PersonExamples.Illness)
        .Does(new("认定劳动能力", "Assess the capacity to work"), [TownshipOfficer, CountyOfficer], PersonExamples.Labour)
        .Does(new("登记在校情况", "Record studies"), [TownshipOfficer, CountyOfficer, Integration], PersonExamples.Study)
        .Does(new("登记服刑", "Record an imprisonment"), [TownshipOfficer, CountyOfficer, Integration], PersonExamples.Imprison)
        .Does(new("登记释放", "Record a release"), [TownshipOfficer, CountyOfficer, Integration], PersonExamples.Release)
        .DoesWith("record-death", new("登记死亡", "Record a death"), [VillageAssistant, TownshipOfficer, CountyOfficer, Integration], PersonExamples.Death, PersonRequests.Death, PersonExamples.DeathProbe)
        .Does(new("撤销死亡登记", "Revoke the record of a death"), [CountyApprover], PersonExamples.RevokeDeath)
        .DoesWith("link-identity", new("关联身份号码", "Link a provisional number"), [CountyOfficer], PersonExamples.Link, PersonRequests.Link, PersonExamples.LinkProbe)
        .Does(new("合并人员", "Merge into another person"), [CountyApprover], PersonExamples.Merge)
        .Does(new("申报近亲属", "Declare a near relative"), [WindowOfficer, VillageAssistant, TownshipOfficer, TownshipReviewer, CountyOfficer, CountyApprover], PersonExamples.Declare)
        .DoesWith("register-account", new("登记领款账户", "Register the payee account"), [WindowOfficer, TownshipOfficer, CountyFinance], PersonExamples.Account, PersonRequests.Account, PersonExamples.AccountProbe)
        .Does(new("核验领款账户", "Check the payee account"), [Bank, CountyFinance], PersonExamples.Check)
        .Does(new("停用领款账户", "Suspend the payee account"), [CountyOfficer, CountyFinance], PersonExamples.Suspend)
        .DoesWith("erase", new("删除个人信息", "Erase personal details"), [CountyApprover], PersonExamples.Erase, PersonRequests.Erase, PersonExamples.EraseProbe);

    /// <summary>Whoever registers a person, or takes in one who has moved, acts for the place the person is in now.</summary>
    private static RegionCode RegionOf(PersonCase person, PersonCommand command) => command switch
    {
        RegisterPerson c => c.ResidenceRegion ?? c.HukouRegion,
        ChangeResidence c => c.Region,
        ImportPerson c when person is Unregistered => c.HukouRegion,
        AbsorbPerson c when person is Unregistered => c.Known?.ResidenceRegion ?? c.Known?.HukouRegion ?? RegionCode.Nation,
        _ => person.Person.Region,
    };
}
