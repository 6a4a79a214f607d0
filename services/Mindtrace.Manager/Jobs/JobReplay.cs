using System.Diagnostics;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Manager.Jobs;

/// <summary>Runs jobs again as they were run, each as a new job.</summary>
internal sealed class JobReplay(IJobStore store, JobSubmitter submitter)
{
    /// <summary>Submits a job's input anew, with what its latest finished attempt pinned. When this returns, the new job is accepted.</summary>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="Services.InvalidRequestException">The payload breaks the schema that its job type has by now.</exception>
    public async Task<JobStatus> ReplayAsync(ReplayJobRequest request, CancellationToken cancellationToken)
    {
        var record = await store.FindAsync(request.JobId, cancellationToken) ?? throw new JobNotFoundException(request.JobId);
        var job = record.Job;
        if (ActivityContext.TryParse(job.Traceparent, job.Tracestate, isRemote: true, out var first))
        {
            Activity.Current?.AddLink(new ActivityLink(first));
        }

        var again = job with
        {
            Id = request.NewJobId ?? JobId.New(),
            Payload = record.Provenance?.Pins is { } pins ? JsonMergePatch.Apply(job.Payload, pins) : job.Payload,
            ReplayOf = job.Id,
            CreatedAt = null,
            NotBefore = null,
            Traceparent = null,
            Tracestate = null,
        };
        return await submitter.SubmitAsync(again, cancellationToken);
    }
}
