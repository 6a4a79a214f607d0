using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>What became of a delivery.</summary>
internal enum Settlement
{
    None,
    Acknowledged,
    Returned,
}

/// <summary>A delivery that notes what becomes of it, and how the job's record looked at that moment.</summary>
internal sealed class RecordingDelivery(JobMessage message, InMemoryJobStore store, int deliveryCount = 0) : JobDelivery(message, deliveryCount)
{
    public Settlement Settlement { get; private set; }

    public JobState? StateWhenSettled { get; private set; }

    public override ValueTask AckAsync() => SettleAsync(Settlement.Acknowledged);

    public override ValueTask ReturnAsync() => SettleAsync(Settlement.Returned);

    private async ValueTask SettleAsync(Settlement settlement)
    {
        Assert.Equal(Settlement.None, Settlement);
        StateWhenSettled = (await store.FindAsync(Message.JobId, CancellationToken.None))?.State;
        Settlement = settlement;
    }
}
