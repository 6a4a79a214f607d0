using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>Job queues on Redis, or a server that speaks its protocol and runs its scripts. All orders are supported.</summary>
/// <remarks>
/// How durable a published message is, is the server's setting (<c>appendonly</c>, <c>appendfsync</c>). A consumer that dies
/// keeps its messages from others until its lease ends: see <see cref="RedisQueueOptions.ConsumerLease"/>.
/// </remarks>
public sealed class RedisJobQueue : IJobQueue
{
    // A script holds up the server while it runs, so no single call carries more than this, or than one message if that is larger.
    private const int PublishBytes = 4 << 20;

    private readonly IConnectionMultiplexer _redis;
    private readonly RedisKeySpace _keySpace;
    private readonly RedisQueueOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisJobQueue> _logger;

    /// <summary>Initializes a new instance of the <see cref="RedisJobQueue"/> class.</summary>
    /// <param name="redis">The connection. It stays the caller's, and must outlive the consumers.</param>
    /// <param name="keySpace">The keys' common prefix.</param>
    /// <param name="options">How consumers behave.</param>
    /// <param name="time">The clock of waits and looks. Leases run on the server's.</param>
    /// <param name="logger">Takes what consumers have to say.</param>
    /// <exception cref="ValidationException"><paramref name="options"/> contradict their rules.</exception>
    public RedisJobQueue(
        IConnectionMultiplexer redis, RedisKeySpace keySpace, RedisQueueOptions options, TimeProvider time, ILogger<RedisJobQueue> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        _redis = redis;
        _keySpace = keySpace;
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Gets a clock for leases in place of the server's, for tests in which a lease ends.</summary>
    internal TimeProvider? StoreClock { get; init; }

    /// <inheritdoc/>
    public Task DeclareAsync(JobType queue, QueueOrder order, CancellationToken cancellationToken) =>
        On(queue).DeclareAsync(order, cancellationToken);

    /// <inheritdoc/>
    public async Task PublishAsync(JobType queue, IReadOnlyList<JobMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.FirstOrDefault(message => message.JobType != queue) is { } stray)
        {
            throw new ArgumentException($"A message of job type '{stray.JobType}' does not belong in queue '{queue}'.", nameof(messages));
        }

        var target = On(queue);
        var call = new List<(int Priority, byte[] Stored)>(Math.Min(messages.Count, RedisQueue.Batch));
        var bytes = 0;
        foreach (var message in messages)
        {
            var stored = RedisMessageFormat.Write(message);
            if (call.Count == RedisQueue.Batch || (call.Count > 0 && bytes + stored.Length > PublishBytes))
            {
                await target.PublishAsync(call, cancellationToken).ConfigureAwait(false);
                call.Clear();
                bytes = 0;
            }

            call.Add((message.Priority, stored));
            bytes += stored.Length;
        }

        if (call.Count > 0)
        {
            await target.PublishAsync(call, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IJobConsumer> ConsumeAsync(JobType queue, int prefetch, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        var consumer = new RedisJobConsumer(On(queue), prefetch, _options, _time, _logger);
        await consumer.StartAsync(cancellationToken).ConfigureAwait(false);
        return consumer;
    }

    /// <inheritdoc/>
    public Task<long> CountAsync(JobType queue, CancellationToken cancellationToken) => On(queue).CountAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<long> PurgeAsync(JobType queue, CancellationToken cancellationToken) => On(queue).PurgeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(JobType queue, CancellationToken cancellationToken) => On(queue).DeleteAsync(cancellationToken);

    private RedisQueue On(JobType queue) => new(_redis, _keySpace, queue, _options.ConsumerLease, StoreClock);
}
