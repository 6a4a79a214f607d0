namespace Mindtrace.Cluster;

/// <summary>What this worker knows of itself.</summary>
internal sealed class WorkerSelf(WorkerIdentity identity, LiveAttempts live, JobPump pump)
{
    public WorkerStatusLocal Status
    {
        get
        {
            var jobs = live.Keys.Select(attempt => attempt.JobId).ToList();
            return jobs.Count == 0
                ? new WorkerStatusLocal(identity.Id.Value, WorkerState.Idle, JobId: null) { IsDraining = pump.IsDraining }
                : new WorkerStatusLocal(identity.Id.Value, WorkerState.Running, jobs[0]) { JobIds = jobs, IsDraining = pump.IsDraining };
        }
    }
}
