using FsCheck.Fluent;
using Platform.Cases;

namespace Platform.Tests.Cases;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("91350100M000100Y43", '9', '1', "350100", "M000100Y4")]
    [InlineData("53100000500021676K", '5', '3', "100000", "500021676")]
    [InlineData("52330802MJ90000144", '5', '2', "330802", "MJ9000014")]
    [InlineData("511525005009000130", '5', '1', "152500", "500900013")]
    [InlineData("53321300MJ9000022D", '5', '3', "321300", "MJ9000022")]
    [InlineData("12341503MB90000312", '1', '2', "341503", "MB9000031")]
    [InlineData("91330802MA9000046U", '9', '1', "330802", "MA9000046")]
    public void A_valid_credit_code_tells_its_parts(string text, char authority, char kind, string county, string organisation)
    {
        var code = Invented.Read<CreditCode>(text.ToLowerInvariant());
        Assert.Equal((authority, kind, county, organisation, true), (code.Authority, code.Kind, code.County, code.OrganisationCode, code.OrganisationCodeChecks));
        Assert.Equal(text, code.ToString());
    }

    [Theory]
    [InlineData("52330802MJ90000145")]
    [InlineData("52330802MI90000144")]
    [InlineData("52330802MJ9000014")]
    [InlineData("5233O802MJ90000144")]
    [InlineData(null)]
    public void A_look_alike_of_a_credit_code_is_refused(string? text) => Assert.Equal("E_UCC_CHECK", Invented.Refused<CreditCode>(text).Code);

    [Fact]
    public void A_changed_character_of_a_credit_code_is_refused_in_any_position() =>
        Invented.ForAll(
            from text in Gen.Elements("91350100M000100Y43", "53100000500021676K", "52330802MJ90000144", "12341503MB90000312")
            from position in Gen.Choose(0, 17)
            from other in Gen.Elements("0123456789ABCDEFGHJKLMNPQRTUWXY".ToCharArray())
            where text[position] != other
            select $"{text[..position]}{other}{text[(position + 1)..]}",
            text => !CreditCode.TryCreate(text, out _, out _));

    [Fact]
    public void An_inner_code_that_fails_is_refused_except_under_other_authorities()
    {
        // The outer check character is right in both: only the inner one (position 17) is wrong.
        Assert.Equal("GB 11714-1997", Invented.Refused<CreditCode>(WithOuterCheck("52330802MJ9000015")).Basis);
        Assert.False(Invented.Read<CreditCode>(WithOuterCheck("Y1330802MJ9000015")).OrganisationCodeChecks);
    }

    [Theory]
    [InlineData("33080219520229902711", true, true, false, true)]
    [InlineData("33080219520229902712", true, true, false, true)]
    [InlineData("33080219520229902742", true, true, true, true)]
    [InlineData("33080219520229902743", false, false, false, false)]
    [InlineData("33080219520229902753", false, true, true, true)]
    [InlineData("33080219520229902764", false, false, false, true)]
    [InlineData("33080219520229902774", false, false, false, false)]
    public void A_disability_certificate_tells_what_it_opens(string text, bool severe, bool alone, bool withoutLabour, bool severeAsParent)
    {
        var certificate = Invented.Read<DisabilityCertificate>(text);
        Assert.Equal(text == "33080219520229902711" || withoutLabour, certificate.IsWithoutLabourCapacity);
        Assert.Equal((severe, alone, severeAsParent), (certificate.IsSevere, certificate.MayApplyAlone, certificate.IsSevereAsParent));
        Assert.Equal("330802195202299027", certificate.Holder.ToString());
    }

    [Fact]
    public void A_reissued_certificate_keeps_its_count()
    {
        var certificate = Invented.Read<DisabilityCertificate>("15252520000101905x44b2");
        Assert.Equal("15252520000101905X44B2", certificate.ToString());
        Assert.Equal((DisabilityCategory.Physical, 4), (certificate.Category, certificate.Grade));
    }

    [Theory]
    [InlineData("33080219520229902781", "E_DISABILITY_CERTIFICATE")]
    [InlineData("33080219520229902715", "E_DISABILITY_CERTIFICATE")]
    [InlineData("33080219520229902711B0", "E_DISABILITY_CERTIFICATE")]
    [InlineData("33080219520229902811", "E_ID_CHECKSUM")]
    [InlineData("34150320130229904411", "E_ID_DATE")]
    public void A_look_alike_of_a_disability_certificate_is_refused(string text, string code) => Assert.Equal(code, Invented.Refused<DisabilityCertificate>(text).Code);

    [Theory]
    [InlineData("BankCard:6217999900000000016", BankAccountKind.BankCard, "6217999900000000016")]
    [InlineData("BankCard:6228 4800 9900 0000 010", BankAccountKind.BankCard, "6228480099000000010")]
    [InlineData("SocialSecurityCard:623091000000000017", BankAccountKind.SocialSecurityCard, "623091000000000017")]
    [InlineData("Passbook:6217999900000000017", BankAccountKind.Passbook, "6217999900000000017")]
    [InlineData("InstitutionAccount:0123456789", BankAccountKind.InstitutionAccount, "0123456789")]
    public void A_valid_account_says_what_it_is(string text, BankAccountKind kind, string number)
    {
        var account = Invented.Read<BankAccountNumber>(text);
        Assert.Equal((kind, number), (account.Kind, account.Number));
    }

    [Theory]
    [InlineData("BankCard:6217999900000000017", "E_BANK_LUHN")]
    [InlineData("SocialSecurityCard:623091000000000018", "E_BANK_LUHN")]
    [InlineData("BankCard:621799990000001", "E_BANK_ACCOUNT")]
    [InlineData("Passbook:123456789", "E_BANK_ACCOUNT")]
    [InlineData("6217999900000000016", "E_BANK_ACCOUNT")]
    [InlineData("Cheque:6217999900000000016", "E_BANK_ACCOUNT")]
    public void A_look_alike_of_an_account_is_refused(string text, string code) => Assert.Equal(code, Invented.Refused<BankAccountNumber>(text).Code);

    [Fact]
    public void A_changed_digit_of_a_card_is_refused_in_any_position() =>
        Invented.ForAll(
            from card in Invented.Card
            from position in Gen.Choose(card.ToString().Length - card.Number.Length, card.ToString().Length - 1)
            from other in Gen.Choose(0, 9)
            where card.ToString()[position] != (char)('0' + other)
            select $"{card.ToString()[..position]}{other}{card.ToString()[(position + 1)..]}",
            text => !BankAccountNumber.TryCreate(text, out _, out _));

    [Theory]
    [InlineData("衢市民〔2014〕89号", "衢市民〔2014〕89号")]
    [InlineData("民发 [2012] 220 号", "民发〔2012〕220号")]
    [InlineData("国办发明电【2025】7号", "国办发明电〔2025〕7号")]
    public void A_document_number_is_brought_to_its_standard_form(string entered, string text)
    {
        var number = Invented.Read<DocumentNumber>(entered);
        Assert.Equal(text, number.ToString());
        Assert.Equal(int.Parse(text.AsSpan(text.IndexOf('〔') + 1, 4), null), number.Year);
    }

    [Theory]
    [InlineData("衢市民〔2014〕089号")]
    [InlineData("衢市民〔14〕89号")]
    [InlineData("衢市民(2014)89号")]
    [InlineData("民〔2014〕89号")]
    [InlineData("衢市民〔2014〕第89号")]
    public void A_look_alike_of_a_document_number_is_refused(string text) => Assert.Equal("E_DOCUMENT_NUMBER", Invented.Refused<DocumentNumber>(text).Code);

    [Theory]
    [InlineData("13900000000")]
    [InlineData("+86 139 0000 0000")]
    [InlineData("\uFF11\uFF13\uFF1900000000")]
    public void A_mobile_number_is_eleven_digits(string text) => Assert.Equal("13900000000", Invented.Read<Mobile>(text).ToString());

    [Theory]
    [InlineData("12900000000")]
    [InlineData("1390000000")]
    [InlineData("139-0000-0000")]
    [InlineData("139000000000")]
    public void A_look_alike_of_a_mobile_number_is_refused(string text) => Assert.Equal("E_MOBILE", Invented.Refused<Mobile>(text).Code);

    private static string WithOuterCheck(string seventeen)
    {
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        int[] weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        var sum = seventeen.Select((c, i) => alphabet.IndexOf(c) * weights[i]).Sum();
        return seventeen + alphabet[(31 - (sum % 31)) % 31];
    }
}
