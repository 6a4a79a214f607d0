using System.Diagnostics;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Dispatching;
using Mindtrace.Manager.Endpoints;
using Mindtrace.Services;

namespace Mindtrace.Manager.Jobs;

/// <summary>Accepts jobs: stores them with their dispatch entry in one step, then hands them on to be published or run.</summary>
internal sealed class JobSubmitter(
    IJobStore store, IScheduleStore schedules, JobTypeCatalog types, DispatchRelay relay, EndpointJobs endpoints, JobsTelemetry telemetry,
    IOptions<DispatchOptions> options, Caller caller)
{
    /// <summary>
    /// Accepts a job. When this returns, the job is stored and will be published, whatever happens to this process. Of an endpoint job
    /// this waits for the first attempt, which mostly is the last.
    /// </summary>
    /// <exception cref="InvalidRequestException">The payload breaks the schema of the job type.</exception>
    public async Task<JobStatus> SubmitAsync(Job job, CancellationToken cancellationToken)
    {
        var agreed = (await types.FindAsync(job.SchemaName, cancellationToken))?.Apply(job, field: "") ?? job;
        var accepted = (await StoreAsync([agreed], cancellationToken))[0];
        if (accepted.Ticket is { Route.IsEndpoint: true } ticket)
        {
            // The caller may go away; the attempt does not end with the wait for it.
            await endpoints.RunAsync(ticket).WaitAsync(cancellationToken);
            return JobStatus.Of(await store.FindAsync(job.Id, cancellationToken) ?? accepted.Record);
        }

        await relay.PublishAsync([accepted], cancellationToken);
        return JobStatus.Of(accepted.Record);
    }

    /// <summary>Accepts jobs, all of them or, when one is not valid, none. Of endpoint jobs this does not wait for the first attempt.</summary>
    /// <exception cref="InvalidRequestException">The payload of a job breaks the schema of its type.</exception>
    public async Task<IReadOnlyList<JobStatus>> SubmitAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        var accepted = await StoreAsync(await AgreeAsync(jobs, cancellationToken), cancellationToken);
        await relay.PublishAsync(accepted, cancellationToken);
        return [.. accepted.Select(result => JobStatus.Of(result.Record))];
    }

    /// <summary>Checks jobs by what was agreed for their types, and gives them what they do not say themselves.</summary>
    /// <exception cref="InvalidRequestException">The payload of a job breaks the schema of its type.</exception>
    public async Task<IReadOnlyList<Job>> AgreeAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        var agreements = new Dictionary<JobType, JobAgreement?>();
        foreach (var type in jobs.Select(job => job.SchemaName).Distinct())
        {
            agreements[type] = await types.FindAsync(type, cancellationToken);
        }

        return [.. jobs.Select((job, i) => agreements[job.SchemaName]?.Apply(job, $"jobs[{i}].") ?? job)];
    }

    /// <summary>Accepts the jobs of a schedule's runs and goes on to its next one, unless another manager did.</summary>
    /// <param name="seen">The schedule as it was seen.</param>
    /// <param name="lastAt">The time of the latest run.</param>
    /// <param name="nextAt">The time of the next one.</param>
    /// <param name="jobs">The jobs, checked by <see cref="AgreeAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was accepted; none when another manager was first.</returns>
    public async Task<IReadOnlyList<SubmitResult>?> FireAsync(
        KnownSchedule seen, DateTimeOffset lastAt, DateTimeOffset? nextAt, IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        using var span = JobsTelemetry.StartSchedule(seen.Schedule.Job.SchemaName);
        var accepted = await schedules.FireAsync(
            seen, lastAt, nextAt, [.. jobs.Select(AsSubmitted).Select(Traced)], options.Value.Hold, cancellationToken);
        if (accepted is null && span is not null)
        {
            // Another manager's span begins the trace; this one would stand alone.
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        foreach (var result in accepted ?? [])
        {
            Count(result);
        }

        await relay.PublishAsync(accepted ?? [], cancellationToken);
        return accepted;
    }

    private async Task<IReadOnlyList<SubmitResult>> StoreAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        var accepted = await store.SubmitAsync([.. jobs.Select(AsSubmitted).Select(Traced)], options.Value.Hold, cancellationToken);
        foreach (var result in accepted)
        {
            Count(result);
        }

        return accepted;
    }

    private void Count(SubmitResult accepted)
    {
        if (accepted.IsNew)
        {
            telemetry.Submitted(accepted.Record.Job.SchemaName);
        }
    }

    /// <summary>Drops what is the store's to say, whatever the client wrote there, and notes who submits the job.</summary>
    private Job AsSubmitted(Job job) => job with
    {
        Status = JobState.Queued, StartedAt = null, CompletedAt = null, Error = null, Attempt = null, SubmittedBy = caller.Name,
    };

    /// <summary>Notes the trace of this submit in the job, which all of its attempts continue.</summary>
    private static Job Traced(Job job) => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
        ? job with { Traceparent = activity.Id, Tracestate = activity.TraceStateString }
        : job;
}
