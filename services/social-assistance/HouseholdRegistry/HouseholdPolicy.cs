using Platform.Cases;

namespace SocialAssistance.HouseholdRegistry;

/// <param name="MostMembers">More members than this are taken for a mistake (<c>household-members-most</c>).</param>
internal sealed record HouseholdPolicy(int MostMembers)
{
    public static HouseholdPolicy Read(PolicyReading p) => new(p.Whole("household-members-most"));
}
