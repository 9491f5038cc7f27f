using Platform.Tests.Support;
using static SocialAssistance.Tests.PaymentBatch.Batches;

namespace SocialAssistance.Tests.PaymentBatch;

public sealed class BatchAccessTests
{
    [Fact]
    public async Task A_county_makes_its_own_batches_only()
    {
        await using var roll = await Roll.Of(2);

        (await roll.Elsewhere.Post(Roll.Path, Roll.Request())).Is(403, "E_REGION_SCOPE");
        (await roll.Checker.Post(Roll.Path, Roll.Request())).Is(403, "E_ROLE");
    }

    [Fact]
    public async Task An_officer_sees_what_may_be_done_now()
    {
        await using var roll = await Roll.Of(2);
        _ = (await roll.Maker.Post(Roll.Path, Roll.Request())).Ok;
        Assert.Equal(["hold-line", "release-line", "check-batch", "cancel-batch"], await Possible(roll.Checker));
        await roll.Release(upTo: "check-batch");
        Assert.Equal(["approve-batch"], await Possible(roll.Approver));
        await roll.Release(from: "approve-batch", upTo: "approve-batch");
        Assert.Equal(["approve-batch", "release-batch"], await Possible(roll.Releaser));
        await roll.Release(from: "release-batch");
        Assert.Equal(["record-returns"], await Possible(roll.Teller));

        async Task<string[]> Possible(SignedIn officer) =>
            [.. (await officer.Get($"{Roll.Path}/{Id}")).Ok.Json["acts"]!.AsArray().Where(a => (bool)a!["may"]!).Select(a => (string)a!["name"]!)];
    }
}
