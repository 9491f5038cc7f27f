using System.Text.RegularExpressions;

namespace Platform.Tests.Architecture;

/// <summary>What the text of the code itself must keep to.</summary>
public sealed partial class CodeTests
{
    private static IEnumerable<(string Path, string Text)> Product => Repository.Files("*.cs")
        .Where(f => !f.StartsWith("tests/", StringComparison.Ordinal))
        .Select(f => (f, File.ReadAllText(Path.Combine(Repository.Root, f))));

    [Fact]
    public void Decisions_states_and_policies_read_no_clock_and_draw_no_chance()
    {
        var pure = Product.Where(f => PureFile().IsMatch(f.Path)).ToList();
        Assert.NotEmpty(pure);
        Assert.All(pure, f => Assert.DoesNotMatch(Impure(), f.Text));
    }

    [Fact]
    public void The_clock_is_read_through_TimeProvider() =>
        Assert.All(Product.Where(f => !f.Path.StartsWith("deploy/", StringComparison.Ordinal)), f => Assert.DoesNotMatch(SystemClock(), f.Text));

    [Fact]
    public void Nothing_is_left_open() => Assert.All(Product, f => Assert.DoesNotMatch(LeftOpen(), f.Text));

    [Fact]
    public void Events_carry_no_personal_details()
    {
        var cases = Product.Where(f => f.Path.StartsWith("services/", StringComparison.Ordinal) && f.Path.EndsWith("Case.cs", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(cases);
        Assert.All(cases, f => Assert.DoesNotMatch(PersonalField(), f.Text));
    }

    [Fact]
    public void No_column_or_index_is_added_to_the_tables_that_Marten_shares()
    {
        var scripts = Repository.Files("*.sql").Where(f => !f.EndsWith("0001-event-tables.sql", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(scripts);
        Assert.All(scripts, f => Assert.DoesNotMatch(SharedTableChange(), File.ReadAllText(Path.Combine(Repository.Root, f))));
    }

    [Fact]
    public void The_event_store_stays_small()
    {
        // Lines that are neither blank nor comment.
        var lines = Product.Where(f => f.Path.StartsWith("shared/EventStore/", StringComparison.Ordinal))
            .Sum(f => f.Text.Split('\n').Count(l => l.Trim() is { Length: > 0 } line && !line.StartsWith("//", StringComparison.Ordinal)));
        Assert.InRange(lines, 1, 1_499);
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        foreach (var (path, text) in Product.Where(f => f.Path.StartsWith("services/", StringComparison.Ordinal)))
        {
            var parts = path.Split('/');
            if (parts.Length == 4 && Namespace().Match(text) is { Success: true } declared)
            {
                Assert.EndsWith($".{parts[2]}", declared.Groups["name"].Value, StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex(@"services/.*(Decisions|Case|Policy|Amount)(\.\w+)?\.cs$", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex PureFile();

    [GeneratedRegex(@"DateTime(Offset)?\.(Utc)?Now|TimeProvider|Guid\.NewGuid|Random\b|RandomNumberGenerator|NpgsqlDataSource|HttpClient", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Impure();

    [GeneratedRegex(@"DateTime(Offset)?\.(Utc)?Now|DateTime\.Today", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex SystemClock();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|NotImplementedException", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex LeftOpen();

    [GeneratedRegex(@"\b(ResidentId|PersonalDetails|Mobile|BankAccountNumber|PayeeAccount)\b [A-Z]", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex PersonalField();

    [GeneratedRegex(@"(alter table|create (unique )?index \w+ on)\s+mt_", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex SharedTableChange();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Namespace();
}
