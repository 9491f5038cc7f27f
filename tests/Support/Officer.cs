using System.Globalization;
using Platform.Cases;

namespace Platform.Tests.Support;

/// <summary>Who acts in a scenario, where and when: <c>Officer.With(Roles.CountyApprover).In("341503000000").On("2026-03-02")</c>.</summary>
public sealed record Officer
{
    private static int acts;

    /// <summary>The user's id.</summary>
    public string User { get; private init; } = "officer-1";

    /// <summary>Role names.</summary>
    public IReadOnlyList<string> Roles { get; private init; } = [];

    /// <summary>The officer's region, 12 digits; the whole country unless set.</summary>
    public RegionCode Region { get; private init; } = RegionCode.Nation;

    /// <summary>Organisation code.</summary>
    public string Organisation { get; private init; } = "bureau";

    /// <summary>An officer with these roles.</summary>
    public static Officer With(params string[] roles) => new() { Roles = roles };

    /// <summary>The same officer under another user id: separation of duties goes by it.</summary>
    public Officer Named(string user) => this with { User = user };

    /// <summary>The same officer in this region.</summary>
    public Officer In(string region) =>
        this with { Region = RegionCode.TryCreate(region, out var code, out var refusal) ? code : throw new ArgumentException(refusal.Why.En, nameof(region)) };

    /// <summary>The same officer in this region.</summary>
    public Officer In(RegionCode region) => this with { Region = region };

    /// <summary>The same officer in this organisation.</summary>
    public Officer Of(string organisation) => this with { Organisation = organisation };

    /// <summary>An act of this officer on a day (yyyy-MM-dd), recorded at ten in the morning in Shanghai, under a request of its own.</summary>
    public Act On(string day) => On(DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>An act of this officer on a day, recorded at ten in the morning in Shanghai, under a request of its own.</summary>
    public Act On(DateOnly day) => new()
    {
        Actor = User,
        Roles = Roles.ToHashSet(StringComparer.Ordinal),
        Organisation = Organisation,
        Region = Region,
        Today = day,
        At = new(day.ToDateTime(new(10, 0)), TimeSpan.FromHours(8)),
        Request = string.Create(CultureInfo.InvariantCulture, $"act-{Interlocked.Increment(ref acts)}"),
        Client = "test",
    };

    /// <summary>What a deadline or another service causes on a day (yyyy-MM-dd).</summary>
    public static Act System(string day)
    {
        var on = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Act.BySystemOn(on, new(on.ToDateTime(new(10, 0)), TimeSpan.FromHours(8)), string.Create(CultureInfo.InvariantCulture, $"due-{Interlocked.Increment(ref acts)}"));
    }
}
