using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>The JSON of jobs: snake_case, nulls written out, unknown members ignored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(JobTypeDefinition))]
[JsonSerializable(typeof(JobSchedule))]
[JsonSerializable(typeof(JobProvenance))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class JobsJson : JsonSerializerContext
{
    /// <summary>Gets the JSON <c>{}</c>: the output of a job that has none.</summary>
    public static JsonElement EmptyObject { get; } = System.Text.Json.JsonElement.Parse("{}");
}

/// <summary>Reads times as clients write them: with a zone, or without one, which then is taken as UTC. Writes UTC.</summary>
public sealed class LenientTimeJsonConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime()
            : throw new JsonException("must be an ISO 8601 time, such as 2026-05-29T12:45:30Z");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.UtcDateTime);
    }
}

/// <summary>Reads and writes a duration as a number of seconds.</summary>
public sealed class SecondsJsonConverter : JsonConverter<TimeSpan>
{
    /// <summary>The longest duration that is read: 366 days.</summary>
    private const double MaxSeconds = 366 * 24 * 3600d;

    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var seconds) && seconds is >= 0 and <= MaxSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new JsonException("must be a number of seconds from 0 to 31622400");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteNumberValue(value.TotalSeconds);
    }
}
