using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>Consumes one queue through one session after the other: whatever ends a session, the same loop opens the next.</summary>
/// <param name="queue">The queue.</param>
/// <param name="prefetch">How many messages the broker may leave unsettled here.</param>
/// <param name="openAsync">Opens a session that hands its messages to the handler given.</param>
/// <param name="onStopped">Called when this consumer takes no more.</param>
/// <param name="time">Paces the attempts to come back.</param>
/// <param name="logger">Told of losses, and of messages that are no jobs.</param>
internal sealed partial class RabbitMqConsumer(
    JobType queue,
    int prefetch,
    Func<DeliveryHandler, CancellationToken, Task<ConsumerSession>> openAsync,
    Action<RabbitMqConsumer> onStopped,
    TimeProvider time,
    ILogger logger) : IJobConsumer
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    // The broker keeps to the prefetch, so this is full only with messages of a lost session that nobody has read past yet.
    private readonly Channel<RabbitMqDelivery> _deliveries = Channel.CreateBounded<RabbitMqDelivery>(prefetch);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private volatile ConsumerSession? _session;
    private Task _running = Task.CompletedTask;
    private Task? _stopping;

    public JobType Queue => queue;

    public bool IsConsuming => _session is { Lost.IsCompleted: false } && !_stop.IsCancellationRequested;

    /// <summary>Opens the first session, whose failure is the caller's; all later ones are the loop's.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var session = await openAsync(OnDeliveryAsync, cancellationToken);
        _session = session;
        _running = RunAsync(session);
    }

    public async IAsyncEnumerable<JobDelivery> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Taking stops when the token says so, even while the reader is busy elsewhere.
        using var stopping = cancellationToken.UnsafeRegister(static consumer => ((RabbitMqConsumer)consumer!).StopTakingAsync(), this);
        try
        {
            while (await _deliveries.Reader.WaitToReadAsync(cancellationToken))
            {
                while (!cancellationToken.IsCancellationRequested && _deliveries.Reader.TryRead(out var delivery))
                {
                    if (delivery.IsOurs)
                    {
                        yield return delivery;
                    }
                }
            }
        }
        finally
        {
            _ = StopTakingAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopTakingAsync();
        if (_session is { } session)
        {
            await session.GiveBackAsync();
        }

        _stop.Dispose();
    }

    private Task StopTakingAsync()
    {
        lock (_gate)
        {
            return _stopping ??= StopAsync();
        }

        async Task StopAsync()
        {
            // First of all the cancel is sent: what is returned from now on must not come back here.
            var cancelling = _session?.CancelAsync() ?? Task.CompletedTask;
            onStopped(this);
            await _stop.CancelAsync();
            await _running;
            await cancelling;
            // The loop may have opened another session just before it ended.
            await (_session?.CancelAsync() ?? Task.CompletedTask);
            _deliveries.Writer.TryComplete();
            while (_deliveries.Reader.TryRead(out var unread))
            {
                await unread.ReturnAsync();
            }
        }
    }

    private async Task RunAsync(ConsumerSession session)
    {
        try
        {
            while (true)
            {
                LogLost(queue, await session.Lost.WaitAsync(_stop.Token));
                await session.DisposeAsync();
                session = await ReopenAsync();
                _session = session;
                LogBack(queue);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The last session stays, for what is still in hand.
        }
        catch (Exception bug)
        {
            _deliveries.Writer.TryComplete(bug);
        }
    }

    private async Task<ConsumerSession> ReopenAsync()
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            await Task.Delay(delay, time, _stop.Token);
            try
            {
                return await openAsync(OnDeliveryAsync, _stop.Token);
            }
            catch (Exception fault) when (fault is JobQueueNotFoundException or JobBackendUnavailableException)
            {
                LogStillLost(queue, fault.Message);
            }
        }
    }

    private async Task OnDeliveryAsync(
        ConsumerSession session,
        ulong deliveryTag,
        bool redelivered,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken)
    {
        if (JobMessageWire.Read(queue, properties, body.Span) is not { } message)
        {
            // It would come back for ever, and there is no job that could be failed for it.
            LogDropped(queue, body.Length);
            await session.AckAsync(deliveryTag);
            return;
        }

        var delivery = new RabbitMqDelivery(session, deliveryTag, message, JobMessageWire.DeliveryCount(properties, redelivered));
        try
        {
            await _deliveries.Writer.WriteAsync(delivery, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            await delivery.ReturnAsync();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The consumer of queue {Queue} was lost: {Reason}")]
    private partial void LogLost(JobType queue, string reason);

    [LoggerMessage(LogLevel.Warning, "The consumer of queue {Queue} cannot be opened again yet: {Reason}")]
    private partial void LogStillLost(JobType queue, string reason);

    [LoggerMessage(LogLevel.Information, "The consumer of queue {Queue} is back")]
    private partial void LogBack(JobType queue);

    [LoggerMessage(LogLevel.Error, "Dropped a message of {Bytes} bytes from queue {Queue}: it is no JSON object with a job's id")]
    private partial void LogDropped(JobType queue, int bytes);
}
