using Platform.Cases;

namespace SocialAssistance.PersonRegistry;

/// <summary>Where a person is paid from now on; the number itself goes into the vault (domain section 2.8).</summary>
/// <param name="HolderIsPayee">Whether the holder's name is the payee's.</param>
/// <param name="GuardianApproval">Reference of the approval when the holder is somebody else.</param>
/// <param name="SameAccount">True when the vault holds this very account already.</param>
/// <param name="InPerson">Asked for in person, with proof.</param>
/// <param name="Revision">How often details had been sealed when the command was prepared.</param>
internal sealed record RegisterPayeeAccount(AccountMark Account, bool HolderIsPayee, string? GuardianApproval, bool SameAccount, bool InPerson, string Reason, int Revision) : PersonCommand;

internal sealed record CheckAccount(AccountCheck Result) : PersonCommand;

internal sealed record SuspendAccount(string Reason) : PersonCommand;

internal static partial class PersonDecisions
{
    private static Decision<PersonEvent> Account(Registered r, RegisterPayeeAccount c, PersonPolicy policy, Act act) =>
        Moved(r, c.Revision) is { } moved ? moved
        : c.SameAccount && r.Person.Account is { Suspended: false } ? []
        : !c.HolderIsPayee && string.IsNullOrWhiteSpace(c.GuardianApproval)
            ? Refusal.Rule("E_BANK_HOLDER", "账户户名与领款人姓名不一致;由监护人代领的须经批准。", "The holder is not the payee; a guardian's account needs an approval.")
        : r.Person.Account is not null && !c.InPerson && policy.AccountChangeInPerson
            ? Refusal.Rule("E_ACCOUNT_IN_PERSON", "变更领款账户须本人当面办理。", "A change of account is asked for in person.")
        : Checks.Stated(c.Reason, "reason") is { } refusal ? refusal
        : [new PayeeAccountRegistered((r.Person.Account?.Reference ?? 0) + 1, c.Account.Kind, c.Account.LastFour, c.Account.Bank, c.HolderIsPayee ? null : c.GuardianApproval, c.Reason, act.Actor)];

    private static Decision<PersonEvent> CheckIt(Registered r, CheckAccount c, Act act) =>
        r.Person.Account is not { } account ? NoAccount
        : account.Check == c.Result ? []
        : [new PayeeAccountChecked(account.Reference, c.Result, act.Actor)];

    private static Decision<PersonEvent> Suspend(Registered r, SuspendAccount c, Act act) =>
        r.Person.Account is not { } account ? NoAccount
        : account.Suspended ? []
        : Checks.Stated(c.Reason, "reason") is { } refusal ? refusal
        : [new PayeeAccountSuspended(account.Reference, c.Reason, act.Actor)];

    private static readonly Refusal NoAccount = Refusal.NotNow("E_NO_ACCOUNT", "未登记领款账户。", "No account is registered.");
}
