using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.Tests.EventStore;
using Platform.Tests.Support;

namespace Platform.Tests.Drills;

/// <summary>
/// A server, one or more replicas of the key service on it, 32 writers and three consumers of its feed at work. The consumers'
/// database is on another server: what they have taken is durable there, whatever becomes of the service's own.
/// </summary>
internal sealed class Drill : IAsyncDisposable
{
    private const int Writers = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly ConcurrentDictionary<string, (string Token, long Since)> tokens = new(StringComparer.Ordinal);
    private readonly TestIdentity identity;
    private Task[] work = [];
    private int turn;
    private int answered;
    private int unanswered;

    private Drill(DrillServer server, IReadOnlyList<ServiceProcess> services, TestDatabase hearing, TestIdentity identity) =>
        (Server, Services, Hearing, this.identity) = (server, services, hearing, identity);

    /// <summary>The long drill: PLATFORM_DRILL=full.</summary>
    public static bool Full => Environment.GetEnvironmentVariable("PLATFORM_DRILL") == "full";

    public DrillServer Server { get; }

    public IReadOnlyList<ServiceProcess> Services { get; }

    /// <summary>The consumers' database.</summary>
    public TestDatabase Hearing { get; }

    /// <summary>Every command that was answered.</summary>
    public ConcurrentQueue<Command> Given { get; } = [];

    /// <summary>Every command whose writer has given up waiting for an answer.</summary>
    public ConcurrentQueue<Command> Abandoned { get; } = [];

    /// <summary>How often each status and code was answered.</summary>
    public ConcurrentDictionary<string, int> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Writers finish what they are at and begin nothing new.</summary>
    public bool Over { get; private set; }

    /// <summary>Consumers end when they are here.</summary>
    public long Target { get; private set; } = long.MaxValue;

    /// <summary>Commands that nobody answered, or with "try again".</summary>
    public int Unanswered => Volatile.Read(ref unanswered);

    public CancellationToken Stop { get; } = TestContext.Current.CancellationToken;

