using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <content>What jobs have printed, and workers written.</content>
public sealed partial class ClusterClient
{
    private static readonly TimeSpan FollowAgainDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Reads lines of a job's log.</summary>
    /// <param name="request">Which job, and which lines.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lines, the oldest first.</returns>
    public async Task<IReadOnlyList<JobLogLine>> GetJobLogsAsync(JobLogsRequest request, CancellationToken cancellationToken = default) =>
        (await service.CallAsync(JobOperations.JobLogs, request, cancellationToken).ConfigureAwait(false)).Lines;

    /// <summary>Reads lines of a job's log, and then those to come, until the job is final. A stream that breaks off is taken up again.</summary>
    /// <param name="request">Which job, and which lines to begin with.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The lines, each once, the oldest first.</returns>
    public async IAsyncEnumerable<JobLogLine> FollowJobLogsAsync(
        JobLogsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        while (true)
        {
            await foreach (var item in service.ReadEventsAsync(PathOf(request), cancellationToken).ConfigureAwait(false))
            {
                if (item.EventType == JobLogEvents.End)
                {
                    yield break;
                }

                if (item.EventType == JobLogEvents.Line)
                {
                    var line = JsonSerializer.Deserialize<JobLogLine>(item.Data, ServiceJson.Options)!;
                    request = request with { After = line.Number };
                    yield return line;
                }
            }

            await Task.Delay(FollowAgainDelay, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the end of what a worker wrote to standard output and standard error, one that a node launched.</summary>
    /// <param name="request">Which worker, and how many lines.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lines, the oldest first.</returns>
    public async Task<IReadOnlyList<string>> GetWorkerLogsAsync(WorkerOutputRequest request, CancellationToken cancellationToken = default) =>
        (await service.CallAsync(WorkerDirectoryOperations.WorkerLogs, request, cancellationToken).ConfigureAwait(false)).Lines;

    /// <summary>Reads the end of what a worker wrote, and then what it writes, until it has ended or the connection is lost.</summary>
    /// <param name="request">Which worker, and how many of the lines that are there already.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The lines, the oldest first.</returns>
    public async IAsyncEnumerable<string> FollowWorkerLogsAsync(
        WorkerOutputRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await foreach (var item in service.ReadEventsAsync(WorkerLogEvents.PathOf(request), cancellationToken).ConfigureAwait(false))
        {
            if (item.EventType == WorkerLogEvents.Line)
            {
                yield return item.Data;
            }
        }
    }

    private static string PathOf(JobLogsRequest request)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{JobOperations.JobLogs.Name}?job_id={request.JobId}&lines={request.Lines}");
        path += request.Attempt is { } attempt ? string.Create(CultureInfo.InvariantCulture, $"&attempt={attempt}") : "";
        path += request.After is { } after ? string.Create(CultureInfo.InvariantCulture, $"&after={after}") : "";
        return path + (request.Stream is { } stream ? $"&stream={stream.ToString().ToLowerInvariant()}" : "");
    }
}
