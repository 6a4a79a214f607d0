using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Jobs;
using Mindtrace.Manager.Nodes;
using Mindtrace.Manager.Workers;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Manager.Scaling;

/// <summary>The workers of a type: what there is of them, and how there come to be more or fewer.</summary>
internal sealed class ScaleFleet(
    RedisWorkerDirectory directory, IAttemptStore attempts, IJobCensus census, WorkerTypeCatalog types, JobTypeCatalog jobTypes,
    WorkerPlacement placement, PeerClients peers, WorkerDraining draining, TimeProvider time)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Looks at the workers of a type that live and take jobs, those that are easiest to do without first.</summary>
    /// <param name="type">The worker type.</param>
    /// <param name="launching">How many more are being launched.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(IReadOnlyList<KnownWorker> Workers, ScaleSight Sight)> SeeAsync(
        WorkerTypeName type, int launching, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var all = await directory.ListAsync(cancellationToken);
        var workers = all.Where(worker => worker.WorkerType == type.Value && !worker.IsSilent && worker.Drain is null).ToList();
        var busy = workers.Count == 0 ? [] : (await attempts.ListRunningAsync(worker: null, cancellationToken)).Select(attempt => attempt.Worker).ToHashSet();
        var load = await FindLoadAsync(type, cancellationToken);
        return (
            [.. workers.OrderBy(worker => busy.Contains(worker.Id))],
            new ScaleSight(now, workers.Count, launching, load?.Waiting ?? 0, load?.Running ?? 0, load?.OldestDueAt));
    }

    /// <summary>Asks how the launches are that are not known to have ended.</summary>
    public async Task<ScaleState> FollowAsync(ScaleState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var followed = state with { Launches = [] };
        var found = await Task.WhenAll(state.Launches.Select(launch => FindAsync(launch, cancellationToken)));
        foreach (var (launch, status) in state.Launches.Zip(found))
        {
            followed = status switch
            {
                { Status: LaunchState.Ready } => followed.Succeeded(),
                { Status: LaunchState.Failed } failed => followed.Failed(failed.Error ?? "It failed.", now),
                null => followed.Failed($"The node at {launch.NodeUrl} that was to launch a worker does not answer.", now),
                _ => followed with { Launches = [.. followed.Launches, launch] },
            };
        }

        return followed;
    }

    /// <returns>The launch; none, and why, when there is none.</returns>
    public async Task<(LaunchWorkerOnNodeResponse? Launch, string? Fault)> LaunchAsync(WorkerTypeName type, CancellationToken cancellationToken)
    {
        try
        {
            return (await placement.LaunchAsync(new LaunchWorkerOnNodeRequest(type), cancellationToken), null);
        }
        catch (Exception fault) when (fault is NoNodeException or OperationException or ServiceUnreachableException or RegistryException)
        {
            return (null, fault.Message);
        }
    }

    /// <summary>Drains a worker. One that has ended meanwhile is no loss.</summary>
    public async Task DrainAsync(KnownWorker worker, CancellationToken cancellationToken)
    {
        try
        {
            await draining.DrainAsync(new DrainWorkerRequest(worker.Id.Value), cancellationToken);
        }
        catch (Exception fault) when (fault is WorkerEndedException or WorkerNotFoundException or OperationException)
        {
            // The next look sees what there is.
        }
    }

    /// <summary>Counts the jobs that its workers would run. Those of a paused type are none.</summary>
    private async Task<JobTypeCensus?> FindLoadAsync(WorkerTypeName type, CancellationToken cancellationToken) =>
        await types.FindJobTypeAsync(type, cancellationToken) is { } jobType && !await jobTypes.IsPausedAsync(jobType, cancellationToken)
            ? (await census.CountAsync(cancellationToken)).JobTypes.FirstOrDefault(it => it.JobType == jobType)
            : null;

    private async Task<LaunchStatus?> FindAsync(LaunchWorkerOnNodeResponse launch, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await peers.To(launch.NodeUrl).CallAsync(NodeOperations.LaunchWorkerStatus, new LaunchIdRequest(launch.LaunchId), either.Token);
        }
        catch (Exception fault) when (fault is ServiceUnreachableException or OperationException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
