using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>A job executor over a store in memory, on a clock that the test moves.</summary>
internal sealed class ExecutorBench
{
    public static readonly JobType Type = EchoWorker.EchoJob.Type;

    private ExecutorBench(IWorker worker, WorkerOptions options, ILoggerFactory loggers)
    {
        Store = new InMemoryJobStore(Clock);
        Attempts = new FaultyAttemptStore(Store);
        var runner = new AttemptRunner(
            new WorkerIdentity(Me), Attempts, Store, Live, new JobsTelemetry(new Meters()), Options.Create(options), Clock,
            new JobOutputLog(loggers.CreateLogger(JobOutputLog.Category)), NullLogger<AttemptRunner>.Instance);
        Executor = new JobExecutor(
            worker, runner, Store, new WorkerProvenance(worker, Options.Create(options)),
            new JobCapabilities(_ => Task.FromResult(new Uri("http://worker"))), NullLogger<JobExecutor>.Instance);
    }

    public ObservedClock Clock { get; } = new();

    public InMemoryJobStore Store { get; }

    public FaultyAttemptStore Attempts { get; }

    public LiveAttempts Live { get; } = new();

    public JobExecutor Executor { get; }

    public WorkerId Me { get; } = WorkerId.New();

    public static async Task<ExecutorBench> CreateAsync(IWorker worker, WorkerOptions? options = null, ILoggerFactory? loggers = null)
    {
        var bench = new ExecutorBench(worker, options ?? new WorkerOptions(), loggers ?? NullLoggerFactory.Instance);
        await bench.Store.SetRouteAsync(Type, JobRoute.Queue, CancellationToken.None);
        return bench;
    }

    public static Job EchoJob(string message = "hello") => EchoWorker.EchoJob.CreateJob(new EchoInput { Message = message });

    /// <summary>Accepts a job and makes the delivery that its publishing would bring.</summary>
    public async Task<RecordingDelivery> SubmitAsync(Job job, int deliveryCount = 0)
    {
        var accepted = await Store.SubmitAsync([job], TimeSpan.FromSeconds(10), CancellationToken.None);
        return new RecordingDelivery(accepted[0].Ticket!.Message, Store, deliveryCount);
    }

    /// <summary>Makes the delivery of the next attempt at a job.</summary>
    public RecordingDelivery Redeliver(RecordingDelivery delivery) => new(delivery.Message, Store);

    public Task ExecuteAsync(JobDelivery delivery) => ExecuteUntilAsync(delivery, CancellationToken.None);

    public Task ExecuteUntilAsync(JobDelivery delivery, CancellationToken abort) => Executor.ExecuteAsync(delivery, abort);

    public async Task<JobRecord> RecordAsync(JobDelivery delivery) =>
        Assert.IsType<JobRecord>(await Store.FindAsync(delivery.Message.JobId, CancellationToken.None));

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
