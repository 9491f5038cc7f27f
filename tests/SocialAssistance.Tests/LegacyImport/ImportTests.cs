using Platform.Cases;
using Platform.Tests.Support;
using SocialAssistance.Entitlement;
using SocialAssistance.HouseholdRegistry;
using SocialAssistance.LegacyImport;
using SocialAssistance.PersonRegistry;
using SocialAssistance.SubsistenceAllowance;

namespace SocialAssistance.Tests.LegacyImport;

/// <summary>The story of an import: opened, received, checked, approved by another, imported part by part.</summary>
public sealed class ImportTests
{
    private const string Id = "DR-341503-2014-000001";
    private static readonly RegionCode District = RegionCode.Hydrate("341503000000");
    private static readonly DateOnly Today = new(2014, 1, 2);
    private static readonly Act Clerk = Officer.With(Roles.CountyOfficer).Named("u-1").On("2014-01-02");
    private static readonly Act Approver = Officer.With(Roles.CountyApprover).Named("u-2").On("2014-01-02");
    private static readonly OpenImport Open = new("2013年底登记册", District, new(2013, 12, 31), "subsistence-allowance", AmountMustMatch: true);
    private static readonly ImportOpened WasOpened = new("2013年底登记册", District, new(2013, 12, 31), "subsistence-allowance", AmountMustMatch: true, "u-1");
    private static readonly RegisterReceived WasReceived = new("hash-1", RegisterKind.Csv, 900, 5, 3, "u-1");
    private static readonly CompleteDryRun Check = new("hash-1", 2, 4, new(300), [new("E_ACCOUNT_SHARED", false, 2), new("E_BANK_LUHN", true, 1)], "digest-1", ["standard"]);
    private static readonly DryRunCompleted WasChecked = new(1, 2, 4, new(300), Check.Faults, "digest-1", ["standard"], "u-1");
    private static readonly LeftOut Faulty = new("R00002", 3, ["E_BANK_LUHN"]);
    private static readonly ImportStarted WasStarted = new(Today, ["E_BANK_LUHN"], [Faulty], "u-2");

    private static Scenario None => Scenario.Of(ImportProcess.Type, PolicyFiles.Shipped, Id);

    private static Scenario Received => None.Given(WasOpened, WasReceived);

    private static Scenario Checked => Received.Given(WasChecked);

    private static Scenario Started => Checked.Given(WasStarted);

    [Fact]
    public void An_import_is_opened_for_a_county_a_day_and_a_benefit()
    {
        None.When(Open, Clerk).Then(WasOpened);
        None.When(Open with { Title = "" }, Clerk).Refused("E_REASON");
        None.When(Open with { RegisterDay = new(2014, 1, 3) }, Clerk).Refused("E_DATE_FUTURE");
        Assert.Null(None.When(Open with { RegisterDay = Today }, Clerk).Refusal);
        None.When(Open with { Region = RegionCode.Hydrate("341500000000") }, Clerk).Refused("E_REGION_CODE");
        None.When(Open with { Benefit = "orphan" }, Clerk).Refused("E_BENEFIT");
    }

    [Fact]
    public void A_register_is_received_once_and_replaced_by_another()
    {
        var receive = new ReceiveRegister("hash-1", RegisterKind.Csv, 900, 5, 3);
        None.Given(WasOpened).When(receive, Clerk).Then(WasReceived).Twice()
            .When(receive with { Sha256 = "hash-2" }, Clerk).Then(WasReceived with { Sha256 = "hash-2" });
        None.Given(WasOpened).When(receive with { Households = 0 }, Clerk).Refused("E_REGISTER_EMPTY");
        // Another file makes the dry run of the first one void, and the next one is the second.
        var replaced = Checked.When(receive with { Sha256 = "hash-2" }, Clerk);
        replaced.When(new StartImport(1, [], []), Approver).Refused("E_DRY_RUN_MISSING");
        Assert.Equal(2, ((DryRunCompleted)replaced.When(Check with { Sha256 = "hash-2" }, Clerk).Facts[0]).Run);
        Started.When(receive with { Sha256 = "hash-2" }, Clerk).Refused("E_STATE");
    }

    [Fact]
    public void A_dry_run_is_recorded_when_it_says_something_new()
    {
        None.Given(WasOpened).When(Check, Clerk).Refused("E_REGISTER_MISSING");
        Received.When(Check, Clerk).Then(WasChecked).Twice()
            .When(Check with { Digest = "digest-2" }, Clerk).Then(WasChecked with { Run = 2, Digest = "digest-2" });
        Received.When(Check with { Sha256 = "hash-0" }, Clerk).Refused("E_REGISTER_MOVED");
    }

    [Fact]
    public void Another_than_who_brought_the_register_approves_and_accepts_what_is_left_out()
    {
        var start = new StartImport(1, ["E_BANK_LUHN"], [Faulty]);
        None.Given(WasOpened).When(start, Approver).Refused("E_REGISTER_MISSING");
        Received.When(start, Approver).Refused("E_DRY_RUN_MISSING");
        Assert.Equal("SOD-1", Checked.When(start, Clerk).Refused("E_SOD").Details["rule"]);
        None.Given(WasOpened with { By = "u-2" }, WasReceived, WasChecked).When(start, Approver).Refused("E_SOD");
        Assert.Equal(["E_BANK_LUHN"], (string[])Checked.When(start with { AcceptedCodes = ["E_ACCOUNT_SHARED"] }, Approver).Refused("E_FAULTS_OPEN").Details["codes"]!);
        Checked.When(start with { Run = 2 }, Approver).Refused("E_DRY_RUN_MOVED");
        Checked.When(start with { LeaveOut = [Faulty, Faulty, Faulty] }, Approver).Refused("E_REGISTER_EMPTY");
        Checked.When(start, Approver).Then(WasStarted).Twice();
    }

