using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.Jobs;

/// <summary>How jobs are shown.</summary>
internal static class JobOutput
{
    /// <summary>Writes that a job was submitted, or why it cannot be run.</summary>
    public static void WriteSubmitted(JobStatus status, Terminal terminal)
    {
        terminal.WriteLine($"{status.JobId} {status.Status.ToString().ToLowerInvariant()}{Reason(status)}");
        WriteHint(status, terminal);
    }

    /// <summary>Writes how a job ended.</summary>
    public static void WriteEnd(JobStatus status, Terminal terminal)
    {
        terminal.Write(Cell.State(status.Status));
        terminal.WriteLine($" {status.JobId}{Reason(status)}");
        if (status.Output is { ValueKind: JsonValueKind.Object } output && output.EnumerateObject().Any())
        {
            terminal.WriteLine(Terminal.Indent(output));
        }

        WriteHint(status, terminal);
    }

    private static string Reason(JobStatus status) => status.Job.Error is { } error ? $": {error}" : "";

    private static void WriteHint(JobStatus status, Terminal terminal)
    {
        if (status.Status is JobState.Failed or JobState.Error)
        {
            terminal.WriteRemark($"What to do: mindtrace why {status.JobId}");
        }
    }

    /// <summary>Writes what a job prints until it is final.</summary>
    public static async Task FollowAsync(CommandContext context, JobId job, CancellationToken cancellationToken)
    {
        await foreach (var line in context.Cluster.FollowJobLogsAsync(new JobLogsRequest(job) { After = 0 }, cancellationToken))
        {
            WriteLine(context, line);
        }
    }

    /// <summary>Writes a line of a log.</summary>
    public static void WriteLine(CommandContext context, JobLogLine line)
    {
        if (context.IsJson)
        {
            context.Terminal.WriteJson(line);
        }
        else
        {
            context.Terminal.WriteRaw(line.Stream == JobLogStream.Environment ? $"[{line.Line}]" : line.Line);
        }
    }

    /// <summary>Writes a table of jobs.</summary>
    public static void WriteTable(IReadOnlyList<JobStatus> jobs, Terminal terminal)
    {
        var now = TimeProvider.System.GetUtcNow();
        var table = new TextTable(
            Column.Whole("JOB"), Column.Whole("STATUS"), Column.Whole("AGE"), "TYPE", "ERROR", Column.Whole("RAN"), Column.Whole("WORKER"));
        foreach (var status in jobs)
        {
            var job = status.Job;
            table.Add(
                Cell.Of(status.JobId.Value), Cell.State(status.Status), Cell.Age(job.CreatedAt, now), Cell.Of(job.SchemaName.Value), Cell.Of(job.Error),
                Cell.Duration(job.CompletedAt - job.StartedAt), Cell.Of(status.WorkerId));
        }

        terminal.Write(table);
    }

    /// <summary>Writes all that is known of a job.</summary>
    public static void WriteDetails(JobDetails details, Terminal terminal)
    {
        var (status, job) = (details.Status, details.Status.Job);
        var facts = TextTable.OfFacts();
        facts.AddFact("job", job.Id.Value);
        facts.AddFact("type", job.SchemaName.Value);
        facts.AddFact("status", Cell.State(status.Status));
        facts.AddFact("error", job.Error);
        facts.AddFact("worker", status.WorkerId);
        facts.AddFact("ran by", details.Provenance is { } ran ? $"{ran.WorkerClass} {ran.Version} on {ran.Machine}" : null);
        facts.AddFact("replay of", job.ReplayOf?.Value);
        facts.AddFact("road", details.Route);
        facts.AddFact("accepted", Cell.Time(details.AcceptedAt));
        facts.AddFact("started", Cell.Time(job.StartedAt));
        facts.AddFact("ended", Cell.Time(job.CompletedAt));
        facts.AddFact("failures", details.Failures > 0 ? $"{details.Failures} of {job.MaxAttempts ?? 1} attempts" : null);
        facts.AddFact("deaths", details.Deaths > 0 ? $"{details.Deaths} workers lost" : null);
        facts.AddFact("dead letter", details.IsDeadLetter ? "yes: requeue or discard it" : null);
        facts.AddFact("trace", job.Traceparent?.Split('-') is [_, var trace, ..] ? trace : null);
        terminal.Write(facts);
        if (details.Attempts.Count > 0)
        {
            terminal.WriteLine();
            var table = new TextTable(
                Column.Whole("ATTEMPT"), Column.Whole("END"), Column.Whole("STARTED"), Column.Whole("RAN"), "REASON", Column.Whole("WORKER"));
            foreach (var (index, attempt) in details.Attempts.Index())
            {
                table.Add(
                    Cell.Of(attempt.Number), Cell.Name(attempt.End), Cell.Time(attempt.StartedAt), Cell.Duration(attempt.EndedAt - attempt.StartedAt),
                    Cell.Of(attempt.Reason), Cell.Of(attempt.WorkerId.Value));
                if (details.WasRequeuedAfter(index))
                {
                    table.Add(Cell.Of(""), Cell.Of("requeued"), Cell.Of(""), Cell.Of(""), Cell.Of("attempts count from 1 again"), Cell.Of(""));
                }
            }

            terminal.Write(table);
        }

        terminal.WriteLine();
        terminal.WriteLine($"payload {Terminal.Indent(job.Payload)}");
        terminal.WriteLine($"output {Terminal.Indent(status.Output)}");
    }
}
