using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.EventStore;

namespace Platform.Tests.Drills;

/// <summary>Reads the feed from its own position on, through any replica, and writes effect and position together.</summary>
internal abstract class Consumer(Drill drill, string name)
{
    protected Drill Drill => drill;

    protected string Name => name;

    protected EventLog Log { get; } = new(drill.Hearing.Application);

    public async Task Run()
    {
        while (true)
        {
            try
            {
                var floor = await Log.Position(name, drill.Stop);
                if (floor >= drill.Target)
                {
                    return;
                }

                var answer = await drill.As(name, Roles.FeedReader).Get(string.Create(CultureInfo.InvariantCulture, $"{DrillService.Feed}?after={floor}&wait=2"));
                drill.Answers.AddOrUpdate($"feed {answer.Status} {answer.Code}", 1, (_, n) => n + 1);
                if (answer.Status == 200)
                {
                    var page = JsonSerializer.Deserialize<FeedPage>(answer.Text, Json.Plain)!;
                    if (page.Next > floor)
                    {
                        await Take([.. page.Events.Select(e => new Told(e.Id, e.Subject, e.Data.GetProperty("version").GetInt64(), e.Data.GetProperty("fact").GetString()!, e.Position))], floor, page.Next);
                    }

                    continue;
                }
            }
            catch (Exception e) when (e is NpgsqlException or PositionMovedException || drill.IsNoAnswer(e))
            {
                // Nothing of it stands, or all of it does: the position tells.
            }

            await Task.Delay(Random.Shared.Next(20, 200), drill.Stop);
        }
    }

    protected abstract Task Take(IReadOnlyList<Told> told, long floor, long ceiling);

    protected sealed record Told(string Event, string Loan, long Version, string Fact, long Position);
}

/// <summary>Anybody's consumer: a table, and a position that is compared and set in the same transaction.</summary>
internal sealed class PlainConsumer(Drill drill) : Consumer(drill, "plain")
{
    public const string Table = "create table drill_effects (place bigint generated always as identity, event text not null, loan text not null, version bigint not null, fact text not null, position bigint not null)";

    protected override async Task Take(IReadOnlyList<Told> told, long floor, long ceiling)
    {
        await using var connection = await Drill.Hearing.AsOwner.OpenConnectionAsync(Drill.Stop);
        await using var transaction = await connection.BeginTransactionAsync(Drill.Stop);
        await using var position = new NpgsqlCommand(floor == 0
            ? "insert into mt_event_progression (name, last_seq_id) values ($1, $3) on conflict do nothing"
            : "update mt_event_progression set last_seq_id = $3 where name = $1 and last_seq_id = $2", connection) { Parameters = { new() { Value = Name }, new() { Value = floor }, new() { Value = ceiling } } };
        if (await position.ExecuteNonQueryAsync(Drill.Stop) == 0)
        {
            return;
        }

        await using var effects = new NpgsqlCommand("insert into drill_effects (event, loan, version, fact, position) select * from unnest($1, $2, $3, $4, $5)", connection)
        {
            Parameters =
            {
                new() { Value = told.Select(t => t.Event).ToArray() }, new() { Value = told.Select(t => t.Loan).ToArray() }, new() { Value = told.Select(t => t.Version).ToArray() },
                new() { Value = told.Select(t => t.Fact).ToArray() }, new() { Value = told.Select(t => t.Position).ToArray() },
            },
        };
        await effects.ExecuteNonQueryAsync(Drill.Stop);
        await transaction.CommitAsync(Drill.Stop);
    }
}

/// <summary>
/// A consumer as services of the house have it: what it hears becomes commands to its own cases, written with its position.
/// Two of them share one name and one database, as two replicas of the hearing service would.
/// </summary>
internal sealed class HouseConsumer(Drill drill) : Consumer(drill, "house")
{
    private readonly CaseStore store = new(drill.Hearing.Application, [KeyBoards.Type], KeyTesting.Book);

    /// <summary>What it writes down of an event.</summary>
    public static string Effect(long version, string fact) => string.Create(CultureInfo.InvariantCulture, $"{version} {fact}");

    protected override async Task Take(IReadOnlyList<Told> told, long floor, long ceiling)
    {
        var now = DateTimeOffset.UtcNow;
        var outcomes = await store.Execute(
            [.. told.Select(t => new Order(KeyBoards.Type, t.Loan, new TakeOff(Effect(t.Version, t.Fact)), Act.BySystemOn(CivilTime.Day(now), now, $"heard:{t.Event}"))
            {
                Opens = true,
                Body = SHA256.HashData(Encoding.UTF8.GetBytes(t.Event)),
            })], (Name, floor, ceiling), Drill.Stop);
        Assert.All(outcomes, o => Assert.IsType<Outcome.Done>(o));
    }
}
