using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Platform.Cases;

namespace Platform.ServiceHost;

/// <summary>Makes the <see cref="Act"/> of a request from its token and headers.</summary>
public static class Acts
{
    /// <summary>Header: the same request is carried out once.</summary>
    public const string IdempotencyKey = "Idempotency-Key";
    /// <summary>Header: day of the act, for historic entry.</summary>
    public const string OccurredOn = "Occurred-On";
    /// <summary>Header: why, percent-encoded when it is not ASCII.</summary>
    public const string PurposeHeader = "Purpose";
    private const int LongestKey = 200;
    private const int LongestPurpose = 500;

    /// <summary>The stated purpose; percent-encoded when it is not ASCII.</summary>
    public static string? Purpose(HttpContext context) =>
        context.Request.Headers[PurposeHeader].ToString() is { Length: > 0 and <= LongestPurpose } purpose ? Uri.UnescapeDataString(purpose) : null;

    /// <summary>The act behind a request that changes something.</summary>
    /// <param name="roles">Roles that the route allows; the act carries those of them that the caller has.</param>
    /// <param name="key">Idempotency key, from the header or from an item of a batch.</param>
    /// <param name="occurredOn">Stated day of the act, when any.</param>
    public static bool TryOf(HttpContext context, TimeProvider clock, IReadOnlyList<string> roles, string? key, string? occurredOn, [NotNullWhen(true)] out Act? act, [NotNullWhen(false)] out Refusal? refusal)
    {
        var caller = Caller.From(context.User);
        var now = CivilTime.Stored(clock.GetUtcNow());
        var today = CivilTime.Day(now);
        var day = today;
        act = null;
        refusal = key is null or { Length: 0 or > LongestKey }
            ? Refusal.Malformed("E_IDEMPOTENCY_KEY", "请求头须带 Idempotency-Key(不超过200个字符)。", "Send an Idempotency-Key of at most 200 characters.")
            : !roles.Any(caller.Roles.Contains) ? NoRole(roles)
            : occurredOn is null ? null
            : !caller.Roles.Contains(Roles.HistoricEntry) ? Refusal.NotYours("E_HISTORIC_ENTRY", "只有历史补录岗位可以指定办理日期。", "Only the role historic-entry may state the day of an act.")
            : !DateOnly.TryParseExact(occurredOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) || day > today
                ? Refusal.Malformed("E_OCCURRED_ON", "办理日期应为不晚于今天的日期(yyyy-MM-dd)。", "Occurred-On is a day, yyyy-MM-dd, not later than today.")
            : null;
        if (refusal is not null)
        {
            return false;
        }

        act = new()
        {
            Actor = caller.UserId,
            Roles = roles.Where(caller.Roles.Contains).ToHashSet(StringComparer.Ordinal),
            Organisation = caller.Organisation ?? "",
            Region = RegionCode.Hydrate(caller.Region),
            Today = day,
            At = now,
            Request = key!,
            Client = caller.Client ?? "",
            Purpose = Purpose(context),
            Historic = occurredOn is not null,
        };
        return true;
    }

    /// <summary>None of the caller's roles may do this.</summary>
    public static Refusal NoRole(IReadOnlyList<string> roles) =>
        Refusal.NotYours("E_ROLE", "您的岗位角色不能办理此事项。", "Your role may not do this.").With("roles", roles);
}
