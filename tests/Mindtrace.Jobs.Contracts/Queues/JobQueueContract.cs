using System.Text;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <summary>What every <see cref="IJobQueue"/> promises. A backend's tests derive from it and only make the queue.</summary>
public abstract partial class JobQueueContract : IAsyncLifetime
{
    private readonly List<JobType> _declared = [];
    private IJobQueue? _queue;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Gets the orders that the backend has.</summary>
    protected virtual IReadOnlyCollection<QueueOrder> SupportedOrders => Enum.GetValues<QueueOrder>();

    protected IJobQueue Queue => _queue ?? throw new InvalidOperationException("The queue is made by InitializeAsync.");

    public virtual async ValueTask InitializeAsync() => _queue = await CreateQueueAsync();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_queue is not null)
        {
            foreach (var declared in _declared)
            {
                await _queue.DeleteAsync(declared, CancellationToken.None);
            }
        }

        if (_queue is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }

    protected abstract Task<IJobQueue> CreateQueueAsync();

    /// <summary>A queue's name that no other test uses.</summary>
    protected static JobType NewName() => JobType.Parse($"contract-{Guid.NewGuid():N}");

    protected async Task<JobType> DeclareAsync(QueueOrder order = QueueOrder.Fifo)
    {
        var name = NewName();
        await Queue.DeclareAsync(name, order, Cancel);
        _declared.Add(name);
        return name;
    }

    protected async Task<ConsumerReader> ConsumeAsync(JobType queue, int prefetch) =>
        new(await Queue.ConsumeAsync(queue, prefetch, Cancel));

    protected Task PublishAsync(JobType queue, params JobMessage[] messages) => Queue.PublishAsync(queue, messages, Cancel);

    protected static JobMessage Message(JobType queue, string payload = "1")
    {
        var id = JobId.New();
        var body = $$"""{"id":"{{id}}","schema_name":"{{queue}}","payload":{{payload}}}""";
        return new JobMessage(id, queue, Encoding.UTF8.GetBytes(body));
    }

    protected static JobMessage[] Messages(JobType queue, int count) => [.. Enumerable.Range(0, count).Select(_ => Message(queue))];

    protected static IEnumerable<JobId> Ids(IEnumerable<JobMessage> messages) => messages.Select(message => message.JobId);

    protected static IEnumerable<JobId> Ids(IEnumerable<JobDelivery> deliveries) => deliveries.Select(delivery => delivery.Message.JobId);

    /// <summary>Asks until the count is right: what a consumer does reaches a server a moment after the consumer is told so.</summary>
    protected async Task AssertCountAsync(long expected, JobType queue)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var count = await Queue.CountAsync(queue, Cancel);
        while (count != expected && !patience.IsCancellationRequested)
        {
            await Task.Yield();
            count = await Queue.CountAsync(queue, Cancel);
        }

        Assert.Equal(expected, count);
    }

    /// <summary>Proves that nothing is left in front of a message published now.</summary>
    protected async Task AssertNothingWaitsAsync(JobType queue)
    {
        var sentinel = Message(queue);
        await PublishAsync(queue, sentinel);
        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        Assert.Equal(sentinel.JobId, (await reader.NextAcknowledgedAsync()).JobId);
    }
}
