using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.HouseholdRegistry;
using SocialAssistance.PersonRegistry;
using static SocialAssistance.Tests.PersonRegistry.PersonTests;

namespace SocialAssistance.Tests.PersonRegistry;

/// <summary>A death, a second one, and none after all (domain section 1.8 and 7).</summary>
public sealed class DeathTests
{
    private static readonly IReadOnlyList<Document> Evidence = [new("certificate", "f-1", new('a', 64))];
    private static readonly IReadOnlyList<CoveredBy> Benefits = [new("DB-341503-2026-000123", Subject)];
    private static readonly BelongsTo Home = new("HH-341503-2026-000001", Subject);
    private static readonly RecordDeath Death = new(new(2026, 3, 8), DeathSource.Funeral, Declared: false, Evidence, Benefits, Home);

    internal static readonly DeathRecorded Recorded = new(new(2026, 3, 8), DeathSource.Funeral, Declared: false, Evidence, Benefits, Home, "u-1");

    internal static Scenario Dead => Somebody.Given(Recorded);

    [Fact]
    public void A_death_reaches_benefits_and_household_at_once()
    {
        var died = Somebody.When(Death, Clerk).Then(Recorded).Twice();
        Assert.Equal(
            [new("entitlement", "DB-341503-2026-000123", new NoteMemberDeath(Subject, new(2026, 3, 8))), new("household", "HH-341503-2026-000001", new NoteDeathInHousehold(Subject, new(2026, 3, 8)))],
            died.Consequences());
        died.When(new AssessLabourCapacity(LabourLevel.None, "鉴定"), Clerk).Refused("E_DEAD_PERSON");
        died.When(new RegisterPayeeAccount(new(BankAccountKind.Passbook, "1234", null), true, null, false, true, "x", 1), Clerk).Refused("E_DEAD_PERSON");
        Assert.Empty(Somebody.When(Death with { Benefits = [], Household = null }, Clerk).Consequences());
    }

    [Theory]
    [InlineData("2026-03-11", "E_DATE_FUTURE")]
    [InlineData("1949-09-30", "E_DEATH_BEFORE_BIRTH")]
    public void The_day_lies_between_birth_and_today(string day, string code) => Somebody.When(Death with { DiedOn = Day(day) }, Clerk).Refused(code);

    [Theory]
    [InlineData("2026-03-10")]
    [InlineData("1949-10-01")]
    public void The_first_and_last_day_are_possible(string day) => Assert.Null(Somebody.When(Death with { DiedOn = Day(day) }, Clerk).Refusal);

    [Fact]
    public void Evidence_is_needed() => Somebody.When(Death with { Evidence = [] }, Clerk).Refused("E_DOCUMENTS");

    [Fact]
    public void A_village_assistant_records_only_what_the_village_knows()
    {
        var assistant = Officer.With(Roles.VillageAssistant).Named("u-9").On("2026-03-10");
        Somebody.When(Death, assistant).Refused("E_DEATH_SOURCE");
        Assert.Null(Somebody.When(Death with { Source = DeathSource.Village }, assistant).Refusal);
    }

    [Theory]
    [InlineData(nameof(DeathSource.Village))]
    [InlineData(nameof(DeathSource.Funeral))]
    public void A_second_date_from_no_better_a_source_is_a_conflict(string named)
    {
        var source = Enum.Parse<DeathSource>(named);
        var conflict = Dead.When(Death with { DiedOn = new(2026, 3, 7), Source = source }, Approver).Then(new DeathConflictFound(new(2026, 3, 7), source, Evidence, "u-2")).Twice();
        Assert.Empty(conflict.Consequences());
        Assert.True(PersonProcess.Type.Summarise(conflict.State).Open);
        Assert.False(PersonProcess.Type.Summarise(Dead.State).Open);
    }

    [Theory]
    [InlineData(nameof(DeathSource.Police))]
    [InlineData(nameof(DeathSource.Health))]
    [InlineData(nameof(DeathSource.Court))]
    public void A_second_date_from_a_better_source_takes_its_place(string named)
    {
        var source = Enum.Parse<DeathSource>(named);
        var corrected = Dead.When(Death with { DiedOn = new(2026, 3, 7), Source = source, Benefits = [], Household = null }, Approver);
        Assert.Equal([typeof(DeathRecordRevoked), typeof(DeathRecorded), typeof(DeathConflictFound)], corrected.Facts.Select(f => f.GetType()));
        Assert.Equal(
            [new("entitlement", "DB-341503-2026-000123", new RevokeMemberDeath(Subject)), new("household", "HH-341503-2026-000001", new RestoreMember(Subject)),
                new("entitlement", "DB-341503-2026-000123", new NoteMemberDeath(Subject, new(2026, 3, 7))), new("household", "HH-341503-2026-000001", new NoteDeathInHousehold(Subject, new(2026, 3, 7)))],
            corrected.Consequences());
        corrected.Twice();
    }

    [Fact]
    public void The_same_date_from_anybody_is_nothing_new() => Dead.When(Death with { Source = DeathSource.Police }, Approver).NothingNew();

    [Fact]
    public void A_record_is_revoked_by_another_hand_and_everything_is_undone()
    {
        Assert.Equal(RefusalKind.NotYours, Dead.When(new RevokeDeath("误报"), Clerk).Refused("E_SOD").Kind);
        Dead.When(new RevokeDeath(""), Approver).Refused("E_REASON");
        var alive = Dead.When(new RevokeDeath("误报"), Approver).Then(new DeathRecordRevoked(new(2026, 3, 10), "误报", Benefits, Home, "u-2")).Twice();
        Assert.Equal([new("entitlement", "DB-341503-2026-000123", new RevokeMemberDeath(Subject)), new("household", "HH-341503-2026-000001", new RestoreMember(Subject))], alive.Consequences());
        Assert.IsType<Registered>(alive.State);
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