    public static async Task<Drill> Start(int replicas)
    {
        var stop = TestContext.Current.CancellationToken;
        var server = await DrillServer.Start(schema: true, stop);
        var services = new List<ServiceProcess>();
        TestDatabase? hearing = null;
        try
        {
            hearing = await TestDatabase.CreateEmpty(stop);
            await SchemaSetup.Apply(hearing.AsOwner, SchemaSetup.Scripts(), hearing.AppRole, stop);
            await hearing.Do(PlainConsumer.Table, stop);
            for (var i = 0; i < replicas; i++)
            {
                services.Add(await ServiceProcess.Start(server, "Platform.Tests", Program.Serve));
            }

            var drill = new Drill(server, services, hearing, await TestIdentity.Shared);
            await drill.Ready();
            return drill;
        }
        catch
        {
            foreach (var service in services)
            {
                await service.DisposeAsync();
            }

            await (hearing?.DisposeAsync() ?? default);
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writers and consumers work while the storm goes on, and are let finish afterwards.</summary>
    public async Task Run(Func<Task> storm)
    {
        foreach (var board in Writer.AllBoards)
        {
            _ = (await Give(new($"hang-{board}", "writer-0", DrillService.Boards, new HangBoard(board)), () => false))!.Ok;
        }

        var writers = Enumerable.Range(0, Writers).Select(i => new Writer(this, i).Run()).ToArray();
        Task[] consumers = [new PlainConsumer(this).Run(), new HouseConsumer(this).Run(), new HouseConsumer(this).Run()];
        work = [.. writers, .. consumers];
        try
        {
            await Progress(100);
            await storm();
        }
        finally
        {
            Over = true;
        }

        await Task.WhenAll(writers).WaitAsync(Patience, Stop);
        await RetryAbandoned();
        await WorkDeadlines();
        Target = await Server.Ask<long>("select max(seq_id) from mt_events");
        await Task.WhenAll(consumers).WaitAsync(Patience, Stop);
    }

    /// <summary>Every replica says that it is ready.</summary>
    /// <param name="supervised">Start one again that ends because it finds no database; otherwise all must live.</param>
    public Task Ready(bool supervised = false) => Task.WhenAll(Services.Select(s => s.Ready(supervised, Stop)));

    /// <summary>Waits until so many more commands have been answered: whatever happened before is overcome.</summary>
    public Task Progress(int commands)
    {
        var wanted = Volatile.Read(ref answered) + commands;
        return Until(() => Volatile.Read(ref answered) >= wanted, "Commands are not answered any more.");
    }

    /// <summary>Waits until so many more commands have not been answered: what was done is felt.</summary>
    public Task Felt(int commands)
    {
        var wanted = Unanswered + commands;
        return Until(() => Unanswered >= wanted, "Nobody felt it.");
    }

    /// <summary>Gives a command until it is answered.</summary>
    /// <param name="command">The command.</param>
    /// <param name="giveUp">Asked after each try that was not answered.</param>
    /// <returns>The answer; null when given up.</returns>
    public async Task<Answer?> Give(Command command, Func<bool> giveUp)
    {
        while (true)
        {
            if (await Try(command) is { } answer)
            {
                Given.Enqueue(command);
                Interlocked.Increment(ref answered);
                return command.Take(answer);
            }

            Interlocked.Increment(ref unanswered);
            if (giveUp())
            {
                Abandoned.Enqueue(command);
                return null;
            }

            await Task.Delay(Random.Shared.Next(20, 200), Stop);
        }
    }

    /// <summary>Ends the consumers' sessions with their own database.</summary>
    public async Task CutConsumers()
    {
        await using var superuser = new NpgsqlConnection(Hearing.Superuser);
        await superuser.OpenAsync(Stop);
        await using var cut = new NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", superuser);
        await cut.ExecuteNonQueryAsync(Stop);
    }

    /// <summary>Somebody's requests to the next replica in turn.</summary>
    public SignedIn As(string user, string role)
    {
        var (token, since) = tokens.GetOrAdd(user, _ => ("", 0));
        if (token.Length == 0 || Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(2))
        {
            (token, since) = (identity.Token(user, [role]), Stopwatch.GetTimestamp());
            tokens[user] = (token, since);
        }

        return new(Services[(int)((uint)Interlocked.Increment(ref turn) % (uint)Services.Count)].Http, token);
    }

    /// <summary>What a request meets when there is nobody to answer it.</summary>
    public bool IsNoAnswer(Exception e) => e is HttpRequestException or IOException or OperationCanceledException && !Stop.IsCancellationRequested;

    public async ValueTask DisposeAsync()
    {
        Over = true;
        Target = 0;
        foreach (var service in Services)
        {
            await service.DisposeAsync();
        }

        // Of a drill that has failed: nobody answers them any more.
        await Task.WhenAny(Task.WhenAll(work), Task.Delay(TimeSpan.FromSeconds(10), CancellationToken.None));
        await Server.DisposeAsync();
        await Hearing.DisposeAsync();
    }

    private async Task<Answer?> Try(Command command)
    {
        try
        {
            var answer = await As(command.User, Roles.WindowOfficer).Post(command.Path, command.Body, command.Key, command.IfMatch);
            Count($"{answer.Status} {answer.Code}");
            return answer.Status < 500 ? answer : null;
        }
        catch (Exception e) when (IsNoAnswer(e))
        {
            Count("no answer");
            return null;
        }
    }

    private void Count(string answer) => Answers.AddOrUpdate(answer, 1, (_, n) => n + 1);

    /// <summary>What nobody was told is there once or not at all, and whoever asks again under the same key is told as the first time.</summary>
    private async Task RetryAbandoned()
    {
        await Parallel.ForEachAsync(Abandoned, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Stop }, async (command, stop) =>
        {
            var before = await Server.All($"select split_part(stream_id, '/', 2), since, version from handled_requests where request = 'test/{command.Key}'", r => (r.GetString(0), r.GetInt64(1), r.GetInt64(2)));
            var answer = await Give(command, () => false);
            if (before is [var (id, since, version)])
            {
                Assert.Equal((id, since, version), (answer!.Id, (long)answer.Json["since"]!, answer.Version));
            }
        });
    }

    /// <summary>
    /// A deadline is claimed for five minutes by the replica that works on it; one that was killed leaves its claims behind.
    /// The drill lets those minutes pass at once.
    /// </summary>
    private Task WorkDeadlines() => Until(
        async () =>
        {
            await Server.Do("update deadlines set not_before = null where not_before is not null");
            await Task.Delay(1_000, Stop);
            return await Server.Ask<long>(string.Create(CultureInfo.InvariantCulture, $"select count(*) from deadlines where armed and due <= '{CivilTime.Day(DateTimeOffset.UtcNow):yyyy-MM-dd}'")) == 0;
        },
        "Deadlines are not worked on any more.");

    private Task Until(Func<bool> reached, string otherwise) => Until(() => Task.FromResult(reached()), otherwise);

    private async Task Until(Func<Task<bool>> reached, string otherwise)
    {
        var watch = Stopwatch.StartNew();
        while (!await reached())
        {
            foreach (var failed in work.Where(t => t.IsFaulted))
            {
                await failed;
            }

            Assert.True(watch.Elapsed < Patience, $"{otherwise}\n{string.Join('\n', Answers)}\n{string.Join('\n', Services.Select(s => s.LastWords))}");
            await Task.Delay(20, Stop);
        }
    }
}
