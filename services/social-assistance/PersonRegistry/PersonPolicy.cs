using Platform.Cases;

namespace SocialAssistance.PersonRegistry;

/// <param name="AccountChangeInPerson">Whether another account must be asked for in person (<c>payee-account-change-in-person</c>; local).</param>
internal sealed record PersonPolicy(bool AccountChangeInPerson)
{
    public static PersonPolicy Read(PolicyReading p) => new(p.Flag("payee-account-change-in-person"));
}
