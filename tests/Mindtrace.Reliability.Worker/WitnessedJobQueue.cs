using System.Runtime.CompilerServices;
using Mindtrace.Jobs;

namespace Mindtrace.Reliability.Worker;

/// <summary>The queues as workers and managers know them; notes deliveries, and sees to it that wishes to die are granted.</summary>
internal sealed class WitnessedJobQueue(IJobQueue queue, LedgerWriter ledger, DeathWishes wishes, LedgerOptions options) : IJobQueue
{
    private int _dropped;

    public async Task<IJobConsumer> ConsumeAsync(JobType name, int prefetch, CancellationToken cancellationToken) =>
        new Consumer(await queue.ConsumeAsync(name, prefetch, cancellationToken), ledger, wishes);

    public Task DeclareAsync(JobType name, QueueOrder order, CancellationToken cancellationToken) => queue.DeclareAsync(name, order, cancellationToken);

    public async Task PublishAsync(JobType name, IReadOnlyList<JobMessage> messages, CancellationToken cancellationToken)
    {
        List<JobId> jobs = [.. messages.Select(message => message.JobId)];
        foreach (var message in messages)
        {
            wishes.Read(message);
        }

        wishes.After(JobStep.Stored, jobs);
        messages = options.Breaks switch
        {
            BrokenPromise.DropsMessage when Interlocked.Exchange(ref _dropped, 1) == 0 => [.. messages.Skip(1)],

            // That a message comes twice is no fault; the claim sees to it.
            BrokenPromise.RunsWithoutClaim => [.. messages, .. messages],
            _ => messages,
        };

        await queue.PublishAsync(name, messages, cancellationToken);
        wishes.After(JobStep.Published, jobs);
    }

    public Task<long> CountAsync(JobType name, CancellationToken cancellationToken) => queue.CountAsync(name, cancellationToken);

    public Task<long> PurgeAsync(JobType name, CancellationToken cancellationToken) => queue.PurgeAsync(name, cancellationToken);

    public Task DeleteAsync(JobType name, CancellationToken cancellationToken) => queue.DeleteAsync(name, cancellationToken);

    private sealed class Consumer(IJobConsumer consumer, LedgerWriter ledger, DeathWishes wishes) : IJobConsumer
    {
        public bool IsConsuming => consumer.IsConsuming;

        public async IAsyncEnumerable<JobDelivery> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var delivery in consumer.ReadAllAsync(cancellationToken))
            {
                wishes.Read(delivery.Message);
                ledger.Write(LedgerWriter.Received, delivery.Message.JobId.Value);
                wishes.After(JobStep.Received, delivery.Message.JobId);
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
            wishes.After(JobStep.Acknowledged, Message.JobId);
        }

        public override ValueTask ReturnAsync() => delivery.ReturnAsync();
    }
}
