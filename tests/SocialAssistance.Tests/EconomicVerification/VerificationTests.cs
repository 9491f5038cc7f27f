using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.EconomicVerification;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Tests.EconomicVerification;

public sealed class VerificationTests
{
    internal const string Number = "TST-341503-2026-000001";
    internal static readonly PersonId Father = PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob");
    internal static readonly PersonId Son = PersonId.Hydrate("nfrggzdfmztwq2lknnwg23tpob");
    internal static readonly CaseRef Case = new(Processes.SubsistenceAllowance, "DB-341503-2026-000123");
    internal static readonly Document Signed = new("authorisation", "f-1", new string('b', 64));
    internal static readonly VerificationRequested Order = new(
        Case, VerificationPurpose.New, [Father, Son], RegionCode.Hydrate("341503101201"), new(2026, 9, 24), [new("wages", new(9_600.00m)), new("savings", new(2_000.00m))],
        new(2026, 9, 24), new(2026, 9, 30), "u-102");

    internal static readonly AuthorisationRegistered OfFather = new(new(Father, new(2026, 9, 21), new(2027, 9, 20), Signed, null));
    internal static readonly AuthorisationRegistered OfSon = new(new(Son, new(2026, 9, 21), new(2026, 10, 10), Signed, Father));
    internal static readonly QueryDispatched ToTax = new(DataSource.Tax, "Q-1", new(2026, 9, 25));
    internal static readonly QueryDispatched ToBank = new(DataSource.Bank, "Q-2", new(2026, 9, 25));
    internal static readonly SourceResultReceived FromTax = new("Q-1", DataSource.Tax, new(2026, 9, 28), true, [new(Father, "wages", new(9_600.00m), new(2026, 8, 31))], "tax/1");
    internal static readonly SourceResultReceived FromBank = new("Q-2", DataSource.Bank, new(2026, 9, 29), true, [new(Father, "savings", new(2_000.00m), new(2026, 8, 31))], "bank/1");

    private static readonly Officer Township = Officer.With(Roles.TownshipOfficer).Named("u-102");
    private static readonly Officer Centre = Officer.With(Roles.VerificationCentre).Named("u-401");

    internal static Scenario Verification => Scenario.Of(VerificationProcess.Type, PolicyFiles.Shipped, Number);

    [Fact]
    public void A_check_is_started_within_three_working_days_of_the_request()
    {
        var c = new RequestVerification(Case, VerificationPurpose.New, [Father, Son], Order.Region, Order.AsOf, Order.Items);
        var requested = Verification.When(c, Township.On("2026-09-24")).Then(Order).Twice("E_STATE");
        Assert.Contains(new Change.Due(VerificationDecisions.StartDuePassed, new(2026, 10, 1)), requested.Changes());
        Assert.Equal(new DateOnly(2014, 9, 30), ((VerificationRequested)Verification.When(c with { AsOf = new(2014, 9, 1) }, Township.On("2014-09-26")).Facts[0]).StartDue);
    }

    [Fact]
    public void An_order_names_persons_and_items_once_and_no_day_to_come()
    {
        var c = new RequestVerification(Case, VerificationPurpose.New, [Father], Order.Region, Order.AsOf, Order.Items);
        Verification.When(c with { Persons = [] }, Township.On("2026-09-24")).Refused("E_PERSONS");
        Verification.When(c with { Persons = [Father, Father] }, Township.On("2026-09-24")).Refused("E_PERSONS");
        Verification.When(c with { Items = [] }, Township.On("2026-09-24")).Refused("E_ITEMS");
        Verification.When(c with { Items = [new("wages", Money.Zero), new("wages", Money.Zero)] }, Township.On("2026-09-24")).Refused("E_ITEMS");
        Verification.When(c with { AsOf = new(2026, 9, 25) }, Township.On("2026-09-24")).Refused("E_DATE_FUTURE");
        Verification.When(c, Township.On("2035-09-24")).Refused("E_CALENDAR_MISSING");
    }

    [Fact]
    public void A_start_that_is_overdue_is_recorded_once_and_decides_nothing()
    {
        Verification.Given(Order).When(new NoteStartOverdue(), Officer.System("2026-09-30")).Refused("E_NOT_YET");
        Verification.Given(Order).When(new NoteStartOverdue(), Officer.System("2026-10-01")).Then(new VerificationStartOverdue(new(2026, 9, 30))).Twice();
        Verification.Given(Order, OfFather, OfSon, ToTax).When(new NoteStartOverdue(), Officer.System("2026-10-01")).NothingNew();
        Assert.IsType<NoteStartOverdue>(VerificationProcess.Type.OnDue(Verification.Given(Order).State, VerificationDecisions.StartDuePassed));
    }

    [Fact]
    public void Nobody_is_checked_who_has_not_authorised_it()
    {
        var refusal = Verification.Given(Order, OfFather).When(new DispatchQuery(DataSource.Tax, "Q-1"), Centre.On("2026-09-25")).Refused("E_AUTH_MISSING");
        Assert.Equal(RefusalKind.NotNow, refusal.Kind);
        Assert.Equal([Son.ToString()], (IEnumerable<string>)refusal.Details["persons"]!);
        Assert.NotNull(refusal.Basis);
        Verification.Given(Order, OfFather, OfSon).Is<Authorised>();
        Verification.Given(Order, OfFather, OfSon).When(new DispatchQuery(DataSource.Tax, "Q-1"), Centre.On("2026-09-25")).Then(ToTax).Twice();
    }

