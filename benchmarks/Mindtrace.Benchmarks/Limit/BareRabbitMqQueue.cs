using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Mindtrace.Benchmarks;

/// <summary>A quorum queue, with persistent messages and confirms, on one connection to publish and one to consume.</summary>
internal sealed class BareRabbitMqQueue : IBareQueue
{
    private static readonly BasicProperties Persistent = new() { Persistent = true };

    private readonly string _queue = $"mindtrace-bare-limit-{Guid.NewGuid():N}";
    private readonly IConnection _publishing;
    private readonly IConnection _consuming;
    private readonly IChannel _publisher;
    private readonly IChannel _consumer;

    private BareRabbitMqQueue(IConnection publishing, IConnection consuming, IChannel publisher, IChannel consumer) =>
        (_publishing, _consuming, _publisher, _consumer) = (publishing, consuming, publisher, consumer);

    public static async Task<BareRabbitMqQueue> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = new Uri(connectionString), ConsumerDispatchConcurrency = EchoLoad.Concurrency };
        var publishing = await factory.CreateConnectionAsync(cancellationToken);
        var consuming = await factory.CreateConnectionAsync(cancellationToken);
        var confirming = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        var publisher = await publishing.CreateChannelAsync(confirming, cancellationToken);
        var consumer = await consuming.CreateChannelAsync(cancellationToken: cancellationToken);
        var queue = new BareRabbitMqQueue(publishing, consuming, publisher, consumer);
        await consumer.QueueDeclareAsync(
            queue._queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" },
            cancellationToken: cancellationToken);
        return queue;
    }

    public async Task PublishAsync(byte[] body, CancellationToken cancellationToken) =>
        await _publisher.BasicPublishAsync("", _queue, mandatory: true, Persistent, body, cancellationToken);

    public async Task ConsumeAsync(Func<ReadOnlyMemory<byte>, Task> handleAsync, CancellationToken cancellationToken)
    {
        var events = new AsyncEventingBasicConsumer(_consumer);
        events.ReceivedAsync += async (_, delivery) =>
        {
            await handleAsync(delivery.Body);
            await _consumer.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        };
        await _consumer.BasicQosAsync(prefetchSize: 0, EchoLoad.Concurrency, global: false, cancellationToken);
        await _consumer.BasicConsumeAsync(_queue, autoAck: false, events, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _consumer.QueueDeleteAsync(_queue);
        await _publishing.DisposeAsync();
        await _consuming.DisposeAsync();
    }
}
