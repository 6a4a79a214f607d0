namespace Mindtrace.Cluster;

/// <content>How many workers there are to be.</content>
public sealed partial class ClusterClient
{
    /// <summary>Keeps so many workers of a type alive; an earlier scale of the type is replaced.</summary>
    /// <param name="scale">The scale.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How it stands.</returns>
    public Task<ScaleStatus> ScaleWorkerTypeAsync(ScaleWorkerTypeRequest scale, CancellationToken cancellationToken = default) =>
        service.CallAsync(ScaleOperations.ScaleWorkerType, scale, cancellationToken);

    /// <summary>Launches and drains no more workers of a type. Those that there are go on.</summary>
    /// <param name="workerType">The worker type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the scale is forgotten.</returns>
    public Task UnscaleWorkerTypeAsync(WorkerTypeName workerType, CancellationToken cancellationToken = default) =>
        service.CallAsync(ScaleOperations.UnscaleWorkerType, new WorkerTypeRequest(workerType), cancellationToken);

    /// <summary>Lists the scales.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The scales, by worker type.</returns>
    public async Task<IReadOnlyList<ScaleStatus>> ListScalesAsync(CancellationToken cancellationToken = default) =>
        (await service.CallAsync(ScaleOperations.ListScales, cancellationToken).ConfigureAwait(false)).Scales;
}
