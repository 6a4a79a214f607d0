namespace Mindtrace.Jobs;

/// <summary>A message in the hands of one consumer, until that one acknowledges or returns it.</summary>
/// <param name="message">The message.</param>
/// <param name="deliveryCount">How often the queue handed the message out before, 0 or more.</param>
public abstract class JobDelivery(JobMessage message, int deliveryCount)
{
    /// <summary>Gets the message.</summary>
    public JobMessage Message { get; } = message;

    /// <summary>Gets how often the queue handed the message out before: 0 on the first delivery.</summary>
    public int DeliveryCount { get; } = deliveryCount;

    /// <summary>Removes the message from the queue for good. Without effect once the consumer's connection was lost: the queue hands it out again.</summary>
    /// <returns>A task that ends when the acknowledgement is on its way.</returns>
    public abstract ValueTask AckAsync();

    /// <summary>Gives the message back to the queue, for any consumer.</summary>
    /// <returns>A task that ends when the return is on its way.</returns>
    public abstract ValueTask ReturnAsync();
}
