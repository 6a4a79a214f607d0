using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>Job queues on RabbitMQ: quorum queues, confirmed publishing, pushed deliveries.</summary>
/// <remarks>
/// <para>Publishing and consuming use a connection each, opened at first use and again when lost. A connection that the broker
/// holds back, because it is short of memory or disk, then never holds back acknowledgements.</para>
/// <para>A queue that exists is used as it is, so a classic queue of the Python system serves as well. It hands out by priority
/// only if it was declared here, by any process, with <see cref="QueueOrder.Priority"/>: on RabbitMQ 4.3 priorities 1 to 27 are
/// levels of their own, and higher ones count as 27. Messages of foreign publishers rank as priority 0.</para>
/// <para>A message that names no job, neither in our headers nor as <c>id</c> in a JSON body, is dropped with an error in the log.</para>
/// </remarks>
public sealed class RabbitMqJobQueue : IJobQueue, IAsyncDisposable
{
    private readonly RabbitMqConnection _publishing;
    private readonly RabbitMqConnection _consuming;
    private readonly RabbitMqPublisher _publisher;
    private readonly QueueTopology _topology;
    private readonly ConcurrentDictionary<RabbitMqConsumer, JobType> _consumers = new();
    private readonly RabbitMqQueueOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RabbitMqJobQueue> _logger;

    /// <summary>Initializes a new instance of the <see cref="RabbitMqJobQueue"/> class. Nothing is connected yet.</summary>
    /// <param name="factory">Where the broker is, and how to log in. It is not changed.</param>
    /// <param name="options">How the broker is used.</param>
    /// <param name="time">Paces the attempts to come back, and ends waits for confirms.</param>
    /// <param name="logger">Told of connections and consumers lost and back.</param>
    public RabbitMqJobQueue(
        IConnectionFactory factory, IOptions<RabbitMqQueueOptions> options, TimeProvider time, ILogger<RabbitMqJobQueue> logger)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time, _logger) = (options.Value, time, logger);
        var own = FactoryCopy.Of(factory, _options.HeartbeatInterval);
        _publishing = new RabbitMqConnection(own, $"mindtrace {_options.ClientName} publish", logger);
        _consuming = new RabbitMqConnection(own, $"mindtrace {_options.ClientName} consume", logger);
        _publisher = new RabbitMqPublisher(_publishing, _options.ConfirmTimeout, time);
        _topology = new QueueTopology(_publishing);
    }

    /// <summary>Gets the queues whose consumers, at this moment, are handed nothing though they should be.</summary>
    internal IReadOnlyCollection<JobType> StalledQueues =>
        [.. _consumers.Keys.Where(consumer => !consumer.IsConsuming).Select(consumer => consumer.Queue).Distinct()];

    /// <inheritdoc/>
    public Task DeclareAsync(JobType queue, QueueOrder order, CancellationToken cancellationToken) =>
        order == QueueOrder.Stack ? throw new NotSupportedException(
            $"RabbitMQ has no last-in-first-out queues, so queue '{queue}' cannot be one. Use fifo or priority, or the Redis queue backend.")
        : _topology.DeclareAsync(queue, order, cancellationToken);

    /// <inheritdoc/>
    public async Task PublishAsync(JobType queue, IReadOnlyList<JobMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.FirstOrDefault(message => message.JobType != queue) is { } stray)
        {
            throw new ArgumentException($"Job {stray.JobId} is of type '{stray.JobType}', not of queue '{queue}'.", nameof(messages));
        }

        var ranked = messages.Any(message => message.Priority > 0) && await _topology.IsRankedAsync(queue, cancellationToken);
        try
        {
            await _publisher.PublishAsync(queue, messages, ranked, cancellationToken);
        }
        catch (JobQueueNotFoundException)
        {
            _topology.Forget(queue);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IJobConsumer> ConsumeAsync(JobType queue, int prefetch, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        var limit = (ushort)Math.Min(prefetch, ushort.MaxValue);
        var consumer = new RabbitMqConsumer(
            queue,
            limit,
            (handler, cancel) => ConsumerSession.OpenAsync(_consuming, queue, limit, _options.ConsumerTimeout, handler, cancel),
            stopped => _consumers.TryRemove(stopped, out _),
            _time,
            _logger);
        await consumer.StartAsync(cancellationToken);
        _consumers[consumer] = queue;
        return consumer;
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(JobType queue, CancellationToken cancellationToken) =>
        await _topology.CountAsync(queue, cancellationToken);

    /// <inheritdoc/>
    public async Task<long> PurgeAsync(JobType queue, CancellationToken cancellationToken) =>
        await _topology.PurgeAsync(queue, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(JobType queue, CancellationToken cancellationToken) => _topology.DeleteAsync(queue, cancellationToken);

    /// <summary>Disposes the consumers, which gives back what they hold, and closes the connections.</summary>
    /// <returns>A task that ends when all is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (var consumer in _consumers.Keys)
        {
            await consumer.DisposeAsync();
        }

        await _publisher.DisposeAsync();
        await _publishing.DisposeAsync();
        await _consuming.DisposeAsync();
    }
}
