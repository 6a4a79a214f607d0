using System.Text.RegularExpressions;

namespace Mindtrace.Docs.Tests.Commands;

/// <summary>A command of a document.</summary>
/// <param name="Text">As it stands there, lines that it goes over joined, without the comment behind it.</param>
/// <param name="Comment">That comment.</param>
internal sealed partial record CommandLine(string Text, string Comment)
{
    private const string NotRunMark = "not run";

    /// <summary>Gets the words, as a shell would take them apart.</summary>
    public IReadOnlyList<string> Words => [.. Word().Matches(Text).Select(word => word.Groups["quoted"].Success ? word.Groups["quoted"].Value : word.Value)];

    /// <summary>Gets whether the document itself says that nobody runs it: <c># not run: why</c>.</summary>
    public bool IsMarkedNotRun => Comment.StartsWith(NotRunMark, StringComparison.Ordinal);

    /// <summary>Lists the commands of a document in their order: those of its bash blocks, but of those that say above them that nobody runs them.</summary>
    public static IReadOnlyList<CommandLine> In(string document) =>
    [
        .. Block().Matches(document).Where(block => !block.Groups["mark"].Success).SelectMany(block => Continued().Replace(block.Groups["lines"].Value, " ").Split('\n'))
            .Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#')).Select(Read),
    ];

    private static CommandLine Read(string line)
    {
        var comment = Remark().Match(line);
        return comment.Success ? new CommandLine(line[..comment.Index].TrimEnd(), comment.Groups["text"].Value) : new CommandLine(line, "");
    }

    [GeneratedRegex(@"(?<mark><!-- not run: [^>]+ -->\n)?^ *```bash\n(?<lines>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\\\n *")]
    private static partial Regex Continued();

    [GeneratedRegex(@" +# (?<text>.*)$")]
    private static partial Regex Remark();

    [GeneratedRegex("'(?<quoted>[^']*)'|\"(?<quoted>[^\"]*)\"|\\S+")]
    private static partial Regex Word();
}
