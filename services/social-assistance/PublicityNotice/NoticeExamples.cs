using Platform.Cases;

namespace SocialAssistance.PublicityNotice;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class NoticeExamples
{
    public static readonly DraftNotice Draft = new(
        new(Processes.SubsistenceAllowance, "DB-341503-2026-000123"), NoticeKind.Initial, RegionCode.Hydrate("341503101201"),
        [new("applicant", "mfrggzdfmztwq2lknnwg23tpob"), new("members", "3"), new("amount", "700.00")], ["村务公开栏"]);

    public static readonly PostNotice Post = new([new("photo", "f-20261012-1", new string('a', 64))]);

    public static readonly RaiseObjection Object = new("该户在县城购有商品房。", Anonymous: true);

    public static readonly ResolveObjection Resolve = new(1, Upheld: false, "经核实,该房屋为其女儿所有。");

    public static readonly RecordMissing Missing = new("村务公开栏");

    public static readonly CloseNotice Close = new();

    public static readonly WithdrawNotice Withdraw = new("公示内容有误。");
}
