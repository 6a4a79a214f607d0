using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Node.Logs;

/// <summary>Reads what workers wrote, and follows what they write.</summary>
internal static class LogEndpoints
{
    public static void AddWorkerLogs(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LogDesk>();
        builder.Services.AddProblem<WorkerNotFoundException>(
            StatusCodes.Status404NotFound, "worker-not-found", "There is no such worker here.", e => e.Message);
    }

    public static void MapWorkerLogs(this OperationGroup operations) =>
        operations.Map(NodeOperations.WorkerLogs, (WorkerLogsRequest request, LogDesk desk, CancellationToken _) => Task.FromResult(Read(request, desk)));

    /// <summary>Maps the stream of a worker's log: no operation, since its answer has no end that could be waited for.</summary>
    public static void MapWorkerLogStream(this WebApplication app) => app
        .MapGet("/" + NodeOperations.WorkerLogs.Name, Follow)
        .RequireAuthorization(policy => policy.RequireRole(NodeOperations.WorkerLogs.Role.ToString()))
        .WithName("follow_worker_logs")
        .WithTags("Node")
        .WithDescription("Streams the last lines that a worker wrote and then each new one, as server-sent events: first 'worker' with its id, then 'line' for each line, and 'end' when it has ended.")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static WorkerLogsResponse Read(WorkerLogsRequest request, LogDesk desk)
    {
        var output = desk.Find(request);
        return new WorkerLogsResponse(output.WorkerId.ToString(), output.Log.ReadTail(request.Lines));
    }

    private static ServerSentEventsResult<string> Follow(
        [FromQuery(Name = "worker_id"), Description("The worker's id.")] string? workerId,
        [FromQuery(Name = "worker_name"), Description("Or the worker's name.")] string? workerName,
        [FromQuery(Name = "launch_id"), Description("Or its launch.")] Guid? launchId,
        [FromQuery(Name = "lines"), Range(0, WorkerLogsRequest.MaxLines), Description("How many of the lines that are there already; 100 unless told.")] int? lines,
        LogDesk desk,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken)
    {
        if (lines is < 0 or > WorkerLogsRequest.MaxLines)
        {
            throw new InvalidRequestException("lines", $"must be between 0 and {WorkerLogsRequest.MaxLines}");
        }

        var request = new WorkerLogsRequest { WorkerId = workerId, WorkerName = workerName, LaunchId = launchId };
        return TypedResults.ServerSentEvents(EventsAsync(desk.Find(request), lines ?? request.Lines, lifetime.ApplicationStopping, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        WorkerOutput output, int lines, CancellationToken nodeStopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // An open stream would hold up the node's shutdown, and with it that of its workers.
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = nodeStopping.Register(() => stopping.TrySetResult());
        var ended = Task.WhenAny(output.Ended, stopping.Task);

        // At once, so that whoever follows a silent worker learns that it is followed, and which one it is.
        yield return new SseItem<string>(output.WorkerId.ToString(), WorkerLogEvents.Worker);
        await foreach (var line in output.Log.FollowAsync(lines, ended, trim: false, cancellationToken))
        {
            yield return new SseItem<string>(line, WorkerLogEvents.Line);
        }

        if (output.Ended.IsCompleted)
        {
            yield return new SseItem<string>("", WorkerLogEvents.End);
        }
    }
}
