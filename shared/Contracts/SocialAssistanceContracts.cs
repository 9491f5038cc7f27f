namespace Platform.Contracts.SocialAssistance;

/// <summary>A household living together has been registered (domain section 1.8).</summary>
/// <param name="Household">Household number.</param>
/// <param name="Members">Person ids of the members.</param>
/// <param name="Region">Region of residence, 12 digits.</param>
/// <param name="Since">Day from which it lives together.</param>
public sealed record HouseholdRegistered(string Household, IReadOnlyList<string> Members, string Region, DateOnly Since);

/// <summary>A basic benefit has been granted. Class and validity only: no income, no amount per member.</summary>
/// <param name="Entitlement">Number of the entitlement.</param>
/// <param name="Benefit">Kind of benefit, e.g. <c>subsistence-allowance</c>.</param>
/// <param name="Area"><c>Urban</c> or <c>Rural</c>.</param>
/// <param name="Persons">Person ids of the members covered.</param>
/// <param name="Region">Region of the case, 12 digits.</param>
/// <param name="FromMonth">First month paid, yyyy-MM.</param>
/// <param name="DecidedOn">Day of the decision.</param>
public sealed record AllowanceConfirmed(string Entitlement, string Benefit, string Area, IReadOnlyList<string> Persons, string Region, string FromMonth, DateOnly DecidedOn);

/// <summary>The members or the amount of a granted benefit have changed.</summary>
/// <param name="Entitlement">Number of the entitlement.</param>
/// <param name="Benefit">Kind of benefit.</param>
/// <param name="Persons">Person ids of the members covered from then on.</param>
/// <param name="FromMonth">First month of the change, yyyy-MM.</param>
/// <param name="Reason">Code of the reason.</param>
public sealed record AllowanceChanged(string Entitlement, string Benefit, IReadOnlyList<string> Persons, string FromMonth, string Reason);

/// <summary>A granted benefit has ended.</summary>
/// <param name="Entitlement">Number of the entitlement.</param>
/// <param name="Benefit">Kind of benefit.</param>
/// <param name="Persons">Person ids of the members who were covered.</param>
/// <param name="LastMonth">Last month paid, yyyy-MM; the month before the first one when none is due.</param>
/// <param name="Reason">Code of the reason.</param>
public sealed record AllowanceStopped(string Entitlement, string Benefit, IReadOnlyList<string> Persons, string LastMonth, string Reason);

/// <summary>A batch of payments has been confirmed by the bank.</summary>
/// <param name="Batch">Number of the batch.</param>
/// <param name="Benefit">Kind of benefit.</param>
/// <param name="Month">Month paid for, yyyy-MM.</param>
/// <param name="Lines">Lines paid.</param>
/// <param name="Yuan">Sum paid, yuan.</param>
/// <param name="PaidOn">Day of payment.</param>
public sealed record PaymentMade(string Batch, string Benefit, string Month, int Lines, decimal Yuan, DateOnly PaidOn);
