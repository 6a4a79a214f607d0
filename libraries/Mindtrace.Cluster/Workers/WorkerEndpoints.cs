using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Maps what a worker does.</summary>
internal static class WorkerEndpoints
{
    public static void MapWorkerOperations(this OperationGroup operations)
    {
        operations.Map(WorkerOperations.Run, async (RunRequest request, JobPump pump, IWorker worker, CancellationToken cancellationToken) =>
        {
            await pump.StartWorkerAsync(cancellationToken).ConfigureAwait(false);
            return await RunAsync(request.JobDict ?? request, worker, pump.Logger, cancellationToken).ConfigureAwait(false);
        });
        operations.Map(WorkerOperations.ConnectToCluster, (ConnectToClusterRequest request, JobPump pump, CancellationToken cancellationToken) =>
            pump.SubscribeAsync(request.QueueName, cancellationToken));
        operations.Map(WorkerOperations.GetStatus, (WorkerSelf self, CancellationToken _) => Task.FromResult(self.Status));
        operations.Map(WorkerOperations.Drain, (DrainRequest request, WorkerSelf self, CancellationToken cancellationToken) =>
            self.DrainAsync(request.Timeout, cancellationToken));
        operations.Map(WorkerOperations.Resume, (WorkerSelf self, CancellationToken cancellationToken) => self.ResumeAsync(cancellationToken));
        operations.Map(WorkerOperations.Start, (JobPump pump, CancellationToken cancellationToken) => pump.StartWorkerAsync(cancellationToken));
        operations.Map(OwnJobOperations.OwnJob, (JobCapabilities jobs, Caller caller, CancellationToken _) => Task.FromResult(jobs.Of(caller).Describe()));
        operations.Map(OwnJobOperations.ReportProgress, (JobCapabilities jobs, Caller caller, CancellationToken _) =>
        {
            jobs.Of(caller).Report.Progressed();
            return Task.FromResult(default(Unit));
        });
        operations.Map(OwnJobOperations.WriteJobLog, async (WriteJobLogRequest request, JobCapabilities jobs, Caller caller, CancellationToken cancellationToken) =>
        {
            await jobs.Of(caller).Report.Log.WriteLineAsync(request.Stream, request.Line, cancellationToken).ConfigureAwait(false);
            return default(Unit);
        });
    }

    private static async Task<RunResponse> RunAsync(RunRequest job, IWorker worker, ILogger logger, CancellationToken cancellationToken)
    {
        if (job.Payload is not { } payload)
        {
            throw new InvalidRequestException("payload", "is required");
        }

        var context = new JobContext(job.Id ?? JobId.New(), job.SchemaName, Attempt: 1, logger);
        return await worker.RunAsync(payload, context, cancellationToken).ConfigureAwait(false) switch
        {
            JobOutcome.Completed completed => new RunResponse(JobState.Completed, completed.Output, Error: null),
            JobOutcome.Failed failed => new RunResponse(JobState.Failed, failed.Output, failed.Reason),
            JobOutcome.Rejected rejected => new RunResponse(JobState.Failed, rejected.Output, rejected.Reason),
            JobOutcome.NotRunnable notRunnable => new RunResponse(JobState.Error, notRunnable.Output, notRunnable.Reason),
            var other => throw new InvalidOperationException($"{other} is no outcome."),
        };
    }
}
