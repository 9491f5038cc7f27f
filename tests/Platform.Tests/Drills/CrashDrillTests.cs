using System.Globalization;

namespace Platform.Tests.Drills;

/// <summary>
/// 32 writers and three consumers of the feed go on while the service is killed, PostgreSQL is stopped, sessions are cut and
/// the disk is full. The long drill:
/// <c>PLATFORM_DRILL=full dotnet test --project tests/Platform.Tests --filter-class '*DrillTests' --output Detailed</c>.
/// </summary>
public sealed class CrashDrillTests
{
    private enum Blow
    {
        ServiceKilled,
        DatabaseStopped,
        BothAtOnce,
        SessionsCut,
        DiskFull,
    }

    /// <summary>The long drill is five storms, which make 50 kills and 20 stops; one of them alone: <c>--filter-trait Storm=3</c>.</summary>
    public static IEnumerable<TheoryDataRow<int>> Storms => Enumerable.Range(1, Drill.Full ? 5 : 1).Select(n => new TheoryDataRow<int>(n).WithTrait("Storm", string.Create(CultureInfo.InvariantCulture, $"{n}")));

    private static IReadOnlyDictionary<Blow, int> Blows => Drill.Full
        ? new Dictionary<Blow, int> { [Blow.ServiceKilled] = 9, [Blow.DatabaseStopped] = 3, [Blow.BothAtOnce] = 1, [Blow.SessionsCut] = 4, [Blow.DiskFull] = 2 }
        : new Dictionary<Blow, int> { [Blow.ServiceKilled] = 2, [Blow.DatabaseStopped] = 1, [Blow.BothAtOnce] = 1, [Blow.SessionsCut] = 2, [Blow.DiskFull] = 1 };

    [Theory]
    [MemberData(nameof(Storms))]
    public async Task Whatever_is_killed_stopped_cut_or_full_nothing_is_lost_doubled_or_half_done(int storm)
    {
        await using var drill = await Drill.Start(replicas: 1);
        var random = new Random(storm);
        var blows = Blows.SelectMany(b => Enumerable.Repeat(b.Key, b.Value)).ToArray();
        random.Shuffle(blows);

        await drill.Run(async () =>
        {
            foreach (var blow in blows)
            {
                await drill.Progress(random.Next(20, Drill.Full ? 250 : 100));
                await Strike(drill, blow, random);
                await drill.Ready();
                await drill.Progress(20);
            }
        });

        await Aftermath.Check(drill);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", Blows.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Key}: {b.Value}"))));
    }

    private static async Task Strike(Drill drill, Blow blow, Random random)
    {
        var service = drill.Services[0];
        switch (blow)
        {
            case Blow.ServiceKilled:
                await service.Kill();
                service.StartAgain();
                break;
            case Blow.DatabaseStopped:
                await drill.Server.StopImmediately();
                await Task.Delay(random.Next(0, 700), drill.Stop);
                await drill.Server.StartAgain(drill.Stop);
                break;
            case Blow.BothAtOnce:
                await Task.WhenAll(service.Kill(), drill.Server.StopImmediately());
                service.StartAgain();
                await drill.Server.StartAgain(drill.Stop);
                await drill.Ready(supervised: true);
                break;
            case Blow.SessionsCut:
                for (var i = 0; i < 5; i++)
                {
                    await drill.Server.Cut(random.NextDouble());
                    await drill.CutConsumers();
                    await Task.Delay(random.Next(0, 100), drill.Stop);
                }

                break;
            case Blow.DiskFull:
                await drill.Server.FillDisk(0.3);
                await drill.Felt(10);
                await drill.Server.FillDisk(1);
                await drill.Felt(50);
                await drill.Server.FillDisk(0);
                break;
        }
    }
}
