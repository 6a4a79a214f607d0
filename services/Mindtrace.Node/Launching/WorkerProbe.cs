using Mindtrace.Services;

namespace Mindtrace.Node.Launching;

/// <summary>Asks at a worker's URL whether the worker, and nobody else, answers there.</summary>
internal sealed class WorkerProbe(PeerClients peers)
{
    /// <summary>Tells whether the worker is registered and consumes.</summary>
    public Task<bool> IsReadyAsync(Uri url, Guid worker, string key, CancellationToken cancellationToken) => TryAsync(
        async () => await peers.IsWellAsync(url, "health", cancellationToken) && await IsAtAsync(url, worker, key, cancellationToken), cancellationToken);

    /// <summary>Tells whether the worker serves requests. It may have lost its store or its broker all the same.</summary>
    public Task<bool> AnswersAsync(Uri url, Guid worker, string key, CancellationToken cancellationToken) =>
        TryAsync(() => IsAtAsync(url, worker, key, cancellationToken), cancellationToken);

    private static async Task<bool> TryAsync(Func<Task<bool>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception fault) when (fault is OperationException or ServiceUnreachableException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The client's own limit.
            return false;
        }
    }

    private async Task<bool> IsAtAsync(Uri url, Guid worker, string key, CancellationToken cancellationToken) =>
        (await peers.To(url, key).CallAsync(ServiceOperations.ServerId, cancellationToken)).ServerId == worker;
}
