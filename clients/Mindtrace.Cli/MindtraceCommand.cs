using System.CommandLine;
using System.CommandLine.Help;
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
    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken = default)
    {
        // @FILE is a payload here, no file with more arguments.
        var parsed = Create(terminal).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var code = await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = terminal.Output, Error = terminal.Error }, cancellationToken);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : (ExitCode)code;
    }

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
