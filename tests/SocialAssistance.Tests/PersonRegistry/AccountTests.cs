using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.PersonRegistry;
using static SocialAssistance.Tests.PersonRegistry.PersonTests;

namespace SocialAssistance.Tests.PersonRegistry;

/// <summary>Where a person is paid (domain section 2.8).</summary>
public sealed class AccountTests
{
    private static readonly RegisterPayeeAccount First = new(new(BankAccountKind.BankCard, "0016", "402376500017"), HolderIsPayee: true, null, SameAccount: false, InPerson: false, "首次登记", 1);
    private static readonly PayeeAccountRegistered Registered = new(1, BankAccountKind.BankCard, "0016", "402376500017", null, "首次登记", "u-1");

    private static Scenario Paid => Somebody.Given(Registered);

    [Fact]
    public void An_account_is_registered_without_its_number()
    {
        Somebody.When(First, Clerk).Then(Registered).When(First with { SameAccount = true, Revision = 2 }, Clerk).NothingNew();
        Somebody.When(First with { Reason = "" }, Clerk).Refused("E_REASON");
        Somebody.When(First with { Revision = 0 }, Clerk).Refused("E_DETAILS_MOVED");
    }

    [Fact]
    public void The_holder_is_the_payee_or_an_approved_guardian()
    {
        Somebody.When(First with { HolderIsPayee = false }, Clerk).Refused("E_BANK_HOLDER");
        Somebody.When(First with { HolderIsPayee = false, GuardianApproval = "监护〔2026〕3号" }, Clerk).Then(Registered with { GuardianApproval = "监护〔2026〕3号" });
    }

    [Fact]
    public void Another_account_is_asked_for_in_person()
    {
        var second = First with { Account = new(BankAccountKind.Passbook, "9876", null), Revision = 2 };
        Paid.When(second, Clerk).Refused("E_ACCOUNT_IN_PERSON");
        Paid.When(second with { InPerson = true }, Clerk).Then(new PayeeAccountRegistered(2, BankAccountKind.Passbook, "9876", null, null, "首次登记", "u-1"));
        var elsewhere = PolicyFiles.With("payee-account-change-in-person", "flag", """ "region": "341503000000", "from": "2026-01-01", "value": false """);
        Assert.Null(Scenario.Of(PersonProcess.Type, elsewhere, Id).Given(Known, Registered).When(second, Clerk).Refusal);
    }

    [Fact]
    public void An_account_is_checked_and_suspended_and_registered_again()
    {
        Somebody.When(new CheckAccount(AccountCheck.NameMatch), Clerk).Refused("E_NO_ACCOUNT");
        Somebody.When(new SuspendAccount("冻结"), Clerk).Refused("E_NO_ACCOUNT");
        Paid.When(new CheckAccount(AccountCheck.Mismatch), Clerk).Then(new PayeeAccountChecked(1, AccountCheck.Mismatch, "u-1")).Twice()
            .When(new CheckAccount(AccountCheck.NameMatch), Clerk).Then(new PayeeAccountChecked(1, AccountCheck.NameMatch, "u-1"));
        Paid.When(new SuspendAccount(""), Clerk).Refused("E_REASON");
        Paid.When(new SuspendAccount("冻结"), Clerk).Then(new PayeeAccountSuspended(1, "冻结", "u-1")).Twice()
            .When(First with { SameAccount = true, InPerson = true, Revision = 2 }, Clerk).Then(Registered with { Reference = 2 });
    }

    [Theory]
    [InlineData("买买提·艾力", "买买提•艾力")]
    [InlineData("买买提·艾力", "买买提・艾力")]
    [InlineData("ＡＢ王", "AB 王")]
    [InlineData("王翠兰", " 王 翠兰 ")]
    public void Names_are_compared_as_people_write_them(string one, string other) => Assert.True(PersonNames.Same(one, other));

    [Fact]
    public void Other_names_are_other_names() => Assert.False(PersonNames.Same("王翠兰", "王翠花"));
}
