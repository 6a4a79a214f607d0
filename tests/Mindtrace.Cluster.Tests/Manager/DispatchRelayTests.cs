using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Mindtrace.Jobs;
using Mindtrace.Manager.Dispatching;
using Mindtrace.Manager.Endpoints;
using Mindtrace.Manager.Jobs;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>The way of accepted jobs from those who submit to the queue.</summary>
public sealed class DispatchRelayTests : IDisposable
{
    // More than wait in a manager, whatever they are.
    private const int TooMany = 10_001;

    private readonly FakeTimeProvider _clock = new();
    private readonly DispatchOptions _options = new();
    private readonly InMemoryJobQueue _queue = new();
    private readonly JobSchema<EchoInput, EchoOutput> _type = ClusterFixture.NewType("relayed");
    private readonly DispatchRelay _relay;

    public DispatchRelayTests(ClusterFixture fixture)
    {
        var services = fixture.Manager.Services;
        _relay = new DispatchRelay(
            new InMemoryJobStore(_clock), _queue, services.GetRequiredService<JobTypeCatalog>(), services.GetRequiredService<EndpointJobs>(),
            Options.Create(_options), _clock, NullLogger<DispatchRelay>.Instance);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_MoreThanThereIsRoomFor_WaitsAndPublishesAll()
    {
        await _queue.DeclareAsync(_type.Type, QueueOrder.Fifo, Cancel);
        var published = _relay.PublishAsync(Accepted(TooMany), Cancel);
        Assert.False(published.IsCompleted);

        await _relay.StartAsync(Cancel);
        await published;

        await using var consumer = await _queue.ConsumeAsync(_type.Type, prefetch: TooMany, Cancel);
        await consumer.ReadAllAsync(Cancel).Take(TooMany).LastAsync(Cancel);
        await _relay.StopAsync(Cancel);
    }

    [Fact]
    public async Task Publish_NoRoomForHalfOfTheHold_LeavesTheRestToTheStore()
    {
        var published = _relay.PublishAsync(Accepted(TooMany), Cancel);

        _clock.Advance(_options.Hold / 2);

        await published;
    }

    public void Dispose() => _relay.Dispose();

    private IEnumerable<SubmitResult> Accepted(int count)
    {
        var now = _clock.GetUtcNow();
        var job = _type.CreateJob(new EchoInput { Message = "again" });
        var record = JobStateMachine.Submit(null, job, JobRoute.Queue, _options.Hold, now).Record;
        return Enumerable.Repeat(new SubmitResult(record, IsNew: true, new DispatchTicket(JobMessage.Of(job, now), JobRoute.Queue, now + _options.Hold)), count);
    }
}
