using System.Globalization;
using Platform.Cases;
using Platform.Contracts.SocialAssistance;
using SocialAssistance.Overpayment;

namespace SocialAssistance.Entitlement;

internal static class EntitlementExchange
{
    /// <summary>An overpayment found is a case of its own; it is cancelled when the death it came from is revoked.</summary>
    public static IEnumerable<Consequence> Then(Recorded<EntitlementEvent> fact, EntitlementCase after) => fact.Fact switch
    {
        OverpaymentFound f => [new(Processes.Overpayment, Grant.DebtNumber(fact.Id, f.Number), new DetectOverpayment(fact.Id, after.Grant.Region, after.Grant.Payee, f.Cause, f.Months))],
        MemberDeathRevoked f => f.Debts.Select(n => new Consequence(Processes.Overpayment, Grant.DebtNumber(fact.Id, n), new CancelOverpayment("死亡登记撤销 / the record of the death was revoked"))),
        _ => [],
    };

    /// <summary>Class and validity only: no amounts, no income (domain section 7).</summary>
    public static object? Publish(Recorded<EntitlementEvent> fact) => fact.Fact switch
    {
        EntitlementGranted f => new AllowanceConfirmed(fact.Id, f.Benefit, f.Area.ToString(), Ids(f.Members), f.Region.ToString(), f.From.ToString(), f.On),
        EntitlementImported f => new AllowanceConfirmed(fact.Id, f.Benefit, f.Area.ToString(), Ids(f.Members), f.Region.ToString(), f.From.ToString(), f.On),
        EntitlementStopped f => new AllowanceStopped(fact.Id, f.Benefit, Ids(f.Members), f.LastMonth.ToString(), f.Reason.ToString()),
        EntitlementReinstated f => new AllowanceChanged(fact.Id, f.Benefit, Ids(f.Members), f.From.ToString(), nameof(EntitlementReinstated)),
        // The last member's death is told by the stop that follows it.
        MemberDeathNoted { Members.Count: 0 } => null,
        DueChanged f => new AllowanceChanged(fact.Id, f.Benefit, Ids(f.Members), f.Due.Count > 0 ? f.Due[0].From.ToString() : YearMonth.From(fact.By.On).ToString(), f.GetType().Name),
        _ => null,
    };

    /// <summary>How the amount of a month came about; the line is the month, yyyy-MM.</summary>
    public static Explanation? Explain(EntitlementCase e, string line)
    {
        if (!YearMonth.TryCreate(line, out var month, out _) || e.Grant.At(month) is not { } slice)
        {
            return null;
        }

        var (basis, g) = (slice.Basis, e.Grant);
        // The first amount comes from the case that granted it; an imported one from the register row, which this stream's first fact names.
        var (process, id, version) = slice.Version > 1 || g.Origin.RowHash is not null ? (Processes.Entitlement, g.Number, slice.Version) : (g.Origin.Process, g.Origin.Id, g.Origin.Version);
        return new(line, new("基本生活救助月补助额", "Monthly allowance"), basis.Formula, basis.Monthly,
        [
            Input("standard", basis.Standard.ToString(), "yuan/person/month"),
            Input("perCapitaIncome", basis.PerCapita.ToString(CultureInfo.InvariantCulture), "yuan/person/month"),
            Input("members", basis.Members.ToString(CultureInfo.InvariantCulture), "persons"),
            Input("base", basis.Base.ToString(), "yuan/household/month"),
            .. basis.Uplifts.Select(u => Input($"uplift/{u.Category}/{u.Person}", u.Amount.ToString(), "yuan/person/month")),
        ]);

        ExplainedInput Input(string name, string value, string unit) => new(name, value, unit, process, id, version);
    }

    private static IReadOnlyList<string> Ids(IReadOnlyList<PersonId> members) => [.. members.Select(m => m.ToString())];
}
