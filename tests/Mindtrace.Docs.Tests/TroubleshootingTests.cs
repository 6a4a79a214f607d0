using System.Text.RegularExpressions;

namespace Mindtrace.Docs.Tests;

/// <summary>docs/troubleshooting.md quotes messages; each is one that the code still writes.</summary>
public sealed partial class TroubleshootingTests
{
    private const int ShortestTellingPart = 6;

    private static readonly Lazy<string> Source = new(() => string.Concat(
        new[] { "libraries", "services", "clients", "Mindtrace.AppHost" }.SelectMany(Repository.SourcesIn).Select(File.ReadAllText)));

    public static TheoryData<string> Messages =>
        [.. Quote().Matches(Repository.Read("docs/troubleshooting.md")).Select(quote => quote.Groups["message"].Value)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void QuotedMessage_IsInTheSource(string message)
    {
        var parts = message.Split('…', StringSplitOptions.TrimEntries).Where(part => part.Length >= ShortestTellingPart).ToList();
        Assert.NotEmpty(parts);
        Assert.All(parts, part => Assert.Contains(part, Source.Value, StringComparison.Ordinal));
    }

    [GeneratedRegex("^### `(?<message>.+)`$", RegexOptions.Multiline)]
    private static partial Regex Quote();
}
