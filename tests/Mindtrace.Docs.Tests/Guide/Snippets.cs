using System.Text.RegularExpressions;

namespace Mindtrace.Docs.Tests.Guide;

/// <summary>The code of the guide: the regions of this folder's files, each of which compiles and runs with these tests.</summary>
internal static partial class Snippets
{
    private static readonly string Folder = Path.Combine("tests", "Mindtrace.Docs.Tests", "Guide");

    /// <summary>Reads the regions by their names, without the indentation that they share.</summary>
    public static IReadOnlyDictionary<string, string> Read() => Directory
        .EnumerateFiles(Repository.PathOf(Folder), "*.cs")
        .SelectMany(file => Region().Matches(File.ReadAllText(file).ReplaceLineEndings("\n")))
        .ToDictionary(region => region.Groups["name"].Value, region => Outdent(region.Groups["code"].Value));

    /// <summary>Puts the regions into the code blocks of a document that name them.</summary>
    public static string Fill(string document, IReadOnlyDictionary<string, string> snippets) => Block().Replace(
        document, block => $"{block.Groups["mark"].Value}```csharp\n{snippets[block.Groups["name"].Value]}```\n");

    /// <summary>Lists the names of the regions that a document shows.</summary>
    public static IReadOnlyList<string> NamesIn(string document) => [.. Block().Matches(document).Select(block => block.Groups["name"].Value)];

    private static string Outdent(string code)
    {
        var lines = code.TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line => (line.Length > 0 ? line[indent..] : line) + "\n"));
    }

    [GeneratedRegex(@"^ *#region (?<name>[a-z-]+)\n(?<code>.*?)^ *#endregion", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex(@"^(?<mark><!-- snippet: (?<name>[a-z-]+) -->\n)```csharp\n.*?^```\n", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
