using Mindtrace.Services;

namespace Mindtrace.Node.Membership;

/// <summary>This node as a member of the cluster.</summary>
/// <param name="Url">Where others reach this node.</param>
/// <param name="Settings">What workers are launched with, as configuration keys and values: how to reach store and broker, and what their keys are made from. Holds secrets: never to be logged.</param>
internal sealed record ClusterMember(Uri Url, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>The setting that is a service's own key.</summary>
    public const string KeySetting = $"{SecurityOptions.SectionName}:{nameof(SecurityOptions.ApiKey)}";

    /// <summary>Makes the key of a worker of this node: it calls the manager by it, and the node calls the worker.</summary>
    public string KeyOf(Guid worker) => LaunchedWorkerKey.Of(worker, Url, Settings[KeySetting]).Text;

    /// <summary>Holds no secret, in case somebody logs it.</summary>
    public override string ToString() => Url.ToString();
}
