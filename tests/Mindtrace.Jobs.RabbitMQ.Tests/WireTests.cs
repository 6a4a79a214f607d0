using System.Diagnostics;
using System.Text;
using Mindtrace.Jobs.Contracts;
using Mindtrace.TestServers;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ.Tests;

/// <summary>What other programs see of our messages, and we of theirs.</summary>
public sealed class WireTests(RabbitMqServer server) : IAsyncLifetime
{
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    // As Mindtrace 0.12.0 sends it: every field, nulls included, local time without a zone.
    private const string PythonBody = """
        {"id": "6f1c7f0e-3a53-4b0e-9d5a-2f4c8f3f7a11", "name": "echo", "schema_name": "echo", "payload": {"message": "gr\u00fc\u00dfe", "id": "no"},
        "status": "queued", "created_at": "2026-05-29T12:45:30.123456", "started_at": null, "completed_at": null, "error": null, "entrypoint": null,
        "priority": null}
        """;

    private readonly JobType _name = Broker.NewName();
    private readonly RabbitMqJobQueue _queue = server.NewQueue();
    private IConnection? _connection;

    private IConnection Connection => _connection!;

    public async ValueTask InitializeAsync() => _connection = await server.Factory().CreateConnectionAsync(Broker.Cancel);

    public async ValueTask DisposeAsync()
    {
        await _queue.DeleteAsync(_name, CancellationToken.None);
        await _queue.DisposeAsync();
        await Connection.DisposeAsync();
    }

    [Fact]
    public async Task Publish_OneMessage_HasTheShapeThatPythonReads()
    {
        await _queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);
        var sent = Message("""{"id":"a-1","payload":{}}""") with { Priority = 9, AcceptedAt = new DateTimeOffset(2031, 4, 5, 6, 7, 8, TimeSpan.Zero) };
        await _queue.PublishAsync(_name, [sent], Broker.Cancel);

        await using var channel = await Connection.CreateChannelAsync(cancellationToken: Broker.Cancel);
        var waiting = await channel.QueueDeclarePassiveAsync(_name.Value, Broker.Cancel);
        var received = await channel.BasicGetAsync(_name.Value, autoAck: true, Broker.Cancel);

