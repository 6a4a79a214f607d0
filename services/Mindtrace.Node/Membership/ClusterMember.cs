using Mindtrace.Cluster;
using Mindtrace.Registry;
using Mindtrace.Registry.Minio;
using Mindtrace.Services;

namespace Mindtrace.Node.Membership;

/// <summary>This node as a member of the cluster: its address, and what the manager told it.</summary>
internal sealed class ClusterMember
{
    /// <param name="url">Where others reach this node.</param>
    /// <param name="settings">How to reach store, broker and registry. Holds secrets: never to be logged.</param>
    /// <param name="certificates">Tells which servers are trusted.</param>
    /// <param name="time">The clock.</param>
    public ClusterMember(Uri url, IReadOnlyDictionary<string, string> settings, ServerCertificates certificates, TimeProvider time)
    {
        Url = url;
        Settings = settings.Where(setting => !IsOfRegistry(setting.Key)).ToDictionary();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings!).Build();
        var registry = new ServiceCollection().AddSingleton(time).AddLogging().AddRegistry(configuration, certificates.Accepts).BuildServiceProvider();
        WorkerTypes = new WorkerTypeStore(registry.GetRequiredService<ObjectRegistry>());
        Packages = registry.GetRequiredService<PackageStore>();
    }

    public Uri Url { get; }

    /// <summary>Gets the settings that a worker is launched with, as configuration keys and values.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Gets the key of this node's workers: they call the manager by it, and the node calls them.</summary>
    public string WorkersKey => Settings[$"{SecurityOptions.SectionName}:{nameof(SecurityOptions.ApiKey)}"];

    // Programs come to the node; a worker has no business in the registry.
    private static bool IsOfRegistry(string key) =>
        key.StartsWith($"{RegistryOptions.SectionName}:", StringComparison.OrdinalIgnoreCase)
        || key.Equals($"ConnectionStrings:{MinioConnection.ConnectionName}", StringComparison.OrdinalIgnoreCase);

    /// <summary>Gets the worker types of the cluster.</summary>
    public WorkerTypeStore WorkerTypes { get; }

    /// <summary>Gets the packages of the cluster.</summary>
    public PackageStore Packages { get; }
}
