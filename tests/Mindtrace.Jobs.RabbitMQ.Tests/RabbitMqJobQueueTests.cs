using Mindtrace.Jobs.Contracts;
using Mindtrace.TestServers;

namespace Mindtrace.Jobs.RabbitMQ.Tests;

public sealed class RabbitMqJobQueueTests(RabbitMqServer server) : JobQueueContract
{
    protected override IReadOnlyCollection<QueueOrder> SupportedOrders => [QueueOrder.Fifo, QueueOrder.Priority];

    protected override Task<IJobQueue> CreateQueueAsync() => Task.FromResult<IJobQueue>(server.NewQueue());
}
