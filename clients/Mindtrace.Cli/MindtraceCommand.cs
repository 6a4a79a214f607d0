using System.CommandLine;
using Mindtrace.Cli.DeadLetters;
using Mindtrace.Cli.Jobs;
using Mindtrace.Cli.Overview;
using Mindtrace.Cli.Workers;

namespace Mindtrace.Cli;

/// <summary>The command <c>mindtrace</c> with all below it.</summary>
internal static class MindtraceCommand
{
    public static RootCommand Create(Terminal terminal)
    {
        var runner = new CommandRunner(terminal);
        return new RootCommand(
            "Submits jobs to a Mindtrace cluster, looks after them, and after the workers that run them. "
            + "Without --url and --api-key: MINDTRACE_URL and MINDTRACE_API_KEY, else the AppHost of this machine.")
        {
            runner.Url, runner.ApiKey, runner.Profile, runner.Json,
            SubmitCommand.Create(runner),
            JobsCommand.Create(runner),
            WhyCommand.Create(runner),
            DeadLettersCommand.Create(runner),
            WorkersCommand.Create(runner),
            NodesCommand.Create(runner),
            WorkerTypesCommand.Create(runner),
            JobTypesCommand.Create(runner),
            AppsCommand.Create(runner),
            StatusCommand.Create(runner),
        };
    }
}
