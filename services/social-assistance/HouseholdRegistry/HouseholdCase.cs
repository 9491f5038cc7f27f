using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;
using SocialAssistance.PersonRegistry;

namespace SocialAssistance.HouseholdRegistry;

internal enum JoinReason
{
    Birth,
    Marriage,
    Return,
    Other,
}

internal enum LeaveReason
{
    Marriage,
    Divorce,
    Death,
    Imprisonment,
    SplitHousehold,
    StudyEnded,
    Other,
}

internal sealed record Member(PersonId Person, Relation Relation);

[JsonDerivedType(typeof(HouseholdFormed), "household_formed")]
[JsonDerivedType(typeof(HouseholdImported), "household_imported")]
[JsonDerivedType(typeof(MemberJoined), "member_joined")]
[JsonDerivedType(typeof(MemberLeft), "member_left")]
[JsonDerivedType(typeof(MemberRestored), "member_restored")]
[JsonDerivedType(typeof(HeadAppointed), "head_appointed")]
[JsonDerivedType(typeof(HouseholdMoved), "household_moved")]
[JsonDerivedType(typeof(HouseholdSplit), "household_split")]
[JsonDerivedType(typeof(HouseholdDissolved), "household_dissolved")]
[JsonDerivedType(typeof(MembersRelativeDeclared), "members_relative_declared")]
internal abstract record HouseholdEvent;

internal sealed record HouseholdFormed(IReadOnlyList<Member> Members, RegionCode HukouRegion, RegionCode ResidenceRegion, DateOnly Since, string By) : HouseholdEvent;

/// <summary>Taken from a register of the past: imported, not witnessed.</summary>
/// <param name="RowHash">SHA-256 of the head's register row.</param>
internal sealed record HouseholdImported(IReadOnlyList<Member> Members, RegionCode HukouRegion, RegionCode ResidenceRegion, DateOnly Since, string Import, int Row, string RowHash) : HouseholdEvent;

internal sealed record MemberJoined(Member Member, DateOnly On, JoinReason Reason) : HouseholdEvent;

internal sealed record MemberLeft(Member Member, DateOnly On, LeaveReason Reason) : HouseholdEvent;

/// <summary>A member taken for dead is back, in the place held before.</summary>
internal sealed record MemberRestored(Member Member, DateOnly On) : HouseholdEvent;

internal sealed record HeadAppointed(PersonId Person, DateOnly On) : HouseholdEvent;

internal sealed record HouseholdMoved(RegionCode HukouRegion, RegionCode ResidenceRegion, DateOnly From) : HouseholdEvent;

internal sealed record HouseholdSplit(string NewHousehold, IReadOnlyList<Member> Members, DateOnly On) : HouseholdEvent;

internal sealed record HouseholdDissolved(DateOnly On, string Reason) : HouseholdEvent;

internal sealed record MembersRelativeDeclared(PersonId Person, string Official, Kinship Kinship, string By) : HouseholdEvent;

/// <summary>An officer who is a member's near relative.</summary>
internal sealed record MembersRelative(PersonId Person, string Official, Kinship Kinship);

/// <summary>People who live together, independent of the household register book (共同生活家庭; 民发〔2021〕57号 第7条).</summary>
/// <param name="Died">Members taken for dead, for the case that they are not.</param>
/// <param name="Splits">How many households have been split off.</param>
internal sealed record Household(ImmutableList<Member> Members, RegionCode HukouRegion, RegionCode ResidenceRegion, DateOnly Since, ImmutableList<MembersRelative> Relatives, ImmutableList<Member> Died, int Splits)
{
    [JsonIgnore]
    public bool HasHead => Members.Exists(m => m.Relation == Relation.Head);

    public Member? Find(PersonId person) => Members.Find(m => m.Person == person);
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NoHousehold), nameof(NoHousehold))]
[JsonDerivedType(typeof(LivingTogether), nameof(LivingTogether))]
[JsonDerivedType(typeof(Dissolved), nameof(Dissolved))]
internal abstract record HouseholdCase(Household Household);

internal sealed record NoHousehold() : HouseholdCase(new Household([], default, default, default, [], [], 0));

internal sealed record LivingTogether(Household Household) : HouseholdCase(Household);

/// <summary>Its members are those who lived together last; none when everybody had left before.</summary>
internal sealed record Dissolved(Household Household, DateOnly On, string Reason) : HouseholdCase(Household);

internal static class HouseholdEvents
{
    public static HouseholdCase Evolve(HouseholdCase household, HouseholdEvent fact)
    {
        var h = household.Household;
        return fact switch
        {
            HouseholdFormed f => new LivingTogether(new([.. f.Members], f.HukouRegion, f.ResidenceRegion, f.Since, [], [], 0)),
            HouseholdImported f => new LivingTogether(new([.. f.Members], f.HukouRegion, f.ResidenceRegion, f.Since, [], [], 0)),
            MemberJoined f => household with { Household = h with { Members = h.Members.Add(f.Member) } },
            MemberLeft f => household with
            {
                Household = h with
                {
                    Members = h.Members.RemoveAll(m => m.Person == f.Member.Person),
                    Died = f.Reason == LeaveReason.Death ? h.Died.Add(f.Member) : h.Died,
                },
            },
            MemberRestored f => new LivingTogether(h with { Members = h.Members.Add(f.Member), Died = h.Died.RemoveAll(m => m.Person == f.Member.Person) }),
            HeadAppointed f => household with { Household = h with { Members = [.. h.Members.Select(m => Appointed(m, f.Person))] } },
            HouseholdMoved f => household with { Household = h with { HukouRegion = f.HukouRegion, ResidenceRegion = f.ResidenceRegion } },
            HouseholdSplit f => household with { Household = h with { Members = h.Members.RemoveAll(m => f.Members.Any(gone => gone.Person == m.Person)), Splits = h.Splits + 1 } },
            HouseholdDissolved f => new Dissolved(h, f.On, f.Reason),
            MembersRelativeDeclared f => household with { Household = h with { Relatives = h.Relatives.Add(new(f.Person, f.Official, f.Kinship)) } },
            _ => household,
        };
    }

    private static Member Appointed(Member member, PersonId head) =>
        member.Person == head ? member with { Relation = Relation.Head }
        : member.Relation == Relation.Head ? member with { Relation = Relation.Other }
        : member;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HouseholdEvent))]
[JsonSerializable(typeof(HouseholdCase))]
internal sealed partial class HouseholdJson : JsonSerializerContext;
