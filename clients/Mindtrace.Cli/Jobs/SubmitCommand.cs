using System.CommandLine;
using System.Text.Json;
using Mindtrace.Cli.Completion;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.Jobs;

/// <summary><c>mindtrace submit</c>.</summary>
internal static class SubmitCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names)
    {
        var type = new Argument<string>("type") { Description = "The job type, such as echo_job.", HelpName = "type", CompletionSources = { names.JobTypes } };
        var payload = new Argument<string>("payload")
        {
            Description = "The payload: JSON, @FILE for a file, or - for standard input.", DefaultValueFactory = _ => "{}",
        };
        var id = new Option<string?>("--id") { Description = "The job's id. A known one submits nothing and answers that job's status." };
        var priority = new Option<int?>("--priority") { Description = "0 to 255, higher first, for types with a priority queue." };
        var attempts = new Option<int?>("--max-attempts") { Description = "How often it is tried." };
        var notBefore = new Option<DateTimeOffset?>("--not-before") { Description = "When it may run, such as 2026-05-01T06:00:00Z." };
        var wait = new Option<bool>("--wait", "-w") { Description = "Waits for its end. The exit code is 4 when it does not complete." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Writes what it prints meanwhile, and waits for its end." };
        var command = new CommandWithExamples(
            "submit", "Submits a job.",
            """mindtrace submit echo_job '{"message": "hello"}' --wait""",
            "mindtrace submit echo_job @payload.json --follow",
            "jq .message message.json | mindtrace submit echo_job - --json")
        {
            type, payload, id, priority, attempts, notBefore, wait, follow,
        };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var arguments = context.Arguments;
            var job = new Job
            {
                SchemaName = JobType.Parse(arguments.GetRequiredValue(type)),
                Payload = ReadPayload(arguments.GetRequiredValue(payload), context.Terminal),
                Priority = arguments.GetValue(priority),
                MaxAttempts = arguments.GetValue(attempts),
                NotBefore = arguments.GetValue(notBefore),
            };
            job = arguments.GetValue(id) is { } given ? job with { Id = JobId.Parse(given) } : job;
            var status = await context.Cluster.SubmitJobAsync(job, cancellationToken);
            if (arguments.GetValue(follow))
            {
                await JobOutput.FollowAsync(context, status.JobId, cancellationToken);
            }

            if (!arguments.GetValue(wait) && !arguments.GetValue(follow))
            {
                context.Write(status, JobOutput.WriteSubmitted);
                return status.Status == JobState.Error ? ExitCode.Unsuccessful : ExitCode.Success;
            }

            status = await context.Cluster.WaitForJobAsync(status.JobId, cancellationToken);
            context.Write(status, JobOutput.WriteEnd);
            return status.Status == JobState.Completed ? ExitCode.Success : ExitCode.Unsuccessful;
        });
    }

    /// <summary>Reads a payload that was typed, stands in a file, or comes from standard input.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static JsonElement ReadPayload(string payload, Terminal terminal)
    {
        try
        {
            var text = payload switch
            {
                "-" => terminal.ReadToEnd(),
                ['@', .. var file] => File.ReadAllText(file),
                _ => payload,
            };
            return JsonElement.Parse(text);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The payload cannot be read: {fault.Message}");
        }
        catch (JsonException fault)
        {
            throw new UsageException($"The payload is no JSON: {fault.Message}");
        }
    }
}
