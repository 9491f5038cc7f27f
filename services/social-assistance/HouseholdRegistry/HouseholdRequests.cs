using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using SocialAssistance.PersonRegistry;

namespace SocialAssistance.HouseholdRegistry;

/// <summary>Members must be in the register of persons, alive, and among those who may be counted.</summary>
internal static class HouseholdRequests
{
    public static async ValueTask<(Prepared?, Refusal?)> Form(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel) =>
        await Fault(((FormHousehold)request).Members, services, cancel) is { } refusal ? (null, refusal) : (new(request, []), null);

    public static async ValueTask<(Prepared?, Refusal?)> Join(object request, string? id, IServiceProvider services, Act act, CancellationToken cancel) =>
        await Fault([((JoinMember)request).Member], services, cancel) is { } refusal ? (null, refusal) : (new(request, []), null);

    private static async Task<Refusal?> Fault(IReadOnlyList<Member> members, IServiceProvider services, CancellationToken cancel)
    {
        var store = services.GetRequiredService<CaseStore>();
        foreach (var person in members.Select(m => m.Person).Distinct().Take(100))
        {
            var state = (PersonCase)(await store.Read(PersonProcess.Type, person.ToString(), cancel: cancel)).State;
            Refusal? fault = state switch
            {
                Registered { Person.Imprisonment: not null } => Refusal.Rule("E_MEMBER_EXCLUDED", "服刑人员不计入共同生活家庭成员。", "Somebody in prison is not counted as a member.", "民发〔2021〕57号 第7条"),
                Registered => null,
                Deceased => PersonDecisions.Dead,
                _ => Refusal.Rule("E_PERSON_UNKNOWN", "该人员未登记。", "The person is not registered."),
            };
            if (fault is not null)
            {
                return fault.With("person", person.ToString());
            }
        }

        return null;
    }
}