    [Fact]
    public void A_part_becomes_persons_a_household_a_benefit_and_progress()
    {
        var region = RegionCode.Hydrate("341503101201");
        var (head, child) = (PersonId.Hydrate("mfrggzdfmztwq2lknnwg23tpob"), PersonId.Hydrate("nbswy3dpeb3w64tmmqqhi2djom"));
        var basis = new AmountBasis("f", new(220), 0, 2, new(120), [], new(120));
        var account = new AccountMark(BankAccountKind.BankCard, "0016", null);
        var household = new ImportedHousehold("R00001", 2, "h2", Area.Rural, region, Category.B, basis, new(2010, 3),
            [new(head, Relation.Head, Sex.Male, new(1950, 1, 1), false, 2, "h2", account, 0), new(child, Relation.Child, Sex.Female, new(1990, 1, 1), false, 3, "h3", null, 0)]);
        var rows = new ImportRows(Id, District, "subsistence-allowance", 1, 0, 2, [household], [Faulty]);
        var part = Scenario.Of(ImportProcess.Type, PolicyFiles.Shipped, $"{Id}-0001");
        part.When(rows, Clerk).Refused("E_ROLE");
        part.When(rows with { Households = [household with { Members = [] }] }, Officer.System("2014-01-02")).Refused("E_REGISTER_FORMAT");
        var imported = part.When(rows, Officer.System("2014-01-02"));
        imported.Twice();
        Assert.Equal(
        [
            ("person", $"{head}"), ("person", $"{child}"), ("household", "HH-341503-R00001"), ("entitlement", "DB-341503-R00001"), ("legacy-import", Id),
        ], imported.Consequences().Select(c => (c.Process, c.Id)));
        Assert.Equal(account, Assert.IsType<ImportPerson>(imported.Consequences()[0].Command).Account);
        Assert.Equal((new DateOnly(2010, 3, 1), 2), (Assert.IsType<ImportHousehold>(imported.Consequences()[2].Command) is var h ? (h.Since, h.Members.Count) : default));
        Assert.Equal((head, new YearMonth(2010, 3), new Money(120)), Assert.IsType<ImportEntitlement>(imported.Consequences()[3].Command) is var e ? (e.Payee, e.From, e.Basis.Monthly) : default);
        var note = Assert.IsType<NotePart>(imported.Consequences()[4].Command);
        Assert.Equal((1, 0, 2, 1, 2, new Money(120)), (note.Part, note.From, note.To, note.Households, note.Persons, note.MonthlyAmount));
    }

    [Fact]
    public void Parts_follow_each_other_and_the_last_one_completes()
    {
        var first = new NotePart(1, 0, 2, 1, 2, new(120), [Faulty]);
        var second = new NotePart(2, 2, 3, 1, 2, new(180), []);
        Started.When(second, Clerk).Refused("E_PART_MOVED");
        Started.When(first with { To = 4 }, Clerk).Refused("E_PART_MOVED");
        Started.When(first with { To = 0 }, Clerk).Refused("E_PART_MOVED");
        var half = Started.When(first, Clerk).Then(new PartImported(1, 0, 2, 1, 2, new(120), [Faulty])).Twice("E_PART_MOVED");
        var done = half.When(second, Clerk).Then(new PartImported(2, 2, 3, 1, 2, new(180), []), new ImportCompleted(Today, 2, 4, new(300), 1));
        Assert.IsType<Completed>(done.State);
        done.When(second, Clerk).Refused("E_STATE");
        done.When(new StartImport(1, [], []), Approver).NothingNew();
    }

    [Fact]
    public void An_import_that_has_not_started_can_be_abandoned()
    {
        Checked.When(new AbandonImport("不是最终稿"), Clerk).Then(new ImportAbandoned("不是最终稿", "u-1")).Twice()
            .When(Open, Clerk).Refused("E_STATE");
        Checked.When(new AbandonImport(""), Clerk).Refused("E_REASON");
        Started.When(new AbandonImport("不是最终稿"), Clerk).Refused("E_STATE");
    }

    [Fact]
    public void Every_command_is_decided_in_every_state() => Totality.Holds(ImportProcess.Type, PolicyFiles.Shipped,
        [ImportExamples.Open, ImportExamples.DryRunProbe, ImportExamples.StartProbe, ImportExamples.Abandon],
        [WasOpened, WasReceived, WasChecked, WasStarted, new PartImported(1, 0, 3, 3, 3, new(1), []), new ImportCompleted(Today, 3, 3, new(1), 0)],
        [WasOpened, new ImportAbandoned("x", "u-1")],
        [new RowsImported(Id, District, "subsistence-allowance", 1, 0, 0, [], [])]);
}
