using System.Globalization;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using SocialAssistance.PersonRegistry;

namespace SocialAssistance.LegacyImport;

/// <summary>How far an import is.</summary>
/// <param name="Imported">Households imported.</param>
/// <param name="LeftOut">Households left out.</param>
/// <param name="Total">Households of the register.</param>
internal sealed record ImportProgress(string Import, string State, int Imported, int LeftOut, int Total);

/// <summary>An import cannot go on, for a reason that lies in no single household; it stays where it is.</summary>
internal sealed class ImportStoppedException(string import, Refusal refusal) : Exception($"{import}: {refusal.Code} {refusal.Why.En}")
{
    public Refusal Refusal { get; } = refusal;
}

/// <summary>
/// Imports started registers part by part. Where it stands is in the import's stream, so any replica goes on from there;
/// a part's stream can be opened once, so none is imported twice.
/// </summary>
internal sealed class Importer(NpgsqlDataSource database, CaseStore store, Vault vault, RegisterStore registers, PolicyBook book, TimeProvider clock)
{
    /// <summary>Imports of this service that have been started and are not done.</summary>
    public async Task<IReadOnlyList<string>> Started(CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select id from case_list where process = $1 and open and state = $2 order by id");
        command.Parameters.Add(new() { Value = Processes.LegacyImport });
        command.Parameters.Add(new() { Value = nameof(Importing) });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var started = new List<string>();
        while (await reader.ReadAsync(cancel))
        {
            started.Add(reader.GetString(0));
        }

        return started;
    }

    /// <summary>Imports at most so many parts; does nothing when another replica is at it.</summary>
    public async Task<ImportProgress> Run(string import, int parts, CancellationToken cancel)
    {
        // Held by a transaction that writes nothing: however this ends, the turn ends with it.
        await using var turn = await database.OpenConnectionAsync(cancel);
        await using var held = await turn.BeginTransactionAsync(cancel);
        await using var take = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", turn, held) { Parameters = { new() { Value = RegisterStore.Name(import) } } };
        var mine = (bool)(await take.ExecuteScalarAsync(cancel))!;
        var state = await Read(import, cancel);
        if (mine && state is Importing i)
        {
            await Run(import, i, parts, cancel);
            state = await Read(import, cancel);
        }

        return ProgressOf(import, state);
    }

    public static ImportProgress ProgressOf(string import, ImportCase state)
    {
        var progress = (state as Importing)?.Progress ?? (state as Completed)?.Progress;
        return new(import, state.GetType().Name, progress?.Households ?? 0, progress?.LeftOut.Count ?? 0, progress?.Total ?? 0);
    }

    private async Task<ImportCase> Read(string import, CancellationToken cancel) => (ImportCase)(await store.Read(ImportProcess.Type, import, cancel: cancel)).State;

    private async Task Run(string import, Importing i, int parts, CancellationToken cancel)
    {
        var register = await registers.Judge(import, i.Terms, i.Register, i.StartedOn, cancel);
        var atOnce = ImportPolicy.Read(book.At(i.Terms.Region, i.StartedOn)).HouseholdsAtOnce;
        var leaveOut = LeaveOut(i, register);
        ImportCase state = i;
        for (var done = 0; done < parts && state is Importing now && !cancel.IsCancellationRequested; done++)
        {
            await Part(import, now, register, leaveOut, Math.Min(atOnce, now.Progress.Total - now.Progress.Next), cancel);
            state = await Read(import, cancel);
        }
    }

    /// <summary>What the approver left out, and what would not pass today.</summary>
    private static Dictionary<string, LeftOut> LeaveOut(Importing i, Register register)
    {
        var leaveOut = Register.Blocked(register.Faults.Where(f => f.Blocks).Select(f => (f.Household ?? "", f.Row, f.Refusal.Code))).ToDictionary(l => l.Household, StringComparer.Ordinal);
        foreach (var left in i.LeaveOut)
        {
            leaveOut[left.Household] = left;
        }

        return leaveOut;
    }

    /// <summary>
    /// One part in one transaction. When something in it is refused, half of it is tried; a single household that is in
    /// conflict with what has been recorded since the dry run is left out, with the reason. Anything else stops the import.
    /// </summary>
    private async Task Part(string import, Importing now, Register register, Dictionary<string, LeftOut> leaveOut, int size, CancellationToken cancel)
    {
        var entries = register.Entries.Skip(now.Progress.Next).Take(size).ToList();
        var (households, left, rows) = await Households(entries, leaveOut, cancel);
        if (await Give(import, now, size, households, left, rows, cancel) is not Outcome.Refused { Refusal: var refusal } || Passing(refusal))
        {
            return;
        }

        if (!Conflict(refusal))
        {
            throw Stopped(import, entries[0].Row, refusal);
        }

        if (size > 1)
        {
            await Part(import, now, register, leaveOut, size / 2, cancel);
        }
        else if (await Give(import, now, 1, [], [new(entries[0].Number, entries[0].Row, [refusal.Code])], [], cancel) is Outcome.Refused { Refusal: var again } && !Passing(again))
        {
            throw Stopped(import, entries[0].Row, again);
        }
    }

