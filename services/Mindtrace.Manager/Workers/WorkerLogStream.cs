using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Manager.Workers;

/// <summary>The stream of what a worker writes, passed on from its node.</summary>
internal static class WorkerLogStream
{
    /// <summary>Maps the stream: no operation, since its answer has no end that could be waited for.</summary>
    public static void MapWorkerLogStream(this WebApplication app) => app
        .MapGet("/" + WorkerDirectoryOperations.WorkerLogs.Name, FollowAsync)
        .RequireAuthorization(policy => policy.RequireRole(WorkerDirectoryOperations.WorkerLogs.Role.ToString()))
        .WithName("follow_worker_logs")
        .WithTags("ClusterManager")
        .WithDescription("Streams the last lines that a worker wrote and then each new one, as server-sent events: first 'worker' with its id, then 'line' for each line, and 'end' when it has ended.")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<ServerSentEventsResult<string>> FollowAsync(
        [FromQuery(Name = "worker_id"), Description("The worker's id.")] string workerId,
        [FromQuery(Name = "lines"), Range(0, WorkerLogsRequest.MaxLines), Description("How many of the lines that are there already; 100 unless told.")] int? lines,
        LaunchedWorkers workers,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken)
    {
        if (lines is < 0 or > WorkerLogsRequest.MaxLines)
        {
            throw new InvalidRequestException("lines", $"must be between 0 and {WorkerLogsRequest.MaxLines}");
        }

        var request = new WorkerOutputRequest(workerId) { Lines = lines ?? WorkerLogsRequest.DefaultLines };
        var events = await workers.FollowLogsAsync(request, cancellationToken);
        return TypedResults.ServerSentEvents(UntilStoppingAsync(events, lifetime.ApplicationStopping, cancellationToken));
    }

    /// <summary>Breaks the stream off when the manager stops, which an open one would hold up.</summary>
    private static async IAsyncEnumerable<SseItem<string>> UntilStoppingAsync(
        IAsyncEnumerable<SseItem<string>> events, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        await using var reader = events.GetAsyncEnumerator(either.Token);
        while (await MoveNextAsync())
        {
            yield return reader.Current;
        }

        async ValueTask<bool> MoveNextAsync()
        {
            try
            {
                return await reader.MoveNextAsync();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
