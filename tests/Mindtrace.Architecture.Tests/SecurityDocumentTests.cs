using System.Text.RegularExpressions;

namespace Mindtrace.Architecture.Tests;

/// <summary>docs/security.md claims a test for each defence; this holds it to that.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly string Tests = Path.Combine(ProjectGraph.Root, "tests");

    private static IReadOnlyList<string> Rows { get; } = [.. File.ReadAllLines(Path.Combine(ProjectGraph.Root, "docs", "security.md"))
        .SkipWhile(line => line != "## Threats").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];

    [Fact]
    public void EachThreat_NamesTestsThatExist()
    {
        var tests = Directory.EnumerateFiles(Tests, "*.cs", SearchOption.AllDirectories)
            .ToLookup(path => Path.GetFileName(path).Split('.')[0], File.ReadAllText);

        Assert.NotEmpty(Rows);
        foreach (var row in Rows)
        {
            var named = Cell(row, ^1);
            var names = TestName().Matches(named);
            Assert.True(names.Count > 0 || named.StartsWith("none: ", StringComparison.Ordinal), $"No test is named in: {row}");
            Assert.All(names, name => Assert.Contains(
                tests[name.Groups["class"].Value],
                text => text.Contains($" {name.Groups["test"].Value}(", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void EachThreat_IsAttackedLiveOrSaysWhyNot()
    {
        var named = Rows.Select(row => Cell(row, ^2)).Where(cell => !cell.StartsWith("none: ", StringComparison.Ordinal) && cell != "all of these at once")
            .SelectMany(cell => cell.Split("; ")).Select(name => name.Split('`') is [_, var method, ..] ? method : name).ToHashSet();

        var requests = RequestAttack().Matches(File.ReadAllText(Path.Combine(Tests, "Mindtrace.AppHost.Tests", "Hostile", "HostileRequests.cs")));
        var others = OtherAttack().Matches(File.ReadAllText(Path.Combine(Tests, "Mindtrace.AppHost.Tests", "Hostile", "LiveAttacks.cs")));
        string[] made = [.. requests.Select(attack => attack.Groups["name"].Value), .. others.Select(attack => $"LiveAttacks.{attack.Groups["name"].Value}")];
        Assert.Equal(made.Distinct().Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    private static string Cell(string row, Index index) => row.TrimEnd('|', ' ').Split(" | ")[index];

    [GeneratedRegex("""^        \("(?<name>[^"]+)", """, RegexOptions.Multiline)]
    private static partial Regex RequestAttack();

    [GeneratedRegex(@"await attacks\.(?<name>\w+)\(")]
    private static partial Regex OtherAttack();

    [GeneratedRegex("`(?<class>[A-Za-z]+(?:Tests|Behaviours))\\.(?<test>\\w+)`")]
    private static partial Regex TestName();
}
