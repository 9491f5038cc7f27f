using System.Globalization;
using Platform.Cases;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.Drills;

/// <summary>
/// Lends keys, labels, extends and takes them back, one command after the other. Nobody else touches its loans but the
/// deadline worker, so it knows the right answer to each command, whichever replica gives it.
/// </summary>
internal sealed class Writer(Drill drill, int number)
{
    public static readonly IReadOnlyList<string> AllBoards = ["board-0", "board-1", "board-2"];
    private readonly Random random = new(number);

    public async Task Run()
    {
        for (var round = 0; !drill.Over; round++)
        {
            await Lend(round);
        }
    }

    private async Task Lend(int round)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{number}-{round}");
        // Two neighbours want the same key, or the same label, in the same round: one of them gets it.
        var pair = string.Create(CultureInfo.InvariantCulture, $"pair-{number / 2}-{round}");
        var (keyWanted, tagWanted, due) = (round % 6 == 2, round % 5 == 1, round % 7 == 3);
        var today = CivilTime.Day(DateTimeOffset.UtcNow);
        var board = random.Next(4) == 0 ? AllBoards[random.Next(AllBoards.Count)] : null;
        var lend = KeyTesting.Lend(keyWanted ? pair : name, board) with { LastDay = due ? today : today.AddDays(10) };
        var loan = new Loan(name, due);

        if (!await Act(loan, "", lend, 1, (409, "E_KEY_OUT", keyWanted), (422, "E_PAST", due))
            || !await Act(loan, "label-key", new LabelKey([$"{name}-a", tagWanted ? pair : $"{name}-b"]), 2, (409, "E_TAG", tagWanted)))
        {
            return;
        }

        if (!due && !(await Turned(loan, "extend-loan", new ExtendLoan(today.AddDays(20)), loan.Version - 1, 412, "E_VERSION")
            && await Act(loan, "extend-loan", new ExtendLoan(today.AddDays(20)), 1)))
        {
            return;
        }

        if (round % 3 != 0 && await Act(loan, "return-key", new ReturnKey(), 1))
        {
            await Turned(loan, "extend-loan", new ExtendLoan(today.AddDays(30)), null, 409, "E_STATE");
        }
    }

    /// <summary>An act that adds so many facts, or is refused as it may be here.</summary>
    /// <returns>False when the writer is through with this loan.</returns>
    private async Task<bool> Act(Loan loan, string act, object body, int facts, params (int Status, string Code, bool Possible)[] refusals)
    {
        var opens = act.Length == 0;
        var command = Command(loan, act, body, opens || loan.Due ? null : loan.Version);
        if (await Give(command) is not { } answer)
        {
            return false;
        }

        if (!command.Acknowledged)
        {
            Assert.True(refusals.Any(r => r.Possible && (r.Status, r.Code) == (answer.Status, answer.Code)), $"{command.Key}: {answer}");
            return !opens;
        }

        var since = (long)answer.Json["since"]!;
        // A reminder may come in between where one is due; otherwise nobody has touched the loan.
        Assert.True(since == loan.Version || (loan.Due && since == loan.Version + 1), $"{command.Key} on version {loan.Version}: {answer}");
        Assert.Equal((opens ? 201 : 200, since + facts, $"\"{since + facts}\""), (answer.Status, answer.Version, answer.ETag));
        (loan.Id, loan.Version) = (answer.Id, answer.Version);
        return true;
    }

    /// <summary>An act that must be refused, also by a replica that has not heard of what stands against it.</summary>
    private async Task<bool> Turned(Loan loan, string act, object body, long? ifMatch, int status, string code)
    {
        var command = Command(loan, act, body, ifMatch);
        if (await Give(command) is not { } answer)
        {
            return false;
        }

        Assert.True((status, code) == (answer.Status, answer.Code), $"{command.Key} on version {loan.Version} with If-Match {ifMatch}: {answer}");
        return true;
    }

    private Command Command(Loan loan, string act, object body, long? ifMatch) =>
        new($"{loan.Name}-{loan.Acts++}", $"writer-{number}", loan.Id.Length == 0 ? DrillService.Loans : $"{DrillService.Loans}/{loan.Id}/{act}", body, ifMatch);

    /// <summary>Once; or twice at the same time, or again afterwards: as often as it is asked, it is answered the same.</summary>
    private async Task<Answer?> Give(Command command)
    {
        var often = random.Next(10);
        if (often == 0)
        {
            var both = await Task.WhenAll(drill.Give(command, () => false), drill.Give(command, () => false));
            return both[0];
        }

        var answer = await drill.Give(command, () => random.Next(15) == 0);
        if (often == 1 && command.Acknowledged)
        {
            await drill.Give(command, () => false);
        }

        return answer;
    }

    private sealed class Loan(string name, bool due)
    {
        public string Name => name;

        public bool Due => due;

        public string Id { get; set; } = "";

        public long Version { get; set; }

        public int Acts { get; set; }
    }
}
