using System.CommandLine;
using Mindtrace.Cli.Completion;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.Overview;

/// <summary><c>mindtrace queues</c>: what waits.</summary>
internal static class QueuesCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names) => runner.Does(
        new CommandWithExamples(
            "queues", "Shows how many jobs of each type wait, run and have ended.",
            "mindtrace queues", "mindtrace queues clear echo_job")
        {
            Clear(runner, names),
        },
        async (context, cancellationToken) =>
        {
            var census = await context.Cluster.CountJobsAsync(cancellationToken);
            context.Write(census, (it, terminal) => terminal.Write(Table(it, TimeProvider.System.GetUtcNow())));
            return ExitCode.Success;
        });

    /// <summary>Makes a table of the queues.</summary>
    public static TextTable Table(JobCensus census, DateTimeOffset now)
    {
        var table = new TextTable(
            Column.Whole("QUEUE"), Column.Whole("WAITING"), Column.Whole("OLDEST"), Column.Whole("DELAYED"), Column.Whole("RUNNING"),
            Column.Whole("FAILED"), Column.Whole("ERROR"), Column.Whole("COMPLETED"), Column.Whole("CANCELLED"));
        foreach (var type in census.JobTypes)
        {
            table.Add(
                Cell.Of(type.JobType.Value), Cell.Of(type.Waiting), Cell.Age(type.OldestDueAt, now), Cell.Of(type.Delayed), Cell.Of(type.Running),
                Cell.Of(type.Failed), Cell.Of(type.Error), Cell.Of(type.Completed), Cell.Of(type.Cancelled));
        }

        return table;
    }

    private static Command Clear(CommandRunner runner, ClusterNames names)
    {
        var type = new Argument<string>("type") { Description = "The job type.", HelpName = "type", CompletionSources = { names.JobTypes } };
        return runner.Does(new CommandWithExamples(
            "clear", "Cancels all queued jobs of a type, and empties its queue.",
            "mindtrace queues clear echo_job") { type }, async (context, cancellationToken) =>
        {
            var cleared = new JobSchemaNameRequest(JobType.Parse(context.Arguments.GetRequiredValue(type)));
            await context.Cluster.ClearJobSchemaQueueAsync(cleared.JobSchemaName, cancellationToken);
            context.Write(cleared, (it, terminal) => terminal.WriteLine($"The queue {it.JobSchemaName} is empty"));
            return ExitCode.Success;
        });
    }
}
