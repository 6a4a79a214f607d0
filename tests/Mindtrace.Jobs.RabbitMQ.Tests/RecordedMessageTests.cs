using System.Text;
using System.Text.Json;
using Mindtrace.Jobs.Contracts;
using Mindtrace.TestServers;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ.Tests;

/// <summary>A message as recorded releases published it, for this one to read; see <see cref="RecordedReleases"/>.</summary>
public sealed class RecordedMessageTests(RabbitMqServer server) : IAsyncLifetime
{
    private const string MessageFile = "rabbitmq.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly JobType _name = Broker.NewName();
    private readonly RabbitMqJobQueue _queue = server.NewQueue();

    public static TheoryData<string> Releases => [.. RecordedReleases.Versions];

    public async ValueTask InitializeAsync() => await _queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);

    public async ValueTask DisposeAsync()
    {
        await _queue.DeleteAsync(_name, CancellationToken.None);
        await _queue.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public Task Message_OfARecordedRelease_IsRead(string release) => IsReadAsync(RecordedReleases.FileOf(release, MessageFile));

    [Fact]
    public async Task Recording_OfThisRelease_IsReadLikeTheOthers()
    {
        var file = RecordedReleases.NewFile(MessageFile);
        await _queue.PublishAsync(_name, [Message()], Broker.Cancel);
        await using (var connection = await server.Factory().CreateConnectionAsync(Broker.Cancel))
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: Broker.Cancel))
        {
            var received = (await channel.BasicGetAsync(_name.Value, autoAck: true, Broker.Cancel))!;
            var headers = received.BasicProperties.Headers!.ToDictionary(
                header => header.Key, header => JsonSerializer.SerializeToElement(header.Value is byte[] text ? Encoding.UTF8.GetString(text) : header.Value));
            await File.WriteAllTextAsync(
                file,
                JsonSerializer.Serialize(
                    new Recorded(received.BasicProperties.ContentType!, headers, Encoding.UTF8.GetString(received.Body.Span)), Indented) + "\n",
                Broker.Cancel);
        }

        await IsReadAsync(file);
    }

    private async Task IsReadAsync(string file)
    {
        var recorded = JsonSerializer.Deserialize<Recorded>(await File.ReadAllTextAsync(file, Broker.Cancel))!;
        await using var connection = await server.Factory().CreateConnectionAsync(Broker.Cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Broker.Cancel);
        var properties = new BasicProperties
        {
            ContentType = recorded.ContentType,
            DeliveryMode = DeliveryModes.Persistent,
            Headers = recorded.Headers.ToDictionary(
                header => header.Key, header => header.Value.ValueKind == JsonValueKind.Number ? header.Value.GetInt32() : (object?)header.Value.GetString()),
        };
        await channel.BasicPublishAsync("default", _name.Value, mandatory: true, properties, Encoding.UTF8.GetBytes(recorded.Body), Broker.Cancel);

        await using var reader = new ConsumerReader(await _queue.ConsumeAsync(_name, 1, Broker.Cancel));
        var read = await reader.NextAcknowledgedAsync();

        var sent = Message();
        Assert.Equal(
            (sent.JobId, sent.Priority, sent.AcceptedAt, sent.TraceParent, sent.TraceState),
            (read.JobId, read.Priority, read.AcceptedAt, read.TraceParent, read.TraceState));
        Assert.Equal(sent.Body.ToArray(), read.Body.ToArray());
    }

    private JobMessage Message() => new(JobId.Parse("recorded"), _name, """{"id":"recorded","payload":{"message":"grüße"}}"""u8.ToArray())
    {
        Priority = 3,
        AcceptedAt = new DateTimeOffset(2031, 4, 5, 6, 7, 8, TimeSpan.Zero),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        TraceState = "a=b",
    };

    private sealed record Recorded(string ContentType, IReadOnlyDictionary<string, JsonElement> Headers, string Body);
}
