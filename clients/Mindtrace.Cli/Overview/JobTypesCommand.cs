using System.CommandLine;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.Overview;

/// <summary><c>mindtrace job-types</c>.</summary>
internal static class JobTypesCommand
{
    public static Command Create(CommandRunner runner) => new("job-types", "Looks at job types, and where their jobs go; pauses and resumes them.")
    {
        List(runner), Pause(runner), Resume(runner),
    };

    private static Command List(CommandRunner runner) =>
        runner.Does(new Command("list", "Lists the job types that have a route or a definition."), async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.ListJobTypesAsync(cancellationToken), (types, terminal) =>
            {
                var table = Tables.Create("JOB TYPE", "GOES TO", "ATTEMPTS");
                foreach (var type in types)
                {
                    table.Add(
                        Tables.Text(type.JobType.Value),
                        Tables.Text((type.Endpoint ?? (type.HasRoute ? "its queue" : "nowhere")) + (type.IsPaused ? ", paused" : "")),
                        Tables.Text(type.Definition?.MaxAttempts ?? 1));
                }

                terminal.Write(table);
            });
            return ExitCode.Success;
        });

    private static Command Pause(CommandRunner runner)
    {
        var type = TypeArgument();
        var command = new Command("pause", "Lets no more jobs of a type begin; they are accepted and wait, and running ones go on.") { type };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var request = new JobTypeRequest(JobType.Parse(context.Arguments.GetRequiredValue(type)));
            await context.Cluster.PauseJobTypeAsync(request.JobType, cancellationToken);
            context.Write(request, (it, terminal) => terminal.WriteLine($"{it.JobType} is paused. Resume it: mindtrace job-types resume {it.JobType}"));
            return ExitCode.Success;
        });
    }

    private static Command Resume(CommandRunner runner)
    {
        var type = TypeArgument();
        return runner.Does(new Command("resume", "Lets the jobs of a paused type begin again.") { type }, async (context, cancellationToken) =>
        {
            var request = new JobTypeRequest(JobType.Parse(context.Arguments.GetRequiredValue(type)));
            await context.Cluster.ResumeJobTypeAsync(request.JobType, cancellationToken);
            context.Write(request, (it, terminal) => terminal.WriteLine($"The jobs of {it.JobType} begin again"));
            return ExitCode.Success;
        });
    }

    private static Argument<string> TypeArgument() => new("job-type") { Description = "The job type." };
}
