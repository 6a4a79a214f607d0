using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;

namespace Mindtrace.Manager.DeadLetters;

/// <summary>Acts on dead letters, as a person asks for it.</summary>
internal sealed class DeadLetterDesk(IJobStore store, JobTypeCatalog types)
{
    /// <summary>Queues a dead letter again, with another payload if one is given.</summary>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="NotDeadLetterException">It is no dead letter.</exception>
    /// <exception cref="JobTypeNotRegisteredException">Its type has no route.</exception>
    /// <exception cref="UniqueKeyHeldException">Another job holds its unique key.</exception>
    /// <exception cref="Services.InvalidRequestException">The payload breaks the schema of its type.</exception>
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
}
