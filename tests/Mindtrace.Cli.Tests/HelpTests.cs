using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Mindtrace.Cli.Tests;

/// <summary>What the program tells of itself.</summary>
public sealed partial class HelpTests
{
    private static string Repository => typeof(HelpTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word { get; }

    [Fact]
    public async Task Help_OfTheProgram_TellsItsExitCodes()
    {
        var run = await CommandRun.StartAsync("", "--help");

        Assert.Equal(ExitCode.Success, run.Code);
        foreach (var (code, meaning) in ExitCodes.Meanings)
        {
            Assert.Matches($@"(?m)^ +{(int)code} +{meaning.Replace("+", @"\+", StringComparison.Ordinal)}", run.Output);
        }

        var readme = await File.ReadAllTextAsync(Path.Combine(Repository, "README.md"), TestContext.Current.CancellationToken);
        Assert.All(ExitCodes.Meanings, row => Assert.Contains($"| {(int)row.Code} | {row.Meaning} |", readme, StringComparison.Ordinal));
        Assert.Equal(Enum.GetValues<ExitCode>(), ExitCodes.Meanings.Select(row => row.Code));
    }

    [Fact]
    public async Task Help_OfACommand_EndsWithExamples()
    {
        var run = await CommandRun.StartAsync("", "types", "push", "--help");

        Assert.Matches(@"Examples:\s+mindtrace types push", run.Output);
    }

    [Theory]
    [InlineData("Unrecognized command or argument 'jbos'.", "mindtrace --help tells more.", "jbos")]
    [InlineData("Required argument 'type' missing for command: 'submit'.", "mindtrace submit --help tells more.", "submit")]
    [InlineData("Unrecognized command or argument '--wiat'.", "mindtrace jobs list --help tells more.", "jobs", "list", "--wiat")]
    public async Task Mistake_InACommandLine_IsToldWithoutTheWholeHelp(string mistake, string hint, params string[] arguments)
    {
        var run = await CommandRun.StartAsync("", arguments);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(mistake, run.Error, StringComparison.Ordinal);
        Assert.EndsWith(hint, run.Error.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("Usage:", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("dlq")]
    public async Task CommandLine_EndsBeforeACommand_IsAnsweredByTheHelp(params string[] arguments)
    {
        var run = await CommandRun.StartAsync("", arguments);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("Commands:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Command_Any_HasADescriptionAndExamples() =>
        Assert.All(Commands(MindtraceCommand.Create(CommandRun.Silent())).Skip(1), command =>
        {
            Assert.NotEmpty(Assert.IsType<CommandWithExamples>(command).Examples);
            Assert.EndsWith(".", command.Description, StringComparison.Ordinal);
            Assert.All(command.Arguments.Cast<Symbol>().Concat(command.Options), symbol => Assert.False(string.IsNullOrEmpty(symbol.Description), $"{command.Name} {symbol.Name}"));
        });

    [Fact]
    public void Examples_OfAllCommands_AreCommandLines()
    {
        var root = MindtraceCommand.Create(CommandRun.Silent());
        foreach (var command in Commands(root).OfType<CommandWithExamples>().Where(command => command.Name != "completion"))
        {
            foreach (var example in command.Examples)
            {
                var line = example[(example.IndexOf("mindtrace ", StringComparison.Ordinal) + "mindtrace ".Length)..];
                var words = Word.Matches(line).Select(word => word.Value.Trim('\'')).TakeWhile(word => word != "&&").ToList();
                var parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
                Assert.True(parsed.Errors.Count == 0, $"{example}: {string.Join(' ', parsed.Errors)}");
                Assert.Contains(parsed.CommandResult.Command, command.Subcommands.Prepend(command));
            }
        }
    }

    private static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command);
}
