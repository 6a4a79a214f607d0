using Mindtrace.Cluster;
using Mindtrace.Node.Processes;

namespace Mindtrace.Node.State;

/// <summary>What is kept of a worker's process, so that this node knows it again after a crash.</summary>
/// <param name="LaunchId">The launch.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="Url">Where the worker is.</param>
/// <param name="WorkerId">The id that the worker was given.</param>
/// <param name="Process">Its process.</param>
internal sealed record LaunchRecord(Guid LaunchId, LaunchWorkerRequest Request, Uri Url, Guid WorkerId, ProcessIdentity Process)
{
    /// <summary>Gets the ids of the GPUs that are set aside for it.</summary>
    public IReadOnlyList<string> Gpus { get; init; } = [];
}