    [Fact]
    public void An_authorisation_holds_to_its_last_day()
    {
        Verification.Given(Order, OfFather, OfSon).When(new DispatchQuery(DataSource.Tax, "Q-1"), Centre.On("2026-10-10")).Then(ToTax with { On = new(2026, 10, 10) });
        Verification.Given(Order, OfFather, OfSon).When(new DispatchQuery(DataSource.Tax, "Q-1"), Centre.On("2026-10-11")).Refused("E_AUTH_MISSING");
    }

    [Fact]
    public void An_authorisation_is_signed_by_a_person_of_the_order_and_still_valid()
    {
        var c = new RegisterAuthorisation(Son, new(2026, 9, 21), new(2026, 10, 10), Signed, Father);
        Verification.Given(Order).When(c, Township.On("2026-09-24")).Then(OfSon).Twice();
        Verification.Given(Order).When(c with { Person = PersonId.Hydrate("zfrggzdfmztwq2lknnwg23tpob") }, Township.On("2026-09-24")).Refused("E_PERSON");
        Verification.Given(Order).When(c with { Guardian = Son }, Township.On("2026-09-24")).Refused("E_GUARDIAN");
        Verification.Given(Order).When(c with { SignedOn = new(2026, 9, 25) }, Township.On("2026-09-24")).Refused("E_DATE_FUTURE");
        Verification.Given(Order).When(c with { ValidTo = new(2026, 9, 23) }, Township.On("2026-09-24")).Refused("E_AUTH_MISSING");
        Verification.Given(Order).When(c with { Document = Signed with { Sha256 = "x" } }, Township.On("2026-09-24")).Refused("E_DOCUMENTS");
        Verification.Given(Order, OfSon).When(c with { ValidTo = new(2027, 1, 1) }, Township.On("2026-09-24")).Then(new AuthorisationRegistered(OfSon.Authorisation with { ValidTo = new(2027, 1, 1) }));
    }

    [Fact]
    public void A_request_number_belongs_to_one_source()
    {
        var sent = Verification.Given(Order, OfFather, OfSon, ToTax);
        sent.When(new DispatchQuery(DataSource.Bank, "Q-1"), Centre.On("2026-09-25")).Refused("E_REQUEST_NUMBER");
        sent.When(new DispatchQuery(DataSource.Bank, ""), Centre.On("2026-09-25")).Refused("E_NUMBER");
        sent.When(new DispatchQuery(DataSource.Bank, new('1', 65)), Centre.On("2026-09-25")).Refused("E_NUMBER");
    }

    [Fact]
    public void A_result_is_taken_once_per_request_number()
    {
        var partner = Officer.With(Roles.Integration).Named("tax-office");
        var c = new ReceiveResult("Q-1", new(2026, 9, 28), true, FromTax.Lines, "tax/1");
        var asked = Verification.Given(Order, OfFather, OfSon, ToTax, ToBank);
        asked.When(c, partner.On("2026-09-28")).Then(FromTax).Twice();
        Assert.IsType<PartiallyReturned>(asked.When(c, partner.On("2026-09-28")).State);
        asked.Given(FromTax).When(c with { Lines = [] }, partner.On("2026-09-29")).Refused("E_RESULT_DIFFERS");
        asked.When(c with { RequestNumber = "Q-9" }, partner.On("2026-09-28")).Refused("E_REQUEST_NUMBER");
        asked.When(c with { Lines = [FromTax.Lines[0] with { Person = PersonId.Hydrate("zfrggzdfmztwq2lknnwg23tpob") }] }, partner.On("2026-09-28")).Refused("E_PERSON");
        asked.When(c with { Found = false }, partner.On("2026-09-28")).Refused("E_RESULT");
        asked.When(c with { ReturnedOn = new(2026, 9, 24) }, partner.On("2026-09-28")).Refused("E_DATE");
        asked.When(c with { ReturnedOn = new(2026, 9, 29) }, partner.On("2026-09-28")).Refused("E_DATE_FUTURE");
        asked.When(c with { RawReference = "" }, partner.On("2026-09-28")).Refused("E_NUMBER");
    }

    [Fact]
    public void An_order_is_withdrawn_for_a_reason_before_a_report()
    {
        Verification.Given(Order).When(new WithdrawVerification("撤回申请"), Township.On("2026-09-25")).Then(new VerificationWithdrawn("撤回申请", new(2026, 9, 25))).Twice();
        Verification.Given(Order).When(new WithdrawVerification(""), Township.On("2026-09-25")).Refused("E_REASON");
        Verification.Given(Order, new VerificationWithdrawn("x", new(2026, 9, 25))).When(new DispatchQuery(DataSource.Tax, "Q-1"), Centre.On("2026-09-25")).Refused("E_STATE");
    }

    [Fact]
    public void Every_act_is_decided_in_every_state() => Totality.Holds(
        VerificationProcess.Type, PolicyFiles.Shipped,
        [VerificationExamples.Request, VerificationExamples.Authorise, VerificationExamples.Dispatch, VerificationExamples.Receive, VerificationExamples.Issue, VerificationExamples.Dispute, VerificationExamples.Recheck, VerificationExamples.Withdraw],
        [
            Order, new VerificationStartOverdue(Order.StartDue), OfFather, OfSon, ToTax, ToBank, FromTax, FromBank, new VerificationReportIssued(ReportTests.Consistent, "u-401"),
            new VerificationDisputed("x", [], new(2026, 10, 12)), new RecheckCompleted(ReportTests.Consistent with { ReportNumber = "R-2" }, "x", "u-401"), new VerificationReportExpired(new(2027, 1, 8)),
        ],
        [Order, new VerificationWithdrawn("x", new(2026, 9, 25))]);
}
