using Platform.Cases;

namespace SocialAssistance;

/// <summary>城镇 or 农村: which standard applies.</summary>
internal enum Area
{
    Urban,
    Rural,
}

/// <summary>Review category (domain section 3.2): A no income and no ability to work; B relatively stable; C unstable income or able to work.</summary>
internal enum Category
{
    A,
    B,
    C,
}

/// <summary>Relation of a member to the head of the household.</summary>
internal enum Relation
{
    Head,
    Spouse,
    Child,
    Parent,
    Sibling,
    Grandparent,
    Grandchild,
    Other,
}

/// <summary>Another case of this service.</summary>
/// <param name="Process">Name of its process.</param>
/// <param name="Id">Its number.</param>
internal sealed record CaseRef(string Process, string Id);

/// <summary>A document on file: what it is and the hash that proves it unchanged.</summary>
/// <param name="Kind">Kind of document.</param>
/// <param name="FileId">Where it is kept.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
internal sealed record Document(string Kind, string FileId, string Sha256);

/// <summary>Names of processes, as streams and consequences use them.</summary>
internal static class Processes
{
    public const string Person = "person";
    public const string Household = "household";
    public const string SubsistenceAllowance = "subsistence-allowance";
    public const string Entitlement = "entitlement";
    public const string Overpayment = "overpayment";
    public const string PublicityNotice = "publicity-notice";
    public const string EconomicVerification = "economic-verification";
    public const string HomeVisit = "home-visit";
    public const string DemocraticReview = "democratic-review";
    public const string SpotCheck = "spot-check";
    public const string Complaint = "complaint";
    public const string PaymentBatch = "payment-batch";
    public const string Campaign = "campaign";
    public const string LegacyImport = "legacy-import";
}

/// <summary>What is unique across cases (domain section 9.4).</summary>
internal static class Claims
{
    /// <summary>One basic benefit per person: subsistence allowance, single-person inclusion, extreme poverty, orphan. Key: person id; holder: case number.</summary>
    public const string BasicBenefit = "basic-benefit";

    /// <summary>One active household per person. Key: person id; holder: household number.</summary>
    public const string ActiveHousehold = "active-household";

    /// <summary>One open case per household and benefit. Key: household number; holder: case number.</summary>
    public const string OpenAllowanceCase = "open-allowance-case";
}

/// <summary>Checks that many commands share.</summary>
internal static class Checks
{
    /// <summary>Separation of duties SOD-1: whoever has acted in one of these steps may not act in this one.</summary>
    public static Refusal? SameHand(Act act, string rule, IEnumerable<string> earlier) =>
        !act.BySystem && earlier.Contains(act.Actor, StringComparer.Ordinal)
            ? Refusal.Duties(rule, "同一人员不得办理本案的不同环节。", "One officer may not act in two of these steps of one case.", "民发〔2012〕220号 第14条; 民发〔2021〕57号 第20条")
            : null;

    /// <summary>A reason or finding must be stated (domain section 9.2): 1 to 500 characters.</summary>
    public static Refusal? Stated(string text, string name) =>
        string.IsNullOrWhiteSpace(text) || text.Length > 500
            ? Refusal.Rule("E_REASON", "须填写1至500字的说明。", "State it in 1 to 500 characters.").With("field", name)
            : null;

    /// <summary>A stated day may not lie after the day of the act.</summary>
    public static Refusal? NotAfter(DateOnly day, Act act, string name) =>
        day > act.Today ? Refusal.Rule("E_DATE_FUTURE", "日期不能晚于办理日。", "The day lies after the day of the act.").With("field", name).With("day", day) : null;

    /// <summary>Documents carry the SHA-256 of their content.</summary>
    public static Refusal? Hashed(IReadOnlyList<Document> documents, int atLeast, string name) =>
        documents.Count < atLeast ? Refusal.Rule("E_DOCUMENTS", $"至少须附{atLeast}份材料。", $"At least {atLeast} documents are needed.").With("field", name)
        : documents.Any(d => d.Sha256.Length != 64 || !d.Sha256.All(char.IsAsciiHexDigitLower)) ? Refusal.Rule("E_DOCUMENTS", "材料须附SHA-256校验值。", "Each document carries its SHA-256 in lower-case hexadecimal.").With("field", name)
        : null;
}
