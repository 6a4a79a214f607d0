using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Mindtrace.Jobs.Contracts;
using Mindtrace.TestServers;

namespace Mindtrace.Jobs.RabbitMQ.Tests;

/// <summary>Losses, after each of which the consumer and the publisher go on by themselves.</summary>
public sealed class RecoveryTests(RabbitMqServer server) : IAsyncLifetime
{
    private readonly JobType _name = Broker.NewName();
    private readonly RabbitMqQueueOptions _options = new() { ClientName = $"test-{Guid.NewGuid():N}", ConsumerTimeout = TimeSpan.FromSeconds(1) };
    private RabbitMqJobQueue? _queue;

    private RabbitMqJobQueue Queue => _queue ??= server.NewQueue(_options);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_queue is not null)
        {
            await _queue.DeleteAsync(_name, CancellationToken.None);
            await _queue.DisposeAsync();
        }
    }

    [Fact]
    public async Task ConsumerTimeout_OfAMessageInHand_BringsItBackToTheSameConsumer()
    {
        await Queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);
        var sent = Message();
        await Queue.PublishAsync(_name, [sent], Broker.Cancel);
        await using var reader = new ConsumerReader(await Queue.ConsumeAsync(_name, 1, Broker.Cancel));
        var held = await reader.NextAsync();

        var again = await reader.NextAsync();

        Assert.Equal(sent.JobId, again.Message.JobId);
        Assert.Equal(1, again.DeliveryCount);
        await held.AckAsync();
        await again.AckAsync();
        await AssertGoesOnAsync(Queue, reader);
    }

    [Fact]
    public async Task ChannelError_WithAMessageInHand_IsFollowedByANewChannel()
    {
        await using var connection = new RabbitMqConnection(server.Factory(), "test", NullLogger.Instance);
        var sessions = new List<ConsumerSession>();
        var consumer = new RabbitMqConsumer(
            _name,
            prefetch: 1,
            async (handler, cancel) =>
            {
                sessions.Add(await ConsumerSession.OpenAsync(connection, _name, 1, TimeSpan.FromMinutes(1), handler, cancel));
                return sessions[^1];
            },
            _ => { },
            TimeProvider.System,
            NullLogger.Instance);
        await Queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);
        var sent = Message();
        await Queue.PublishAsync(_name, [sent], Broker.Cancel);
        await consumer.StartAsync(Broker.Cancel);
        await using var reader = new ConsumerReader(consumer);
        var held = await reader.NextAsync();

        const ulong NeverDelivered = 4711;
        await sessions[0].AckAsync(NeverDelivered);

        Assert.StartsWith("406", await sessions[0].Lost.WaitAsync(Broker.Cancel), StringComparison.Ordinal);
        Assert.Equal(sent.JobId, (await reader.NextAcknowledgedAsync()).JobId);
        await held.AckAsync();
        Assert.Equal(2, sessions.Count);
        await AssertGoesOnAsync(Queue, reader);
    }

    [Theory]
    [InlineData("consume")]
    [InlineData("publish")]
    public async Task ConnectionClosedByAnOperator_ConsumerAndPublisherGoOn(string use)
    {
        await Queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);
        await using var reader = new ConsumerReader(await Queue.ConsumeAsync(_name, 1, Broker.Cancel));
        await AssertGoesOnAsync(Queue, reader);

        await CloseConnectionAsync($"mindtrace {_options.ClientName} {use}");

        var sent = Message();
        await PublishUntilConfirmedAsync(sent);
        Assert.Equal(sent.JobId, (await reader.NextAcknowledgedAsync()).JobId);
    }

    // Whether the broker still has the message is not asked: of a queue made in the last second before it was killed, it may not.
    [Fact]
    public async Task BrokerKilledAndStartedAgain_ConsumerAndPublisherGoOn()
    {
        await using var own = new RabbitMqServer();
        await own.StartAsync(Broker.Cancel);
        await using var queue = own.NewQueue();
        await queue.DeclareAsync(_name, QueueOrder.Fifo, Broker.Cancel);
        await using var reader = new ConsumerReader(await queue.ConsumeAsync(_name, 2, Broker.Cancel));
        await queue.PublishAsync(_name, [Message()], Broker.Cancel);
        var held = await reader.NextAsync();

        await own.KillAsync(Broker.Cancel);
        await Assert.ThrowsAsync<JobBackendUnavailableException>(() => queue.PublishAsync(_name, [Message()], Broker.Cancel));
        Assert.False(reader.Consumer.IsConsuming);
        await held.AckAsync();
        await own.RestartAsync(Broker.Cancel);

        var sent = Message();
        await queue.PublishAsync(_name, [sent], Broker.Cancel);
        var received = await reader.NextAcknowledgedAsync();
        while (received.JobId != sent.JobId)
        {
            Assert.Equal(held.Message.JobId, received.JobId);
            received = await reader.NextAcknowledgedAsync();
        }

        Assert.True(reader.Consumer.IsConsuming);
    }

    private JobMessage Message() => new(JobId.New(), _name, "{}"u8.ToArray());

    private async Task AssertGoesOnAsync(RabbitMqJobQueue queue, ConsumerReader reader)
    {
        var sent = Message();
        await queue.PublishAsync(_name, [sent], Broker.Cancel);
        Assert.Equal(sent.JobId, (await reader.NextAcknowledgedAsync()).JobId);
    }

    /// <summary>Publishes as callers do: a publish that the loss of the connection cut short is made again.</summary>
    private async Task PublishUntilConfirmedAsync(JobMessage message)
    {
        const int Attempts = 3;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Queue.PublishAsync(_name, [message], Broker.Cancel);
                return;
            }
            catch (JobBackendUnavailableException) when (attempt < Attempts)
            {
                // The next one finds the connection closed, and opens another.
            }
        }
    }

    /// <summary>Closes a connection as an operator does on the management page, which lists it some seconds after it was opened.</summary>
    private async Task CloseConnectionAsync(string name)
    {
        using var management = new HttpClient { BaseAddress = server.ManagementUri };
        var credentials = Encoding.UTF8.GetBytes(new Uri(server.ConnectionString).UserInfo);
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        string? id = null;
        while (id is null)
        {
            var listed = await management.GetFromJsonAsync<JsonElement>("api/connections", Broker.Cancel);
            id = listed.EnumerateArray()
                .Where(connection => connection.TryGetProperty("user_provided_name", out var given) && given.GetString() == name)
                .Select(connection => connection.GetProperty("name").GetString())
                .FirstOrDefault();
        }

        using var closed = await management.DeleteAsync(new Uri($"api/connections/{Uri.EscapeDataString(id)}", UriKind.Relative), Broker.Cancel);
        closed.EnsureSuccessStatusCode();
    }
}
