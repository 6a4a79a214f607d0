using Mindtrace.Cluster;
using Mindtrace.Registry;

namespace Mindtrace.Node.Membership;

/// <summary>This node as a member of the cluster: its address, and what the manager told it.</summary>
/// <param name="url">Where others reach this node.</param>
/// <param name="settings">How to reach store, broker and registry. Holds secrets: never to be logged.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterMember(Uri url, IReadOnlyDictionary<string, string> settings, TimeProvider time)
{
    public Uri Url { get; } = url;

    /// <summary>Gets the settings that a worker is launched with, as configuration keys and values.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; } = settings;

    /// <summary>Gets the worker types of the cluster.</summary>
    public WorkerTypeStore WorkerTypes { get; } = new(OpenRegistry(new ConfigurationBuilder().AddInMemoryCollection(settings!).Build(), time));

    private static ObjectRegistry OpenRegistry(IConfiguration configuration, TimeProvider time)
    {
        var services = new ServiceCollection().AddSingleton(time).AddLogging().AddRegistry(configuration);
        return services.BuildServiceProvider().GetRequiredService<ObjectRegistry>();
    }
}
