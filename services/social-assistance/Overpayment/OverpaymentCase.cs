using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Cases;

namespace SocialAssistance.Overpayment;

internal enum Fault
{
    None,
    Beneficiary,
    Agency,
    Fraud,
}

internal enum RepaymentMethod
{
    Bank,
    Cash,
    Offset,
    HeirPayment,
}

internal enum ReferredTo
{
    Court,
    Police,
}

[JsonDerivedType(typeof(OverpaymentDetected), "overpayment_detected")]
[JsonDerivedType(typeof(OverpaymentAssessed), "overpayment_assessed")]
[JsonDerivedType(typeof(RecoveryNoticeServed), "recovery_notice_served")]
[JsonDerivedType(typeof(RepaymentReceived), "repayment_received")]
[JsonDerivedType(typeof(InstalmentPlanAgreed), "instalment_plan_agreed")]
[JsonDerivedType(typeof(WaiverApproved), "waiver_approved")]
[JsonDerivedType(typeof(OverpaymentWaived), "overpayment_waived")]
[JsonDerivedType(typeof(FineDecided), "fine_decided")]
[JsonDerivedType(typeof(RecoveryReferred), "recovery_referred")]
[JsonDerivedType(typeof(OverpaymentSettled), "overpayment_settled")]
[JsonDerivedType(typeof(OverpaymentCancelled), "overpayment_cancelled")]
internal abstract record OverpaymentEvent;

internal sealed record OverpaymentDetected(
    string Number, string Entitlement, RegionCode Region, PersonId Payee, string Cause, IReadOnlyList<OverpaidMonth> Months, Money Amount, DateOnly On) : OverpaymentEvent;

internal sealed record OverpaymentAssessed(IReadOnlyList<OverpaidMonth> Months, Money Amount, Fault Fault, string Reason, string By) : OverpaymentEvent;

internal sealed record RecoveryNoticeServed(string NoticeNumber, DateOnly ServedOn, DateOnly DueOn, string Remedies, string By) : OverpaymentEvent;

internal sealed record RepaymentReceived(string Reference, Money Amount, DateOnly On, RepaymentMethod Method) : OverpaymentEvent;

internal sealed record InstalmentPlanAgreed(int Months, Money MonthlyAmount, DateOnly LastDueOn) : OverpaymentEvent;

/// <summary>The first of two approvals that a waiver above the limit needs (SOD-8).</summary>
internal sealed record WaiverApproved(string Role, string Reason, string DecisionNumber, string By) : OverpaymentEvent;

internal sealed record OverpaymentWaived(string Reason, string DecisionNumber, Money Amount, IReadOnlyList<string> Approvals) : OverpaymentEvent;

internal sealed record FineDecided(decimal Multiple, Money Amount, string Reason, string DecisionNumber, string By) : OverpaymentEvent;

internal sealed record RecoveryReferred(ReferredTo To, string Reason, DateOnly On) : OverpaymentEvent;

internal sealed record OverpaymentSettled(DateOnly On) : OverpaymentEvent;

/// <param name="Refund">What had been repaid and is to be given back.</param>
internal sealed record OverpaymentCancelled(string Reason, Money Refund, DateOnly On) : OverpaymentEvent;

internal sealed record Repayment(string Reference, Money Amount, DateOnly On, RepaymentMethod Method);

internal sealed record Approval(string Role, string By);

/// <summary>What is to be given back.</summary>
/// <param name="Amount">Σ max(0, paid − due), yuan.</param>
internal sealed record Debt(string Number, string Entitlement, RegionCode Region, PersonId Payee, string Cause, ImmutableList<OverpaidMonth> Months, Money Amount, DateOnly DetectedOn)
{
    public static readonly Debt None = new("", "", default, default, "", [], default, default);

    public Fault? Fault { get; init; }

    public string? AssessedBy { get; init; }

    public Money Fine { get; init; }

