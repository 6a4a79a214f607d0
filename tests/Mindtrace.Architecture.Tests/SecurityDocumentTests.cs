using System.Text.RegularExpressions;

namespace Mindtrace.Architecture.Tests;

/// <summary>docs/security.md claims a test for each defence; this holds it to that.</summary>
public sealed partial class SecurityDocumentTests
{
    [Fact]
    public void EachThreat_NamesTestsThatExist()
    {
        var rows = File.ReadAllLines(Path.Combine(ProjectGraph.Root, "docs", "security.md"))
            .SkipWhile(line => line != "## Threats").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();
        var tests = Directory.EnumerateFiles(Path.Combine(ProjectGraph.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(path => Path.GetFileName(path).Split('.')[0], File.ReadAllText);

        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            var named = row.TrimEnd('|', ' ').Split(" | ")[^1];
            var names = TestName().Matches(named);
            Assert.True(names.Count > 0 || named.StartsWith("none: ", StringComparison.Ordinal), $"No test is named in: {row}");
            Assert.All(names, name => Assert.Contains(
                tests[name.Groups["class"].Value],
                text => text.Contains($" {name.Groups["test"].Value}(", StringComparison.Ordinal)));
        }
    }

    [GeneratedRegex("`(?<class>[A-Za-z]+(?:Tests|Behaviours))\\.(?<test>\\w+)`")]
    private static partial Regex TestName();
}
