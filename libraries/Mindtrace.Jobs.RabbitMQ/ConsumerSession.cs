using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>Takes one message that the broker pushed.</summary>
/// <param name="session">Where it came from, and is settled.</param>
/// <param name="deliveryTag">What it is settled by.</param>
/// <param name="redelivered">Whether it was handed out before.</param>
/// <param name="properties">Its properties.</param>
/// <param name="body">Its body, to be copied: the memory is used again afterwards.</param>
/// <param name="cancellationToken">Ends with the channel.</param>
internal delegate Task DeliveryHandler(
    ConsumerSession session,
    ulong deliveryTag,
    bool redelivered,
    IReadOnlyBasicProperties properties,
    ReadOnlyMemory<byte> body,
    CancellationToken cancellationToken);

/// <summary>One channel with one consumer on it, from its start until the broker or we end it. It is not repaired but replaced.</summary>
internal sealed class ConsumerSession : IAsyncBasicConsumer, IAsyncDisposable
{
    private const string ConsumerTimeoutArgument = "x-consumer-timeout";

    private readonly IChannel _channel;
    private readonly Acknowledgements _acknowledgements;
    private readonly DeliveryHandler _handler;
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private string _consumerTag = "";
    private Task? _cancelling;

    private ConsumerSession(IChannel channel, DeliveryHandler handler)
    {
        (_channel, _handler) = (channel, handler);
        _acknowledgements = new Acknowledgements((tag, multiple) => BrokerFault.IgnoreAsync(() => channel.BasicAckAsync(tag, multiple)));
    }

    IChannel IAsyncBasicConsumer.Channel => _channel;

    /// <summary>Gets a task that ends, with the reason, when the broker hands out nothing more here.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Opens a channel and consumes on it.</summary>
    /// <exception cref="JobQueueNotFoundException">There is no such queue.</exception>
    /// <exception cref="JobBackendUnavailableException">The broker cannot be reached, or refused.</exception>
    public static async Task<ConsumerSession> OpenAsync(
        RabbitMqConnection connection,
        JobType queue,
        ushort prefetch,
        TimeSpan timeout,
        DeliveryHandler handler,
        CancellationToken cancellationToken)
    {
        var arguments = new Dictionary<string, object?> { [ConsumerTimeoutArgument] = (long)timeout.TotalMilliseconds };
        try
        {
            return await OpenAsync(connection, queue, prefetch, arguments, handler, cancellationToken);
        }
        catch (JobBackendUnavailableException refused) when (RefusesTimeout(refused.InnerException!))
        {
            // Classic queues of RabbitMQ 4.3 know no such timeout.
            return await OpenAsync(connection, queue, prefetch, null, handler, cancellationToken);
        }
    }

    /// <summary>Acknowledges a message, unless the channel is gone: then the broker has it back already.</summary>
    public ValueTask AckAsync(ulong deliveryTag) => new(_acknowledgements.AckAsync(deliveryTag));

    /// <summary>Returns a message for any consumer; for any but this one once this one is cancelled.</summary>
    public async ValueTask ReturnAsync(ulong deliveryTag)
    {
        if (_cancelling is { } cancelling)
        {
            await cancelling;
        }

        // A nack, not a reject: the broker would count that as a failed attempt.
        await BrokerFault.IgnoreAsync(() => _channel.BasicNackAsync(deliveryTag, multiple: false, requeue: true));
        _acknowledgements.Settled(deliveryTag);
    }

    /// <summary>Has the broker hand out nothing more here. What was handed out can still be settled.</summary>
    public Task CancelAsync()
    {
        lock (_gate)
        {
            return _cancelling ??= BrokerFault.IgnoreAsync(() => new ValueTask(_channel.BasicCancelAsync(_consumerTag))).AsTask();
        }
    }

    /// <summary>Returns what is unsettled, uncounted, and closes the channel.</summary>
    public async ValueTask GiveBackAsync()
    {
        const ulong All = 0;
        await _acknowledgements.FlushAsync();
        await BrokerFault.IgnoreAsync(() => _channel.BasicNackAsync(All, multiple: true, requeue: true));
        await BrokerFault.IgnoreAsync(() => new ValueTask(_channel.CloseAsync()));
        await DisposeAsync();
    }

    /// <summary>Closes the channel. The broker takes back what is unsettled, as failed attempts.</summary>
    public ValueTask DisposeAsync() => BrokerFault.IgnoreAsync(_channel.DisposeAsync);

    Task IAsyncBasicConsumer.HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken) => _handler(this, deliveryTag, redelivered, properties, body, cancellationToken);

    // After a consumer timeout the channel stays open, but a later timeout of another of its messages closes it all the same.
    Task IAsyncBasicConsumer.HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken) =>
        EndAsync("the broker cancelled the consumer: its queue was deleted or moved, or a message was held for too long");

    Task IAsyncBasicConsumer.HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason) =>
        EndAsync($"{reason.ReplyCode} {reason.ReplyText}");

    Task IAsyncBasicConsumer.HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken) => Task.CompletedTask;

    Task IAsyncBasicConsumer.HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<ConsumerSession> OpenAsync(
        RabbitMqConnection connection,
        JobType queue,
        ushort prefetch,
        Dictionary<string, object?>? arguments,
        DeliveryHandler handler,
        CancellationToken cancellationToken)
    {
        var channel = await connection.OpenChannelAsync(ChannelKind.Plain(), cancellationToken);
        try
        {
            var session = new ConsumerSession(channel, handler);
            await channel.BasicQosAsync(prefetchSize: 0, prefetch, global: false, cancellationToken);
            session._consumerTag = await channel.BasicConsumeAsync(
                queue.Value, autoAck: false, consumerTag: "", noLocal: false, exclusive: false, arguments, session, cancellationToken);
            return session;
        }
        catch (Exception failure)
        {
            await BrokerFault.IgnoreAsync(channel.DisposeAsync);
            if (BrokerFault.Is(failure, cancellationToken))
            {
                throw connection.Translate(failure, queue);
            }

            throw;
        }
    }

    private static bool RefusesTimeout(Exception failure) =>
        BrokerFault.ReplyCode(failure) == BrokerFault.PreconditionFailed
        && failure.Message.Contains(ConsumerTimeoutArgument, StringComparison.Ordinal);

    private Task EndAsync(string reason)
    {
        _lost.TrySetResult(reason);
        return Task.CompletedTask;
    }
}