    public DateOnly? DueOn { get; init; }

    public ImmutableList<Repayment> Repayments { get; init; } = [];

    public Approval? Waiver { get; init; }

    [JsonIgnore]
    public Money Repaid => Repayments.Sum(r => r.Amount);

    public Money Balance => Amount + Fine - Repaid;
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(NoOverpayment), nameof(NoOverpayment))]
[JsonDerivedType(typeof(Detected), nameof(Detected))]
[JsonDerivedType(typeof(Assessed), nameof(Assessed))]
[JsonDerivedType(typeof(Notified), nameof(Notified))]
[JsonDerivedType(typeof(Repaying), nameof(Repaying))]
[JsonDerivedType(typeof(Referred), nameof(Referred))]
[JsonDerivedType(typeof(Settled), nameof(Settled))]
[JsonDerivedType(typeof(Waived), nameof(Waived))]
[JsonDerivedType(typeof(Cancelled), nameof(Cancelled))]
internal abstract record OverpaymentCase(Debt Debt);

internal sealed record NoOverpayment() : OverpaymentCase(Debt.None);

internal sealed record Detected(Debt Debt) : OverpaymentCase(Debt);

internal sealed record Assessed(Debt Debt) : OverpaymentCase(Debt);

internal sealed record Notified(Debt Debt) : OverpaymentCase(Debt);

internal sealed record Repaying(Debt Debt) : OverpaymentCase(Debt);

internal sealed record Referred(Debt Debt, ReferredTo To) : OverpaymentCase(Debt);

internal sealed record Settled(Debt Debt) : OverpaymentCase(Debt);

internal sealed record Waived(Debt Debt, Money Amount) : OverpaymentCase(Debt);

internal sealed record Cancelled(Debt Debt, Money Refund) : OverpaymentCase(Debt);

internal static class OverpaymentEvents
{
    public static OverpaymentCase Evolve(OverpaymentCase o, OverpaymentEvent fact) => (o, fact) switch
    {
        (_, OverpaymentDetected f) => new Detected(new(f.Number, f.Entitlement, f.Region, f.Payee, f.Cause, [.. f.Months], f.Amount, f.On)),
        (_, OverpaymentAssessed f) => new Assessed(o.Debt with { Months = [.. f.Months], Amount = f.Amount, Fault = f.Fault, AssessedBy = f.By, Waiver = null }),
        (Assessed or Notified, RecoveryNoticeServed f) => new Notified(o.Debt with { DueOn = f.DueOn }),
        (_, RecoveryNoticeServed f) => o with { Debt = o.Debt with { DueOn = f.DueOn } },
        (Referred r, RepaymentReceived f) => r with { Debt = Paid(r.Debt, f) },
        (_, RepaymentReceived f) => new Repaying(Paid(o.Debt, f)),
        (_, InstalmentPlanAgreed f) => new Repaying(o.Debt with { DueOn = f.LastDueOn }),
        (_, WaiverApproved f) => o with { Debt = o.Debt with { Waiver = new(f.Role, f.By) } },
        (_, OverpaymentWaived f) => new Waived(o.Debt, f.Amount),
        // A fine changes what would be waived: an approval given before it no longer counts.
        (_, FineDecided f) => o with { Debt = o.Debt with { Fine = f.Amount, Waiver = null } },
        (_, RecoveryReferred f) => new Referred(o.Debt, f.To),
        (_, OverpaymentSettled) => new Settled(o.Debt),
        (_, OverpaymentCancelled f) => new Cancelled(o.Debt, f.Refund),
        _ => o,
    };

    private static Debt Paid(Debt debt, RepaymentReceived f) => debt with { Repayments = debt.Repayments.Add(new(f.Reference, f.Amount, f.On, f.Method)) };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OverpaymentEvent))]
[JsonSerializable(typeof(OverpaymentCase))]
internal sealed partial class OverpaymentJson : JsonSerializerContext;
