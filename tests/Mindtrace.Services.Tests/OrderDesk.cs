namespace Mindtrace.Services.Tests;

/// <summary>The domain of the sample service.</summary>
public sealed class OrderDesk
{
    private int _orders;

    public Task<Order> PlaceAsync(Order order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _orders);
        return Task.FromResult(order);
    }

    public Task<Tally> CountAsync() => Task.FromResult(new Tally(Volatile.Read(ref _orders)));

    public Task ClearAsync()
    {
        Volatile.Write(ref _orders, 0);
        return Task.CompletedTask;
    }

    public static Task FailAsync(string kind) => throw (kind switch
    {
        "refused" => new OrderException("the cellar is empty"),
        "lost" => new OrderLostException("the order fell off the cart"),
        "closed" => new WarehouseClosedException(),
        "field" => new InvalidRequestException("payload.images[0]", "must be a PNG"),
        _ => new InvalidOperationException("password=hunter2"),
    });
}

internal static class OrderEndpoints
{
    public static void MapOrders(this OperationGroup operations)
    {
        operations.Map(SampleOperations.PlaceOrder, (Order order, OrderDesk desk, CancellationToken cancellationToken) =>
            desk.PlaceAsync(order, cancellationToken));
        operations.Map(SampleOperations.BookRoom, (Booking _, OrderDesk _, CancellationToken _) => Task.CompletedTask);
        operations.Map(SampleOperations.CountOrders, (OrderDesk desk, CancellationToken _) => desk.CountAsync());
        operations.Map(SampleOperations.ClearOrders, (OrderDesk desk, CancellationToken _) => desk.ClearAsync());
        operations.Map(SampleOperations.FindOrders, (Search search, CancellationToken _) => Task.FromResult(search));
        operations.Map(SampleOperations.Fail, (FaultRequest request, OrderDesk _, CancellationToken _) =>
            OrderDesk.FailAsync(request.Kind));
    }
}
