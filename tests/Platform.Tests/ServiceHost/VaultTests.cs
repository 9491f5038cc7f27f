using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.ServiceHost;

/// <summary>Personal details stand outside the events, sealed and erasable.</summary>
public sealed class VaultTests : ServiceTesting
{
    private const string Number = "341503199001019026";
    private static readonly object Lending = new { residentId = Number, name = "王小明", region = "341503002000", key = "K-1", lastDay = "2026-03-10" };

    private Vault Vault => Keys.Services.GetRequiredService<Vault>();

    [Fact]
    public async Task Events_rows_and_answers_carry_the_pseudonym_and_the_vault_the_rest()
    {
        var id = (await Window.Post($"{Loans}/to-person", Lending)).Ok.Id;

        var person = Vault.Identify(ResidentId.Hydrate(Number));
        Assert.Equal(person.ToString(), (string?)(await Window.Get($"{Loans}/{id}")).Ok.Json["case"]!["loan"]!["borrower"]);
        Assert.Equal(new PersonalDetails(ResidentId.Hydrate(Number), "王小明"), (await Vault.Open([person, KeyTesting.Borrower], Stop))[person]);
        Assert.Equal(1, await Database.Ask<long>("select count(*) from person_vault", Stop));
        foreach (var table in new[] { "mt_events", "mt_streams", "case_list", "case_people", "keys_out", "reservations", "handled_requests", "person_vault", "read_log" })
        {
            Assert.Equal(0, await Database.Ask<long>($"select count(*) from {table} t where t::text like '%{Number}%' or t::text like '%王小明%' or t::text like '%' || encode('王小明', 'hex') || '%'", Stop));
        }
    }

    [Fact]
    public async Task The_same_person_has_the_same_id_in_every_service_with_the_key_and_another_without()
    {
        await using var second = await ServiceUnderTest.Start(KeyService.Create(), Clock, Database);
        await using var foreign = await ServiceUnderTest.Start(KeyService.Create(), Clock, Database, $"--Vault:PseudonymKey={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}");
        var number = ResidentId.Hydrate(Number);
        var person = Vault.Identify(number);

        Assert.Matches("^[a-z2-7]{26}$", person.ToString());
        Assert.Equal(person, second.Services.GetRequiredService<Vault>().Identify(number));
        Assert.NotEqual(person, foreign.Services.GetRequiredService<Vault>().Identify(number));
        Assert.NotEqual(person, Vault.Identify(ResidentId.Hydrate("34150319850612904X")));
    }

    [Fact]
    public void The_pseudonym_is_the_keyed_hash_of_the_number_in_base_32()
    {
        // 130 bits of HMAC-SHA-256, five at a time, RFC 4648 alphabet in lower case.
        var key = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        var vault = new Vault(new Microsoft.Extensions.Configuration.ConfigurationManager { ["Vault:PseudonymKey"] = Convert.ToBase64String(key), ["Vault:EncryptionKey"] = Convert.ToBase64String(key) }, Database.Application);
        var bits = string.Concat(HMACSHA256.HashData(key, System.Text.Encoding.ASCII.GetBytes(Number)).Select(b => b.ToString("b8", System.Globalization.CultureInfo.InvariantCulture)));

        Assert.Equal(string.Concat(Enumerable.Range(0, 26).Select(i => "abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(bits.Substring(5 * i, 5), 2)])), vault.Identify(ResidentId.Hydrate(Number)).ToString());
    }

    [Theory]
    [InlineData("update person_vault set sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)")]
    [InlineData("update person_vault set sealed = set_byte(sealed, 0, get_byte(sealed, 0) # 1)")]
    [InlineData("update person_vault set sealed = set_byte(sealed, 12, get_byte(sealed, 12) # 1)")]
    [InlineData("update person_vault set sealed = substring(sealed from 1 for 40)")]
    [InlineData("update person_vault set sealed = substring(sealed from 1 for 10)")]
    [InlineData("update person_vault set person = 'abcdefghijklmnopqrstuvwxyz'")]
    public async Task A_row_that_was_altered_or_exchanged_is_not_opened(string foul)
    {
        _ = (await Window.Post($"{Loans}/to-person", Lending)).Ok;
        Assert.Equal(1, await Database.Do(foul, Stop));

        await Assert.ThrowsAnyAsync<CryptographicException>(() => Vault.Open([Vault.Identify(ResidentId.Hydrate(Number)), KeyTesting.Borrower], Stop));
    }

    [Fact]
    public async Task What_is_erased_is_gone_and_the_case_stays_as_it_was()
    {
        var id = (await Window.Post($"{Loans}/to-person", Lending)).Ok.Id;
        var person = Vault.Identify(ResidentId.Hydrate(Number));
        var before = (await Auditor.Get($"{Loans}/{id}/export")).Text;

        Assert.True(await Vault.Erase(person, Stop));
        Assert.False(await Vault.Erase(person, Stop));

        Assert.Empty(await Vault.Open([person], Stop));
        Assert.Equal(before, (await Auditor.Get($"{Loans}/{id}/export")).Text);
    }

    [Fact]
    public async Task A_refused_command_seals_nothing()
    {
        await Lent("K-1");
        (await Window.Post($"{Loans}/to-person", Lending)).Is(409, "E_KEY_OUT");
        Assert.Equal(0, await Database.Ask<long>("select count(*) from person_vault", Stop));
    }

    [Fact]
    public void What_a_list_shows_is_masked()
    {
        var details = new PersonalDetails(ResidentId.Hydrate(Number), "王小明", Mobile.Hydrate("13800138000"), "新街1号", new(BankAccountNumber.Hydrate("BankCard:6222020200112230"), "王小明"));
        Assert.Equal(
            new PersonalDetails(ResidentId.Hydrate("3415**********9026"), "王**", Mobile.Hydrate("138****8000"), null, new(BankAccountNumber.Hydrate("BankCard:6222********2230"), "王**")),
            details.Masked());
    }
}
