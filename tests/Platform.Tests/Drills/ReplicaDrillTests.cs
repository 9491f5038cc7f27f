using System.Globalization;

namespace Platform.Tests.Drills;

/// <summary>
/// Three replicas of one service start at once on one database and share the same load: each command goes to the next replica
/// in turn, so that each decides on what another has just done.
/// </summary>
public sealed class ReplicaDrillTests
{
    [Fact]
    public async Task Three_replicas_answer_as_one_and_the_death_of_one_loses_nothing()
    {
        await using var drill = await Drill.Start(replicas: 3);
        var random = new Random(20260303);
        var deaths = Drill.Full ? 15 : 2;

        await drill.Run(async () =>
        {
            await drill.Progress(300);
            for (var death = 0; death < deaths; death++)
            {
                var dying = drill.Services[random.Next(drill.Services.Count)];
                await drill.Progress(random.Next(20, Drill.Full ? 250 : 100));
                await dying.Kill();
                // The others go on while it is gone.
                await drill.Progress(150);
                dying.StartAgain();
                await drill.Ready();
            }

            await drill.Server.StopImmediately();
            await drill.Server.StartAgain(drill.Stop);
            await drill.Ready();
            await drill.Progress(150);
        });

        await Aftermath.Check(drill);
        Assert.Equal(drill.Services.Count + deaths, drill.Services.Sum(s => s.Starts));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Replicas: {drill.Services.Count}, killed: {deaths}"));
    }
}
