using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>Where jobs of a type go: to the queue of their type, or to an endpoint behind the gateway.</summary>
public sealed record JobRoute
{
    private const string QueueTarget = "@orchestrator";

    private JobRoute(string target) => Target = target;

    /// <summary>Gets the road through the queue, to any worker of the job type.</summary>
    public static JobRoute Queue { get; } = new(QueueTarget);

    /// <summary>Gets the target as it is stored: <c>@orchestrator</c>, or a gateway path without leading slash.</summary>
    public string Target { get; }

    /// <summary>Gets whether the job goes to an endpoint.</summary>
    [JsonIgnore]
    public bool IsEndpoint => Target != QueueTarget;

    /// <summary>Makes the route to an endpoint.</summary>
    /// <param name="path">The path below the gateway, such as <c>echo/run</c>; a leading slash is dropped.</param>
    /// <returns>The route.</returns>
    /// <exception cref="FormatException">The path is empty, longer than 1024 characters, or begins with <c>@</c>.</exception>
    public static JobRoute Endpoint(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var target = path.TrimStart('/');
        return target.Length is > 0 and <= 1024 && target[0] != '@'
            ? new JobRoute(target)
            : throw new FormatException($"'{path}' is no gateway path, such as echo/run.");
    }

    /// <summary>Reads a stored target back.</summary>
    /// <param name="target">What <see cref="Target"/> said.</param>
    /// <returns>The route.</returns>
    public static JobRoute FromTarget(string target) => target == QueueTarget ? Queue : Endpoint(target);
}
