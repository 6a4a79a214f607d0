using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Mindtrace.Cli.Audit;
using Mindtrace.Cli.Completion;
using Mindtrace.Cli.DeadLetters;
using Mindtrace.Cli.Jobs;
using Mindtrace.Cli.Keys;
using Mindtrace.Cli.Overview;
using Mindtrace.Cli.Workers;

namespace Mindtrace.Cli;

/// <summary>The command <c>mindtrace</c> with all below it.</summary>
internal static class MindtraceCommand
{
    private const string Name = "mindtrace";

    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken = default)
    {
        // @FILE is a payload here, no file with more arguments.
        var parsed = Create(terminal).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var isCutShort = parsed.Errors.Count > 0 && parsed.UnmatchedTokens.Count == 0 && parsed.CommandResult.Command.Subcommands.Count > 0;
        if (parsed.Action is ParseErrorAction mistake)
        {
            // What was wrong would scroll away above the whole help. It answers those who stopped after the name of a group of commands.
            mistake.ShowHelp = isCutShort;
        }

        var code = await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = terminal.Output, Error = terminal.Error }, cancellationToken);
        if (parsed.Errors.Count == 0)
        {
            return (ExitCode)code;
        }

        if (!isCutShort)
        {
            terminal.WriteNote($"{PathOf(parsed.CommandResult)} --help tells more.");
        }

        return ExitCode.Usage;
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : Name;

    public static RootCommand Create(Terminal terminal)
    {
        var runner = new CommandRunner(terminal);
        var names = new ClusterNames(runner);
        var root = new RootCommand(
            "Submits jobs to a Mindtrace cluster, looks after them, and after the workers that run them. "
            + "Without --url and --api-key: MINDTRACE_URL and MINDTRACE_API_KEY, else the AppHost of this machine.")
        {
            SubmitCommand.Create(runner, names),
            JobsCommand.Create(runner, names),
            WhyCommand.Create(runner, names),
            DeadLettersCommand.Create(runner, names),
            WorkersCommand.Create(runner, names),
            NodesCommand.Create(runner, names),
            WorkerTypesCommand.Create(runner, names),
            JobTypesCommand.Create(runner, names),
            QueuesCommand.Create(runner, names),
            AppsCommand.Create(runner, names),
            KeysCommand.Create(runner, names),
            AuditCommand.Create(runner, names),
            StatusCommand.Create(runner),
            TopCommand.Create(runner),
            CompletionCommand.Create(terminal),
        };
        foreach (var option in runner.Common)
        {
            option.Recursive = true;
            root.Add(option);
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}
