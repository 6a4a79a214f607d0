using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Reliability.Worker;

namespace Mindtrace.Reliability.Manager;

internal static class Witnesses
{
    /// <summary>Puts a witness before the queues, and one before what the store knows of dispatching.</summary>
    public static void AddWitnesses(this IServiceCollection services)
    {
        services.AddLedger();
        services.AddWitnessedQueue();
        services.AddSingleton<IDispatchStore, WitnessedDispatchStore>();
    }
}

/// <summary>The store as the manager's relay knows it; sees to it that wishes to die are granted.</summary>
internal sealed class WitnessedDispatchStore(RedisJobStore store, DeathWishes wishes) : IDispatchStore
{
    public async Task ConfirmAsync(IReadOnlyList<DispatchTicket> tickets, CancellationToken cancellationToken)
    {
        await store.ConfirmAsync(tickets, cancellationToken);
        wishes.After(JobStep.Confirmed, tickets.Select(ticket => ticket.Message.JobId));
    }

    public Task<IReadOnlyList<DispatchTicket>> TakeDueAsync(int limit, TimeSpan hold, CancellationToken cancellationToken) =>
        store.TakeDueAsync(limit, hold, cancellationToken);

    public Task<TimeSpan?> UntilNextDueAsync(CancellationToken cancellationToken) => store.UntilNextDueAsync(cancellationToken);

    public Task<int> RedispatchAsync(JobType type, CancellationToken cancellationToken) => store.RedispatchAsync(type, cancellationToken);

    public Task<IAsyncDisposable> ListenForEntriesAsync(Action onEntry, CancellationToken cancellationToken) =>
        store.ListenForEntriesAsync(onEntry, cancellationToken);
}
