using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.DeadLetters;

/// <summary>Acts on dead letters, as a person asks for it.</summary>
internal sealed class DeadLetterDesk(IJobStore store, JobTypeCatalog types)
{
    public async Task<ListDeadLettersResponse> ListAsync(DeadLettersRequest request, CancellationToken cancellationToken)
    {
        var page = await PageAsync(request, cancellationToken);
        return new ListDeadLettersResponse([.. page.Records.Select(JobStatus.Of)], page.Next?.ToString());
    }

    /// <summary>Queues a page of dead letters again. Those that fail again are dead letters of a later time, and not met again further on.</summary>
    public async Task<RequeueDeadLettersResponse> RequeueAsync(DeadLettersRequest request, CancellationToken cancellationToken)
    {
        var page = await PageAsync(request, cancellationToken);
        var results = await Task.WhenAll(page.Records.Select(record => store.RequeueAsync(record.Job.Id, payload: null, cancellationToken)));
        return new RequeueDeadLettersResponse(
            results.Count(result => result.Answer == RequeueAnswer.Requeued),
            results.Count(result => result.Answer is RequeueAnswer.NoRoute or RequeueAnswer.KeyHeld), page.Next?.ToString());
    }

    /// <summary>Takes a page of jobs out of the dead-letter queue.</summary>
    public async Task<DiscardDeadLettersResponse> DiscardAsync(DeadLettersRequest request, CancellationToken cancellationToken)
    {
        var page = await PageAsync(request, cancellationToken);
        var discarded = await Task.WhenAll(page.Records.Select(record => store.DiscardAsync(record.Job.Id, cancellationToken)));
        return new DiscardDeadLettersResponse(discarded.Count(it => it), page.Next?.ToString());
    }

    /// <summary>Queues a dead letter again, with another payload if one is given.</summary>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="NotDeadLetterException">It is no dead letter.</exception>
    /// <exception cref="JobTypeNotRegisteredException">Its type has no route.</exception>
    /// <exception cref="UniqueKeyHeldException">Another job holds its unique key.</exception>
    /// <exception cref="InvalidRequestException">The payload breaks the schema of its type.</exception>
    public async Task<JobStatus> RequeueAsync(JobId id, JsonElement? payload, CancellationToken cancellationToken)
    {
        if (payload is { } edited)
        {
            var job = (await store.FindAsync(id, cancellationToken) ?? throw new JobNotFoundException(id)).Job;
            (await types.FindAsync(job.SchemaName, cancellationToken))?.Apply(job with { Payload = edited }, field: "");
        }

        var (answer, holder) = await store.RequeueAsync(id, payload, cancellationToken);
        var record = await store.FindAsync(id, cancellationToken);
        return answer switch
        {
            RequeueAnswer.Requeued => JobStatus.Of(record ?? throw new JobNotFoundException(id)),
            RequeueAnswer.NoRoute => throw new JobTypeNotRegisteredException(record!.Job.SchemaName),
            RequeueAnswer.KeyHeld => throw new UniqueKeyHeldException(id, holder!.Value),
            RequeueAnswer.NotDeadLetter => throw new NotDeadLetterException(id),
            _ => throw new JobNotFoundException(id),
        };
    }

    private Task<JobPage> PageAsync(DeadLettersRequest request, CancellationToken cancellationToken)
    {
        JobCursor? after = request.Cursor is null ? null
            : JobCursor.TryParse(request.Cursor, out var cursor) ? cursor
            : throw new InvalidRequestException("cursor", "must be the next_cursor of an earlier page");
        var filter = new DeadLetterFilter
        {
            Types = request.JobTypes, States = request.Statuses, Reason = request.Reason, From = request.From, To = request.To,
            Limit = request.Limit, After = after,
        };
        return store.ListDeadLettersAsync(filter, cancellationToken);
    }
}
