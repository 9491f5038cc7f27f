using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;

namespace SocialAssistance.PersonRegistry;

/// <param name="ResidentId">Resident ID number; sex and birth follow from it.</param>
/// <param name="ProvisionalNumber">For a person without one: <c>W{county6}{yyyyMMdd}{seq3}</c>; sex and birth must then be stated.</param>
internal sealed record RegisterRequest(
    string Name, RegionCode HukouRegion, HukouType HukouType, ResidentId? ResidentId = null, string? ProvisionalNumber = null, Sex? Sex = null, DateOnly? BornOn = null,
    Mobile? Phone = null, string? Address = null, RegionCode? ResidenceRegion = null);

internal sealed record CorrectRequest(string Reason, string? Name = null, Mobile? Phone = null, string? Address = null, Sex? Sex = null, DateOnly? BornOn = null);

internal sealed record DisabilityRequest(DisabilityCertificate Certificate, DateOnly From, DateOnly? To = null);

internal sealed record DeathNotice(DateOnly DiedOn, DeathSource Source, bool Declared, IReadOnlyList<Document> Evidence);

internal sealed record LinkRequest(ResidentId ResidentId);

internal sealed record AccountRequest(BankAccountNumber Number, string Holder, string Reason, bool InPerson, string? Bank = null, string? GuardianApproval = null);

internal sealed record ErasureRequest(string Reason);

