using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>What exactly ran an attempt, as its worker tells.</summary>
/// <param name="Attempt">The number of the attempt.</param>
/// <param name="WorkerClass">The worker's class.</param>
/// <param name="Version">The version of the class's assembly.</param>
/// <param name="Machine">The machine.</param>
public sealed record JobProvenance(int Attempt, string WorkerClass, string Version, string Machine)
{
    /// <summary>Gets the worker type that the worker was launched as; none when no node launched it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WorkerType { get; init; }

    /// <summary>Gets the URL of the node that launched the worker; none when no node did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; init; }

    /// <summary>Gets what the worker's code told besides, such as the commit that it checked out, by name.</summary>
    public ImmutableSortedDictionary<string, string> Facts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Gets what makes the payload name just what ran: a JSON merge patch; none when it does so already.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Pins { get; init; }
}
