using System.Text.RegularExpressions;

namespace Mindtrace.Docs.Tests.Snippets;

/// <summary>
/// The code of documents. A block names above it what it is made of: regions of this project's files, each of which compiles and runs with
/// these tests, or a whole file.
/// </summary>
internal static partial class Snippet
{
    private static readonly string Folder = Path.Combine("tests", "Mindtrace.Docs.Tests");

    /// <summary>Reads the regions by their names, without the indentation that they share.</summary>
    public static IReadOnlyDictionary<string, string> ReadRegions() => Repository.SourcesIn(Folder)
        .SelectMany(file => Region().Matches(File.ReadAllText(file).ReplaceLineEndings("\n")))
        .ToDictionary(region => region.Groups["name"].Value, region => Outdent(region.Groups["code"].Value));

    /// <summary>Puts the code into the blocks of a document that name it.</summary>
    public static string Fill(string document, IReadOnlyDictionary<string, string> regions) => Block().Replace(
        document, block => $"{block.Groups["mark"].Value}```csharp\n{string.Join('\n', PartsOf(block).Select(part => Code(part, regions)))}```\n");

    /// <summary>Lists what the blocks of a document are made of, block by block.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> NamesIn(string document) => [.. Block().Matches(document).Select(PartsOf)];

    private static string[] PartsOf(Match block) => block.Groups["names"].Value.Split(' ');

    private static string Code(string name, IReadOnlyDictionary<string, string> regions) =>
        name.Contains('/', StringComparison.Ordinal) ? Repository.Read(name) : regions[name];

    private static string Outdent(string code)
    {
        var lines = code.TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line => (line.Length > 0 ? line[indent..] : line) + "\n"));
    }

    [GeneratedRegex(@"^ *#region (?<name>[a-z-]+)\n(?<code>.*?)^ *#endregion", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex(@"^(?<mark><!-- snippet: (?<names>[A-Za-z./ -]+?) -->\n)```csharp\n.*?^```\n", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
