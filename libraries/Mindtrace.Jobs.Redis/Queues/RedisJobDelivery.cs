namespace Mindtrace.Jobs.Redis;

internal sealed class RedisJobDelivery(RedisJobConsumer consumer, DeliveryKey key, JobMessage message) : JobDelivery(message, key.Returns)
{
    public DeliveryKey Key { get; } = key;

    public override ValueTask AckAsync()
    {
        consumer.Settle(this, giveBack: false);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ReturnAsync()
    {
        consumer.Settle(this, giveBack: true);
        return ValueTask.CompletedTask;
    }
}
