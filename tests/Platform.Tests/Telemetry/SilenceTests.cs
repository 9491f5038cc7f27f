using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Cases;
using Platform.EventStore;
using Platform.ServiceHost;
using Platform.Tests.EventStore;
using Platform.Tests.ServiceHost;
using Platform.Tests.Support;
using SocialAssistance;

namespace Platform.Tests.Telemetry;

/// <summary>Logs, traces and metrics say nothing about anybody, however much is logged.</summary>
public sealed class SilenceTests
{
    private const string Persons = "/social-assistance/persons";
    private const string Number = "341503195306124048";
    private const string OtherNumber = "341503195306124056";
    private const string Account = "6217999900000123453";
    private static readonly string[] Unsaid = [Number, OtherNumber, "欧阳翠屏", "诸葛明月", "13955512345", "13955567890", Account, "槐树巷九号", "老伴常年卧床", "接到邻居举报", Uri.EscapeDataString("接到邻居举报")];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_officers_enter_about_people_is_in_no_log_line_no_trace_and_no_metric()
    {
        using var heard = new Overheard(_ => true, _ => true);
        await using var service = await ServiceUnderTest.Start(
            Contents.Service.With(s => s.AddSingleton<ILoggerProvider>(heard)), settings: ["--Imports:Seconds=0", "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace", "--Logging:Console:LogLevel:Default=None"]);
        var officer = service.As("u-1", "341503000000", Roles.CountyOfficer, Roles.WindowOfficer, Roles.PersonalDataReader, Roles.CountyApprover);
        JsonObject Person(string name, string number, string phone) => new()
        {
            ["name"] = name, ["residentId"] = number, ["hukouRegion"] = "341503101201", ["hukouType"] = "Agricultural", ["phone"] = phone, ["address"] = "槐树巷九号",
        };

        // Done, refused, malformed, searched, read, corrected, erased.
        var id = (await officer.Post(Persons, Person("欧阳翠屏", Number, "13955512345"), purpose: Uri.EscapeDataString("接到邻居举报"))).Id;
        (await officer.Post(Persons, Person("诸葛明月", Number, "13955512345"))).Is(422, "E_ID_DUP_NAME");
        (await officer.Post(Persons, Person("诸葛明月", OtherNumber[..17] + "0", "13955567890"))).Is(400, "E_ID_CHECKSUM");
        Assert.Equal(400, (await officer.Post(Persons, Person("诸葛明月", OtherNumber, "1395556789O"))).Status);
        Assert.Equal(400, (await officer.Post(Persons, $$"""{"name":"诸葛明月","residentId":"{{OtherNumber}}",}""")).Status);
        _ = (await officer.Post($"{Persons}/search", new { residentId = Number })).Ok;
        _ = (await officer.Get($"{Persons}/{id}/details", Uri.EscapeDataString("接到邻居举报"))).Ok;
        _ = (await officer.Post($"{Persons}/{id}/register-account", new { number = $"BankCard:{Account}", holder = "欧阳翠屏", reason = "老伴常年卧床", inPerson = true })).Ok;
        _ = (await officer.Post($"{Persons}/{id}/correct-details", new { reason = "老伴常年卧床", phone = "13955567890" })).Ok;
        // A fault of the database in the midst of it.
        await service.Database.Do($"revoke update, insert on person_vault from {service.Database.AppRole}", Stop);
        (await officer.Post($"{Persons}/{id}/correct-details", new { reason = "老伴常年卧床", phone = "13955512345" })).Is(500, "E_FAULT");
        await service.Database.Do("alter table case_list add constraint spoilt check (process <> 'person') not valid", Stop);
        await service.Database.Do($"grant update, insert on person_vault to {service.Database.AppRole}", Stop);
        (await officer.Post(Persons, Person("诸葛明月", OtherNumber, "13955567890"))).Is(500, "E_FAULT");
        await service.Database.Do("alter table case_list drop constraint spoilt", Stop);
        _ = (await officer.Post($"{Persons}/{id}/erase", new { reason = "老伴常年卧床" })).Ok;

        // It was listened to, and these words are the ones that are not there.
        Assert.Contains(heard.Lines, l => l.Contains("42501", StringComparison.Ordinal));
        Assert.Contains(heard.Activities, a => a.Source.Name == "Npgsql");
        Assert.Contains(heard.Measurements, m => m.Instrument == "http.server.request.duration");
        Assert.True(heard.Sum("platform.store.commands", "platform.process", "person") > 0);
        foreach (var word in Unsaid)
        {
            Assert.DoesNotContain(heard.Everything, said => said.Contains(word, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_fault_is_logged_by_its_type_and_place_and_without_its_words()
    {
        using var heard = new Overheard(_ => false, s => s.Name == "Microsoft.AspNetCore");
        await using var database = await TestDatabase.Create(KeyTesting.Scripts, Stop);
        await using var keys = await ServiceUnderTest.Start(KeyService.Create().With(s => s.AddSingleton<ILoggerProvider>(heard)), TestClock.On("2026-03-02"), database,
            "--Logging:LogLevel:Default=Trace", "--Logging:Console:LogLevel:Default=None");
        var window = keys.As("li", "341503000000", Roles.WindowOfficer);
        var id = (await window.Post("/keys/loans", KeyTesting.Lend("K-cursed"))).Id;

        (await window.Post($"/keys/loans/{id}/lose-ledger", new LoseLedger())).Is(500, "E_FAULT");
        await Assert.ThrowsAsync<AggregateException>(() => new DeadlineWorker(database.Application, keys.Services.GetRequiredService<CaseStore>(), TestClock.On("2026-03-20")).Run(cancel: Stop));

        var line = Assert.Single(heard.Lines, l => l.Contains("lose-ledger failed", StringComparison.Ordinal) && l.Contains("Problems:", StringComparison.Ordinal));
        Assert.Contains("POST keys/loans/{id}/lose-ledger failed: System.InvalidOperationException", line.Replace("/keys", "keys", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("KeyLoan.cs", line, StringComparison.Ordinal);
        Assert.DoesNotContain(heard.Everything, said => said.Contains(KeyLoans.Unspeakable, StringComparison.Ordinal));
    }
}
