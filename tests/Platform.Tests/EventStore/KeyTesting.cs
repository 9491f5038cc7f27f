using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>A database of its own with a store that knows loans and boards.</summary>
public abstract class KeyTesting : IAsyncLifetime
{
    internal const string Explained = "KEY-341503-2026-000001";
    internal static readonly PersonId Borrower = PersonId.Hydrate("abcdefghijklmnopqrstuvwxyz");
    private TestDatabase? database;
    private CaseStore? store;

    /// <summary>The fee is 12.50 yuan from 2026 on; before that nothing is known.</summary>
    internal static readonly PolicyBook Book = PolicyBook.Load([("keys.json", new MemoryStream(
        """
        { "parameters": [{ "code": "key-fee", "unit": "yuan/loan", "values": [
          { "region": "341503000000", "from": "2026-01-01", "value": 12.50, "basis": "钥匙管理办法第1条", "status": "Local" } ] }] }
        """u8.ToArray()))]);

    internal static IReadOnlyList<SchemaScript> Scripts => SchemaSetup.Scripts(typeof(KeyTesting).Assembly, "keys");

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal static Officer Officer => Officer.With(Roles.WindowOfficer).In("341503000000");

    internal TestDatabase Database => database!;

    internal CaseStore Store => store!;

    internal EventLog Log => new(Database.Application);

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create(Scripts, Stop);
        store = new(Database.Application, [KeyLoans.Type, KeyBoards.Type], Book);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal static LendKey Lend(string key, string? board = null, string lastDay = "2026-03-10") => new(KeyLoans.Region("341503002000"), key, Borrower, Day(lastDay), board);

    internal static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    internal static Order Open(string key, string? board = null, Act? by = null) => Remembered(new(KeyLoans.Type, null, Lend(key, board), by ?? Officer.On("2026-03-02")) { Opens = true });

    internal static Order On(string id, KeyLoanCommand command, Act? by = null, long? expected = null) =>
        Remembered(new(KeyLoans.Type, id, command, by ?? Officer.On("2026-03-02")) { Expected = expected });

    internal static Order Hang(string name) => Remembered(new(KeyBoards.Type, null, new HangBoard(name), Officer.In("000000000000").On("2026-03-02")) { Opens = true });

    /// <summary>With the hash of its command, as the host takes it of the body.</summary>
    internal static Order Remembered(Order order) => order with { Body = SHA256.HashData(Encoding.UTF8.GetBytes($"{order.Id}{order.Command.GetType().Name}{JsonSerializer.Serialize(order.Command, order.Command.GetType())}")) };

    internal async Task<string> Lent(string key, string? board = null, Act? by = null) => Done(await Store.Execute(Open(key, board, by), Stop)).Id;

    internal async Task<string> Hung(string name) => Done(await Store.Execute(Hang(name), Stop)).Id;

    internal static Outcome.Done Done(Outcome outcome) =>
        outcome is Outcome.Done done ? done : throw new InvalidOperationException($"Refused: {((Outcome.Refused)outcome).Refusal.Code}");

    internal static Refusal Refused(Outcome outcome, string code)
    {
        var refusal = Assert.IsType<Outcome.Refused>(outcome).Refusal;
        Assert.Equal(code, refusal.Code);
        return refusal;
    }

    /// <summary>No number was drawn that no event has.</summary>
    internal async Task NoGaps() => Assert.Equal(
        await Database.Ask<long>("select count(*) from mt_events", Stop),
        await Database.Ask<long>("select case when is_called then last_value else 0 end from mt_events_sequence", Stop));

    internal static async Task<NpgsqlConnection> Connect(string connection)
    {
        var open = new NpgsqlConnection(connection);
        await open.OpenAsync(Stop);
        return open;
    }
}
