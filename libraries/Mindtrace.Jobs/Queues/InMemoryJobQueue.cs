using System.Collections.Concurrent;

namespace Mindtrace.Jobs;

/// <summary>Queues that live and end with this object, for unit tests of code that uses a queue. All orders are supported.</summary>
public sealed class InMemoryJobQueue : IJobQueue
{
    // Deleted queues stay, undeclared: their consumers go on when the queue is declared again.
    private readonly ConcurrentDictionary<JobType, InMemoryQueue> _queues = new();

    /// <inheritdoc/>
    public Task DeclareAsync(JobType queue, QueueOrder order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Find(queue).Declare(order);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task PublishAsync(JobType queue, IReadOnlyList<JobMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        cancellationToken.ThrowIfCancellationRequested();
        Find(queue).Publish(messages);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IJobConsumer> ConsumeAsync(JobType queue, int prefetch, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IJobConsumer>(Find(queue).Consume(prefetch));
    }

    /// <inheritdoc/>
    public Task<long> CountAsync(JobType queue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Find(queue).Count());
    }

    /// <inheritdoc/>
    public Task<long> PurgeAsync(JobType queue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Find(queue).Purge());
    }

    /// <inheritdoc/>
    public Task DeleteAsync(JobType queue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Find(queue).Delete();
        return Task.CompletedTask;
    }

    private InMemoryQueue Find(JobType queue) => _queues.GetOrAdd(queue, name => new InMemoryQueue(name));
}
