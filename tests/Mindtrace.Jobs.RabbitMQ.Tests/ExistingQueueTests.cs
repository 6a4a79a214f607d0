using Mindtrace.Jobs.Contracts;
using Mindtrace.TestServers;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ.Tests;

/// <summary>Queues that others made, and the queues that we make.</summary>
public sealed class ExistingQueueTests(RabbitMqServer server) : IAsyncLifetime
{
    private readonly JobType _name = Broker.NewName();
    private readonly RabbitMqJobQueue _queue = server.NewQueue();
    private IConnection? _connection;

    public async ValueTask InitializeAsync() => _connection = await server.Factory().CreateConnectionAsync(Broker.Cancel);

    public async ValueTask DisposeAsync()
    {
        await _queue.DeleteAsync(_name, CancellationToken.None);
        await _queue.DisposeAsync();
        await _connection!.DisposeAsync();
    }

    public static TheoryData<Dictionary<string, object?>> Arguments => new(
        new Dictionary<string, object?> { ["x-queue-type"] = "classic" },
        new Dictionary<string, object?> { ["x-queue-type"] = "classic", ["x-max-priority"] = 10 },
        new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 5 });

    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task Declare_QueueOfOtherArguments_IsUsedAsItIs(Dictionary<string, object?> arguments)
    {
        await using var channel = await _connection!.CreateChannelAsync(cancellationToken: Broker.Cancel);
        await channel.QueueDeclareAsync(_name.Value, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: Broker.Cancel);

        await _queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);

        var sent = new JobMessage(JobId.New(), _name, "{}"u8.ToArray());
        await _queue.PublishAsync(_name, [sent], Broker.Cancel);
        await using var reader = new ConsumerReader(await _queue.ConsumeAsync(_name, 1, Broker.Cancel));
        var first = await reader.NextAsync();
        await first.ReturnAsync();
        var second = await reader.NextAsync();
        await second.AckAsync();
        Assert.Equal((sent.JobId, 0), (first.Message.JobId, first.DeliveryCount));
        Assert.Equal((sent.JobId, 1), (second.Message.JobId, second.DeliveryCount));
        // The declaration that Python would repeat is still that of the queue.
        await channel.QueueDeclareAsync(_name.Value, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: Broker.Cancel);
    }

    [Fact]
    public async Task Declare_NewQueue_IsAQuorumQueueThatDropsNothing()
    {
        await _queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);

        // The broker refuses a declaration of other arguments.
        await using var channel = await _connection!.CreateChannelAsync(cancellationToken: Broker.Cancel);
        var arguments = new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = -1 };
        await channel.QueueDeclareAsync(_name.Value, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: Broker.Cancel);
    }

    [Fact]
    public async Task Declare_ByManyAtOnce_MakesOneQueue()
    {
        await using var other = server.NewQueue();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? _queue : other).DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel)));

        Assert.Equal(0, await _queue.CountAsync(_name, Broker.Cancel));
    }

    [Fact]
    public async Task Declare_Stack_IsRefusedByName()
    {
        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => _queue.DeclareAsync(_name, QueueOrder.Stack, Broker.Cancel));

        Assert.Contains(_name.Value, refused.Message, StringComparison.Ordinal);
    }
}
