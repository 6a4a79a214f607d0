using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Manager.Endpoints;
using Mindtrace.Manager.Jobs;

namespace Mindtrace.Manager.Dispatching;

/// <summary>
/// Publishes accepted jobs. Those that this manager accepted come straight from the submit; all others (retries, releases, jobs whose
/// time has come, jobs that a manager accepted and did not live to publish) are taken from the store when they are due.
/// </summary>
/// <remarks>Any number of relays may run. A job is published at least once; a second message of it finds its record and is dropped.</remarks>
internal sealed partial class DispatchRelay(
    IDispatchStore store, IJobQueue queue, JobTypeCatalog types, EndpointJobs endpoints, IOptions<DispatchOptions> options, TimeProvider time,
    ILogger<DispatchRelay> logger) : BackgroundService
{
    private const int Capacity = 10_000;

    private readonly Channel<DispatchTicket> _accepted = Channel.CreateBounded<DispatchTicket>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly SemaphoreSlim _entryMade = new(0, 1);

    /// <summary>
    /// Publishes jobs soon. While the broker is slower than those who submit, this waits, so that they become no faster than it. What finds no room
    /// here for half of the hold is due in the store after it.
    /// </summary>
    public async Task PublishAsync(IEnumerable<SubmitResult> accepted, CancellationToken cancellationToken)
    {
        var waiting = accepted.Select(result => result.Ticket).OfType<DispatchTicket>().SkipWhile(_accepted.Writer.TryWrite).ToList();
        if (waiting.Count == 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(options.Value.Hold / 2, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            foreach (var ticket in waiting)
            {
                await _accepted.Writer.WriteAsync(ticket, either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The jobs are accepted all the same.
        }
    }

    public override void Dispose()
    {
        _entryMade.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(PublishAcceptedAsync(stoppingToken), PublishDueAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not published is due in the store, for another relay or for this one's next start.
        }
    }

    private async Task PublishAcceptedAsync(CancellationToken stopping)
    {
        var batch = new List<DispatchTicket>();
        while (await _accepted.Reader.WaitToReadAsync(stopping))
        {
            while (batch.Count < options.Value.BatchSize && _accepted.Reader.TryRead(out var ticket))
            {
                batch.Add(ticket);
            }

            try
            {
                await PublishAsync(batch, stopping);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // They are due in the store after the hold.
                LogFault(fault);
            }

            batch.Clear();
        }
    }

    private async Task PublishDueAsync(CancellationToken stopping)
    {
        IAsyncDisposable? listening = null;
        try
        {
            while (true)
            {
                try
                {
                    listening ??= await store.ListenForEntriesAsync(Wake, stopping);
                    var due = await store.TakeDueAsync(options.Value.BatchSize, options.Value.Hold, stopping);
                    if (due.Count > 0)
                    {
                        await PublishAsync(due, stopping);
                        continue;
                    }

                    var wait = await store.UntilNextDueAsync(stopping);
                    await _entryMade.WaitAsync(wait < options.Value.LookInterval ? wait.Value : options.Value.LookInterval, stopping);
                }
                catch (JobBackendUnavailableException fault)
                {
                    LogStoreAway(fault.Message);
                    await Task.Delay(options.Value.LookInterval, time, stopping);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    LogFault(fault);
                    await Task.Delay(options.Value.LookInterval, time, stopping);
                }
            }
        }
        finally
        {
            if (listening is not null)
            {
                await listening.DisposeAsync();
            }
        }
    }

    /// <summary>Publishes jobs, and has those run that go to endpoints: their entries stay until an attempt claims them.</summary>
    private async Task PublishAsync(IReadOnlyList<DispatchTicket> tickets, CancellationToken stopping)
    {
        var roads = tickets.ToLookup(ticket => ticket.Route.IsEndpoint);
        foreach (var ticket in roads[true])
        {
            _ = endpoints.RunAsync(ticket);
        }

        await Task.WhenAll(roads[false].GroupBy(ticket => ticket.Message.JobType).Select(group => PublishAsync(group.Key, [.. group], stopping)));
    }

    /// <summary>Publishes jobs of one type, in order. What fails here stays in the store and is due again after the hold.</summary>
    private async Task PublishAsync(JobType type, IReadOnlyList<DispatchTicket> tickets, CancellationToken stopping)
    {
        Activity?[] spans = [.. tickets.Select(ticket => JobsTelemetry.StartPublish(ticket.Message))];
        JobMessage[] messages = [.. tickets.Select(ticket => ToSend(ticket.Message)).Zip(spans, (message, span) => span is null ? message : message with
        {
            TraceParent = span.Id, TraceState = span.TraceStateString,
        })];
        try
        {
            await PublishAsync(type, messages, stopping);
            await store.ConfirmAsync(tickets, stopping);
        }
        catch (Exception fault) when (fault is JobBackendUnavailableException or JobQueueNotFoundException)
        {
            Array.ForEach(spans, span => span?.SetStatus(ActivityStatusCode.Error, fault.Message));
            LogNotPublished(tickets.Count, type, fault.Message);
        }
        finally
        {
            Array.ForEach(spans, span => span?.Dispose());
        }
    }

    private JobMessage ToSend(JobMessage message) => message.Body.Length > options.Value.MaxMessageBytes ? message.WithoutBody() : message;

    private async Task PublishAsync(JobType type, IReadOnlyList<JobMessage> messages, CancellationToken stopping)
    {
        try
        {
            await queue.PublishAsync(type, messages, stopping);
        }
        catch (JobQueueNotFoundException)
        {
            LogQueueMissing(type);
            await queue.DeclareAsync(type, (await types.FindAsync(type, stopping))?.Definition.Queue ?? QueueOrder.Fifo, stopping);
            await queue.PublishAsync(type, messages, stopping);
        }
    }

    private void Wake()
    {
        try
        {
            _entryMade.Release();
        }
        catch (Exception already) when (already is SemaphoreFullException or ObjectDisposedException)
        {
            // Full: a look is due already. Disposed: an event that arrived after the relay's end.
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Jobs} jobs of type {JobType} are not published yet: {Reason}")]
    private partial void LogNotPublished(int jobs, JobType jobType, string reason);

    [LoggerMessage(LogLevel.Error, "A turn of the relay failed; it goes on")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(LogLevel.Warning, "Queue {JobType} was gone; it is declared again")]
    private partial void LogQueueMissing(JobType jobType);

    [LoggerMessage(LogLevel.Warning, "No look for jobs that are due: {Reason}")]
    private partial void LogStoreAway(string reason);
}
