using System.Collections.Concurrent;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>The exchange, and the queues as the broker has them.</summary>
/// <remarks>
/// A quorum queue hands out by priority whenever messages have one, and cannot tell whether it was meant to. So the order is kept
/// beside it: a priority queue has an exchange of its own, to which nothing is published.
/// </remarks>
internal sealed class QueueTopology(RabbitMqConnection connection)
{
    /// <summary>The exchange that all job queues are bound to, which the Python system uses as well.</summary>
    public const string Exchange = "default";

    private readonly ConcurrentDictionary<JobType, bool> _ranked = new();

    public async Task DeclareAsync(JobType queue, QueueOrder order, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(queue, cancellationToken))
        {
            await CreateAsync(queue, order, cancellationToken);
        }

        await CallAsync(
            queue,
            channel => channel.QueueBindAsync(queue.Value, Exchange, queue.Value, arguments: null, noWait: false, cancellationToken),
            cancellationToken);
        Forget(queue);
    }

    public Task<uint> CountAsync(JobType queue, CancellationToken cancellationToken) => connection.CallAsync(
        queue,
        async channel => (await channel.QueueDeclarePassiveAsync(queue.Value, cancellationToken)).MessageCount,
        cancellationToken);

    public Task<uint> PurgeAsync(JobType queue, CancellationToken cancellationToken) =>
        connection.CallAsync(queue, channel => channel.QueuePurgeAsync(queue.Value, cancellationToken), cancellationToken);

    public async Task DeleteAsync(JobType queue, CancellationToken cancellationToken)
    {
        await CallAsync(
            queue,
            async channel =>
            {
                await channel.QueueDeleteAsync(queue.Value, ifUnused: false, ifEmpty: false, noWait: false, cancellationToken);
                await channel.ExchangeDeleteAsync(RankMark(queue), ifUnused: false, noWait: false, cancellationToken);
            },
            cancellationToken);
        Forget(queue);
    }

    /// <summary>Tells whether the queue was declared to hand out by priority.</summary>
    public async ValueTask<bool> IsRankedAsync(JobType queue, CancellationToken cancellationToken)
    {
        if (!_ranked.TryGetValue(queue, out var ranked))
        {
            ranked = await FoundAsync(
                queue, channel => channel.ExchangeDeclarePassiveAsync(RankMark(queue), cancellationToken), cancellationToken);
            _ranked[queue] = ranked;
        }

        return ranked;
    }

    /// <summary>Drops what is remembered of a queue that was gone and may come back in another order.</summary>
    public void Forget(JobType queue) => _ranked.TryRemove(queue, out _);

    private static string RankMark(JobType queue) => $"mindtrace.priority.{queue}";

    private Task<bool> ExistsAsync(JobType queue, CancellationToken cancellationToken) =>
        FoundAsync(queue, channel => channel.QueueDeclarePassiveAsync(queue.Value, cancellationToken), cancellationToken);

    private async Task CreateAsync(JobType queue, QueueOrder order, CancellationToken cancellationToken)
    {
        // The store decides how often a job is tried, so the queue neither drops nor dead-letters. A consumer timeout is no
        // argument here: those cannot be changed later.
        var arguments = new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = -1 };
        try
        {
            await CallAsync(
                queue,
                async channel =>
                {
                    await channel.ExchangeDeclareAsync(
                        Exchange, ExchangeType.Direct, durable: true, autoDelete: false, cancellationToken: cancellationToken);
                    if (order == QueueOrder.Priority)
                    {
                        await channel.ExchangeDeclareAsync(
                            RankMark(queue), ExchangeType.Direct, durable: true, autoDelete: false, cancellationToken: cancellationToken);
                    }
                    else
                    {
                        // One left over from a queue that somebody else deleted.
                        await channel.ExchangeDeleteAsync(RankMark(queue), ifUnused: false, noWait: false, cancellationToken);
                    }

                    await channel.QueueDeclareAsync(
                        queue.Value, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
                },
                cancellationToken);
        }
        catch (JobBackendUnavailableException refused)
            when (BrokerFault.ReplyCode(refused.InnerException!) == BrokerFault.PreconditionFailed)
        {
            // Somebody, such as a Python client, may have made one of another kind meanwhile. It is used as it is.
            if (!await ExistsAsync(queue, cancellationToken))
            {
                throw;
            }
        }
    }

    private async Task<bool> FoundAsync(JobType queue, Func<IChannel, Task> passiveDeclare, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(queue, passiveDeclare, cancellationToken);
            return true;
        }
        catch (JobQueueNotFoundException)
        {
            return false;
        }
    }

    private Task<bool> CallAsync(JobType queue, Func<IChannel, Task> call, CancellationToken cancellationToken) => connection.CallAsync(
        queue,
        async channel =>
        {
            await call(channel);
            return true;
        },
        cancellationToken);
}
