namespace Platform.Cases;

/// <summary>Role names as the identity provider grants them. The comment gives the term and the code of domain section 1.2.</summary>
public static class Roles
{
    public const string Applicant = "applicant";                         // CIT 申请人
    public const string WindowOfficer = "window-officer";                // WIN 一门受理窗口人员
    public const string VillageAssistant = "village-assistant";          // VIL 村(居)社会救助协理员
    public const string TownshipOfficer = "township-officer";            // TWO 乡镇(街道)经办
    public const string TownshipReviewer = "township-reviewer";          // TWR 乡镇(街道)审核人
    public const string CountyOfficer = "county-officer";                // CTH 县级经办
    public const string CountyApprover = "county-approver";              // CTA 县级确认人
    public const string CountyFinance = "county-finance";                // CTF 县级资金
    public const string Treasury = "treasury";                           // FIN 财政部门
    public const string CitySupervisor = "city-supervisor";              // CIS 市级监督
    public const string ProvinceSupervisor = "province-supervisor";      // PRV 省级监督
    public const string VerificationCentre = "verification-centre";      // VER 核对中心
    public const string Bank = "bank";                                   // BNK 代理金融机构
    public const string Auditor = "auditor";                             // AUD 审计/纪检
    public const string Operator = "operator";                           // 平台运维
    public const string System = "system";                               // SYS 系统定时
    public const string Integration = "integration";                     // 其他政务系统
    public const string FeedReader = "feed-reader";                      // 服务之间读取事件
    public const string HistoricEntry = "historic-entry";                // 历史补录
    public const string PersonalDataReader = "personal-data-reader";     // 查阅个人信息

    /// <summary>Every role the platform knows; others in a token (Keycloak's own) mean nothing here.</summary>
    public static readonly IReadOnlySet<string> All = typeof(Roles).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToHashSet(StringComparer.Ordinal);
}
