using System.Diagnostics;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Dispatching;
using Mindtrace.Manager.Endpoints;

namespace Mindtrace.Manager.Jobs;

/// <summary>Accepts jobs: stores them with their dispatch entry in one step, then hands them on to be published.</summary>
internal sealed class JobSubmitter(IJobStore store, DispatchRelay relay, EndpointJobs endpoints, JobsTelemetry telemetry, IOptions<DispatchOptions> options)
{
    /// <summary>
    /// Accepts a job. When this returns, the job is stored and will be published, whatever happens to this process. Of an endpoint job
    /// this waits for the first attempt, which mostly is the last.
    /// </summary>
    public async Task<JobStatus> SubmitAsync(Job job, CancellationToken cancellationToken)
    {
        var accepted = (await store.SubmitAsync([Traced(AsSubmitted(job))], options.Value.Hold, cancellationToken))[0];
        if (accepted.IsNew)
        {
            telemetry.Submitted(job.SchemaName);
        }

        if (accepted.Ticket is { Route.IsEndpoint: true } toRun)
        {
            // The caller may go away; the attempt does not end with the wait for it.
            await endpoints.RunAsync(toRun).WaitAsync(cancellationToken);
            return JobStatus.Of(await store.FindAsync(job.Id, cancellationToken) ?? accepted.Record);
        }

        if (accepted.Ticket is { } ticket)
        {
            relay.Publish(ticket);
        }

        return JobStatus.Of(accepted.Record);
    }

    /// <summary>Drops what is the store's to say, whatever the client wrote there.</summary>
    private static Job AsSubmitted(Job job) =>
        job with { Status = JobState.Queued, StartedAt = null, CompletedAt = null, Error = null, Attempt = null };

    /// <summary>Notes the trace of this submit in the job, which all of its attempts continue.</summary>
    private static Job Traced(Job job) => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
        ? job with { Traceparent = activity.Id, Tracestate = activity.TraceStateString }
        : job;
}
