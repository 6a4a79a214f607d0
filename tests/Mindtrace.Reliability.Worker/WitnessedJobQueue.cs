using System.Runtime.CompilerServices;
using Mindtrace.Jobs;

namespace Mindtrace.Reliability.Worker;

/// <summary>The queues as the worker knows them; sees to it that wishes to die are granted.</summary>
internal sealed class WitnessedJobQueue(IJobQueue queue, DeathWishes wishes) : IJobQueue
{
    public async Task<IJobConsumer> ConsumeAsync(JobType name, int prefetch, CancellationToken cancellationToken) =>
        new Consumer(await queue.ConsumeAsync(name, prefetch, cancellationToken), wishes);

    public Task DeclareAsync(JobType name, QueueOrder order, CancellationToken cancellationToken) => queue.DeclareAsync(name, order, cancellationToken);

    public Task PublishAsync(JobType name, IReadOnlyList<JobMessage> messages, CancellationToken cancellationToken) =>
        queue.PublishAsync(name, messages, cancellationToken);

    public Task<long> CountAsync(JobType name, CancellationToken cancellationToken) => queue.CountAsync(name, cancellationToken);

    public Task<long> PurgeAsync(JobType name, CancellationToken cancellationToken) => queue.PurgeAsync(name, cancellationToken);

    public Task DeleteAsync(JobType name, CancellationToken cancellationToken) => queue.DeleteAsync(name, cancellationToken);

    private sealed class Consumer(IJobConsumer consumer, DeathWishes wishes) : IJobConsumer
    {
        public bool IsConsuming => consumer.IsConsuming;

        public async IAsyncEnumerable<JobDelivery> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var delivery in consumer.ReadAllAsync(cancellationToken))
            {
                wishes.Read(delivery.Message);
                wishes.After(WorkerStep.Received, delivery.Message.JobId);
                yield return new Delivery(delivery, wishes);
            }
        }

        public ValueTask DisposeAsync() => consumer.DisposeAsync();
    }

    private sealed class Delivery(JobDelivery delivery, DeathWishes wishes) : JobDelivery(delivery.Message, delivery.DeliveryCount)
    {
        public override async ValueTask AckAsync()
        {
            await delivery.AckAsync();
            wishes.After(WorkerStep.Acknowledged, Message.JobId);
        }

        public override ValueTask ReturnAsync() => delivery.ReturnAsync();
    }
}
