using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs.Contracts;
using Mindtrace.TestServers;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ.Tests;

public sealed class RegistrationTests(RabbitMqServer server)
{
    [Fact]
    public async Task HealthCheck_QueueOfAConsumerDeleted_NamesItUntilItIsBack()
    {
        var name = Broker.NewName();
        await using var services = Services(server.Factory());
        var queue = services.GetRequiredService<IJobQueue>();
        var health = services.GetRequiredService<HealthCheckService>();
        await queue.DeclareAsync(name, QueueOrder.Fifo, Broker.Cancel);
        await using var reader = new ConsumerReader(await queue.ConsumeAsync(name, 1, Broker.Cancel));
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Broker.Cancel)).Status);

        await queue.DeleteAsync(name, Broker.Cancel);
        var stalled = await UntilAsync(health, HealthStatus.Unhealthy);
        await queue.DeclareAsync(name, QueueOrder.Fifo, Broker.Cancel);
        await UntilAsync(health, HealthStatus.Healthy);

        Assert.Contains(name.Value, stalled.Entries["job_consumers"].Description, StringComparison.Ordinal);
        await queue.DeleteAsync(name, Broker.Cancel);
        await UntilAsync(health, HealthStatus.Unhealthy);
        await reader.DisposeAsync();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Broker.Cancel)).Status);
    }

    [Theory]
    [InlineData("ConsumerTimeout", "00:00:00")]
    [InlineData("ConfirmTimeout", "01:00:00")]
    [InlineData("HeartbeatInterval", "00:00:01")]
    [InlineData("ClientName", "")]
    public async Task Options_OutOfRange_AreRefusedByName(string option, string value)
    {
        await using var services = Services(new ConnectionFactory(), (option, value));

        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<RabbitMqQueueOptions>>().Value);

        Assert.Contains(option, refused.Message, StringComparison.Ordinal);
        Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);
    }

    private static ServiceProvider Services(ConnectionFactory factory, params (string Option, string Value)[] settings) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => $"RabbitMq:{setting.Option}", setting => (string?)setting.Value))
            .Build())
        .AddSingleton<IConnectionFactory>(factory)
        .AddRabbitMqJobQueue()
        .BuildServiceProvider();

    private static async Task<HealthReport> UntilAsync(HealthCheckService health, HealthStatus status)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Broker.Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var report = await health.CheckHealthAsync(patience.Token);
            if (report.Status == status)
            {
                return report;
            }

            await Task.Yield();
        }
    }
}
