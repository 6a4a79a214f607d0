using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Mindtrace.Services.Tests;

public enum Urgency
{
    NotUrgent,
    Urgent,
}

public sealed record Customer(string FirstName, int Age);

/// <summary>A request with a member of every sort that a request may have.</summary>
public sealed record Order
{
    public required string OrderId { get; init; }

    public required Customer Customer { get; init; }

    public string? Note { get; init; }

    public string Currency { get; init; } = "EUR";

    public Urgency Urgency { get; init; }

    public int? Discount { get; init; }

    public Guid? Voucher { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public bool Gift { get; init; }

    public IReadOnlyList<Customer> Guests { get; init; } = [];

    public IReadOnlyDictionary<string, int> Amounts { get; init; } = new Dictionary<string, int>();

    public JsonElement? Payload { get; init; }
}

public sealed record Booking([property: StringLength(5)] string RoomName, int FirstDay, int LastDay) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        LastDay >= FirstDay ? [] : [new("must not be before first_day", [nameof(LastDay)])];
}

public sealed record Search(string? Text = null, int Limit = 10);

public sealed record FaultRequest(string Kind);

public sealed record Tally(int OrderCount);

public static class SampleOperations
{
    public static readonly Operation<Order, Order> PlaceOrder =
        new("place_order", Role.Submitter) { Description = "Places an order.", Tool = true };

    public static readonly Operation<Booking, Unit> BookRoom = new("book_room", Role.Submitter);
    public static readonly Operation<Unit, Tally> CountOrders = new("count_orders", Role.Viewer);
    public static readonly Operation<Unit, Unit> ClearOrders = new("clear_orders", Role.Admin);
    public static readonly Operation<Search, Search> FindOrders = new("find_orders", Role.Viewer);
    public static readonly Operation<FaultRequest, Unit> Fail = new("fail", Role.Operator);
}
