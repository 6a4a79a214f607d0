using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Nodes;

/// <summary>Makes clients of nodes that callers name: of registered ones alone, since what is called decides what callers are told.</summary>
internal sealed class NodeCalls(RedisNodeDirectory nodes, PeerClients peers, TimeProvider time)
{
    // A node listens a moment before it has registered, and whoever started it may be quicker.
    private static readonly TimeSpan RegistrationTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <exception cref="InvalidRequestException">No node is registered at the URL, or becomes so within 2 seconds.</exception>
    public async Task<ServiceClient> ToAsync(Uri node, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        using var look = new PeriodicTimer(LookInterval, time);
        while (!await nodes.IsKnownAsync(node, cancellationToken))
        {
            if (time.GetElapsedTime(asked) >= RegistrationTime)
            {
                throw new InvalidRequestException("node_url", "must be the URL of a registered node, as list_nodes shows it");
            }

            await look.WaitForNextTickAsync(cancellationToken);
        }

        return peers.To(node);
    }
}
