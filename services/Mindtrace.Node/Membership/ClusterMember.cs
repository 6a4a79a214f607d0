using Mindtrace.Services;

namespace Mindtrace.Node.Membership;

/// <summary>This node as a member of the cluster.</summary>
/// <param name="Url">Where others reach this node.</param>
/// <param name="Settings">What workers are launched with, as configuration keys and values: how to reach store and broker, and their key. Holds secrets: never to be logged.</param>
internal sealed record ClusterMember(Uri Url, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Gets the key of this node's workers: they call the manager by it, and the node calls them.</summary>
    public string WorkersKey => Settings[$"{SecurityOptions.SectionName}:{nameof(SecurityOptions.ApiKey)}"];

    /// <summary>Holds no secret, in case somebody logs it.</summary>
    public override string ToString() => Url.ToString();
}
