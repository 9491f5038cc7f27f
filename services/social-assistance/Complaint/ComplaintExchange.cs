using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using SocialAssistance.Entitlement;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Complaint;

/// <summary>Who complains; sealed at once, and never part of a fact.</summary>
internal sealed record Reporter(ResidentId ResidentId, string Name, Mobile? Phone = null, string? Address = null);

/// <summary>A complaint as it comes in.</summary>
internal sealed record ComplaintReport(ComplaintChannel Channel, bool RealName, ComplaintTarget Target, RegionCode Region, string Content, Reporter? Reporter = null);

internal sealed record Registration;

internal sealed record HandlerAssignment(string Handler);

internal static class ComplaintExchange
{
    // The alphabet and length of a person id, drawn anew each time: nobody can tell from it who reported, or that two reports come from one person.
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int ReferenceLength = 26;

    /// <summary>A complaint on an undecided case forces the county's visit; one that proves true against a benefit leads to its recheck.</summary>
    public static IEnumerable<Consequence> Then(Recorded<ComplaintEvent> fact, ComplaintCase after) => (after.Matter.Target, fact.Fact) switch
    {
        ({ Case: { Process: Processes.SubsistenceAllowance } c } t, ComplaintRegistered { CaseUndecided: true }) => [new(c.Process, c.Id, new NoteComplaint(fact.Id, t.Staff is null ? "case" : "staff"))],
        ({ Case: { Process: Processes.Entitlement } c }, ComplaintConcluded { Result: ComplaintResult.Substantiated or ComplaintResult.Partly } f) =>
            [new(c.Process, c.Id, new NoteComplaintSubstantiated(fact.Id, string.Join("; ", f.Measures)))],
        _ => [],
    };

    public static async ValueTask<(Prepared?, Refusal?)> Receive(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var report = (ComplaintReport)request;
        if (report.Target.Case is { } about && await CaseLookup.Elsewhere(services, [about], report.Region, cancel) is { } refusal)
        {
            return (null, refusal);
        }

        PersonId? reference = report.Reporter is null ? null : PersonId.Hydrate(RandomNumberGenerator.GetString(Alphabet, ReferenceLength));
        IReadOnlyList<object> rows = report.Reporter is { } r && reference is { } sealedAs
            ? [services.GetRequiredService<Vault>().Seal(sealedAs, new(r.ResidentId, r.Name, r.Phone, r.Address))]
            : [];
        return (new(new ReceiveComplaint(report.Channel, report.RealName, reference, report.Target, report.Region, report.Content), rows), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Register(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var undecided = await Target(services, id!, cancel) is { Case: { } about }
            && (await CaseLookup.Find(services, [about], cancel)).TryGetValue(about, out var known) && known.Open;
        return (new(new RegisterComplaint(undecided), []), null);
    }

    public static async ValueTask<(Prepared?, Refusal?)> Assign(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel)
    {
        var actors = await Target(services, id!, cancel) is { Case: { } about } ? await CaseLookup.Actors(services, about, cancel) : [];
        return (new(new AssignComplaint(((HandlerAssignment)request).Handler, actors), []), null);
    }

    private static async Task<ComplaintTarget> Target(IServiceProvider services, string id, CancellationToken cancel) =>
        ((ComplaintCase)(await services.GetRequiredService<CaseStore>().Read(ComplaintProcess.Type, id, cancel: cancel)).State).Matter.Target;
}
