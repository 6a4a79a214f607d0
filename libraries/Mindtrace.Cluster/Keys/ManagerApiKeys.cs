using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Has the manager look keys up, for services that cannot read them in the store: nodes and workers.</summary>
/// <param name="manager">The manager.</param>
public sealed class ManagerApiKeys(ClusterClient manager) : IApiKeyDirectory
{
    /// <inheritdoc/>
    public async Task<KnownApiKey?> FindAsync(string name, CancellationToken cancellationToken) =>
        name.Length <= FindKeyRequest.MaxNameLength && !name.Any(char.IsControl) ? await manager.FindKeyAsync(name, cancellationToken).ConfigureAwait(false) : null;
}
