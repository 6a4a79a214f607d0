using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>Publishes with confirms, on one channel that all callers share.</summary>
/// <remarks>One channel serves: confirms are awaited outside of its lock, and more channels showed no more throughput.</remarks>
internal sealed class RabbitMqPublisher : IAsyncDisposable
{
    // A confirm for many makes the library look through all that are outstanding.
    private const int MaxUnconfirmed = 1000;

    private readonly RabbitMqConnection _connection;
    private readonly TimeSpan _confirmTimeout;
    private readonly TimeProvider _time;
    private readonly Reopened<IChannel> _channel;

    public RabbitMqPublisher(RabbitMqConnection connection, TimeSpan confirmTimeout, TimeProvider time)
    {
        (_connection, _confirmTimeout, _time) = (connection, confirmTimeout, time);
        _channel = new Reopened<IChannel>(
            cancel => connection.OpenChannelAsync(ChannelKind.Confirming(), cancel), channel => channel.IsOpen);
    }

    /// <summary>Publishes in the order given, and waits for the broker to confirm all.</summary>
    /// <exception cref="JobQueueNotFoundException">The broker has no such queue.</exception>
    /// <exception cref="JobBackendUnavailableException">The broker cannot be reached, refused, or did not confirm in time.</exception>
    public async Task PublishAsync(JobType queue, IReadOnlyList<JobMessage> messages, bool ranked, CancellationToken cancellationToken)
    {
        var channel = await _channel.GetAsync(cancellationToken);
        try
        {
            for (var first = 0; first < messages.Count; first += MaxUnconfirmed)
            {
                await PublishAsync(channel, messages.Skip(first).Take(MaxUnconfirmed), queue, ranked, cancellationToken);
            }
        }
        catch (Exception fault) when (BrokerFault.Is(fault, cancellationToken))
        {
            throw _connection.Translate(fault, queue);
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private async Task PublishAsync(
        IChannel channel, IEnumerable<JobMessage> messages, JobType queue, bool ranked, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_confirmTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        // Each call queues for the channel's lock when it is made, so the order of the calls is that of the messages.
        await Task.WhenAll(messages.Select(message => channel.BasicPublishAsync(
            QueueTopology.Exchange,
            queue.Value,
            mandatory: true,
            JobMessageWire.Write(message, ranked),
            message.Body,
            either.Token).AsTask()));
    }
}
