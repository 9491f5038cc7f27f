using System.Reflection;
using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.PublicityNotice;
using SocialAssistance.SubsistenceAllowance;
using static SocialAssistance.Tests.SubsistenceAllowance.Story;
using Withdrawn = SocialAssistance.SubsistenceAllowance.Withdrawn;

namespace SocialAssistance.Tests.SubsistenceAllowance;

public sealed class AllowanceTotalityTests
{
    private static readonly Dictionary<string, Scenario> States = new(StringComparer.Ordinal)
    {
        [nameof(NoApplication)] = New(),
        [nameof(Submitted)] = Submitted(),
        [nameof(SupplementAwaited)] = Submitted().Do(AllowanceExamples.Supplement, Window.On("2026-09-21")),
        [nameof(Accepted)] = Accepted(),
        [nameof(Investigating)] = Investigating(),
        [nameof(OpinionGiven)] = OpinionGiven(),
        [nameof(InPublicity)] = InPublicity(),
        [nameof(PublicityEnded)] = PublicityEnded(),
        [nameof(ObjectionHandling)] = Objected(),
        [nameof(ReportedToCounty)] = Reported(),
        [nameof(Returned)] = Checked().Do(AllowanceExamples.Return, Approver.On("2026-11-02")),
        [nameof(InApprovalPublicity)] = Approval(),
        [nameof(Confirmed)] = Confirmed(),
        [nameof(Refused)] = Refused(),
        [nameof(Terminated)] = Established().Do(AllowanceExamples.Terminate, Reviewer.On("2026-10-10")),
        [nameof(Withdrawn)] = Established().Do(AllowanceExamples.Withdraw, Window.On("2026-10-10")),
        [nameof(Revoked)] = Confirmed().Do(AllowanceExamples.Reconsider with { Result = ReconsiderationResult.Revoked }, Approver.On("2027-01-20")),
    };

    public static TheoryData<string> Names => [.. States.Keys];

    [Fact]
    public void Every_state_is_visited() =>
        Assert.Equal(typeof(AllowanceCase).Assembly.GetTypes().Where(t => t.BaseType == typeof(AllowanceCase)).Select(t => t.Name).Order(StringComparer.Ordinal), States.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_command_ends_in_every_state(string state)
    {
        Assert.Equal(state, States[state].State.GetType().Name);
        foreach (var command in Commands())
        {
            foreach (var act in new[] { Approver.On("2026-11-02"), SecondReviewer.On("2014-05-05"), Officer.System("2030-12-31"), Approver.On("1980-01-01") })
            {
                // Without the look at policy first, which would refuse most of these.
                var decision = AllowanceDecisions.Decide((AllowanceCase)States[state].State, (AllowanceCommand)command, AllowancePolicy.Read(Book.At(Household.HukouRegion, act.Today)), act);
                Assert.True(decision.Refusal is null || decision.Refusal.Code.StartsWith("E_", StringComparison.Ordinal));
                _ = States[state].When(command, act);
            }
        }
    }

    [Fact]
    public void Every_command_has_an_example()
    {
        var all = typeof(AllowanceCommand).Assembly.GetTypes().Where(t => t.BaseType == typeof(AllowanceCommand)).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        all.ExceptWith(Commands().Select(c => c.GetType().Name));
        Assert.Empty(all);
    }

    private static List<object> Commands()
    {
        // The examples, the same emptied of every list and text, and what other processes send.
        List<object> examples = [.. typeof(AllowanceExamples).GetFields(BindingFlags.Static | BindingFlags.Public).Select(f => f.GetValue(null)!).OfType<AllowanceCommand>()];
        examples.AddRange(
        [
            new OpenPublicity("GS-1", NoticeKind.Initial, new(2026, 10, 12), new(2026, 10, 19)), new OpenPublicity("GS-1", NoticeKind.Approval, default, DateOnly.MaxValue),
            new OpenPublicity("GS-1", NoticeKind.LongTerm, default, default), Closed(), new ClosePublicity("GS-1", NoticeKind.Approval, NoticeOutcome.ObjectionUpheld, default),
            new NoteComplaint("", ""), new NoteSpotCheck("", "", ""), new NoteDeadline(Clock.Total, Missed: true),
        ]);
        return [.. examples, .. examples.Select(Emptied)];
    }

    private static object Emptied(object command)
    {
        var constructor = command.GetType().GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Empty(p.ParameterType, command, p.Name!))]);

        static object? Empty(Type type, object command, string name) =>
            type == typeof(string) ? ""
            : type == typeof(Application) ? Application.None
            : type == typeof(Document) ? new Document("", "", "")
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? Array.CreateInstance(type.GetGenericArguments()[0], 0)
            : type.IsValueType ? Activator.CreateInstance(type)
            : command.GetType().GetProperty(name)!.GetValue(command);
    }

    private static Scenario Approval() => New()
        .Do(Apply(), Window.On("2014-05-04")).Do(AllowanceExamples.Accept, Window.On("2014-05-05")).Do(AllowanceExamples.Start, Township.On("2014-05-06"))
        .Do(AllowanceExamples.TownshipVisit, Township.On("2014-05-08")).Do(AllowanceExamples.AttachedReport, Township.On("2014-05-12"))
        .Do(AllowanceExamples.Income with { From = new(2013, 5), To = new(2014, 4) }, Township.On("2014-05-13")).Do(AllowanceExamples.Assets, Township.On("2014-05-13"))
        .Do(AllowanceExamples.Review, Township.On("2014-05-20")).Do(AllowanceExamples.Opinion, Reviewer.On("2014-05-22"))
        .Do(new OpenPublicity("GS-1", NoticeKind.Initial, new(2014, 5, 22), new(2014, 5, 29)), Township.On("2014-05-22"))
        .Do(new ClosePublicity("GS-1", NoticeKind.Initial, NoticeOutcome.NoObjection, new(2014, 5, 30)), Officer.System("2014-05-30"))
        .Do(AllowanceExamples.Report, Reviewer.On("2014-06-03")).Do(AllowanceExamples.Check, County.On("2014-06-10"))
        .Do(new OpenPublicity("GS-2", NoticeKind.Approval, new(2014, 6, 11), new(2014, 6, 18)), County.On("2014-06-11"));
}
