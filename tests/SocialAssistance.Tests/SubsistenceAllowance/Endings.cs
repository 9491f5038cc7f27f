using Platform.Tests.Support;

namespace SocialAssistance.Tests.SubsistenceAllowance;

internal static class Endings
{
    /// <summary>Facts are recorded.</summary>
    public static void NothingRefused(this Scenario.Decided decided) => Assert.True(decided.Refusal is null, $"{decided.Refusal?.Code}: {decided.Refusal?.Why.En}");

    /// <summary>Refused with this code, or carried out when there is none.</summary>
    public static void Ends(this Scenario.Decided decided, string? refused)
    {
        if (refused is null)
        {
            decided.NothingRefused();
        }
        else
        {
            decided.Refused(refused);
        }
    }
}
