using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.DemocraticReview;

/// <summary>A share as a fraction, so that two thirds is two thirds.</summary>
internal sealed record LeastShare(int AtLeast, int Of)
{
    public bool Reached(long part, long whole) => part * Of >= whole * AtLeast;
}

/// <param name="Representatives">Village representatives among the participants (<c>review-representatives-share</c>).</param>
/// <param name="Quorum">Participants (<c>review-quorum</c>; local).</param>
internal sealed record ReviewPolicy(LeastShare Representatives, int Quorum)
{
    public static ReviewPolicy Read(PolicyReading p) => new(p.Structure("review-representatives-share", ReviewPolicyJson.Default.LeastShare) ?? new(1, 1), p.Whole("review-quorum"));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LeastShare))]
internal sealed partial class ReviewPolicyJson : JsonSerializerContext;
