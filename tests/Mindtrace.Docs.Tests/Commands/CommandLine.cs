using System.Text.RegularExpressions;

namespace Mindtrace.Docs.Tests.Commands;

/// <summary>A command of a document.</summary>
/// <param name="Text">As it stands there, without the comment behind it.</param>
internal sealed partial record CommandLine(string Text)
{
    /// <summary>Gets the words, as a shell would take them apart.</summary>
    public IReadOnlyList<string> Words => [.. Word().Matches(Text).Select(word => word.Groups["quoted"].Success ? word.Groups["quoted"].Value : word.Value)];

    /// <summary>Lists the commands of a document in their order: the lines of its bash blocks.</summary>
    public static IReadOnlyList<CommandLine> In(string document) =>
    [
        .. Block().Matches(document).SelectMany(block => block.Groups["lines"].Value.Split('\n'))
            .Select(line => Comment().Replace(line, "").Trim()).Where(line => line.Length > 0).Select(line => new CommandLine(line)),
    ];

    [GeneratedRegex(@"^ *```bash\n(?<lines>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(^| +)# .*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"'(?<quoted>[^']*)'|\S+")]
    private static partial Regex Word();
}
