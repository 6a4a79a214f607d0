using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;

namespace Mindtrace.Manager.Endpoints;

/// <summary>Runs endpoint jobs: for them the manager is the worker, with attempts and leases like any other.</summary>
/// <remarks>
/// A job that waits here for its turn is still to be dispatched in the store, for any manager; the claim takes it out. On shutdown
/// no more are begun; those that run may finish for <see cref="WorkerOptions.DrainTimeout"/>, then they are given back.
/// </remarks>
internal sealed partial class EndpointJobs(
    AttemptRunner attempts, LeaseKeeper leases, EndpointCall endpoint, JobTypeCatalog types, IDispatchStore dispatch, IHostApplicationLifetime lifetime, IOptions<EndpointOptions> options,
    IOptions<WorkerOptions> worker, TimeProvider time, ILogger<EndpointJobs> logger) : BackgroundService
{
    private const int Capacity = 10_000;

    private readonly Channel<Run> _runs = Channel.CreateBounded<Run>(Capacity);
    private readonly ConcurrentDictionary<JobId, Run> _waiting = new();

    /// <summary>Runs one attempt at a job as soon as there is room. What finds no place here is due in the store after the hold.</summary>
    /// <returns>A task that ends when the attempt has, or is not to be made here.</returns>
    public Task RunAsync(DispatchTicket ticket)
    {
        // A job that waits for longer than the hold is due, and brought here, again and again.
        var added = new Run(ticket);
        var run = _waiting.GetOrAdd(ticket.Message.JobId, added);
        if (run == added && !_runs.Writer.TryWrite(run))
        {
            _waiting.TryRemove(ticket.Message.JobId, out _);
            run.Ended.SetResult();
        }

        return run.Ended.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The application's stopping comes before the service's: the web server first waits for the submits, which wait for their jobs.
        var stopping = lifetime.ApplicationStopping;
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var drained = new CancellationTokenSource();
        using var drain = stopping.Register(() =>
        {
            _runs.Writer.TryComplete();
            abort.CancelAfter(worker.Value.DrainTimeout);
        });
        var keeping = KeepLeasesAsync(drained.Token);
        var limit = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency };
        await Parallel.ForEachAsync(
            _runs.Reader.ReadAllAsync(CancellationToken.None), limit, async (run, _) => await ExecuteAsync(run, stopping, abort.Token));
        await drained.CancelAsync();
        await keeping;
    }

    private async Task ExecuteAsync(Run run, CancellationToken stopping, CancellationToken abort)
    {
        var message = run.Ticket.Message;
        _waiting.TryRemove(message.JobId, out _);
        try
        {
            if (await types.IsPausedAsync(message.JobType, CancellationToken.None))
            {
                // Brought here again and again, it would keep the relays busy. The resume makes another entry.
                await dispatch.ConfirmAsync([run.Ticket], CancellationToken.None);
            }
            else if (!stopping.IsCancellationRequested)
            {
                var job = JsonSerializer.Deserialize(message.Body.Span, JobsJson.Default.Job)!;
                var limited = job with { Timeout = job.Timeout ?? options.Value.Timeout };
                await attempts.RunAsync(
                    message, limited, UnknownJob.Drop, (claim, _, stop) => endpoint.RunAsync(run.Ticket, job, claim, stop), abort);
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // The store was away to the last: the dispatch entry or the lease brings the job back.
        }
        catch (Exception fault)
        {
            LogFault(fault, message.JobId);
        }
        finally
        {
            run.Ended.SetResult();
        }
    }

    private async Task KeepLeasesAsync(CancellationToken drained)
    {
        using var timer = new PeriodicTimer(worker.Value.HeartbeatInterval, time);
        try
        {
            do
            {
                try
                {
                    await leases.RenewAsync(drained);
                }
                catch (JobBackendUnavailableException fault)
                {
                    LogStoreAway(fault.Message);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    LogRenewalFault(fault);
                }
            }
            while (await timer.WaitForNextTickAsync(drained));
        }
        catch (OperationCanceledException) when (drained.IsCancellationRequested)
        {
            // No attempt is left to be kept.
        }
    }

    [LoggerMessage(LogLevel.Error, "Job {JobId} could not be taken through; it is run again when its lease or the hold is over")]
    private partial void LogFault(Exception fault, JobId jobId);

    [LoggerMessage(LogLevel.Error, "The leases of endpoint jobs could not be renewed; the next renewal is tried all the same")]
    private partial void LogRenewalFault(Exception fault);

    [LoggerMessage(LogLevel.Warning, "The leases of endpoint jobs could not be renewed: {Reason}")]
    private partial void LogStoreAway(string reason);

    private sealed class Run(DispatchTicket ticket)
    {
        public DispatchTicket Ticket { get; } = ticket;

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
