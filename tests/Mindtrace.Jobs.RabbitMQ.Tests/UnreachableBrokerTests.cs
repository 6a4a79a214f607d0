using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ.Tests;

/// <summary>A broker that is not there, and one that does not answer.</summary>
public sealed class UnreachableBrokerTests : IDisposable
{
    private static readonly JobType Name = JobType.Parse("echo");

    private readonly TcpListener _port = new(IPAddress.Loopback, 0);

    public UnreachableBrokerTests() => _port.Start();

    private int Port => ((IPEndPoint)_port.LocalEndpoint).Port;

    public void Dispose() => _port.Dispose();

    [Fact]
    public async Task AnyUse_NoBroker_IsUnavailableAndNamesTheAddressOnly()
    {
        var port = Port;
        _port.Stop();
        await using var queue = Broker.NewQueue(new ConnectionFactory { Uri = new Uri($"amqp://somebody:secret@127.0.0.1:{port}/") });

        Func<Task>[] uses =
        [
            () => queue.DeclareAsync(Name, QueueOrder.Fifo, Broker.Cancel),
            () => queue.PublishAsync(Name, [new JobMessage(JobId.New(), Name, "{}"u8.ToArray())], Broker.Cancel),
            () => queue.ConsumeAsync(Name, 1, Broker.Cancel),
            () => queue.CountAsync(Name, Broker.Cancel),
            () => queue.PurgeAsync(Name, Broker.Cancel),
            () => queue.DeleteAsync(Name, Broker.Cancel),
        ];
        foreach (var use in uses)
        {
            Assert.Equal($"RabbitMQ at 127.0.0.1:{port} cannot be reached.", (await Assert.ThrowsAsync<JobBackendUnavailableException>(use)).Message);
        }
    }

    [Fact]
    public async Task Count_CallerGivesUpOnASilentServer_EndsAtOnce()
    {
        await using var queue = Broker.NewQueue(new ConnectionFactory { HostName = "127.0.0.1", Port = Port });
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(Broker.Cancel);
        var counting = queue.CountAsync(Name, givenUp.Token);
        using var connected = await _port.AcceptSocketAsync(Broker.Cancel);

        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => counting);
    }
}
