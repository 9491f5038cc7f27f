using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.Local;
using Platform.Local.Demonstration;

namespace Platform.Benchmarks;

/// <summary>
/// The platform as <c>deploy/local</c> runs it (identity, service and gateway as processes of their own, tokens from its
/// realm), asked over HTTP: evidence is added to complaints that are being looked into.
/// </summary>
internal static class Http
{
    private const int Complaints = 640;
    private const string Path = "/social-assistance/complaints";
    private const string Officer = "township-officer.1";
    private static readonly string[] Rate = ["RateLimits__clients__bureau-cli__burst", "RateLimits__clients__bureau-cli__perSecond"];
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public static async Task Run(Ground ground, Report report)
    {
        report.Note("raw: GET /health/live of the service, as many callers; cpu: service (and gateway) processes, per request; callers, service, gateway and database share this machine");
        report.Note("the gateway's rate for the client is lifted");
        Array.ForEach(Rate, name => Environment.SetEnvironmentVariable(name, "1000000"));
        var standard = RunSettings.Default();
        var state = Directory.CreateTempSubdirectory("platform-benchmarks-http-").FullName;
        Exception? fault = null;
        var settings = standard with
        {
            State = state,
            ExternalPostgres = ground.Superuser,
            IdentityPort = LocalPostgres.FreePort(),
            Gateway = standard.Gateway with { Port = LocalPostgres.FreePort() },
            Services = [.. standard.Services.Select(s => s with { Port = LocalPostgres.FreePort() })],
            Once = true,
            Demonstrate = async (platform, _, stop) =>
            {
                try
                {
                    await Measure(platform, report, stop);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    fault = e;
                }

                return new(Equal: true, new Dictionary<string, JsonNode?>(StringComparer.Ordinal), new Dictionary<string, TimeSpan>(StringComparer.Ordinal), []);
            },
        };
        var ended = await new Runner(settings, new Output(TextWriter.Null, Console.Error)).RunAsync(default);
        Directory.Delete(state, recursive: true);
        if (fault is not null || ended != Runner.Done)
        {
            throw fault ?? new InvalidOperationException("The platform did not run.");
        }
    }

    private static async Task Measure(RunningPlatform platform, Report report, CancellationToken stop)
    {
        var cases = await Assigned(platform, stop);
        var (service, gateway) = (platform.Services["social-assistance"], platform.Gateway);
        var asService = new Measured(platform.Repository, "SocialAssistance.dll");
        var both = new Measured(platform.Repository, "SocialAssistance.dll", "Platform.Gateway.dll");
        foreach (var callers in new[] { 1, 32 })
        {
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = callers, UseProxy = false });
            foreach (var (way, address, processes) in new[] { ("service", service, asService), ("gateway + service", gateway, both) })
            {
                await report.Measure(
                    $"command through {way}, {callers} callers", null,
                    async () =>
                    {
                        var bearer = await Token(platform, http, stop);
                        return await processes.During(() => Load.Run(callers, Time, caller => Post(http, address, cases, callers, caller, bearer, stop)));
                    },
                    () => asService.During(() => Load.Run(callers, Time, async _ =>
                    {
                        using var answer = await http.GetAsync(new Uri(service, "/health/live"), stop);
                        return answer.IsSuccessStatusCode;
                    })));
            }
        }

        report.Note($"working set at the end: service {asService.Megabytes} MB, service and gateway {both.Megabytes} MB");
    }

    private static async Task<bool> Post(HttpClient http, Uri address, IReadOnlyList<string> cases, int callers, int caller, AuthenticationHeaderValue bearer, CancellationToken stop)
    {
        // Each caller has its own complaints, and goes round them.
        var n = Interlocked.Increment(ref sent);
        var each = cases.Count / callers;
        var id = cases[(caller * each) + (int)(n % each)];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"{Path}/{id}/add-evidence"));
        request.Headers.Authorization = bearer;
        request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"benchmark-{n}"));
        request.Content = JsonContent.Create(new { note = string.Create(CultureInfo.InvariantCulture, $"Visited, note {n}"), documents = Array.Empty<object>() });
        using var answer = await http.SendAsync(request, stop);
        return answer.IsSuccessStatusCode;
    }

    private static long sent;

    /// <summary>Complaints received, registered and assigned to the officer who then works on them.</summary>
    private static async Task<IReadOnlyList<string>> Assigned(RunningPlatform platform, CancellationToken stop)
    {
        using var bureau = new BureauClient(platform);
        var handler = await bureau.UserId(Officer, stop);
        var numbers = Enumerable.Range(1, Complaints).ToList();
        var ids = await Many(Officer, numbers.ConvertAll(n => new Command("", $"receive-{n}", new { channel = "Hotline12349", realName = false, target = new { staff = "somebody-else" }, region = "341503001000", content = $"Complaint {n}" })));
        await Many("county-officer.1", [.. ids.Select(id => new Command("register-complaint", $"register-{id}", new { }, id))]);
        await Many("county-approver.1", [.. ids.Select(id => new Command("assign-complaint", $"assign-{id}", new { handler }, id))]);
        return ids;

        Task<IReadOnlyList<string>> Many(string officer, IReadOnlyList<Command> commands) => bureau.Many(officer, "complaints", commands, 1, _ => { }, stop);
    }

    private static async Task<AuthenticationHeaderValue> Token(RunningPlatform platform, HttpClient http, CancellationToken stop)
    {
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "password"), new("client_id", "bureau-cli"), new("username", Officer), new("password", platform.Password), new("scope", "openid")]);
        using var answer = await http.PostAsync(new Uri($"{platform.Issuer.AbsoluteUri.TrimEnd('/')}/protocol/openid-connect/token"), form, stop);
        return new("Bearer", (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>(stop))?["access_token"]);
    }

    /// <summary>Processes of this run, known by the program they run; elsewhere than on Linux nothing is known of them.</summary>
    private sealed class Measured(string repository, params IReadOnlyList<string> programs)
    {
        private readonly List<Process> processes = !OperatingSystem.IsLinux() ? [] :
            [.. Process.GetProcesses().Where(p => CommandLine(p.Id) is { } line && line.Contains(repository, StringComparison.Ordinal) && programs.Any(line.Contains))];

        public long Megabytes => processes.Sum(p => { p.Refresh(); return p.WorkingSet64; }) >> 20;

        private TimeSpan Cpu => processes.Aggregate(TimeSpan.Zero, (sum, p) => { p.Refresh(); return sum + p.TotalProcessorTime; });

        public async Task<Pace> During(Func<Task<Pace>> load)
        {
            var (cpu, start) = (Cpu, Stopwatch.GetTimestamp());
            var pace = await load();
            return pace with { CpuMicroseconds = (Cpu - cpu).TotalMicroseconds / (pace.PerSecond * Stopwatch.GetElapsedTime(start).TotalSeconds) };
        }

        private static string? CommandLine(int id)
        {
            try
            {
                return File.ReadAllText($"/proc/{id}/cmdline");
            }
            catch (IOException)
            {
                // It has ended in the meantime.
                return null;
            }
        }
    }
}