    /// <summary>Somebody else was faster; reading again tells what is left to do.</summary>
    private static bool Passing(Refusal refusal) => refusal.Kind == RefusalKind.Busy || refusal.Code is "E_PART_MOVED" or "E_DETAILS_MOVED";

    private static bool Conflict(Refusal refusal) => refusal.Kind == RefusalKind.Taken || refusal.Code is "E_HOUSEHOLD_EXISTS" or "E_DEAD_PERSON" or "E_PERSON_MERGED" or "E_BENEFIT_CONFLICT";

    private static ImportStoppedException Stopped(string import, int row, Refusal refusal) => new(import, refusal.With("row", row));

    private Task<Outcome> Give(string import, Importing now, int size, IReadOnlyList<ImportedHousehold> households, IReadOnlyList<LeftOut> left, IReadOnlyList<object> rows, CancellationToken cancel)
    {
        var part = now.Progress.Parts + 1;
        var id = string.Create(CultureInfo.InvariantCulture, $"{import}-{part:0000}");
        var at = clock.GetUtcNow();
        var act = Act.BySystemOn(now.StartedOn, at, $"import:{id}") with { Historic = now.StartedOn < CivilTime.Day(at) };
        var command = new ImportRows(import, now.Terms.Region, now.Terms.Benefit, part, now.Progress.Next, now.Progress.Next + size, households, left);
        return store.Execute(new Order(ImportProcess.Type, id, command, act) { Opens = true, Rows = rows }, cancel);
    }

    private async Task<(List<ImportedHousehold> Households, List<LeftOut> Left, List<object> Rows)> Households(List<RegisterEntry> entries, Dictionary<string, LeftOut> leaveOut, CancellationToken cancel)
    {
        var people = entries.Where(e => e.Household is not null && !leaveOut.ContainsKey(e.Number)).SelectMany(e => e.Household!.Members).ToDictionary(m => m, m => vault.Identify(m.Number));
        var known = await registers.Known([.. people.Values], cancel);
        var details = known.Count == 0 ? new Dictionary<PersonId, PersonalDetails>() : await vault.Open(known.Keys, cancel);
        var (households, left, rows) = (new List<ImportedHousehold>(entries.Count), new List<LeftOut>(), new List<object>(people.Count));
        foreach (var entry in entries)
        {
            if (leaveOut.TryGetValue(entry.Number, out var out_))
            {
                left.Add(out_);
            }
            else if (entry.Household!.Members.Any(m => details.TryGetValue(people[m], out var d) && !PersonNames.Same(d.Name, m.Name)))
            {
                left.Add(new(entry.Number, entry.Row, [PersonRequests.OtherName.Code]));
            }
            else
            {
                var members = new List<ImportedMember>(entry.Household.Members.Count);
                foreach (var member in entry.Household.Members)
                {
                    members.Add(await Member(entry.Household, member, people[member], known.ContainsKey(people[member]), details.GetValueOrDefault(people[member]), rows, cancel));
                }

                var h = entry.Household;
                households.Add(new(h.Number, h.Row, h.Hash, h.Area, h.Region, h.Category, h.Basis, h.PaidSince, members));
            }
        }

        return (households, left, rows);
    }

    /// <summary>What is known of a person is kept; the register adds what is missing.</summary>
    private async Task<ImportedMember> Member(RegisterHousehold household, RegisterMember member, PersonId person, bool known, PersonalDetails? details, List<object> rows, CancellationToken cancel)
    {
        var head = member.Relation == Relation.Head;
        var account = head ? new PayeeAccount(household.Account, household.Holder, household.Bank) : null;
        var revision = known ? ((PersonCase)(await store.Read(PersonProcess.Type, person.ToString(), cancel: cancel)).State).Person.Revision : 0;
        if (details is null || (details.Account is null && account is not null))
        {
            rows.Add(vault.Seal(person, (details ?? new(member.Number, member.Name)) with { Account = details?.Account ?? account }));
        }

        return new(person, member.Relation, PersonRequests.SexOf(member.Number), member.Number.BirthDate, member.ConvertedFrom15, member.Row, member.Hash,
            head && details?.Account is null ? AccountMark.Of(household.Account, household.Bank) : null, revision);
    }
}
