using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Consumes the queues of the worker's job types, and runs what comes, so many jobs at once as the worker allows in all.</summary>
/// <remarks>On shutdown it takes no more, lets running jobs finish for <see cref="WorkerOptions.DrainTimeout"/>, then has the rest given back.</remarks>
internal sealed partial class JobPump(
    IWorker worker, IJobQueue queue, JobExecutor executor, IOptions<WorkerOptions> options, TimeProvider time, ILogger<JobPump> logger)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<JobType, Subscription> _subscriptions = new();
    private readonly Channel<Subscription> _added = Channel.CreateUnbounded<Subscription>();
    private readonly SemaphoreSlim _slots = new(options.Value.Concurrency);
    private readonly SemaphoreSlim _starting = new(1);
    private readonly CancellationTokenSource _draining = new();
    private bool _started;

    /// <summary>Gets the log of jobs that run outside of any queue.</summary>
    public ILogger Logger => logger;

    /// <summary>Gets the job types that are consumed.</summary>
    public IReadOnlyCollection<JobType> Types => IsDraining ? [] : [.. _subscriptions.Keys];

    /// <summary>Gets whether the pump was told to take no more.</summary>
    public bool IsDraining => _draining.IsCancellationRequested;

    /// <summary>Takes no more jobs, for as long as the process lives. What runs goes on.</summary>
    public Task DrainAsync() => _draining.CancelAsync();

    /// <summary>Consumes the queue of a job type from now on, in addition to the others.</summary>
    /// <returns>A task that ends when the queue is consumed.</returns>
    /// <exception cref="WorkerDrainingException">The pump was told to take no more.</exception>
    public async Task SubscribeAsync(JobType type, CancellationToken cancellationToken)
    {
        if (IsDraining)
        {
            throw new WorkerDrainingException(type);
        }

        await StartWorkerAsync(cancellationToken).ConfigureAwait(false);
        var subscription = new Subscription(type);
        if (_subscriptions.TryAdd(type, subscription))
        {
            _added.Writer.TryWrite(subscription);
        }

        await _subscriptions[type].Consuming.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs the worker's start hook, if it has not run yet.</summary>
    public async Task StartWorkerAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_started)
            {
                await worker.StartAsync(cancellationToken).ConfigureAwait(false);
                _started = true;
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (IsDraining)
        {
            return Task.FromResult(HealthCheckResult.Healthy("Drained: takes no more jobs"));
        }

        var silent = _subscriptions.Values.Where(subscription => subscription.Consumer?.IsConsuming != true).Select(subscription => subscription.Type).ToList();
        return Task.FromResult(silent.Count == 0
            ? HealthCheckResult.Healthy($"Consuming {_subscriptions.Count} queues")
            : HealthCheckResult.Unhealthy($"Not consuming: {string.Join(", ", silent)}"));
    }

    public override void Dispose()
    {
        _slots.Dispose();
        _starting.Dispose();
        _draining.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Two tokens: taking means "take no more", abort means "running jobs, give up now". A drain on request sets no limit to them.
        using var taking = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _draining.Token);
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var drain = stoppingToken.Register(() => abort.CancelAfter(options.Value.DrainTimeout));
        var pumps = new List<Task>();
        try
        {
            await foreach (var subscription in _added.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
            {
                pumps.Add(PumpAsync(subscription, taking.Token, abort.Token));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(pumps).ConfigureAwait(false);
            LogDrained(abort.IsCancellationRequested);
        }
    }

    private async Task PumpAsync(Subscription subscription, CancellationToken stopping, CancellationToken abort)
    {
        try
        {
            await using var consumer = await ConsumeAsync(subscription.Type, stopping).ConfigureAwait(false);
            subscription.Consumer = consumer;
            subscription.Consuming.TrySetResult();
            LogConsuming(subscription.Type);
            var limit = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency };
            await Parallel.ForEachAsync(TakeAsync(consumer, stopping), limit, async (delivery, _) =>
            {
                await _slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                try
                {
                    await (stopping.IsCancellationRequested ? delivery.ReturnAsync().AsTask() : ExecuteAsync(delivery, stopping, abort)).ConfigureAwait(false);
                }
                finally
                {
                    _slots.Release();
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            subscription.Consuming.TrySetCanceled(stopping);
        }
        catch (Exception fault)
        {
            // Ends the service at once, and with it the process: a worker that silently consumes less is worse.
            subscription.Consuming.TrySetException(fault);
            _added.Writer.TryComplete(fault);
            throw;
        }
    }

    /// <summary>Runs one delivery. A fault of ours goes to the log and the message back to the queue: it must not end the pump.</summary>
    private async Task ExecuteAsync(JobDelivery delivery, CancellationToken stopping, CancellationToken abort)
    {
        try
        {
            await executor.ExecuteAsync(delivery, abort).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            LogFault(fault, delivery.Message.JobId);
            await Task.Delay(RetryDelay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await delivery.ReturnAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Reads deliveries until the worker stops; the end of the reading is no fault of those in hand.</summary>
    private static async IAsyncEnumerable<JobDelivery> TakeAsync(
        IJobConsumer consumer, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stopping)
    {
        await using var deliveries = consumer.ReadAllAsync(stopping).GetAsyncEnumerator(stopping);
        while (await NextAsync().ConfigureAwait(false))
        {
            yield return deliveries.Current;
        }

        async ValueTask<bool> NextAsync()
        {
            try
            {
                return await deliveries.MoveNextAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private async Task<IJobConsumer> ConsumeAsync(JobType type, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await queue.ConsumeAsync(type, options.Value.Prefetch ?? options.Value.Concurrency, stopping).ConfigureAwait(false);
            }
            catch (JobQueueNotFoundException)
            {
                // Whoever knows of another order has made the queue already; this is for queues that nobody registered.
                await TryDeclareAsync(type, stopping).ConfigureAwait(false);
            }
            catch (JobBackendUnavailableException fault)
            {
                LogNotConsuming(type, fault.Message);
                await Task.Delay(RetryDelay, time, stopping).ConfigureAwait(false);
            }
        }
    }

    private async Task TryDeclareAsync(JobType type, CancellationToken stopping)
    {
        try
        {
            await queue.DeclareAsync(type, QueueOrder.Fifo, stopping).ConfigureAwait(false);
        }
        catch (JobBackendUnavailableException fault)
        {
            LogNotConsuming(type, fault.Message);
            await Task.Delay(RetryDelay, time, stopping).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Information, "Consuming queue {JobType}")]
    private partial void LogConsuming(JobType jobType);

    [LoggerMessage(LogLevel.Warning, "Queue {JobType} cannot be consumed yet: {Reason}")]
    private partial void LogNotConsuming(JobType jobType, string reason);

    [LoggerMessage(LogLevel.Error, "Job {JobId} could not be taken through; its message goes back to the queue")]
    private partial void LogFault(Exception fault, JobId jobId);

    [LoggerMessage(LogLevel.Information, "Worker drained; running jobs cut short: {CutShort}")]
    private partial void LogDrained(bool cutShort);

    private sealed class Subscription(JobType type)
    {
        public JobType Type { get; } = type;

        public IJobConsumer? Consumer { get; set; }

        public TaskCompletionSource Consuming { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
