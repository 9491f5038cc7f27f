using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Platform.Cases;

namespace Platform.ServiceHost;

/// <summary>What is known of a person, outside the events.</summary>
/// <param name="ResidentId">Resident ID number (GB 11643).</param>
/// <param name="Name">Name.</param>
/// <param name="Phone">Mobile number.</param>
/// <param name="Address">Postal address.</param>
/// <param name="Account">Payee account, when the person is paid.</param>
public sealed record PersonalDetails(ResidentId ResidentId, string Name, Mobile? Phone = null, string? Address = null, PayeeAccount? Account = null)
{
    /// <summary>What a list may show: 王**, 3415**********1234.</summary>
    public PersonalDetails Masked() => new(
        ResidentId.Hydrate(Mask(ResidentId.ToString(), 4, 4)), Mask(Name, 1, 0), Phone is { } p ? Mobile.Hydrate(Mask(p.ToString(), 3, 4)) : null, null,
        Account is { } a ? a with { Number = BankAccountNumber.Hydrate($"{a.Number.Kind}:{Mask(a.Number.Number, 4, 4)}"), Holder = Mask(a.Holder, 1, 0) } : null);

    private static string Mask(string text, int head, int tail) =>
        text.Length <= head + tail ? new('*', text.Length) : string.Concat(text.AsSpan(0, head), new string('*', text.Length - head - tail), text.AsSpan(text.Length - tail));
}

/// <summary>Where a person is paid.</summary>
/// <param name="Number">Kind and number, <c>{kind}:{digits}</c>.</param>
/// <param name="Holder">Name of the holder.</param>
/// <param name="Bank">Bank code (联行号).</param>
public sealed record PayeeAccount(BankAccountNumber Number, string Holder, string? Bank = null);

/// <summary>Sealed details of a person: AES-256-GCM, 12-byte nonce, then 16-byte tag, then cipher text.</summary>
/// <param name="Person">Pseudonym; also authenticated with the cipher text, so that rows cannot be exchanged.</param>
/// <param name="Sealed">Nonce, tag and cipher text.</param>
/// <param name="Key">Name of the encryption key.</param>
[Row("person_vault", nameof(Person), Derived = false)]
public sealed record VaultRow(PersonId Person, byte[] Sealed, string Key);

/// <summary>
/// Personal details outside the events: the person id is a keyed pseudonym of the resident ID number (HMAC-SHA-256), the
/// details are encrypted and erasable. Both keys come from outside the database; without them the service does not start.
/// </summary>
public sealed class Vault
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private readonly byte[] pseudonymKey;
    private readonly byte[] encryptionKey;
    private readonly string keyName;
    private readonly NpgsqlDataSource database;

    /// <summary>Reads <c>Vault:PseudonymKey</c>, <c>Vault:EncryptionKey</c> (base64, 32 bytes each) and <c>Vault:KeyName</c>.</summary>
    /// <exception cref="InvalidOperationException">A key is missing or has the wrong size.</exception>
    public Vault(IConfiguration configuration, NpgsqlDataSource database)
    {
        pseudonymKey = Key(configuration, "Vault:PseudonymKey");
        encryptionKey = Key(configuration, "Vault:EncryptionKey");
        keyName = configuration["Vault:KeyName"] ?? "1";
        this.database = database;
    }

    /// <summary>The same number gives the same id in every service that has the key.</summary>
    public PersonId Identify(ResidentId number)
    {
        var hash = HMACSHA256.HashData(pseudonymKey, Encoding.ASCII.GetBytes(number.ToString()));
        Span<char> text = stackalloc char[26];
        for (var i = 0; i < text.Length; i++)
        {
            var bit = i * 5;
            var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            text[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }

        return PersonId.Hydrate(new(text));
    }

    /// <summary>Seals details into a row that is written in the transaction of the person's facts.</summary>
    public VaultRow Seal(PersonId person, PersonalDetails details)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(details, VaultJson.Default.PersonalDetails);
        return new(person, SealBytes(person.ToString(), plain), keyName);
    }

    /// <summary>Seals a file that holds personal data: nonce, tag, cipher text.</summary>
    /// <param name="name">What it is; authenticated with the content, so that files cannot be exchanged.</param>
    /// <param name="content">The file.</param>
    public byte[] SealBytes(string name, ReadOnlySpan<byte> content)
    {
        var bytes = new byte[28 + content.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, 12));
        using var aes = new AesGcm(encryptionKey, 16);
        aes.Encrypt(bytes.AsSpan(0, 12), content, bytes.AsSpan(28), bytes.AsSpan(12, 16), Encoding.UTF8.GetBytes(name));
        return bytes;
    }

    /// <summary>Opens what <see cref="SealBytes"/> has sealed under this name.</summary>
    /// <exception cref="CryptographicException">It was altered, or is another file.</exception>
    public byte[] OpenBytes(string name, ReadOnlySpan<byte> content)
    {
        using var aes = new AesGcm(encryptionKey, 16);
        return OpenBytes(aes, name, content);
    }

    /// <summary>The details of these persons; erased and unknown ones are absent.</summary>
    /// <exception cref="CryptographicException">A row was altered.</exception>
    public async Task<IReadOnlyDictionary<PersonId, PersonalDetails>> Open(IEnumerable<PersonId> people, CancellationToken cancel = default)
    {
        await using var command = database.CreateCommand("select person, sealed from person_vault where person = any ($1)");
        command.Parameters.Add(new() { Value = people.Select(p => p.ToString()).Distinct(StringComparer.Ordinal).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var opened = new Dictionary<PersonId, PersonalDetails>();
        using var aes = new AesGcm(encryptionKey, 16);
        while (await reader.ReadAsync(cancel))
        {
            var person = reader.GetString(0);
            opened[PersonId.Hydrate(person)] = JsonSerializer.Deserialize(OpenBytes(aes, person, reader.GetFieldValue<byte[]>(1)), VaultJson.Default.PersonalDetails)!;
        }

        return opened;
    }

    /// <summary>Erases a person's details; the log stays as it is and stays provable.</summary>
    public async Task<bool> Erase(PersonId person, CancellationToken cancel = default)
    {
        await using var command = database.CreateCommand("delete from person_vault where person = $1");
        command.Parameters.Add(new() { Value = person.ToString() });
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    private static byte[] OpenBytes(AesGcm aes, string name, ReadOnlySpan<byte> content)
    {
        var plain = content.Length >= 28 ? new byte[content.Length - 28] : throw new CryptographicException("The sealed bytes are cut short.");
        aes.Decrypt(content[..12], content[28..], content.Slice(12, 16), plain, Encoding.UTF8.GetBytes(name));
        return plain;
    }

    private static byte[] Key(IConfiguration configuration, string name)
    {
        var bytes = new byte[32];
        return configuration[name] is { } text && Convert.TryFromBase64String(text, bytes, out var length) && length == 32 ? bytes
            : throw new InvalidOperationException($"{name} must hold 32 bytes in base64; there is no default key.");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PersonalDetails))]
internal sealed partial class VaultJson : JsonSerializerContext;
