using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Keys;

/// <summary>
/// All keys of the cluster: those that people made, which are in the store, and those of services, which follow from the key of the cluster.
/// </summary>
internal sealed class ManagedApiKeys(StoredApiKeys stored, RedisNodeDirectory nodes, IOptions<SecurityOptions> security) : IApiKeyDirectory
{
    public async Task<KnownApiKey?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var clusterKey = security.Value.ApiKey!;
        if (CallKey.TryRead(name, out var call))
        {
            return call.Known(clusterKey);
        }

        if (WorkersKey.TryRead(name, out var node))
        {
            return await nodes.IsKnownAsync(node, cancellationToken)
                ? new KnownApiKey(name, WorkersKey.Of(node, clusterKey).Digest, [Role.Worker], ExpiresAt: null)
                : null;
        }

        return await stored.FindAsync(name, cancellationToken);
    }
}
