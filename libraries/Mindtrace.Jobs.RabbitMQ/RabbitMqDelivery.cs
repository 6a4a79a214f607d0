namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>A message in the hands of a <see cref="RabbitMqConsumer"/>.</summary>
internal sealed class RabbitMqDelivery(ConsumerSession session, ulong deliveryTag, JobMessage message, int deliveryCount)
    : JobDelivery(message, deliveryCount)
{
    private int _settled;

    /// <summary>Gets whether the broker still leaves the message to this consumer.</summary>
    public bool IsOurs => !session.Lost.IsCompleted;

    /// <inheritdoc/>
    public override ValueTask AckAsync() => IsFirst() ? session.AckAsync(deliveryTag) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public override ValueTask ReturnAsync() => IsFirst() ? session.ReturnAsync(deliveryTag) : ValueTask.CompletedTask;

    // The broker answers a second settlement by closing the channel, with everything else that is in hand.
    private bool IsFirst() => Interlocked.Exchange(ref _settled, 1) == 0;
}
