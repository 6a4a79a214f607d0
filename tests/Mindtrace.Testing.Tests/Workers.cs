using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Testing.Tests;

/// <summary>The job types of these tests.</summary>
internal static class Schemas
{
    public static readonly JobSchema<Order, Receipt> Order = new("order");
    public static readonly JobSchema<Order, Receipt> Parcel = new("parcel");
}

internal sealed record Order(string Item, int Count = 1);

internal sealed record Receipt(string Text);

/// <summary>Prints, and fails as often as it is told.</summary>
internal sealed class OrderWorker(OrderDesk desk) : Worker<Order, Receipt>
{
    public override async Task<Receipt> RunAsync(Order input, JobContext context, CancellationToken cancellationToken)
    {
        await context.WriteLineAsync($"attempt {context.Attempt}", cancellationToken: cancellationToken);
        if (context.Attempt <= desk.FailedAttempts)
        {
            throw new InvalidOperationException("sold out");
        }

        return new Receipt($"{input.Count} {input.Item}");
    }
}

internal sealed class OrderDesk
{
    public int FailedAttempts { get; init; }
}

/// <summary>Waits on the clock.</summary>
internal sealed class SlowWorker(TimeProvider time) : Worker<Order, Receipt>
{
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(10);

    public override async Task<Receipt> RunAsync(Order input, JobContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(Duration, time, cancellationToken);
        return new Receipt(input.Item);
    }
}
