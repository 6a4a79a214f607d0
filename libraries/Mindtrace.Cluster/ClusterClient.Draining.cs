using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <content>Draining and pausing.</content>
public sealed partial class ClusterClient
{
    /// <summary>Lets a worker take no more jobs; it ends once it runs none.</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="timeout">How long its jobs may take before they are given back, up to 30 days; none for as long as they need.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status.</returns>
    public Task<WorkerStatus> DrainWorkerAsync(string workerId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        service.CallAsync(
            WorkerDirectoryOperations.DrainWorker, new DrainWorkerRequest(workerId) { TimeoutSeconds = timeout?.TotalSeconds }, cancellationToken);

    /// <summary>Lets a drained worker take jobs again.</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status.</returns>
    public Task<WorkerStatus> ResumeWorkerAsync(string workerId, CancellationToken cancellationToken = default) =>
        service.CallAsync(WorkerDirectoryOperations.ResumeWorker, new WorkerIdRequest(workerId), cancellationToken);

    /// <summary>Has no more workers launched on a node, and drains all that it has.</summary>
    /// <param name="nodeUrl">Where the node is.</param>
    /// <param name="timeout">How long their jobs may take before they are given back, up to 30 days; none for as long as they need.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status.</returns>
    public Task<NodeStatus> DrainNodeAsync(Uri nodeUrl, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        service.CallAsync(
            NodeDirectoryOperations.DrainNode, new DrainNodeRequest(nodeUrl) { TimeoutSeconds = timeout?.TotalSeconds }, cancellationToken);

    /// <summary>Takes the drain of a node back.</summary>
    /// <param name="nodeUrl">Where the node is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status.</returns>
    public Task<NodeStatus> ResumeNodeAsync(Uri nodeUrl, CancellationToken cancellationToken = default) =>
        service.CallAsync(NodeDirectoryOperations.ResumeNode, new NodeUrlRequest(nodeUrl), cancellationToken);

    /// <summary>Has no more jobs of a type begun until it is resumed.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when workers are told.</returns>
    public Task PauseJobTypeAsync(JobType type, CancellationToken cancellationToken = default) =>
        service.CallAsync(RoutingOperations.PauseJobType, new JobTypeRequest(type), cancellationToken);

    /// <summary>Lets the jobs of a type begin again.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when workers are told.</returns>
    public Task ResumeJobTypeAsync(JobType type, CancellationToken cancellationToken = default) =>
        service.CallAsync(RoutingOperations.ResumeJobType, new JobTypeRequest(type), cancellationToken);
}
