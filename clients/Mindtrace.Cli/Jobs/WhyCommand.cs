using System.CommandLine;
using System.Globalization;
using Mindtrace.Cli.Completion;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.Jobs;

/// <summary><c>mindtrace why</c>: what a job waits for, or why it ended.</summary>
internal static class WhyCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names)
    {
        var job = JobsCommand.JobArgument(names.Jobs);
        return runner.Does(new CommandWithExamples("why", "Tells what a job waits for, or why it ended as it did.", "mindtrace why JOB") { job }, async (context, cancellationToken) =>
        {
            var details = await context.Cluster.InspectJobAsync(JobsCommand.Id(context, job), cancellationToken);
            var isQueued = details.Status.Status == JobState.Queued;
            var workers = isQueued ? await context.Cluster.ListWorkersAsync(cancellationToken) : [];
            var types = isQueued ? await context.Cluster.ListWorkerTypesAsync(cancellationToken) : [];
            var isPaused = isQueued && (await context.Cluster.ListJobTypesAsync(cancellationToken))
                .Any(type => type.JobType == details.Status.Job.SchemaName && type.IsPaused);
            context.Write(Explain(details, workers, types, isPaused, TimeProvider.System.GetUtcNow()), (reasons, terminal) =>
            {
                foreach (var reason in reasons)
                {
                    terminal.WriteLine(reason);
                }
            });
            return ExitCode.Success;
        });
    }

    /// <summary>Says in sentences what a job waits for, or why it ended.</summary>
    public static IReadOnlyList<string> Explain(
        JobDetails details, IReadOnlyList<WorkerStatus> workers, IReadOnlyList<KnownWorkerType> types, bool isPaused, DateTimeOffset now)
    {
        var status = details.Status;
        List<string> reasons = status.Status switch
        {
            JobState.Queued => [Waiting(details, workers, types, isPaused, now)],
            JobState.Running => [Running(details, now)],
            JobState.Completed => [$"It completed at {Time(status.Job.CompletedAt)}, on {status.WorkerId}."],
            JobState.Cancelled => [$"It was cancelled: {status.Job.Error}"],
            JobState.Failed => [$"It ran and failed: {status.Job.Error}"],
            _ => [$"It could not be run: {status.Job.Error}"],
        };
        if (details.Attempts is [.., var last] && !status.Status.IsFinal())
        {
            var prelude = details.WasRequeuedAfter(details.Attempts.Count - 1) ? "It was requeued. Before that, attempt" : "Attempt";
            reasons.Add($"{prelude} {last.Number} {last.End.ToString().ToLowerInvariant()} at {Time(last.EndedAt)}: {last.Reason}");
        }

        if (status.Status is JobState.Failed or JobState.Error && details.Attempts.Count > 0)
        {
            reasons.Add($"Its attempts and its payload: mindtrace jobs show {status.JobId}. What it printed, and where its code failed: mindtrace jobs logs {status.JobId}");
        }

        if (status.Status == JobState.Error && details.Route is null)
        {
            reasons.Add($"The job type {status.Job.SchemaName} goes nowhere. Push or register a worker for it (mindtrace types push --help), "
                + $"or give it a queue: mindtrace job-types register {status.Job.SchemaName}");
        }

        if (details.IsDeadLetter)
        {
            reasons.Add($"It waits among the dead letters: mindtrace dlq requeue {status.JobId}, also with another --payload; or discard.");
        }

        return reasons;
    }

    private static string Waiting(
        JobDetails details, IReadOnlyList<WorkerStatus> workers, IReadOnlyList<KnownWorkerType> types, bool isPaused, DateTimeOffset now)
    {
        var type = details.Status.Job.SchemaName.Value;
        var consumers = workers
            .Where(worker => worker.Status is WorkerState.Idle or WorkerState.Running && worker.WorkerType.Split(',').Contains(type, StringComparer.Ordinal))
            .ToList();
        var takers = consumers.Where(worker => !worker.IsDraining).ToList();
        return details switch
        {
            { DueAt: var due } when due > now => $"It may not run before {Time(due)}.",
            _ when isPaused => $"The job type {type} is paused. Let its jobs begin: mindtrace job-types resume {type}.",
            { Route: not null and not "@orchestrator" } => $"It is about to be sent to the endpoint {details.Route}.",
            _ when consumers.Count == 0 && types.FirstOrDefault(known => known.JobType == details.Status.Job.SchemaName) is { } launchable =>
                $"No worker consumes {type}. Launch one: mindtrace workers launch {launchable.WorkerType}",
            _ when consumers.Count == 0 =>
                $"No worker consumes {type}, and no worker type is registered for it. Register one: mindtrace types push --help",
            _ when takers.Count == 0 => $"All workers of {type} are drained: {string.Join(", ", consumers.Select(worker => worker.WorkerId))}. "
                + "Resume one: mindtrace workers resume WORKER, or its node; or launch another.",
            _ when takers.All(worker => worker.Status == WorkerState.Running) =>
                $"All workers of {type} are busy: {string.Join(", ", takers.Select(worker => $"{worker.WorkerId} runs {worker.JobId}"))}.",
            _ => $"It is next in the queue {type}, or behind others there; of its workers {takers.Count(worker => worker.Status == WorkerState.Idle)} of {takers.Count} are idle.",
        };
    }

    private static string Running(JobDetails details, DateTimeOffset now)
    {
        var since = now - details.Status.Job.StartedAt;
        var text = string.Create(CultureInfo.InvariantCulture, $"It runs on {details.Status.WorkerId} for {since?.TotalSeconds:0} s, in attempt {details.Status.Job.Attempt}.");
        return details.LeaseExpiresAt < now
            ? $"{text} Its worker has been silent since before {Time(details.LeaseExpiresAt)}: if it stays so, the job is queued again."
            : details.CancelRequested ? $"{text} Its worker was told to stop it." : text;
    }

    private static string Time(DateTimeOffset? time) => time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "an unknown time";
}
