namespace Mindtrace.Jobs;

/// <summary>One consumer of one queue. Messages are pushed to it as they come.</summary>
/// <remarks>
/// Stopping has two steps: cancel the reading to take no more, finish what is in hand, then dispose. Disposing gives back to
/// the queue whatever was delivered and neither acknowledged nor returned.
/// </remarks>
public interface IJobConsumer : IAsyncDisposable
{
    /// <summary>Gets whether the server hands messages to this consumer at this moment; false while a lost connection or queue is rebuilt.</summary>
    bool IsConsuming { get; }

    /// <summary>Reads the deliveries, for ever: lost connections and deleted queues are rebuilt behind it.</summary>
    /// <param name="cancellationToken">Ends the reading, at once. Deliveries already read can still be acknowledged.</param>
    /// <returns>The deliveries, in the queue's order. To be read once, by one reader.</returns>
    /// <exception cref="OperationCanceledException">The reading was ended.</exception>
    IAsyncEnumerable<JobDelivery> ReadAllAsync(CancellationToken cancellationToken);
}
