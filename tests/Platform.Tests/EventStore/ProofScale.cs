namespace Platform.Tests.EventStore;

/// <summary>How much of a proof is run: a few seconds of it every time, all of it with <c>PLATFORM_DRILL=full</c>.</summary>
internal static class ProofScale
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("PLATFORM_DRILL") == "full";

    public static int Of(int everyTime, int full) => Full ? full : everyTime;
}
