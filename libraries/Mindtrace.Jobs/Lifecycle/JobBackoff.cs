using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>How the wait grows between one attempt and the next: exponential, with full jitter.</summary>
/// <remarks>Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.</remarks>
public sealed record JobBackoff
{
    /// <summary>Gets the backoff of jobs that say nothing: 1 second, doubled with each failure, up to 5 minutes.</summary>
    public static JobBackoff Default { get; } = new();

    /// <summary>Gets the longest wait after the first failure.</summary>
    /// <value>Seconds on the wire, up to 366 days; 0 for no wait at all. The default is 1 second.</value>
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets what the longest wait is multiplied by with each further failure.</summary>
    /// <value>1 to 100. The default is 2.</value>
    [JsonConverter(typeof(FactorJsonConverter))]
    public double Factor { get; init; } = 2;

    /// <summary>Gets what the longest wait never passes.</summary>
    /// <value>Seconds on the wire, up to 366 days. The default is 5 minutes.</value>
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Computes the wait before the next attempt.</summary>
    /// <param name="failures">Attempts that failed so far, 1 or more.</param>
    /// <param name="random">The source of the jitter.</param>
    /// <returns>A wait from zero up to the smaller of <see cref="MaxDelay"/> and <see cref="FirstDelay"/> · <see cref="Factor"/>^(failures − 1).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="failures"/> is below 1.</exception>
    public TimeSpan DelayAfter(int failures, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        ArgumentNullException.ThrowIfNull(random);

        // No wait at first is no wait ever, however large the power: zero times infinity is no number.
        var ceiling = FirstDelay == TimeSpan.Zero
            ? 0
            : Math.Min(MaxDelay.TotalSeconds, FirstDelay.TotalSeconds * Math.Pow(Factor, failures - 1));
        return TimeSpan.FromSeconds(random.NextDouble() * ceiling);
    }

    /// <summary>Reads a factor in its range only: a smaller one would make the waits shrink.</summary>
    internal sealed class FactorJsonConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var factor) && factor is >= 1 and <= 100
                ? factor
                : throw new JsonException("must be a number from 1 to 100");

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
