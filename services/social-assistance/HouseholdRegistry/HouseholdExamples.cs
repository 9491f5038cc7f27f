using System.Globalization;
using Platform.Cases;
using SocialAssistance.PersonRegistry;

namespace SocialAssistance.HouseholdRegistry;

/// <summary>What each act looks like: the examples of the API document, and the probes behind "what may I do now".</summary>
internal static class HouseholdExamples
{
    private static readonly PersonId Head = PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob");
    private static readonly PersonId Child = PersonId.Hydrate("nbswy3dpeb3w64tmmqqhi2djom");
    private static readonly RegionCode Village = RegionCode.Hydrate("341503101201");

    public static readonly FormHousehold Form = new([new(Head, Relation.Head), new(Child, Relation.Child)], Village, Village, Day("2020-01-01"));

    public static readonly JoinMember Join = new(new(PersonId.Hydrate("orsxg5dfojqxiy3imvzhizltoq"), Relation.Spouse), Day("2026-03-01"), JoinReason.Marriage);

    public static readonly LeaveMember Leave = new(Child, Day("2026-03-01"), LeaveReason.StudyEnded);

    public static readonly AppointHead Appoint = new(Child, Day("2026-03-01"));

    public static readonly MoveHousehold Move = new(Village, RegionCode.Hydrate("341503102201"), Day("2026-03-01"));

    public static readonly SplitHousehold Split = new([new(Child, Relation.Head)], Day("2026-03-01"));

    public static readonly DissolveHousehold Dissolve = new(Day("2026-03-01"), "全家迁出。");

    public static readonly DeclareMembersRelative Declare = new(Head, "u-104", Kinship.Sibling);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
