using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Benchmarks.Micro;

/// <summary>What a queue costs a message: published with confirm, taken, acknowledged.</summary>
public class QueueBenchmarks
{
    private const int Messages = 500;

    private static readonly JobType Queue = JobType.Parse($"benchmark_{Guid.NewGuid():N}");

    private Servers _servers = null!;
    private IHost _host = null!;
    private IJobQueue _queue = null!;
    private IJobConsumer _consumer = null!;
    private IAsyncEnumerator<JobDelivery> _deliveries = null!;
    private JobMessage[] _messages = [];

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _servers = await Servers.StartAsync(Servers.DefaultSource, CancellationToken.None);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(_servers.Settings);
        builder.AddJobBackends();
        _host = builder.Build();
        _queue = _host.Services.GetRequiredService<IJobQueue>();
        await _queue.DeclareAsync(Queue, QueueOrder.Fifo, CancellationToken.None);
        _consumer = await _queue.ConsumeAsync(Queue, EchoLoad.Concurrency, CancellationToken.None);
        _deliveries = _consumer.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator();
        var job = EchoWorker.EchoJob.CreateJob(new EchoInput { Message = EchoLoad.Message }) with { SchemaName = Queue };
        var message = JobMessage.Of(job, TimeProvider.System.GetUtcNow());
        _messages = [.. Enumerable.Repeat(message, Messages)];
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _consumer.DisposeAsync();
        await _queue.DeleteAsync(Queue, CancellationToken.None);
        _host.Dispose();
        await _servers.DisposeAsync();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task PublishTakeAcknowledge()
    {
        var publishing = _queue.PublishAsync(Queue, _messages, CancellationToken.None);
        for (var taken = 0; taken < Messages; taken++)
        {
            await _deliveries.MoveNextAsync();
            await _deliveries.Current.AckAsync();
        }

        await publishing;
    }
}
