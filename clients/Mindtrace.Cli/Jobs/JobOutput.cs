using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Spectre.Console;

namespace Mindtrace.Cli.Jobs;

/// <summary>How jobs are shown.</summary>
internal static class JobOutput
{
    /// <summary>Writes that a job was submitted.</summary>
    public static void WriteSubmitted(JobStatus status, Terminal terminal) =>
        terminal.WriteLine($"{status.JobId} {status.Status.ToString().ToLowerInvariant()}");

    /// <summary>Writes how a job ended.</summary>
    public static void WriteEnd(JobStatus status, Terminal terminal)
    {
        terminal.Write(Tables.State(status.Status));
        terminal.WriteLine($" {status.JobId}{(status.Job.Error is { } error ? $": {error}" : "")}");
        if (status.Output is { ValueKind: JsonValueKind.Object } output && output.EnumerateObject().Any())
        {
            terminal.WriteLine(Terminal.Indent(output));
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
        var table = Tables.Create("JOB", "TYPE", "STATUS", "CREATED", "RAN", "WORKER", "ERROR");
        foreach (var status in jobs)
        {
            var job = status.Job;
            table.Add(
                Tables.Text(status.JobId.Value), Tables.Text(job.SchemaName.Value), Tables.State(status.Status), Tables.Time(job.CreatedAt),
                Tables.Duration(job.CompletedAt - job.StartedAt), Tables.Text(status.WorkerId), Tables.FirstLine(job.Error));
        }

        terminal.Write(table);
    }

    /// <summary>Writes all that is known of a job.</summary>
    public static void WriteDetails(JobDetails details, Terminal terminal)
    {
        var (status, job) = (details.Status, details.Status.Job);
        var grid = new Grid().AddColumn(new GridColumn().PadRight(3).NoWrap()).AddColumn();
        Add("job", job.Id.Value);
        Add("type", job.SchemaName.Value);
        grid.AddRow(Tables.Text("status"), Tables.State(status.Status));
        Add("error", job.Error);
        Add("worker", status.WorkerId);
        Add("ran by", details.Provenance is { } ran ? $"{ran.WorkerClass} {ran.Version} on {ran.Machine}" : null);
        Add("replay of", job.ReplayOf?.Value);
        Add("road", details.Route);
        grid.AddRow(Tables.Text("accepted"), Tables.Time(details.AcceptedAt));
        grid.AddRow(Tables.Text("started"), Tables.Time(job.StartedAt));
        grid.AddRow(Tables.Text("ended"), Tables.Time(job.CompletedAt));
        Add("failures", details.Failures > 0 ? $"{details.Failures} of {job.MaxAttempts ?? 1} attempts" : null);
        Add("deaths", details.Deaths > 0 ? $"{details.Deaths} workers lost" : null);
        Add("dead letter", details.IsDeadLetter ? "yes: requeue or discard it" : null);
        Add("trace", job.Traceparent?.Split('-') is [_, var trace, ..] ? trace : null);
        terminal.Write(grid);
        if (details.Attempts.Count > 0)
        {
            terminal.WriteLine();
            var table = Tables.Create("ATTEMPT", "END", "STARTED", "RAN", "WORKER", "REASON");
            foreach (var attempt in details.Attempts)
            {
                table.Add(
                    Tables.Text(attempt.Number), Tables.Text(attempt.End.ToString().ToLowerInvariant()), Tables.Time(attempt.StartedAt),
                    Tables.Duration(attempt.EndedAt - attempt.StartedAt), Tables.Text(attempt.WorkerId.Value), Tables.FirstLine(attempt.Reason));
            }

            terminal.Write(table);
        }

        terminal.WriteLine();
        terminal.WriteLine($"payload {Terminal.Indent(job.Payload)}");
        terminal.WriteLine($"output {Terminal.Indent(status.Output)}");

        void Add(string name, string? value)
        {
            if (value is { Length: > 0 })
            {
                grid.AddRow(Tables.Text(name), Tables.Text(value));
            }
        }
    }
}
