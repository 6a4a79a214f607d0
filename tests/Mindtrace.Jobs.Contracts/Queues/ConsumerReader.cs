using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <summary>Reads a consumer one delivery at a time, as the test says.</summary>
public sealed class ConsumerReader : IAsyncDisposable
{
    // To fail by when a message never comes, never to pace by.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _reading =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly IAsyncEnumerator<JobDelivery> _deliveries;

    public ConsumerReader(IJobConsumer consumer)
    {
        Consumer = consumer;
        _deliveries = consumer.ReadAllAsync(_reading.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    public IJobConsumer Consumer { get; }

    public async Task<JobDelivery> NextAsync()
    {
        Assert.True(await _deliveries.MoveNextAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        return _deliveries.Current;
    }

    public async Task<JobDelivery[]> NextAsync(int count)
    {
        var deliveries = new JobDelivery[count];
        for (var i = 0; i < count; i++)
        {
            deliveries[i] = await NextAsync();
        }

        return deliveries;
    }

    public async Task<JobMessage> NextAcknowledgedAsync()
    {
        var delivery = await NextAsync();
        await delivery.AckAsync();
        return delivery.Message;
    }

    public Task CancelReadingAsync() => _reading.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        if (!_reading.IsCancellationRequested)
        {
            await _reading.CancelAsync();
        }

        await Consumer.DisposeAsync();
        _reading.Dispose();
    }
}
