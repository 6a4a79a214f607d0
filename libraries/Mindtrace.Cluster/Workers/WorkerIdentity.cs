using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Which worker this process is.</summary>
/// <param name="Id">The worker: the server id of the process, new with each start.</param>
internal sealed record WorkerIdentity(WorkerId Id);
