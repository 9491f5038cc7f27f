using System.Xml.Linq;

namespace Platform.Tests.Architecture;

/// <summary>Rules about the code that a reader relies on (design sections 2, 3 and 5).</summary>
public sealed class ReferenceTests
{
    private static readonly string Root = Repository.Root;

    [Fact]
    public void Cases_and_contracts_refer_to_nothing()
    {
        foreach (var project in new[] { "shared/Cases/Cases.csproj", "shared/Contracts/Contracts.csproj" })
        {
            Assert.Empty(References(project));
            Assert.Empty(Packages(project));
        }
    }

    [Fact]
    public void The_event_store_refers_to_cases_and_the_driver_only()
    {
        Assert.Equal(["Cases"], References("shared/EventStore/EventStore.csproj"));
        Assert.Equal(["Npgsql"], Packages("shared/EventStore/EventStore.csproj"));
    }

    [Fact]
    public void The_host_refers_to_shared_only() =>
        Assert.Equal(["Cases", "Contracts", "EventStore"], References("shared/ServiceHost/ServiceHost.csproj"));

    [Fact]
    public void A_service_refers_to_shared_projects_and_never_to_another_service()
    {
        var services = Directory.GetFiles(Path.Combine(Root, "services"), "*.csproj", SearchOption.AllDirectories);
        Assert.NotEmpty(services);
        foreach (var service in services)
        {
            Assert.Subset(new HashSet<string> { "Cases", "Contracts", "EventStore", "ServiceHost" }, References(service).ToHashSet());
        }
    }

    [Fact]
    public void Nothing_but_tests_and_the_demonstration_refers_to_a_service()
    {
        foreach (var project in Repository.Files("*.csproj").Where(p => !p.StartsWith("tests/", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain(References(project), r => r == "SocialAssistance");
        }
    }

    [Fact]
    public void Every_package_version_stands_in_one_file()
    {
        foreach (var project in Repository.Files("*.csproj"))
        {
            Assert.DoesNotContain(XDocument.Load(Path.Combine(Root, project)).Descendants("PackageReference"), p => p.Attribute("Version") is not null);
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "Platform.sln")).Replace('\\', '/');
        foreach (var project in Repository.Files("*.csproj"))
        {
            Assert.Contains(project, solution, StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<string> References(string project) => Names(project, "ProjectReference", Path.GetFileNameWithoutExtension);

    private static IReadOnlyList<string> Packages(string project) => Names(project, "PackageReference", n => n);

    private static IReadOnlyList<string> Names(string project, string element, Func<string, string?> name) =>
        [.. XDocument.Load(Path.Combine(Root, project)).Descendants(element).Select(e => name(e.Attribute("Include")!.Value.Replace('\\', '/'))!).Order(StringComparer.Ordinal)];
}
