using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Consumes the queues of the worker's job types, and runs what comes, so many jobs at once as the worker allows in all.</summary>
/// <remarks>On shutdown and when drained it takes no more; on shutdown it lets running jobs finish for <see cref="WorkerOptions.DrainTimeout"/>, then has the rest given back.</remarks>
internal sealed partial class JobPump(
    IWorker worker, IJobQueue queue, JobExecutor executor, IOptions<WorkerOptions> options, TimeProvider time, ILogger<JobPump> logger)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<JobType, Subscription> _subscriptions = new();
    private readonly Channel<Subscription> _added = Channel.CreateUnbounded<Subscription>();
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _slots = new(options.Value.Concurrency);
    private readonly SemaphoreSlim _starting = new(1);
    private readonly TaskCompletionSource _ordered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _ordering = new();
    private IReadOnlyCollection<JobType> _paused = [];
    private CancellationTokenSource _abort = new(Timeout.InfiniteTimeSpan, time);
    private volatile bool _isDraining;
    private int _inHand;
    private bool _started;

    /// <summary>Gets the log of jobs that run outside of any queue.</summary>
    public ILogger Logger => logger;

    /// <summary>Gets the job types that are consumed, those included that are held back.</summary>
    public IReadOnlyCollection<JobType> Types => [.. _subscriptions.Keys];

    /// <summary>Gets whether the pump takes no more, of no type.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Gets whether the pump takes no more and has nothing left to run.</summary>
    public bool IsDrained => _isDraining && Volatile.Read(ref _inHand) == 0;

    /// <summary>Takes no more jobs, or none of paused types, until it is told otherwise. What runs goes on.</summary>
    /// <remarks>Before the first order nothing is taken at all: the order may be not to.</remarks>
    public void Obey(bool isDrained, IReadOnlyCollection<JobType> paused)
    {
        lock (_ordering)
        {
            // Drained is said last and unsaid first: whoever sees it sees no job begin any more.
            _paused = paused;
            _isDraining &= isDrained;
            foreach (var subscription in _subscriptions.Values)
            {
                subscription.Gate.Set(open: !isDrained && !paused.Contains(subscription.Type));
            }

            _isDraining = isDrained;
        }

        _ordered.TrySetResult();
        _changes.Writer.TryWrite(true);
    }

    /// <summary>Tells of each order and of each job that ends, for those who wait until the pump has drained.</summary>
    public IAsyncEnumerable<bool> ReadChangesAsync(CancellationToken cancellationToken) => _changes.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Has the jobs that run now given back.</summary>
    public void GiveBack() => Interlocked.Exchange(ref _abort, new CancellationTokenSource(Timeout.InfiniteTimeSpan, time)).Cancel();

    /// <summary>Consumes the queue of a job type from now on, in addition to the others.</summary>
    /// <returns>A task that ends when the queue is consumed, or the job type is found to be paused.</returns>
    /// <exception cref="WorkerDrainingException">The pump was told to take no more.</exception>
    public async Task SubscribeAsync(JobType type, CancellationToken cancellationToken)
    {
        await _ordered.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (IsDraining)
        {
            throw new WorkerDrainingException(type);
        }

        await StartWorkerAsync(cancellationToken).ConfigureAwait(false);
        await Subscribe(type).Consuming.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
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

        var silent = _subscriptions.Values.Where(subscription => subscription.Gate.IsOpen && subscription.Consumer?.IsConsuming != true).Select(subscription => subscription.Type).ToList();
        return Task.FromResult(silent.Count == 0
            ? HealthCheckResult.Healthy($"Consuming {_subscriptions.Count} queues")
            : HealthCheckResult.Unhealthy($"Not consuming: {string.Join(", ", silent)}"));
    }

    public override void Dispose()
    {
        _slots.Dispose();
        _starting.Dispose();
        _abort.Dispose();
        foreach (var subscription in _subscriptions.Values)
        {
            subscription.Gate.Dispose();
        }

        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Two tokens: stoppingToken means "take no more", abort means "running jobs, give up now".
        using var drain = stoppingToken.Register(() => _abort.CancelAfter(options.Value.DrainTimeout));
        var pumps = new List<Task>();
        try
        {
            await foreach (var subscription in _added.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
            {
                pumps.Add(PumpAsync(subscription, stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(pumps).ConfigureAwait(false);
            LogDrained(_abort.IsCancellationRequested);
        }
    }

    private Subscription Subscribe(JobType type)
    {
        lock (_ordering)
        {
            var subscription = new Subscription(type);
            if (!_subscriptions.TryAdd(type, subscription))
            {
                return _subscriptions[type];
            }

            subscription.Gate.Set(open: !_isDraining && !_paused.Contains(type));
            _added.Writer.TryWrite(subscription);
            return subscription;
        }
    }

    /// <summary>Consumes a queue whenever its gate is open. What was begun before the gate closed may still run when it opens again.</summary>
    private async Task PumpAsync(Subscription subscription, CancellationToken stopping)
    {
        var rounds = new List<Task>();
        try
        {
            while (true)
            {
                if (!subscription.Gate.IsOpen)
                {
                    subscription.Consuming.TrySetResult();
                }

                var closing = await subscription.Gate.OpenAsync(stopping).ConfigureAwait(false);
                rounds.RemoveAll(round => round.IsCompletedSuccessfully);
                rounds.Add(ConsumeAsync(subscription, closing, stopping));
                await Gate.ClosedAsync(closing, stopping).ConfigureAwait(false);
                LogHeldBack(subscription.Type);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(rounds).ConfigureAwait(false);
            subscription.Consuming.TrySetCanceled(stopping);
        }
    }

    /// <summary>Consumes a queue until its gate closes, and sees to the end of what was taken.</summary>
    private async Task ConsumeAsync(Subscription subscription, CancellationToken closing, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(closing, stopping);
        var taking = either.Token;
        try
        {
            await using var consumer = await ConsumeAsync(subscription.Type, taking).ConfigureAwait(false);
            subscription.Consumer = consumer;
            subscription.Consuming.TrySetResult();
            LogConsuming(subscription.Type);
            var limit = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency };
            await Parallel.ForEachAsync(TakeAsync(consumer, taking), limit, async (delivery, _) =>
            {
                if (!await TryBeginAsync(taking).ConfigureAwait(false))
                {
                    await delivery.ReturnAsync().ConfigureAwait(false);
                    return;
                }

                try
                {
                    await ExecuteAsync(delivery, taking, _abort.Token).ConfigureAwait(false);
                }
                finally
                {
                    End();
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (taking.IsCancellationRequested)
        {
            // The gate closed before the queue was consumed.
        }
        catch (Exception fault)
        {
            // Ends the service at once, and with it the process: a worker that silently consumes less is worse.
            subscription.Consuming.TrySetException(fault);
            _added.Writer.TryComplete(fault);
            throw;
        }
    }

    /// <summary>Waits for room to run a job.</summary>
    /// <returns>Whether it may run; false when no more is to be begun.</returns>
    private async Task<bool> TryBeginAsync(CancellationToken taking)
    {
        try
        {
            await _slots.WaitAsync(taking).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        // Counted before the look: either this sees that the gate is closed, or whoever closed it sees this.
        Interlocked.Increment(ref _inHand);
        if (!taking.IsCancellationRequested)
        {
            return true;
        }

        End();
        return false;
    }

    private void End()
    {
        Interlocked.Decrement(ref _inHand);
        _slots.Release();
        _changes.Writer.TryWrite(true);
    }

    /// <summary>Runs one delivery. A fault of ours goes to the log and the message back to the queue: it must not end the pump.</summary>
    private async Task ExecuteAsync(JobDelivery delivery, CancellationToken taking, CancellationToken abort)
    {
        try
        {
            await executor.ExecuteAsync(delivery, abort).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            LogFault(fault, delivery.Message.JobId);
            await Task.Delay(RetryDelay, time, taking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

    [LoggerMessage(LogLevel.Information, "Queue {JobType} is consumed no more until its jobs may begin again")]
    private partial void LogHeldBack(JobType jobType);

    [LoggerMessage(LogLevel.Warning, "Queue {JobType} cannot be consumed yet: {Reason}")]
    private partial void LogNotConsuming(JobType jobType, string reason);

    [LoggerMessage(LogLevel.Error, "Job {JobId} could not be taken through; its message goes back to the queue")]
    private partial void LogFault(Exception fault, JobId jobId);

    [LoggerMessage(LogLevel.Information, "Worker drained; running jobs cut short: {CutShort}")]
    private partial void LogDrained(bool cutShort);

    private sealed class Subscription(JobType type)
    {
        public JobType Type { get; } = type;

        public Gate Gate { get; } = new();

        public IJobConsumer? Consumer { get; set; }

        public TaskCompletionSource Consuming { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
