using System.Collections.Concurrent;
using System.Net;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Testing;

/// <content>The operations.</content>
internal sealed partial class TestManager
{
    private readonly InMemoryJobStore _store;
    private readonly JobRunner _runner;
    private readonly JobExecution _execution;
    private readonly ConcurrentDictionary<JobType, JobTypeDefinition> _types = new();

    public TestManager(InMemoryJobStore store, JobRunner runner, JobExecution execution)
    {
        (_store, _runner, _execution) = (store, runner, execution);
        Map(JobOperations.SubmitJob, async (job, cancel) => (await SubmitAsync([job], cancel).ConfigureAwait(false))[0]);
        Map(JobOperations.SubmitJobs, async (request, cancel) => new JobStatusesResponse(await SubmitAsync(request.Jobs, cancel).ConfigureAwait(false)));
        Map(JobOperations.ListJobs, ListAsync);
        Map(JobOperations.CountJobs, (_, cancel) => _store.CountAsync(cancel));
        Map(JobOperations.GetJobStatus, async (request, cancel) => JobStatus.Of(await FindAsync(request.JobId, cancel).ConfigureAwait(false)));
        Map(JobOperations.InspectJob, async (request, cancel) => JobDetails.Of(await FindAsync(request.JobId, cancel).ConfigureAwait(false)));
        Map(JobOperations.WaitForJob, (request, cancel) => WaitAsync(request.JobId, cancel));
        Map(JobOperations.CancelJob, CancelAsync);
        Map(RoutingOperations.RegisterJobType, (definition, _) =>
        {
            _types[definition.JobType] = definition;
            return Task.FromResult(default(Unit));
        });
        Map(DeadLetterOperations.GetDlqJobs, ListDeadLettersAsync);
        Map(DeadLetterOperations.RequeueFromDlq, RequeueAsync);
        Map(DeadLetterOperations.DiscardFromDlq, DiscardAsync);
    }

    /// <summary>Accepts jobs, each type by the route to its queue: that somebody forgot to register a type is not what these tests are about.</summary>
    private async Task<IReadOnlyList<JobStatus>> SubmitAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        foreach (var type in jobs.Select(job => job.SchemaName).Distinct())
        {
            await _store.SetRouteAsync(type, JobRoute.Queue, cancellationToken).ConfigureAwait(false);
        }

        var agreed = jobs.Select(job => _types.GetValueOrDefault(job.SchemaName)?.ApplyTo(job) ?? job);
        var accepted = await _store.SubmitAsync([.. agreed], hold: TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        await RunInlineAsync(cancellationToken).ConfigureAwait(false);
        return [.. accepted.Select(result => JobStatus.Of(result.Record))];
    }

    private async Task<ListJobsResponse> ListAsync(ListJobsRequest request, CancellationToken cancellationToken)
    {
        var page = await _store.ListAsync(
            new JobFilter
            {
                Types = request.JobTypes, States = request.Statuses, From = request.From, To = request.To, Limit = request.Limit,
                After = JobCursor.TryParse(request.Cursor, out var cursor) ? cursor : null,
            },
            cancellationToken).ConfigureAwait(false);
        return new ListJobsResponse([.. page.Records.Select(JobStatus.Of)], page.Next?.ToString());
    }

    private async Task<JobStatus> WaitAsync(JobId id, CancellationToken cancellationToken)
    {
        await RunInlineAsync(cancellationToken).ConfigureAwait(false);
        var record = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (_execution == JobExecution.Inline && record.State == JobState.Queued)
        {
            throw Refused(HttpStatusCode.Conflict, "job-waits", "The job waits for the test.", _runner.Runs(record.Job.SchemaName)
                ? $"Job '{id}' is due at {record.DueAt:u}, and the clock of the test cluster stands still: call AdvanceAsync or RunToEndAsync."
                : $"The test cluster has no worker for '{record.Job.SchemaName}': add one, or do not wait.");
        }

        return JobStatus.Of(await _store.WaitForEndAsync(id, cancellationToken).ConfigureAwait(false) ?? record);
    }

    private async Task<CancelJobResponse> CancelAsync(JobIdRequest request, CancellationToken cancellationToken)
    {
        var answer = await _store.CancelAsync(request.JobId, cancellationToken).ConfigureAwait(false);
        var status = JobStatus.Of(await FindAsync(request.JobId, cancellationToken).ConfigureAwait(false));
        return new CancelJobResponse(answer == CancelAnswer.Cancelled || status.Status == JobState.Cancelled, status);
    }

    private async Task<DeadLettersResponse> ListDeadLettersAsync(Unit request, CancellationToken cancellationToken)
    {
        var filter = new DeadLetterFilter { Limit = DeadLetterFilter.MaxLimit };
        var page = await _store.ListDeadLettersAsync(filter, cancellationToken).ConfigureAwait(false);
        return new DeadLettersResponse([.. page.Records.Select(JobStatus.Of).Select(status => new DeadLetter(status.JobId, status.Output, status.Job))]);
    }

    private async Task<JobStatus> RequeueAsync(RequeueFromDlqRequest request, CancellationToken cancellationToken)
    {
        var (answer, holder) = await _store.RequeueAsync(request.JobId, request.Payload, cancellationToken).ConfigureAwait(false);
        var queued = JobStatus.Of(await FindAsync(request.JobId, cancellationToken).ConfigureAwait(false));
        if (answer != RequeueAnswer.Requeued)
        {
            throw answer == RequeueAnswer.KeyHeld
                ? Refused(HttpStatusCode.Conflict, "unique-key-held", "Another job holds the unique key.", $"Job '{holder}' holds it.")
                : NotADeadLetter(request.JobId);
        }

        await RunInlineAsync(cancellationToken).ConfigureAwait(false);
        return queued;
    }

    private async Task<Unit> DiscardAsync(JobIdRequest request, CancellationToken cancellationToken)
    {
        await FindAsync(request.JobId, cancellationToken).ConfigureAwait(false);
        return await _store.DiscardAsync(request.JobId, cancellationToken).ConfigureAwait(false) ? default : throw NotADeadLetter(request.JobId);
    }

    private async Task<JobRecord> FindAsync(JobId id, CancellationToken cancellationToken) =>
        await _store.FindAsync(id, cancellationToken).ConfigureAwait(false)
        ?? throw Refused(HttpStatusCode.NotFound, "job-not-found", "There is no such job.", $"There is no job '{id}'. It was never submitted to this cluster.");

    private Task RunInlineAsync(CancellationToken cancellationToken) =>
        _execution == JobExecution.Inline ? _runner.RunDueAsync(cancellationToken) : Task.CompletedTask;

    private static RefusedException NotADeadLetter(JobId id) =>
        Refused(HttpStatusCode.Conflict, "not-a-dead-letter", "The job is not in the dead-letter queue.", $"Job '{id}' is not in the dead-letter queue.");

    private static RefusedException Refused(HttpStatusCode status, string type, string title, string detail) =>
        new(new Problem(ProblemTypes.Prefix + type, title, (int)status) { Detail = detail });
}
