using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Testing;

/// <summary>Runs jobs that are due, as relay and worker do together, in the caller's own flow.</summary>
internal sealed class JobRunner(IServiceProvider services, IReadOnlyList<(JobType Type, Type Worker)> workers)
{
    // Nobody else takes entries, so nothing is held back for anybody.
    private static readonly TimeSpan Hold = TimeSpan.FromDays(365);

    private readonly InMemoryJobStore _store = services.GetRequiredService<InMemoryJobStore>();
    private readonly Dictionary<JobType, Lazy<Task<JobExecutor>>> _executors = workers.ToDictionary(
        it => it.Type, it => new Lazy<Task<JobExecutor>>(() => StartAsync(services, it.Worker)));

    /// <summary>Tells whether jobs of a type are run at all.</summary>
    public bool Runs(JobType type) => _executors.ContainsKey(type);

    /// <summary>Runs what is due, one after the other, and what that queues in turn. Worker code may call this again while it runs.</summary>
    /// <returns>How many attempts were made.</returns>
    public async Task<int> RunDueAsync(CancellationToken cancellationToken)
    {
        var attempts = 0;
        while (await _store.TakeDueAsync(limit: 1, Hold, cancellationToken).ConfigureAwait(false) is [var ticket])
        {
            // As once it was published: without a worker it waits in its queue.
            await _store.ConfirmAsync([ticket], cancellationToken).ConfigureAwait(false);
            if (_executors.TryGetValue(ticket.Message.JobType, out var executor))
            {
                await (await executor.Value.ConfigureAwait(false)).ExecuteAsync(new Delivery(ticket.Message), cancellationToken).ConfigureAwait(false);
                attempts++;
            }
        }

        return attempts;
    }

    private static async Task<JobExecutor> StartAsync(IServiceProvider services, Type workerClass)
    {
        // What stops an attempt, such as a cancel, reaches it from here on.
        await services.GetRequiredService<LeaseKeeper>().RenewAsync(CancellationToken.None).ConfigureAwait(false);
        var worker = (IWorker)services.GetRequiredService(workerClass);
        await worker.StartAsync(CancellationToken.None).ConfigureAwait(false);
        var provenance = ActivatorUtilities.CreateInstance<WorkerProvenance>(services, worker);
        return ActivatorUtilities.CreateInstance<JobExecutor>(services, worker, provenance);
    }

    /// <summary>A message that no queue hands out again.</summary>
    private sealed class Delivery(JobMessage message) : JobDelivery(message, deliveryCount: 0)
    {
        public override ValueTask AckAsync() => ValueTask.CompletedTask;

        public override ValueTask ReturnAsync() => ValueTask.CompletedTask;
    }
}
