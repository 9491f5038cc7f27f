using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Npgsql;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.Support;

namespace Platform.Tests.EventStore;

/// <summary>
/// Whatever is asked of two replicas, in whatever order, with connections cut between question and answer: there is an order
/// of one after the other that explains every answer, and the database holds exactly what the model holds after it.
/// </summary>
public sealed class ModelTests
{
    private const string Reader = "hearing";
    private static readonly string[] Tags = ["red", "blue", "green"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Pinned, so that what was green yesterday is green today; <c>PLATFORM_DRILL=full</c> goes further from each of them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20_260_302)]
    [InlineData(341_503)]
    public void Whatever_happens_the_database_holds_what_the_model_holds(ulong seed) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(ProofScale.Of(25, 400)).WithReplay(FSharpOption<Replay>.Some(new(new(seed), FSharpOption<int>.None))),
        Prop.ForAll(Stories, story => Run(story).GetAwaiter().GetResult()));

    private enum What
    {
        Hang, Lock, Lend, Extend, Label, Return, PassOn, Again, KeyUsedAgain,
    }

    private enum If
    {
        Anyway, Right, Old,
    }

    private enum Way
    {
        Alone, Together, AtOnce, Heard, HeardTooLate, StoreThrownAway, Morning,
    }

    /// <param name="A">Picks a case, a key, an earlier request.</param>
    /// <param name="B">Picks a day, a board, a tag.</param>
    private sealed record Ask(What What, int A, int B, If If)
    {
        public override string ToString() => $"{What}({A},{B}{(If == If.Anyway ? "" : $",{If}")})";
    }

    /// <param name="Cut">The connection is cut behind so many questions to the database; 0: it is not.</param>
    private sealed record Step(Way Way, IReadOnlyList<Ask> Asks, int Replica, int Cut)
    {
        public override string ToString() => $"{Way} {string.Join(' ', Asks)} at {Replica}{(Cut == 0 ? "" : $", cut behind {Cut}")}";
    }

    private sealed record Story(IReadOnlyList<Step> Steps)
    {
        public override string ToString() => string.Join('\n', Steps.Prepend<object>(""));
    }

    private static Arbitrary<Story> Stories
    {
        get
        {
            var ask = from what in Gen.Frequency(
                        (1, Gen.Constant(What.Hang)), (1, Gen.Constant(What.Lock)), (5, Gen.Constant(What.Lend)), (3, Gen.Constant(What.Extend)), (3, Gen.Constant(What.Label)),
                        (4, Gen.Constant(What.Return)), (2, Gen.Constant(What.PassOn)), (3, Gen.Constant(What.Again)), (1, Gen.Constant(What.KeyUsedAgain)))
                      from a in Gen.Choose(0, 11)
                      from b in Gen.Choose(0, 5)
                      from version in Gen.Frequency((6, Gen.Constant(If.Anyway)), (2, Gen.Constant(If.Right)), (1, Gen.Constant(If.Old)))
                      select new Ask(what, a, b, version);
            var step = from way in Gen.Frequency(
                        (6, Gen.Constant(Way.Alone)), (3, Gen.Constant(Way.Together)), (4, Gen.Constant(Way.AtOnce)), (2, Gen.Constant(Way.Heard)), (1, Gen.Constant(Way.HeardTooLate)),
                        (1, Gen.Constant(Way.StoreThrownAway)), (1, Gen.Constant(Way.Morning)))
                       from count in Gen.Choose(2, 4)
                       from asks in Gen.ArrayOf(ask, way switch { Way.Alone => 1, Way.StoreThrownAway or Way.Morning => 0, _ => count })
                       from replica in Gen.Choose(0, 1)
                       from cut in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 4)))
                       select new Step(way, asks, replica, way is Way.HeardTooLate or Way.Morning ? 0 : cut);
            var steps = Arb.Array(Arb.From(step, Smaller));
            return Arb.From(
                from length in Gen.Choose(1, 25) from some in Gen.ArrayOf(step, length) select new Story(some),
                story => steps.Shrinker([.. story.Steps]).Select(s => new Story(s)));
        }
    }

    private static IEnumerable<Step> Smaller(Step step)
    {
        if (step.Cut > 0)
        {
            yield return step with { Cut = 0 };
        }

        for (var i = 0; i < step.Asks.Count && step.Asks.Count > 1; i++)
        {
            yield return step with { Asks = [.. step.Asks.Take(i), .. step.Asks.Skip(i + 1)], Way = step.Asks.Count == 2 && step.Way is Way.Together or Way.AtOnce ? Way.Alone : step.Way };
        }
    }

    private static async Task Run(Story story)
    {
        await using var database = await TestDatabase.Create(KeyTesting.Scripts, Stop);
        await using var wire = new CuttingWire(new NpgsqlConnectionStringBuilder(database.App).Port);
        // Where Npgsql prefers encryption it opens once more without when it is cut off while opening, and what it then opens fails at its first transaction.
        await using var cuttable = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.App) { Port = wire.Port, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable }.ConnectionString);
        var player = new Player(database, wire, [cuttable, database.Application]);
        foreach (var step in story.Steps)
        {
            await player.Play(step);
        }

        await player.Compare();
    }

    /// <summary>Plays a story on the store and keeps every model that explains what has been answered so far.</summary>
    private sealed class Player(TestDatabase database, CuttingWire wire, NpgsqlDataSource[] sources)
    {
        private readonly CaseStore[] stores = [.. sources.Select(NewStore)];
        private readonly List<Order> sent = [];
        private readonly TestClock clock = TestClock.On("2026-03-02");
        private IReadOnlyList<StoreModel> models = [new()];

        private DateOnly Today => CivilTime.Day(clock.Now);

        public async Task Play(Step step)
        {
            var orders = step.Asks.Select(Resolve).ToList();
            sent.AddRange(orders);
            wire.CutBehind(step.Replica == 0 ? step.Cut : 0);
            var before = string.Join("\n\n", models.Select(Text));
            List<string?> answers = [];
            switch (step.Way)
            {
                case Way.StoreThrownAway:
                    stores[step.Replica] = NewStore(sources[step.Replica]);
                    break;
                case Way.Morning:
                    clock.Now = clock.Now.AddDays(4);
                    for (var worker = new DeadlineWorker(sources[1], stores[1], clock); await worker.Run(cancel: Stop) > 0;)
                    {
                    }

                    Become(models.Select(m => m.Morning(Today, clock.Now)));
                    break;
                case Way.Heard or Way.HeardTooLate:
                    var floor = models[0].Position + (step.Way == Way.Heard ? 0 : 1_000);
                    var beaten = false;
                    var outcomes = await Try(async () =>
                    {
                        try
                        {
                            return await stores[step.Replica].Execute(orders, (Reader, floor, floor + 10), Stop);
                        }
                        catch (PositionMovedException)
                        {
                            beaten = true;
                            return null;
                        }
                    });
                    answers = outcomes is null ? [.. orders.Select(_ => (string?)null)] : [.. outcomes.Select(StoreModel.Answer)];
                    // Not told how it went: all of it with the position, or some of it without.
                    Become(
                    [
                        .. outcomes is null ? InSomeOrder(models.Where(m => !beaten || m.Position != floor), [.. orders.Zip(answers)], keepsItsCases: true) : [],
                        .. beaten ? [] : InSomeOrder(models.Where(m => m.Position == floor), [.. orders.Zip(answers)], keepsItsCases: true, unknownIsDone: true).Select(m => m with { Position = floor + 10 }),
                    ]);
                    break;
                case Way.Together:
                    answers = await Try(async () => await stores[step.Replica].Execute(orders, cancel: Stop)) is { } together
                        ? [.. together.Select(StoreModel.Answer)] : [.. orders.Select(_ => (string?)null)];
                    Become(InSomeOrder(models, [.. orders.Zip(answers)], keepsItsCases: true));
                    break;
                default:
                    answers = [.. await Task.WhenAll(orders.Select((o, n) => Try(async () => StoreModel.Answer(await stores[(step.Replica + n) % 2].Execute(o, Stop)))))];
                    Become(InSomeOrder(models, [.. orders.Zip(answers)]));
                    break;
            }

            await wire.Calm();
            Assert.True(models.Count > 0, $"No order explains the answers {string.Join(", ", answers.Select(a => a ?? "(cut)"))} to {step}\n{string.Join('\n', orders.Select(o => $"{o.Id} {o.Command} if {o.Expected} key {o.Act.Request}"))}\nwhere this stood:\n{before}");

            async Task<T?> Try<T>(Func<Task<T?>> ask) where T : class
            {
                try
                {
                    return await ask();
                }
                catch (NpgsqlException e) when (step.Cut > 0 && e is not PostgresException)
                {
                    return null;
                }
            }
        }

        public async Task Compare()
        {
            var actual = string.Join('\n', (await Content()).Order(StringComparer.Ordinal));
            if (!models.Any(m => Text(m) == actual))
            {
                Assert.Equal(Text(models[0]), actual);
            }
        }

        private static CaseStore NewStore(NpgsqlDataSource source) => new(source, StoreModel.Types.Values, KeyTesting.Book);

        private static string Text(StoreModel model) => string.Join('\n', model.Lines().Order(StringComparer.Ordinal));

        private void Become(IEnumerable<StoreModel> possible) => models = [.. possible.DistinctBy(Text)];

        /// <summary>What may stand when the orders were carried out one after the other; each of those without an answer may have been or not.</summary>
        /// <param name="before">What may have stood before.</param>
        /// <param name="asked">The orders and what was answered.</param>
        /// <param name="keepsItsCases">The orders of one case are carried out in their order: they came as one list.</param>
        /// <param name="unknownIsDone">Those without an answer have been.</param>
        private static IEnumerable<StoreModel> InSomeOrder(IEnumerable<StoreModel> before, IReadOnlyList<(Order Order, string? Answer)> asked, bool keepsItsCases = false, bool unknownIsDone = false)
        {
            return before.SelectMany(m => From(m, asked));

            IEnumerable<StoreModel> From(StoreModel model, IReadOnlyList<(Order Order, string? Answer)> left) => left.Count == 0 ? [model]
                : left.SelectMany((o, n) => keepsItsCases && left.Take(n).Any(e => e.Order.Id is not null && e.Order.Id == o.Order.Id) ? []
                    : After(model, o.Order, o.Answer).SelectMany(m => From(m, [.. left.Take(n), .. left.Skip(n + 1)])));

            IEnumerable<StoreModel> After(StoreModel model, Order order, string? answer)
            {
                var (after, said) = model.Carry(order);
                return answer is null ? unknownIsDone ? [after] : [model, after] : answer == said ? [after] : [];
            }
        }

        private Order Resolve(Ask ask)
        {
            var model = models[0];
            var act = Officer.With(Roles.WindowOfficer).On(Today);
            var loans = model.Cases(KeyLoans.Type);
            if (ask.What is What.Again or What.KeyUsedAgain && sent.Count > 0)
            {
                var earlier = sent[ask.A % sent.Count];
                return ask.What == What.Again ? earlier : KeyTesting.Remembered(earlier with { Type = KeyLoans.Type, Id = null, Opens = true, Expected = null, Command = KeyTesting.Lend($"K-{ask.B}-other") });
            }

            var (id, board) = (loans.Count == 0 ? "nobody's" : loans[ask.A % loans.Count], string.Create(CultureInfo.InvariantCulture, $"board-{ask.B % 2}"));
            var order = ask.What switch
            {
                What.Hang => new Order(KeyBoards.Type, null, new HangBoard(board), act) { Opens = true },
                What.Lock => new(KeyBoards.Type, board, new LockBoard(), act),
                What.Lend => new(KeyLoans.Type, null, KeyTesting.Lend($"K-{ask.A % 3}", ask.B < 2 ? board : null) with { LastDay = Today.AddDays(3 + ask.B) }, act) { Opens = true },
                What.Extend => new(KeyLoans.Type, id, new ExtendLoan(Today.AddDays(2 * ask.B)), act),
                What.Label => new(KeyLoans.Type, id, new LabelKey([.. Tags.Take(1 + (ask.B / 2)).Skip(ask.B / 4)]), act),
                What.PassOn => new(KeyLoans.Type, id, new PassOn($"P-{ask.B % 2}"), act),
                _ => new(KeyLoans.Type, id, new ReturnKey(), act),
            };
            var version = order.Id is null ? 0 : model.Version($"{order.Type.Name}/{order.Id}");
            return KeyTesting.Remembered(order with { Expected = order.Id is null || ask.If == If.Anyway ? null : ask.If == If.Right ? version : version - 1 });
        }

        /// <summary>The whole content of the database in the model's words.</summary>
        private async Task<List<string>> Content()
        {
            var lines = new List<string>();
            await using var command = database.AsOwner.CreateCommand(
                """
                select 'stream ' || id || ' ' || version from mt_streams
                union all select 'case ' || stream_id || ' ' || state || ' ' || case when open then 'True' else 'False' end from case_list
                union all select 'out ' || loan || ' ' || key || ' ' || last_day from keys_out
                union all select 'holder ' || key || ' ' || loan from key_holders
                union all select 'tag ' || tag || ' ' || loan from key_tags
                union all select 'claim ' || kind || ' ' || key || ' ' || holder || ' ' || since || coalesce(' ' || last_day, '') from reservations
                union all select 'due ' || stream_id || ' ' || kind || ' ' || due from deadlines where armed and refusal is null
                union all select 'due, but ' || stream_id || ' ' || kind from deadlines where not armed or refusal is not null
                union all select 'handled ' || request || ' ' || stream_id || ' ' || since || '-' || version from handled_requests
                union all select 'counter ' || name || ' ' || value from counters
                union all select 'position ' || last_seq_id from mt_event_progression
                """);
            await using (var reader = await command.ExecuteReaderAsync(Stop))
            {
                while (await reader.ReadAsync(Stop))
                {
                    lines.Add(reader.GetString(0));
                }
            }

            var reached = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var e in await new EventLog(database.AsOwner).ReadOn(0, long.MaxValue, int.MaxValue, Stop))
            {
                Assert.Equal(reached.GetValueOrDefault(e.Stream) + 1, e.Version);
                reached[e.Stream] = e.Version;
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"event {e.Stream} {e.Version} {e.As(StoreModel.Types[e.Process]).Fact} by {e.By.Request} of {e.By.Correlation}"));
            }

            return lines;
        }
    }
}
