using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

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

    public IReadOnlyDictionary<Urgency, int> ByUrgency { get; init; } = new Dictionary<Urgency, int>();

    public JsonElement? Payload { get; init; }

    public Shelf? Shelf { get; init; }

    public Weight? Weight { get; init; }

    [JsonConverter(typeof(LabelConverter))]
    public string? Label { get; init; }

    public IReadOnlyList<Parcel> Parcels { get; init; } = [];
}

/// <summary>A value with a format of its own.</summary>
[JsonConverter(typeof(ShelfConverter))]
public readonly record struct Shelf(char Row, int Column);

public sealed class ShelfConverter : JsonConverter<Shelf>
{
    public override Shelf Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is [var row, var column] && char.IsAsciiDigit(column)
            ? new(row, column - '0')
            : throw new FormatException("must be a letter and a digit");

    public override void Write(Utf8JsonWriter writer, Shelf value, JsonSerializerOptions options) =>
        writer.WriteStringValue($"{value.Row}{value.Column}");
}

public sealed class LabelConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}

/// <summary>A value that its constructor guards.</summary>
public sealed record Weight
{
    public Weight(double kilograms)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kilograms);
        Kilograms = kilograms;
    }

    public double Kilograms { get; }
}

[JsonDerivedType(typeof(Box), "box")]
public abstract record Parcel;

public sealed record Box : Parcel;

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
    public static readonly Operation<Search, Search> FindOrders = new("find_orders", Role.Viewer) { Example = new(Text: null, Limit: 5) };
    public static readonly Operation<FaultRequest, Unit> Fail = new("fail", Role.Operator);
}