        Assert.Equal(1u, waiting.MessageCount);
        Assert.NotNull(received);
        Assert.Equal("default", received.Exchange);
        Assert.Equal(_name.Value, received.RoutingKey);
        Assert.Equal(sent.Body.ToArray(), received.Body.ToArray());
        Assert.Equal("application/json", received.BasicProperties.ContentType);
        Assert.Equal(DeliveryModes.Persistent, received.BasicProperties.DeliveryMode);
        Assert.Equal(0, received.BasicProperties.Priority);
        var headers = received.BasicProperties.Headers!.ToDictionary(header => header.Key, header => header.Value is byte[] text ? Encoding.UTF8.GetString(text) : header.Value);
        Assert.Equal(_name.Value, headers["routing_key"]);
        Assert.Equal(sent.JobId.Value, headers["job_id"]);
        Assert.Equal(sent.JobId.Value, headers["x-mindtrace-job-id"]);
        Assert.Equal(9, headers["x-mindtrace-priority"]);
        Assert.Equal("2031-04-05T06:07:08.0000000+00:00", headers["x-mindtrace-accepted-at"]);
        Assert.DoesNotContain("traceparent", headers.Keys);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 5)]
    [InlineData(27, 31)]
    [InlineData(255, 31)]
    public async Task Publish_ToAPriorityQueue_RanksAboveWhatHasNoPriority(int priority, byte rank)
    {
        await _queue.DeclareAsync(_name, QueueOrder.Priority, Broker.Cancel);
        await using var otherProcess = server.NewQueue();
        await otherProcess.PublishAsync(_name, [Message("{}") with { Priority = priority }], Broker.Cancel);

        await using var channel = await Connection.CreateChannelAsync(cancellationToken: Broker.Cancel);
        var received = await channel.BasicGetAsync(_name.Value, autoAck: true, Broker.Cancel);

        Assert.Equal(rank, received!.BasicProperties.Priority);
    }

    [Fact]
    public async Task Publish_QueueComesBackInAnotherOrder_FollowsTheNewOne()
    {
        await _queue.DeclareAsync(_name, QueueOrder.Priority, Broker.Cancel);
        await _queue.PublishAsync(_name, [Message("{}") with { Priority = 1 }], Broker.Cancel);
        await using var channel = await Connection.CreateChannelAsync(cancellationToken: Broker.Cancel);
        await channel.QueueDeleteAsync(_name.Value, cancellationToken: Broker.Cancel);
        await Assert.ThrowsAsync<JobQueueNotFoundException>(() => _queue.PublishAsync(_name, [Message("{}")], Broker.Cancel));
        await using var otherProcess = server.NewQueue();
        await otherProcess.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);

        await _queue.PublishAsync(_name, [Message("{}") with { Priority = 1 }], Broker.Cancel);

        Assert.Equal(0, (await channel.BasicGetAsync(_name.Value, autoAck: true, Broker.Cancel))!.BasicProperties.Priority);
    }

    [Fact]
    public async Task Publish_WhileTheClientLibraryIsTraced_KeepsTheContextOfTheJob()
    {
        await _queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);
        var published = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RabbitMQActivitySource.PublisherSourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (published)
                {
                    published.Add(activity.Id!);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await _queue.PublishAsync(_name, [Message("{}") with { TraceParent = TraceParent, TraceState = "a=b" }], Broker.Cancel);

        await using var reader = new ConsumerReader(await _queue.ConsumeAsync(_name, 1, Broker.Cancel));
        var received = await reader.NextAcknowledgedAsync();

        Assert.NotEmpty(published);
        Assert.Equal(TraceParent, received.TraceParent);
        Assert.Equal("a=b", received.TraceState);
    }

    [Fact]
    public async Task Consume_MessageOfAPythonPublisher_FindsTheJobInTheBody()
    {
        await _queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);
        await PublishAsPythonAsync(Encoding.UTF8.GetBytes(PythonBody));

        await using var reader = new ConsumerReader(await _queue.ConsumeAsync(_name, 1, Broker.Cancel));
        var delivery = await reader.NextAsync();

        Assert.Equal("6f1c7f0e-3a53-4b0e-9d5a-2f4c8f3f7a11", delivery.Message.JobId.Value);
        Assert.Equal(_name, delivery.Message.JobType);
        Assert.Equal(PythonBody, Encoding.UTF8.GetString(delivery.Message.Body.Span));
        Assert.Null(delivery.Message.AcceptedAt);
        Assert.Equal(0, delivery.Message.Priority);
        Assert.Equal(0, delivery.DeliveryCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[{\"id\":\"a\"}]")]
    [InlineData("{\"payload\":{\"id\":\"a\"}}")]
    [InlineData("{\"id\":7}")]
    [InlineData("{\"id\":\"\"}")]
    [InlineData("{\"id\":\"a b\"}")]
    [InlineData("{\"id\":\"\\ud800\"}")]
    [InlineData("{\"id\"")]
    public async Task Consume_MessageThatIsNoJob_IsDroppedAndTheNextOneComes(string body)
    {
        await _queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);
        await PublishAsPythonAsync(Encoding.UTF8.GetBytes(body));
        await PublishAsPythonAsync("""{"id":"good"}"""u8.ToArray());

        await using (var reader = new ConsumerReader(await _queue.ConsumeAsync(_name, 1, Broker.Cancel)))
        {
            Assert.Equal("good", (await reader.NextAcknowledgedAsync()).JobId.Value);
        }

        Assert.Equal(0, await _queue.CountAsync(_name, Broker.Cancel));
    }

    private JobMessage Message(string body) => new(JobId.New(), _name, Encoding.UTF8.GetBytes(body));

    private async Task PublishAsPythonAsync(byte[] body)
    {
        await using var channel = await Connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), Broker.Cancel);
        var properties = new BasicProperties
        {
            ContentType = "application/json",
            DeliveryMode = DeliveryModes.Persistent,
            Priority = 0,
            Headers = new Dictionary<string, object?> { ["job_id"] = "0d5e4c52-5b5e-11f0-8de9-0242ac120002", ["routing_key"] = _name.Value },
        };
        await channel.BasicPublishAsync("default", _name.Value, mandatory: true, properties, body, Broker.Cancel);
    }
}
