using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Keys;

/// <summary>
/// All keys of the cluster: those that people made, which are in the store, and those of services, which follow from the key of the cluster.
/// </summary>
internal sealed class ManagedApiKeys(
    StoredApiKeys stored, RedisNodeDirectory nodes, RedisWorkerDirectory workers, IOptions<SecurityOptions> security, TimeProvider time) : IApiKeyDirectory
{
    public async Task<KnownApiKey?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var clusterKey = security.Value.ApiKey!;
        if (CallKey.TryRead(name, out var call))
        {
            return call.Known(clusterKey);
        }

        if (LaunchedWorkerKey.TryRead(name, out var launched))
        {
            return await nodes.IsKnownAsync(launched.Node, cancellationToken) && await LivesAsync(launched, cancellationToken)
                ? KeyOfWorker(name, LaunchedWorkerKey.Of(launched.Worker, launched.Node, WorkersKey.Of(launched.Node, clusterKey).Text))
                : null;
        }

        // What nodes make the keys of their workers from; those of earlier releases gave it to all of them.
        if (WorkersKey.TryRead(name, out var node))
        {
            return await nodes.IsKnownAsync(node, cancellationToken) ? KeyOfWorker(name, WorkersKey.Of(node, clusterKey)) : null;
        }

        return await stored.FindAsync(name, cancellationToken);
    }

    private static KnownApiKey KeyOfWorker(string name, ApiKey key) => new(name, key.Digest, [Role.Worker], ExpiresAt: null);

    /// <summary>Tells whether a worker has not ended: of one that did this is known for a day, and then its id tells that it is no new one.</summary>
    private async Task<bool> LivesAsync(LaunchedWorkerKey launched, CancellationToken cancellationToken) =>
        await workers.FindAsync(WorkerId.Parse(launched.Worker.ToString()), cancellationToken) is { } known
            ? !known.HasEnded
            : launched.MayBeStarting(time.GetUtcNow());
}