/// <summary>Looks up what a command must carry, and seals what no fact may carry.</summary>
internal static partial class PersonRequests
{
    public static async ValueTask<(Prepared?, Refusal?)> Register(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (RegisterRequest)request;
        if ((PersonNames.Fault(r.Name) ?? Numbered(r, act)) is { } malformed)
        {
            return (null, malformed);
        }

        var number = r.ResidentId ?? ResidentId.Hydrate(r.ProvisionalNumber!);
        var vault = services.GetRequiredService<Vault>();
        var person = vault.Identify(number);
        var (state, details) = await Known(services, person, cancel);
        if (details is not null && !PersonNames.Same(details.Name, r.Name))
        {
            return (null, OtherName);
        }

        var command = r.ResidentId is { } resident
            ? new RegisterPerson(person, SexOf(resident), resident.BirthDate, r.HukouRegion, r.HukouType, r.ResidenceRegion, Provisional: false, state.Person.Revision)
            : new RegisterPerson(person, r.Sex!.Value, r.BornOn!.Value, r.HukouRegion, r.HukouType, r.ResidenceRegion, Provisional: true, state.Person.Revision);
        return (new(command, [vault.Seal(person, new(number, r.Name.Trim(), r.Phone, r.Address))]), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Correct(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (CorrectRequest)request;
        if (r.Name is not null && PersonNames.Fault(r.Name) is { } malformed)
        {
            return (null, malformed);
        }

        var (state, details, refusal) = await Opened(services, id!, act, cancel);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var corrected = details! with { Name = r.Name?.Trim() ?? details.Name, Phone = r.Phone ?? details.Phone, Address = r.Address ?? details.Address };
        List<string> fields =
        [
            .. Field("name", corrected.Name != details.Name), .. Field("phone", corrected.Phone != details.Phone), .. Field("address", corrected.Address != details.Address),
            .. Field("sex", r.Sex is { } sex && sex != state!.Person.Sex), .. Field("bornOn", r.BornOn is { } born && born != state!.Person.BornOn),
        ];
        var command = new CorrectDetails(fields, fields.Contains("sex") ? r.Sex : null, fields.Contains("bornOn") ? r.BornOn : null, r.Reason, state!.Person.Revision);
        return (new(command, [services.GetRequiredService<Vault>().Seal(state.Person.Id, corrected)]), null);

        static IEnumerable<string> Field(string name, bool changed) => changed ? [name] : [];
    }

    public static async ValueTask<(Prepared?, Refusal?)> Certify(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (DisabilityRequest)request;
        var (_, details, refusal) = await Opened(services, id!, act, cancel);
        var certificate = r.Certificate.ToString();
        return refusal is not null ? (null, refusal)
            : !certificate.StartsWith(details!.ResidentId.ToString(), StringComparison.Ordinal)
                ? (null, Refusal.Rule("E_DISABILITY_HOLDER", "残疾人证号前18位与本人身份号码不一致。", "The first 18 characters of the certificate are not the holder's number.", "中华人民共和国残疾人证管理办法"))
            : (new(new CertifyDisability(r.Certificate.Category, r.Certificate.Grade, certificate.Length > 21 ? int.Parse(certificate.AsSpan(21), System.Globalization.CultureInfo.InvariantCulture) : 0, r.From, r.To), []), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Death(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (DeathNotice)request;
        var (benefits, household, refusal) = await InUse(services, id!, act, cancel);
        return refusal is not null ? (null, refusal) : (new(new RecordDeath(r.DiedOn, r.Source, r.Declared, r.Evidence, benefits, household), []), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Link(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var number = ((LinkRequest)request).ResidentId;
        var (state, details, refusal) = await Opened(services, id!, act, cancel);
        if ((refusal ?? number.CheckedOn(act.Today)) is { } turnedDown)
        {
            return (null, turnedDown);
        }

        var vault = services.GetRequiredService<Vault>();
        var person = vault.Identify(number);
        var (_, known) = await Known(services, person, cancel);
        if (known is not null && !PersonNames.Same(known.Name, details!.Name))
        {
            return (null, OtherName);
        }

        // Benefits granted under the provisional id go on under it: both ids lead to the same details.
        var linked = known ?? details! with { ResidentId = number };
        return (new(new LinkIdentity(person, SexOf(number), number.BirthDate), [vault.Seal(person, linked), vault.Seal(state!.Person.Id, linked with { Account = details!.Account ?? linked.Account })]), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Account(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var r = (AccountRequest)request;
        if ((PersonNames.Fault(r.Holder) ?? BankFault(r.Bank)) is { } malformed)
        {
            return (null, malformed);
        }

        var (state, details, refusal) = await Opened(services, id!, act, cancel);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var account = new PayeeAccount(r.Number, r.Holder.Trim(), r.Bank);
        var command = new RegisterPayeeAccount(AccountMark.Of(r.Number, r.Bank), PersonNames.Same(r.Holder, details!.Name), r.GuardianApproval, details.Account == account, r.InPerson, r.Reason, state!.Person.Revision);
        return (new(command, [services.GetRequiredService<Vault>().Seal(state.Person.Id, details with { Account = account })]), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Erase(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var (benefits, household, refusal) = await InUse(services, id!, act, cancel);
        return refusal is not null ? (null, refusal) : (new(new ErasePerson(((ErasureRequest)request).Reason, benefits, household), []), null);
    }

    /// <summary>A bank's line number 联行号 has 12 digits.</summary>
    public static Refusal? BankFault(string? bank) =>
        bank is null || (bank.Length == 12 && bank.All(char.IsAsciiDigit)) ? null : Refusal.Malformed("E_BANK_CODE", "联行号应为12位数字。", "A bank code has 12 digits.");

    public static Sex SexOf(ResidentId number) => number.IsMale ? Sex.Male : Sex.Female;

    public static readonly Refusal OtherName =
        Refusal.Rule("E_ID_DUP_NAME", "该身份号码已登记在另一姓名下,请核实。", "The number is registered under another name.", "GB 11643-1999");

    private static Refusal? Numbered(RegisterRequest r, Act act) => (r.ResidentId, r.ProvisionalNumber) switch
    {
        ({ } number, null) when r.Sex is null && r.BornOn is null => number.CheckedOn(act.Today),
        ({ }, null) => Refusal.Malformed("E_ID_BIRTH", "性别和出生日期以身份号码为准,不另填写。", "Sex and day of birth follow from the identity number; leave them out."),
        (null, { } provisional) when Provisional().IsMatch(provisional) && r is { Sex: not null, BornOn: not null } => null,
        _ => Refusal.Malformed("E_ID_MISSING", "须填写身份号码,或临时编号(W+县6位+日期8位+序号3位)及性别、出生日期。", "State the resident ID number, or a provisional number (W, county, date, sequence) with sex and day of birth."),
    };

    /// <summary>Outside its region a case is not looked into: not even for what a refusal would give away.</summary>
    private static async Task<(PersonCase? State, Refusal? Refusal)> Find(IServiceProvider services, string id, Act act, CancellationToken cancel)
    {
        var reading = await services.GetRequiredService<CaseStore>().Read(PersonProcess.Type, id, cancel: cancel);
        var state = (PersonCase)reading.State;
        return reading.Version == 0 ? (null, Refusal.NotFound($"{Processes.Person}/{id}"))
            : !act.Region.Covers(state.Person.Region) ? (null, Refusal.NotYours("E_REGION_SCOPE", "该人员不在您的管辖区域内。", "The person lies outside your region."))
            : (state, null);
    }

    private static async Task<(PersonCase? State, PersonalDetails? Details, Refusal? Refusal)> Opened(IServiceProvider services, string id, Act act, CancellationToken cancel)
    {
        var (state, refusal) = await Find(services, id, act, cancel);
        var details = state is null ? null : (await services.GetRequiredService<Vault>().Open([state.Person.Id], cancel)).GetValueOrDefault(state.Person.Id);
        return (state, details, refusal ?? (details is null ? Refusal.NotNow("E_PERSON_ERASED", "该人员的个人信息已删除。", "The person's details have been erased.", "个人信息保护法 第47条") : null));
    }

    private static async Task<(PersonCase State, PersonalDetails? Details)> Known(IServiceProvider services, PersonId person, CancellationToken cancel)
    {
        var reading = await services.GetRequiredService<CaseStore>().Read(PersonProcess.Type, person.ToString(), cancel: cancel);
        return ((PersonCase)reading.State, (await services.GetRequiredService<Vault>().Open([person], cancel)).GetValueOrDefault(person));
    }

    /// <summary>Benefits in payment and the household, under every id by which the person has been known.</summary>
    private static async Task<(IReadOnlyList<CoveredBy> Benefits, BelongsTo? Household, Refusal? Refusal)> InUse(IServiceProvider services, string id, Act act, CancellationToken cancel)
    {
        var (state, refusal) = await Find(services, id, act, cancel);
        if (refusal is not null)
        {
            return ([], null, refusal);
        }

        await using var batch = services.GetRequiredService<NpgsqlDataSource>().CreateBatch();
        string[] known = [id, .. state!.Person.Absorbed.Select(p => p.ToString())];
        batch.BatchCommands.Add(new("select r.entitlement, p.person from unnest($1) as p (person) join entitlement_roll r on r.members @> to_jsonb(p.person) and r.state <> 'Stopped' order by 1") { Parameters = { new() { Value = known } } });
        batch.BatchCommands.Add(new("select household, person from household_members where person = any ($1) and active order by 1") { Parameters = { new() { Value = known } } });
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        var benefits = new List<CoveredBy>();
        while (await reader.ReadAsync(cancel))
        {
            benefits.Add(new(reader.GetString(0), PersonId.Hydrate(reader.GetString(1))));
        }

        await reader.NextResultAsync(cancel);
        return (benefits, await reader.ReadAsync(cancel) ? new(reader.GetString(0), PersonId.Hydrate(reader.GetString(1))) : null, null);
    }

    [GeneratedRegex(@"^W[0-9]{17}\z")]
    private static partial Regex Provisional();
}
