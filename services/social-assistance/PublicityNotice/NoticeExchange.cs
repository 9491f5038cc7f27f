using Platform.Cases;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.PublicityNotice;

internal static class NoticeExchange
{
    /// <summary>The case that is announced learns when its notice opens and closes, in the same transaction.</summary>
    public static IEnumerable<Consequence> Then(Recorded<NoticeEvent> fact, NoticeCase after) => (after.Notice.Case, fact.Fact) switch
    {
        ({ Process: Processes.SubsistenceAllowance } c, NoticePosted p) => [new(c.Process, c.Id, new OpenPublicity(fact.Id, after.Notice.Kind, p.On, p.LastDay))],
        ({ Process: Processes.SubsistenceAllowance } c, NoticeFoundMissing m) => [new(c.Process, c.Id, new OpenPublicity(fact.Id, after.Notice.Kind, m.On, m.LastDay))],
        ({ Process: Processes.SubsistenceAllowance } c, NoticeClosed k) => [new(c.Process, c.Id, new ClosePublicity(fact.Id, after.Notice.Kind, k.Outcome, k.On))],
        _ => [],
    };
}
