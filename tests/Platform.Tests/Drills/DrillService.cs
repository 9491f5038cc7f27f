using Microsoft.Extensions.DependencyInjection;
using Platform.Cases;
using Platform.ServiceHost;
using Platform.Tests.EventStore;

namespace Platform.Tests.Drills;

/// <summary>What other services are told of every fact of a loan, so that a consumer can miss, double or reorder any of them.</summary>
internal sealed record LoanMoved(string Loan, long Version, string Fact);

/// <summary>
/// The service that is killed. Key loans and not a line of business: one short command there touches numbers, a claim, a
/// deadline that is due today, a unique row, two views, another case and the feed, and the law is so small that the
/// drill knows the right answer to every command.
/// </summary>
internal static class DrillService
{
    public const string Loans = "/keys/loans";
    public const string Boards = "/keys/boards";
    public const string Feed = "/keys/feed";

    public static readonly CaseType<KeyLoan, KeyLoanCommand, KeyLoanEvent, KeyPolicy> Type = new(KeyLoanJson.Default)
    {
        Name = KeyLoans.Type.Name,
        Numbered = KeyLoans.Type.Numbered,
        Initial = KeyLoans.Type.Initial,
        Policy = KeyLoans.Type.Policy,
        Decide = KeyLoans.Type.Decide,
        Evolve = KeyLoans.Type.Evolve,
        Region = KeyLoans.Type.Region,
        Summary = KeyLoans.Type.Summary,
        Views = KeyLoans.Type.Views,
        Then = KeyLoans.Type.Then,
        WhenDue = KeyLoans.Type.WhenDue,
        Publish = fact => new LoanMoved(fact.Id, fact.Version, KeyLoans.Type.AliasOf(fact.Fact)),
    };

    public static Service Create() => new Service("keys", new("钥匙", "Keys"), typeof(DrillService).Assembly)
        .With(services => services.AddSingleton(KeyTesting.Book))
        .Add(new Process(Type, "loans", new("钥匙借用", "Key loans"))
            .Opens(new("借出钥匙", "Lend a key"), [Roles.WindowOfficer], KeyTesting.Lend("K-1"))
            .Does(new("延期", "Extend"), [Roles.WindowOfficer], new ExtendLoan(KeyTesting.Day("2026-04-01")))
            .Does(new("贴标签", "Label"), [Roles.WindowOfficer], new LabelKey(["red"]))
            .Does(new("归还", "Return"), [Roles.WindowOfficer], new ReturnKey()))
        .Add(new Process(KeyBoards.Type, "boards", new("钥匙板", "Key boards"))
            .Opens(new("挂板", "Hang a board"), [Roles.WindowOfficer], new HangBoard("board-a")));
}
