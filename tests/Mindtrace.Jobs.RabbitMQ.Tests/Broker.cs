using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Mindtrace.TestServers;
using RabbitMQ.Client;

[assembly: AssemblyFixture(typeof(RabbitMqServer))]

namespace Mindtrace.Jobs.RabbitMQ.Tests;

/// <summary>What tests on a broker need of it.</summary>
internal static class Broker
{
    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static ConnectionFactory Factory(this RabbitMqServer server) => new() { Uri = new Uri(server.ConnectionString) };

    public static RabbitMqJobQueue NewQueue(this RabbitMqServer server, RabbitMqQueueOptions? options = null) => NewQueue(server.Factory(), options);

    public static RabbitMqJobQueue NewQueue(ConnectionFactory factory, RabbitMqQueueOptions? options = null) =>
        new(factory, Options.Create(options ?? new()), TimeProvider.System, NullLogger<RabbitMqJobQueue>.Instance);

    /// <summary>A queue's name that no other test uses.</summary>
    public static JobType NewName() => JobType.Parse($"rabbit-{Guid.NewGuid():N}");
}
