using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.DeadLetters;

/// <summary>Lists, requeues and discards dead letters.</summary>
internal static class DeadLetterEndpoints
{
    public static void AddDeadLetters(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<DeadLetterDesk>();

    public static void MapDeadLetters(this OperationGroup operations)
    {
        operations.Map(DeadLetterOperations.GetDlqJobs, (IJobStore store, CancellationToken cancellationToken) => ListAsync(store, cancellationToken));
        operations.Map(DeadLetterOperations.ListDeadLetters, (DeadLettersRequest request, DeadLetterDesk desk, CancellationToken cancellationToken) =>
            desk.ListAsync(request, cancellationToken));
        operations.Map(DeadLetterOperations.RequeueDeadLetters, (DeadLettersRequest request, DeadLetterDesk desk, CancellationToken cancellationToken) =>
            desk.RequeueAsync(request, cancellationToken));
        operations.Map(DeadLetterOperations.DiscardDeadLetters, (DeadLettersRequest request, DeadLetterDesk desk, CancellationToken cancellationToken) =>
            desk.DiscardAsync(request, cancellationToken));
        operations.Map(DeadLetterOperations.RequeueFromDlq, (RequeueFromDlqRequest request, DeadLetterDesk desk, CancellationToken cancellationToken) =>
            desk.RequeueAsync(request.JobId, request.Payload, cancellationToken));
        operations.Map(DeadLetterOperations.DiscardFromDlq, (JobIdRequest request, IJobStore store, CancellationToken cancellationToken) =>
            DiscardAsync(request.JobId, store, cancellationToken));
    }

    private static async Task<DeadLettersResponse> ListAsync(IJobStore store, CancellationToken cancellationToken)
    {
        var page = await store.ListDeadLettersAsync(new DeadLetterFilter { Limit = DeadLetterFilter.MaxLimit }, cancellationToken);
        return new DeadLettersResponse([.. page.Records.Select(JobStatus.Of).Select(status => new DeadLetter(status.JobId, status.Output, status.Job))]);
    }

    private static async Task DiscardAsync(JobId id, IJobStore store, CancellationToken cancellationToken)
    {
        if (!await store.DiscardAsync(id, cancellationToken))
        {
            throw await store.FindAsync(id, cancellationToken) is null ? new JobNotFoundException(id) : new NotDeadLetterException(id);
        }
    }
}
