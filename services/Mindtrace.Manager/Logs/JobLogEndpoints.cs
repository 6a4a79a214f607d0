using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.Logs;

/// <summary>Reads what jobs have printed, and follows what they print.</summary>
internal static class JobLogEndpoints
{
    private const int MaxLines = 10_000;

    public static void AddJobLogs(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<JobLogArchive>();
        builder.Services.AddSingleton<JobLogReader>();
        builder.Services.AddSingleton<JobLogMover>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<JobLogMover>());
    }

    public static void MapJobLogs(this OperationGroup operations) =>
        operations.Map(JobOperations.JobLogs, async (JobLogsRequest request, JobLogReader reader, CancellationToken cancellationToken) =>
            new JobLogsResponse(request.JobId, await reader.ReadAsync(request, cancellationToken)));

    /// <summary>Maps the stream of a job's log: no operation, since its answer has no end that could be waited for.</summary>
    public static void MapJobLogStream(this WebApplication app) => app
        .MapGet("/" + JobOperations.JobLogs.Name, FollowAsync)
        .RequireAuthorization(policy => policy.RequireRole(JobOperations.JobLogs.Role.ToString()))
        .WithName("follow_job_logs")
        .WithTags("ClusterManager")
        .WithDescription("Streams lines that a job has printed and then each new one, as server-sent events: 'line' with the line as JSON and its number as id, and 'end' when the job is final.")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<ServerSentEventsResult<string>> FollowAsync(
        [FromQuery(Name = "job_id"), Description("The job.")] string jobId,
        [FromQuery(Name = "attempt"), Range(1, int.MaxValue), Description("The attempt that printed the lines; any unless told.")] int? attempt,
        [FromQuery(Name = "stream"), Description("Where they were printed: stdout, stderr or environment; anywhere unless told.")] string? stream,
        [FromQuery(Name = "lines"), Range(0, MaxLines), Description("How many of the lines that are there already; 100 unless told.")] int? lines,
        [FromQuery(Name = "after"), Range(0L, long.MaxValue), Description("Or the number of the line after which to begin; 0 for the first.")] long? after,
        [FromHeader(Name = "Last-Event-ID"), Description("As after: what browsers send when they connect again.")] long? lastEventId,
        JobLogReader reader,
        IJobStore store,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken)
    {
        var request = new JobLogsRequest(JobId.TryParse(jobId, out var id) ? id : throw new InvalidRequestException("job_id", $"must be {JobId.Rule}"))
        {
            Attempt = attempt is null or > 0 ? attempt : throw new InvalidRequestException("attempt", "must be 1 or more"),
            Stream = stream is null ? null : ReadStream(stream),
            Lines = lines is null or (>= 0 and <= MaxLines) ? lines ?? 100 : throw new InvalidRequestException("lines", $"must be between 0 and {MaxLines}"),
            After = (lastEventId ?? after) is null or >= 0 ? lastEventId ?? after : throw new InvalidRequestException("after", "must be 0 or more"),
        };

        // Asked before the stream begins: afterwards it is too late for a status code.
        _ = await store.FindAsync(id, cancellationToken) ?? throw new JobNotFoundException(id);
        return TypedResults.ServerSentEvents(EventsAsync(request, reader, lifetime.ApplicationStopping, cancellationToken));
    }

    private static JobLogStream ReadStream(string name)
    {
        try
        {
            return JsonSerializer.Deserialize<JobLogStream>(JsonSerializer.SerializeToUtf8Bytes(name), ServiceJson.Options);
        }
        catch (JsonException)
        {
            throw new InvalidRequestException("stream", "must be stdout, stderr or environment");
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        JobLogsRequest request, JobLogReader reader, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // At once, so that whoever follows a silent job learns that it is followed.
        yield return new SseItem<string>(request.JobId.Value, JobLogEvents.Job);
        await foreach (var line in reader.FollowAsync(request, stopping, cancellationToken))
        {
            yield return new SseItem<string>(JsonSerializer.Serialize(line, ServiceJson.Options), JobLogEvents.Line)
            {
                EventId = line.Number.ToString(CultureInfo.InvariantCulture),
            };
        }

        if (!stopping.IsCancellationRequested)
        {
            yield return new SseItem<string>("", JobLogEvents.End);
        }
    }
}
