using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using SocialAssistance.HouseholdRegistry;
using SocialAssistance.PersonRegistry;

namespace SocialAssistance.LegacyImport;

/// <summary>Registers on file, and what the database knows about those who stand in them.</summary>
internal sealed class RegisterStore(NpgsqlDataSource database, Vault vault, PolicyBook book)
{
    /// <summary>Opens the file of an import and judges it.</summary>
    /// <exception cref="RegisterUnreadableException">There is no file, or it is not the one on record.</exception>
    public async Task<Register> Judge(string import, Terms terms, RegisterOnFile file, DateOnly today, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select sealed from import_files where import = $1 and sha256 = $2");
        command.Parameters.Add(new() { Value = import });
        command.Parameters.Add(new() { Value = file.Sha256 });
        return await command.ExecuteScalarAsync(cancel) is byte[] bytes
            ? RegisterJudge.Judge(RegisterFile.Read(file.Kind, vault.OpenBytes(Name(import), bytes)), terms, book, today)
            : throw new RegisterUnreadableException(Refusal.NotNow("E_REGISTER_MISSING", "登记册文件不存在或已被替换。", "The register's file is missing or has been replaced."));
    }

    public ImportFileRow Seal(string import, string sha256, RegisterKind kind, byte[] file) => new(import, sha256, kind, vault.SealBytes(Name(import), file));

    /// <summary>Persons recorded dead or under another name, in another household, or in another basic benefit; numbers already used.</summary>
    public async Task<IReadOnlyList<RegisterFault>> Conflicts(Register register, CancellationToken cancel)
    {
        var people = register.Readable.SelectMany(h => h.Members.Select(m => (Household: h, Member: m, Person: vault.Identify(m.Number)))).ToList();
        var faults = new List<RegisterFault>();
        var known = await Known([.. people.Select(p => p.Person)], cancel);
        var names = await vault.Open(known.Keys, cancel);
        var claims = await Held([.. people.Select(p => p.Person.ToString())], cancel);
        foreach (var (household, member, person) in people)
        {
            var county = household.Region.County;
            void Add(RegisterColumn column, Refusal refusal) => faults.Add(new(member.Row, RegisterFile.Names[(int)column], household.Number, Blocks: true, refusal));
            if (known.GetValueOrDefault(person) == nameof(Deceased))
            {
                Add(RegisterColumn.ResidentId, PersonDecisions.Dead);
            }

            if (names.TryGetValue(person, out var details) && !PersonNames.Same(details.Name, member.Name))
            {
                Add(RegisterColumn.Name, PersonRequests.OtherName);
            }

            if (claims.GetValueOrDefault((Claims.ActiveHousehold, person.ToString())) is { } other && other != $"HH-{county}-{household.Number}")
            {
                Add(RegisterColumn.ResidentId, Refusal.Taken("E_PERSON_IN_HOUSEHOLD", $"该人员已属于家庭{other}。", $"The person belongs to household {other}."));
            }

            if (claims.GetValueOrDefault((Claims.BasicBenefit, person.ToString())) is { } benefit && benefit != $"DB-{county}-{household.Number}")
            {
                Add(RegisterColumn.ResidentId, Refusal.Taken("E_BENEFIT_CONFLICT", $"该人员已享受基本生活救助({benefit})。", $"The person is covered by {benefit}.", "社会救助暂行办法 第9条"));
            }
        }

        var used = await Used([.. register.Readable.SelectMany(h => new[] { $"{Processes.Household}/HH-{h.Region.County}-{h.Number}", $"{Processes.Entitlement}/DB-{h.Region.County}-{h.Number}" })], cancel);
        faults.AddRange(register.Readable.Where(h => used.Contains($"HH-{h.Region.County}-{h.Number}") || used.Contains($"DB-{h.Region.County}-{h.Number}"))
            .Select(h => new RegisterFault(h.Row, RegisterFile.Names[(int)RegisterColumn.HouseholdNo], h.Number, Blocks: true, Refusal.Taken("E_HOUSEHOLD_EXISTS", "该户编号已登记。", "A household of this number is registered."))));
        return faults;
    }

    /// <summary>Persons of the register who are in the register of persons, with their state.</summary>
    public async Task<IReadOnlyDictionary<PersonId, string>> Known(PersonId[] people, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select id, state from case_list where stream_id = any ($1)");
        command.Parameters.Add(new() { Value = people.Select(p => $"{Processes.Person}/{p}").ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var known = new Dictionary<PersonId, string>();
        while (await reader.ReadAsync(cancel))
        {
            known[PersonId.Hydrate(reader.GetString(0))] = reader.GetString(1);
        }

        return known;
    }

    public static string Name(string import) => $"{Processes.LegacyImport}/{import}";

    private async Task<Dictionary<(string Kind, string Key), string>> Held(string[] people, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select kind, key, holder from reservations where kind = any ($1) and key = any ($2) and last_day is null");
        command.Parameters.Add(new() { Value = new[] { Claims.ActiveHousehold, Claims.BasicBenefit } });
        command.Parameters.Add(new() { Value = people });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var held = new Dictionary<(string, string), string>();
        while (await reader.ReadAsync(cancel))
        {
            held[(reader.GetString(0), reader.GetString(1))] = reader.GetString(2);
        }

        return held;
    }

    private async Task<HashSet<string>> Used(string[] streams, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select id from case_list where stream_id = any ($1)");
        command.Parameters.Add(new() { Value = streams });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var used = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            used.Add(reader.GetString(0));
        }

        return used;
    }
}
