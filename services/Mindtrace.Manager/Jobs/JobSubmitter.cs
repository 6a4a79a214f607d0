using System.Diagnostics;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Dispatching;

namespace Mindtrace.Manager.Jobs;

/// <summary>Accepts jobs: stores them with their dispatch entry in one step, then hands them on to be published.</summary>
internal sealed class JobSubmitter(
    IJobStore store, JobTypeCatalog types, DispatchRelay relay, JobsTelemetry telemetry, IOptions<DispatchOptions> options)
{
    /// <summary>Accepts a job. When this returns, the job is stored and will be published, whatever happens to this process.</summary>
    /// <exception cref="Services.InvalidRequestException">The payload breaks the schema of the job type.</exception>
    public async Task<JobStatus> SubmitAsync(Job job, CancellationToken cancellationToken) =>
        (await StoreAsync([(await types.FindAsync(job.SchemaName, cancellationToken))?.Apply(job, field: "") ?? job], cancellationToken))[0];

    /// <summary>Accepts jobs, all of them or, when one is not valid, none.</summary>
    /// <exception cref="Services.InvalidRequestException">The payload of a job breaks the schema of its type.</exception>
    public async Task<IReadOnlyList<JobStatus>> SubmitAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        var agreements = new Dictionary<JobType, JobAgreement?>();
        foreach (var type in jobs.Select(job => job.SchemaName).Distinct())
        {
            agreements[type] = await types.FindAsync(type, cancellationToken);
        }

        return await StoreAsync([.. jobs.Select((job, i) => agreements[job.SchemaName]?.Apply(job, $"jobs[{i}].") ?? job)], cancellationToken);
    }

    private async Task<IReadOnlyList<JobStatus>> StoreAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        var results = await store.SubmitAsync([.. jobs.Select(AsSubmitted).Select(Traced)], options.Value.Hold, cancellationToken);
        foreach (var result in results)
        {
            if (result.IsNew)
            {
                telemetry.Submitted(result.Record.Job.SchemaName);
            }

            if (result.Ticket is { } ticket)
            {
                relay.Publish(ticket);
            }
        }

        return [.. results.Select(result => JobStatus.Of(result.Record))];
    }

    /// <summary>Drops what is the store's to say, whatever the client wrote there.</summary>
    private static Job AsSubmitted(Job job) =>
        job with { Status = JobState.Queued, StartedAt = null, CompletedAt = null, Error = null, Attempt = null };

    /// <summary>Notes the trace of this submit in the job, which all of its attempts continue.</summary>
    private static Job Traced(Job job) => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
        ? job with { Traceparent = activity.Id, Tracestate = activity.TraceStateString }
        : job;
}
