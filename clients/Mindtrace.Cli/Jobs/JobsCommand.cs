using System.CommandLine;
using System.CommandLine.Completions;
using Mindtrace.Cli.Completion;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.Jobs;

/// <summary><c>mindtrace jobs</c>.</summary>
internal static class JobsCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names) => new CommandWithExamples(
        "jobs", "Looks after jobs.",
        "mindtrace jobs list", "mindtrace jobs show JOB")
    {
        List(runner, names), Show(runner, "Tells all that is known of a job.", "mindtrace jobs show JOB", names.Jobs), Logs(runner, names), Wait(runner, names), Cancel(runner, names),
        Replay(runner, names),
    };

    /// <summary>Makes the argument that names a job.</summary>
    public static Argument<string> JobArgument(Func<CompletionContext, IEnumerable<CompletionItem>> names) =>
        new("job") { Description = "The job's id.", HelpName = "job", CompletionSources = { names } };

    private static Command List(CommandRunner runner, ClusterNames names)
    {
        var types = new Option<string[]>("--type", "-t") { Description = "Only jobs of these types.", HelpName = "type", CompletionSources = { names.JobTypes } };
        var states = new Option<JobState[]>("--status", "-s") { Description = "Only jobs in these states." };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Only jobs from this time on." };
        var limit = new Option<int>("--limit", "-n") { Description = "How many, 1 to 1000.", DefaultValueFactory = _ => 20 };
        return runner.Does(new CommandWithExamples(
            "list", "Lists jobs, the latest first.",
            "mindtrace jobs list --status failed --status error", "mindtrace jobs list --type echo_job --since 2026-05-01 --json")
        {
            types, states, since, limit,
        }, async (context, cancellationToken) =>
        {
            var page = await context.Cluster.ListJobsAsync(
                new ListJobsRequest
                {
                    JobTypes = [.. (context.Arguments.GetValue(types) ?? []).Select(JobType.Parse)],
                    Statuses = context.Arguments.GetValue(states) ?? [],
                    From = context.Arguments.GetValue(since),
                    Limit = context.Arguments.GetValue(limit),
                },
                cancellationToken);
            context.Write(page, (it, terminal) =>
            {
                JobOutput.WriteTable(it.Jobs, terminal);
                if (it.NextCursor is not null)
                {
                    terminal.WriteRemark("There are more: --limit.");
                }
            });
            return ExitCode.Success;
        });
    }

    /// <summary>Makes the command that shows a job, for jobs of any kind.</summary>
    public static Command Show(CommandRunner runner, string description, string example, Func<CompletionContext, IEnumerable<CompletionItem>> names)
    {
        var job = JobArgument(names);
        return runner.Does(new CommandWithExamples("show", description, example) { job }, async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.InspectJobAsync(Id(context, job), cancellationToken), JobOutput.WriteDetails);
            return ExitCode.Success;
        });
    }

    private static Command Logs(CommandRunner runner, ClusterNames names)
    {
        var job = JobArgument(names.Jobs);
        var follow = new Option<bool>("--follow", "-f") { Description = "Goes on until the job is final." };
        var lines = new Option<int>("--lines", "-n") { Description = "How many of the last lines, 0 to 10000.", DefaultValueFactory = _ => 100 };
        var attempt = new Option<int?>("--attempt") { Description = "Only lines of this attempt." };
        var stream = new Option<JobLogStream?>("--stream") { Description = "Only lines that were printed there." };
        var command = new CommandWithExamples("logs", "Writes what a job printed.", "mindtrace jobs logs JOB --follow")
        {
            job, follow, lines, attempt, stream,
        };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var arguments = context.Arguments;
            var request = new JobLogsRequest(Id(context, job))
            {
                Lines = arguments.GetValue(lines), Attempt = arguments.GetValue(attempt), Stream = arguments.GetValue(stream),
            };
            var log = arguments.GetValue(follow)
                ? context.Cluster.FollowJobLogsAsync(request, cancellationToken)
                : (await context.Cluster.GetJobLogsAsync(request, cancellationToken)).ToAsyncEnumerable();
            var isEmpty = true;
            await foreach (var line in log)
            {
                JobOutput.WriteLine(context, line);
                isEmpty = false;
            }

            if (isEmpty && !context.IsJson)
            {
                context.Terminal.WriteNote("It has printed nothing.");
            }

            return ExitCode.Success;
        });
    }

    private static Command Wait(CommandRunner runner, ClusterNames names)
    {
        var job = JobArgument(names.Jobs);
        var command = new CommandWithExamples(
            "wait", "Waits for the end of a job. The exit code is 4 when it does not complete.",
            "mindtrace jobs wait JOB && echo done") { job };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var status = await context.Cluster.WaitForJobAsync(Id(context, job), cancellationToken);
            context.Write(status, JobOutput.WriteEnd);
            return status.Status == JobState.Completed ? ExitCode.Success : ExitCode.Unsuccessful;
        });
    }

    private static Command Cancel(CommandRunner runner, ClusterNames names)
    {
        var job = JobArgument(names.Jobs);
        return runner.Does(new CommandWithExamples(
            "cancel", "Cancels a job that is queued or runs.",
            "mindtrace jobs cancel JOB") { job }, async (context, cancellationToken) =>
        {
            var answer = await context.Cluster.CancelJobAsync(Id(context, job), cancellationToken);
            context.Write(answer, (it, terminal) => terminal.WriteLine((it.Cancelled, it.Status.Status) switch
            {
                (true, _) => "Cancelled.",
                (_, JobState.Running) => "Its worker was told to stop it.",
                _ => $"It has ended before: {it.Status.Status.ToString().ToLowerInvariant()}.",
            }));
            return ExitCode.Success;
        });
    }

    private static Command Replay(CommandRunner runner, ClusterNames names)
    {
        var job = JobArgument(names.Jobs);
        var command = new CommandWithExamples(
            "replay", "Runs a job again as it ran: a new job with the same payload, commit and image.",
            "mindtrace jobs replay JOB") { job };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.ReplayJobAsync(Id(context, job), cancellationToken: cancellationToken), JobOutput.WriteSubmitted);
            return ExitCode.Success;
        });
    }

    /// <summary>Reads the id that was typed.</summary>
    public static JobId Id(CommandContext context, Argument<string> job) => JobId.Parse(context.Arguments.GetRequiredValue(job));
}
