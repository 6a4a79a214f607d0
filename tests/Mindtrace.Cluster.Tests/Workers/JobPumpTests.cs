using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>What a worker takes from its queues, and when.</summary>
public sealed class JobPumpTests
{
    private static readonly JobType Echo = EchoWorker.EchoJob.Type;
    private static readonly JobType Shout = JobType.Parse("shout_job");

    private readonly GatedWorker _worker = new();
    private readonly InMemoryJobQueue _queue = new();

    [Fact]
    public async Task Pump_JobIsPublished_RunsIt()
    {
        var (bench, pump) = await StartAsync(new WorkerOptions());
        await pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime();

        var id = await PublishAsync(bench, Echo, "hello");
        (await _worker.NextRunAsync()).Complete();

        Assert.Equal(JobState.Completed, (await FinalAsync(bench, id)).State);
        await pump.StopAsync(CancellationToken.None).InTime();
        Assert.Equal(0, await _queue.CountAsync(Echo, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Pump_TwoJobTypes_RunsNoMoreAtOnceThanTheWorkerAllowsInAll()
    {
        var (bench, pump) = await StartAsync(new WorkerOptions { Concurrency = 2 });
        await pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime();
        await pump.SubscribeAsync(Shout, TestContext.Current.CancellationToken).InTime();
        var ids = new List<JobId>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await PublishAsync(bench, Echo, $"echo {i}"));
            ids.Add(await PublishAsync(bench, Shout, $"shout {i}"));
        }

        // Each end lets exactly one more begin: the count of starts never leads the count of ends by more than two.
        var running = new Queue<GatedWorker.Run>([await _worker.NextRunAsync(), await _worker.NextRunAsync()]);
        for (var ended = 0; ended < ids.Count; ended++)
        {
            Assert.Equal(Math.Min(ended + 2, ids.Count), _worker.Runs);
            Assert.InRange(bench.Live.Keys.Count, 1, 2);
            var run = running.Dequeue();
            run.Complete();
            await FinalAsync(bench, run.Context.JobId);
            if (ended + 2 < ids.Count)
            {
                running.Enqueue(await _worker.NextRunAsync());
            }
        }

        await pump.StopAsync(CancellationToken.None).InTime();
    }

    [Fact]
    public async Task Pump_Stops_TakesNoMoreAndWaitsForTheRunningJob()
    {
        var (bench, pump) = await StartAsync(new WorkerOptions { Prefetch = 5 });
        await pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime();
        var first = await PublishAsync(bench, Echo, "first");
        var run = await _worker.NextRunAsync();
        await PublishAsync(bench, Echo, "second");
        await PublishAsync(bench, Echo, "third");

        var stopping = pump.StopAsync(CancellationToken.None);
        await bench.Clock.NextWaitAsync();
        Assert.False(stopping.IsCompleted);
        run.Complete();
        await stopping.InTime();

        Assert.Equal(JobState.Completed, (await FinalAsync(bench, first)).State);
        Assert.Equal(1, _worker.Runs);
        Assert.Equal(2, await _queue.CountAsync(Echo, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Pump_DrainTimeoutElapses_CutsTheRunningJobShortAndGivesItBack()
    {
        var options = new WorkerOptions();
        var (bench, pump) = await StartAsync(options);
        await pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime();
        var id = await PublishAsync(bench, Echo, "long");
        await _worker.NextRunAsync();

        var stopping = pump.StopAsync(CancellationToken.None);
        Assert.Equal(options.DrainTimeout, await bench.Clock.NextWaitAsync());
        bench.Clock.Advance(options.DrainTimeout - TimeSpan.FromMilliseconds(1));
        Assert.Equal(JobState.Running, (await bench.Store.FindAsync(id, TestContext.Current.CancellationToken))!.State);
        bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await stopping.InTime();

        var record = (await bench.Store.FindAsync(id, TestContext.Current.CancellationToken))!;
        Assert.Equal((JobState.Queued, 0), (record.State, record.Attempt));
    }

    [Fact]
    public async Task Pump_QueueIsDeleted_IsUnhealthyAndNamesIt()
    {
        var (_, pump) = await StartAsync(new WorkerOptions());
        await pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime();
        await pump.SubscribeAsync(Shout, TestContext.Current.CancellationToken).InTime();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(pump)).Status);

        await _queue.DeleteAsync(Shout, TestContext.Current.CancellationToken);

        var report = await CheckAsync(pump);
        Assert.Equal((HealthStatus.Unhealthy, "Not consuming: shout_job"), (report.Status, report.Description));
        await pump.StopAsync(CancellationToken.None).InTime();
    }

    [Fact]
    public async Task Pump_QueueCannotBeReached_TriesAgainUntilItConsumes()
    {
        var queue = new UnsteadyQueue(_queue, new JobBackendUnavailableException("The broker is away."), faults: 2);
        var (bench, pump) = await StartAsync(new WorkerOptions(), queue);

        var subscribing = pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken);
        await bench.Clock.PassNextWaitAsync();
        Assert.Equal("Not consuming: echo_job", (await CheckAsync(pump)).Description);
        await bench.Clock.PassNextWaitAsync();
        await subscribing.InTime();

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(pump)).Status);
        await pump.StopAsync(CancellationToken.None).InTime();
    }

    [Fact]
    public async Task Pump_QueueFailsForGood_FailsTheSubscriberAndTheService()
    {
        var queue = new UnsteadyQueue(_queue, new NotSupportedException("No such queues here."), faults: 1);
        var (_, pump) = await StartAsync(new WorkerOptions(), queue);

        await Assert.ThrowsAsync<NotSupportedException>(() => pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime());
        await Assert.ThrowsAsync<NotSupportedException>(() => pump.ExecuteTask!.InTime());
    }

    [Fact]
    public async Task Connect_StartsHookThenQueueThenConsuming()
    {
        var queue = new UnsteadyQueue(_queue);
        var bench = await ExecutorBench.CreateAsync(_worker);
        using var pump = new JobPump(
            new PreparedWorker(queue.Calls), queue, bench.Executor, Options.Create(new WorkerOptions()), bench.Clock, NullLogger<JobPump>.Instance);
        await pump.StartAsync(TestContext.Current.CancellationToken);
        pump.Obey(isDrained: false, paused: []);

        await pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime();
        // Nobody has registered the job type, so nobody has made its queue, in whatever order.
        Assert.Equal(["start", "consume echo_job", "declare echo_job", "consume echo_job"], queue.Calls);

        // The original refuses a second connection. Here a worker may serve several job types, and is prepared once.
        await pump.SubscribeAsync(Shout, TestContext.Current.CancellationToken).InTime();
        await pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime();
        Assert.Equal(["consume shout_job", "declare shout_job", "consume shout_job"], queue.Calls.Skip(4));
        await pump.StopAsync(CancellationToken.None).InTime();
    }

    [Fact]
    public async Task Pump_TypeIsPaused_LeavesItsJobsInTheQueueUntilItIsNotAnyMore()
    {
        var (bench, pump) = await StartAsync(new WorkerOptions { Concurrency = 2, Prefetch = 5 });
        await pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime();
        await pump.SubscribeAsync(Shout, TestContext.Current.CancellationToken).InTime();
        await PublishAsync(bench, Echo, "first");
        var first = await _worker.NextRunAsync();

        pump.Obey(isDrained: false, paused: [Echo]);
        await PublishAsync(bench, Echo, "second");
        await PublishAsync(bench, Shout, "other");
        var other = await _worker.NextRunAsync();

        Assert.Equal("other", other.Input.Message);
        Assert.Equal(1, await _queue.CountAsync(Echo, TestContext.Current.CancellationToken));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(pump)).Status);
        other.Complete();

        // The first job runs still, and is no reason to wait.
        pump.Obey(isDrained: false, paused: []);
        var second = await _worker.NextRunAsync();
        Assert.Equal("second", second.Input.Message);
        second.Complete();
        first.Complete();
        await FinalAsync(bench, first.Context.JobId);
        await pump.StopAsync(CancellationToken.None).InTime();
        Assert.Equal(3, _worker.Runs);
    }

    [Fact]
    public async Task Pump_BeforeTheFirstOrder_ConsumesNothing()
    {
        var queue = new UnsteadyQueue(_queue);
        var bench = await ExecutorBench.CreateAsync(_worker);
        using var pump = new JobPump(_worker, queue, bench.Executor, Options.Create(new WorkerOptions()), bench.Clock, NullLogger<JobPump>.Instance);
        await pump.StartAsync(TestContext.Current.CancellationToken);

        var subscribing = pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken);
        Assert.False(subscribing.IsCompleted);
        pump.Obey(isDrained: false, paused: [Echo]);

        await subscribing.InTime();
        Assert.Empty(queue.Calls);
        await pump.StopAsync(CancellationToken.None).InTime();
    }

    [Fact]
    public async Task Pump_IsDrained_OnceItsLastJobHasEnded_AndNotWhenItIsResumedBefore()
    {
        var (bench, pump) = await StartAsync(new WorkerOptions());
        await pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime();
        var first = await PublishAsync(bench, Echo, "first");
        var run = await _worker.NextRunAsync();

        pump.Obey(isDrained: true, paused: []);
        Assert.Equal((true, false), (pump.IsDraining, pump.IsDrained));
        await Assert.ThrowsAsync<WorkerDrainingException>(() => pump.SubscribeAsync(Shout, TestContext.Current.CancellationToken));
        pump.Obey(isDrained: false, paused: []);
        run.Complete();
        await FinalAsync(bench, first);
        Assert.False(pump.IsDrained);

        await PublishAsync(bench, Echo, "second");
        run = await _worker.NextRunAsync();
        pump.Obey(isDrained: true, paused: []);
        run.Complete();
        await DrainedAsync(pump).InTime();
        await pump.StopAsync(CancellationToken.None).InTime();
    }

    [Fact]
    public async Task Pump_GivesBackWhatRuns_AndRunsItAgainWhenResumed()
    {
        var (bench, pump) = await StartAsync(new WorkerOptions());
        await pump.SubscribeAsync(Echo, TestContext.Current.CancellationToken).InTime();
        var id = await PublishAsync(bench, Echo, "long");
        await _worker.NextRunAsync();
        pump.Obey(isDrained: true, paused: []);

        pump.GiveBack();
        await DrainedAsync(pump).InTime();

        var record = (await bench.Store.FindAsync(id, TestContext.Current.CancellationToken))!;
        Assert.Equal((JobState.Queued, 0, 0), (record.State, record.Attempt, record.Failures));
        pump.Obey(isDrained: false, paused: []);
        var due = await bench.Store.TakeDueAsync(1, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await _queue.PublishAsync(Echo, [due[0].Message], TestContext.Current.CancellationToken);
        (await _worker.NextRunAsync()).Complete();
        Assert.Equal(JobState.Completed, (await FinalAsync(bench, id)).State);
        await pump.StopAsync(CancellationToken.None).InTime();
    }

    private static async Task DrainedAsync(JobPump pump)
    {
        await foreach (var _ in pump.ReadChangesAsync(TestContext.Current.CancellationToken))
        {
            if (pump.IsDrained)
            {
                return;
            }
        }
    }

    private static Task<HealthCheckResult> CheckAsync(JobPump pump) => pump.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);

    private static async Task<JobRecord> FinalAsync(ExecutorBench bench, JobId id)
    {
        JobRecord? last = null;
        await foreach (var record in bench.Store.WatchAsync(id, TestContext.Current.CancellationToken))
        {
            last = record;
        }

        return last!;
    }

    private async Task<(ExecutorBench Bench, JobPump Pump)> StartAsync(WorkerOptions options, IJobQueue? queue = null)
    {
        var bench = await ExecutorBench.CreateAsync(_worker, options);
        await bench.Store.SetRouteAsync(Shout, JobRoute.Queue, TestContext.Current.CancellationToken);
        var pump = new JobPump(_worker, queue ?? _queue, bench.Executor, Options.Create(options), bench.Clock, NullLogger<JobPump>.Instance);
        await pump.StartAsync(TestContext.Current.CancellationToken);
        pump.Obey(isDrained: false, paused: []);
        return (bench, pump);
    }

    private async Task<JobId> PublishAsync(ExecutorBench bench, JobType type, string message)
    {
        var job = new Job { SchemaName = type, Payload = JsonSerializer.SerializeToElement(new { message }) };
        await _queue.PublishAsync(type, [(await bench.SubmitAsync(job)).Message], TestContext.Current.CancellationToken);
        return job.Id;
    }

    /// <summary>A worker whose preparation is noted.</summary>
    private sealed class PreparedWorker(ConcurrentQueue<string> calls) : IWorker
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            calls.Enqueue("start");
            return Task.CompletedTask;
        }

        public Task<JobOutcome> RunAsync(JsonElement payload, JobContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("No job was published.");
    }

    /// <summary>A queue server that refuses so many consumers, and notes what it is asked to consume.</summary>
    private sealed class UnsteadyQueue(InMemoryJobQueue queue, Exception? fault = null, int faults = 0) : IJobQueue
    {
        private int _faultsLeft = faults;

        public ConcurrentQueue<string> Calls { get; } = new();

        public Task DeclareAsync(JobType name, QueueOrder order, CancellationToken cancellationToken)
        {
            Calls.Enqueue($"declare {name}");
            return queue.DeclareAsync(name, order, cancellationToken);
        }

        public Task PublishAsync(JobType name, IReadOnlyList<JobMessage> messages, CancellationToken cancellationToken) =>
            queue.PublishAsync(name, messages, cancellationToken);

        public Task<IJobConsumer> ConsumeAsync(JobType name, int prefetch, CancellationToken cancellationToken)
        {
            Calls.Enqueue($"consume {name}");
            return _faultsLeft-- > 0 ? Task.FromException<IJobConsumer>(fault!) : queue.ConsumeAsync(name, prefetch, cancellationToken);
        }

        public Task<long> CountAsync(JobType name, CancellationToken cancellationToken) => queue.CountAsync(name, cancellationToken);

        public Task<long> PurgeAsync(JobType name, CancellationToken cancellationToken) => queue.PurgeAsync(name, cancellationToken);

        public Task DeleteAsync(JobType name, CancellationToken cancellationToken) => queue.DeleteAsync(name, cancellationToken);
    }
}
