using System.CommandLine;
using Mindtrace.Cli.Audit;
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

    private static RootCommand Create(Terminal terminal)
    {
        var runner = new CommandRunner(terminal);
        var root = new RootCommand(
            "Submits jobs to a Mindtrace cluster, looks after them, and after the workers that run them. "
            + "Without --url and --api-key: MINDTRACE_URL and MINDTRACE_API_KEY, else the AppHost of this machine.")
        {
            SubmitCommand.Create(runner),
            JobsCommand.Create(runner),
            WhyCommand.Create(runner),
            DeadLettersCommand.Create(runner),
            WorkersCommand.Create(runner),
            NodesCommand.Create(runner),
            WorkerTypesCommand.Create(runner),
            JobTypesCommand.Create(runner),
            AppsCommand.Create(runner),
            KeysCommand.Create(runner),
            AuditCommand.Create(runner),
            StatusCommand.Create(runner),
        };
        foreach (var option in runner.Common)
        {
            option.Recursive = true;
            root.Add(option);
        }

        return root;
    }
}
