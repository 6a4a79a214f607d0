using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Node.Keys;

/// <summary>Has the manager look keys up: a node itself has no connection to the store.</summary>
internal sealed class ManagerApiKeys(ClusterClient manager) : IApiKeyDirectory
{
    public async Task<KnownApiKey?> FindAsync(string name, CancellationToken cancellationToken) =>
        KeyName.TryParse(name, out var valid) ? await manager.FindKeyAsync(valid, cancellationToken) : null;
}
