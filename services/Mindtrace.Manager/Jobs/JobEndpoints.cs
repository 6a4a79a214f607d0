using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.Jobs;

/// <summary>Submit, look up, wait, replay, cancel.</summary>
internal static class JobEndpoints
{
    public static void AddJobs(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<JobTypeCatalog>();
        builder.Services.AddSingleton<JobSubmitter>();
        builder.Services.AddSingleton<JobReplay>();
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddHostedService<RetentionSweeper>();
    }

    public static void MapJobs(this OperationGroup operations)
    {
        operations.Map(JobOperations.SubmitJob, (Job job, JobSubmitter submitter, CancellationToken cancellationToken) =>
            submitter.SubmitAsync(job, cancellationToken));
        operations.Map(JobOperations.SubmitJobs, async (SubmitJobsRequest request, JobSubmitter submitter, CancellationToken cancellationToken) =>
            new JobStatusesResponse(await submitter.SubmitAsync(request.Jobs, cancellationToken)));
        operations.Map(JobOperations.ListJobs, (ListJobsRequest request, IJobStore store, CancellationToken cancellationToken) =>
            ListAsync(request, store, cancellationToken));
        operations.Map(JobOperations.CountJobs, (IJobCensus census, CancellationToken cancellationToken) => census.CountAsync(cancellationToken));
        operations.Map(JobOperations.GetJobStatus, (JobIdRequest request, IJobStore store, CancellationToken cancellationToken) =>
            StatusAsync(request.JobId, store, cancellationToken));
        operations.Map(JobOperations.InspectJob, async (JobIdRequest request, IJobStore store, CancellationToken cancellationToken) =>
            JobDetails.Of(await store.FindAsync(request.JobId, cancellationToken) ?? throw new JobNotFoundException(request.JobId)));
        operations.Map(JobOperations.WaitForJob, (WaitForJobRequest request, IJobStore store, TimeProvider time, CancellationToken cancellationToken) =>
            WaitAsync(request, store, time, cancellationToken));
        operations.Map(JobOperations.ReplayJob, (ReplayJobRequest request, JobReplay replay, CancellationToken cancellationToken) =>
            replay.ReplayAsync(request, cancellationToken));
        operations.Map(JobOperations.CancelJob, (JobIdRequest request, IJobStore store, Caller caller, CancellationToken cancellationToken) =>
            CancelAsync(request.JobId, store, caller, cancellationToken));
    }

    private static async Task<JobStatus> StatusAsync(JobId id, IJobStore store, CancellationToken cancellationToken) =>
        JobStatus.Of(await store.FindAsync(id, cancellationToken) ?? throw new JobNotFoundException(id));

    private static async Task<ListJobsResponse> ListAsync(ListJobsRequest request, IJobStore store, CancellationToken cancellationToken)
    {
        JobCursor? after = request.Cursor is null ? null
            : JobCursor.TryParse(request.Cursor, out var cursor) ? cursor
            : throw new InvalidRequestException("cursor", "must be the next_cursor of an earlier page");
        var page = await store.ListAsync(
            new JobFilter
            {
                Types = request.JobTypes, States = request.Statuses, From = request.From, To = request.To, Limit = request.Limit, After = after,
            },
            cancellationToken);
        return new ListJobsResponse([.. page.Records.Select(JobStatus.Of)], page.Next?.ToString());
    }

    private static async Task<JobStatus> WaitAsync(
        WaitForJobRequest request, IJobStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(request.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return JobStatus.Of(await store.WaitForEndAsync(request.JobId, either.Token) ?? throw new JobNotFoundException(request.JobId));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return await StatusAsync(request.JobId, store, cancellationToken);
        }
    }

    private static async Task<CancelJobResponse> CancelAsync(JobId id, IJobStore store, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.Holds(Role.Operator))
        {
            var record = await store.FindAsync(id, cancellationToken) ?? throw new JobNotFoundException(id);
            if (record.Job.SubmittedBy != caller.Name)
            {
                throw new JobOfAnotherException(id);
            }
        }

        var answer = await store.CancelAsync(id, cancellationToken);
        var status = await StatusAsync(id, store, cancellationToken);
        return new CancelJobResponse(answer == CancelAnswer.Cancelled || status.Status == JobState.Cancelled, status);
    }
}
