using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Gateway;
using Mindtrace.Manager.Jobs;
using Mindtrace.Manager.Nodes;
using Mindtrace.Manager.Workers;
using Mindtrace.Services;

namespace Mindtrace.Manager.Routing;

/// <summary>Decides where jobs of a type go.</summary>
internal sealed class JobRouter(
    IJobStore store, JobTypeCatalog types, IJobQueue queue, RedisWorkerDirectory directory, WorkerTypeCatalog workerTypes, PeerClients peers,
    ServiceAddress address, ClusterSettings settings, OutboundAddresses addresses)
{
    // Until its own first beat says better.
    private static readonly TimeSpan FirstBeat = TimeSpan.FromSeconds(5);

    /// <summary>Routes a job type to its queue, and makes the queue, so that jobs wait there before any worker exists.</summary>
    public async Task RouteToQueueAsync(JobType type, CancellationToken cancellationToken)
    {
        var order = (await types.FindAsync(type, cancellationToken))?.Definition.Queue ?? QueueOrder.Fifo;
        await queue.DeclareAsync(type, order, cancellationToken);
        await store.SetRouteAsync(type, JobRoute.Queue, cancellationToken);
    }

    /// <summary>Sets what is agreed for a job type, and routes it to its queue unless it has a route.</summary>
    public async Task DefineAsync(JobTypeDefinition definition, CancellationToken cancellationToken)
    {
        var route = (await store.ListRoutesAsync(cancellationToken)).GetValueOrDefault(definition.JobType);
        if (route?.IsEndpoint != true)
        {
            try
            {
                await queue.DeclareAsync(definition.JobType, definition.Queue, cancellationToken);
            }
            catch (NotSupportedException fault)
            {
                throw new InvalidRequestException("queue", $"is no order that these queues have: {fault.Message}");
            }
        }

        await types.SaveAsync(definition, cancellationToken);
        if (route is null)
        {
            await store.SetRouteAsync(definition.JobType, JobRoute.Queue, cancellationToken);
        }
    }

    /// <summary>Routes a job type to an endpoint behind the gateway. Its app may be registered later.</summary>
    public Task RouteToEndpointAsync(RegisterJobToEndpointRequest request, CancellationToken cancellationToken) =>
        AppPath.TryParse(request.Endpoint, out _)
            ? store.SetRouteAsync(request.JobType, JobRoute.Endpoint(request.Endpoint), cancellationToken)
            : throw new InvalidRequestException("endpoint", $"must be {AppPath.Rule}");

    /// <summary>Routes a job type to its queue, and lets a worker that runs already consume it.</summary>
    public async Task RouteToWorkerAsync(RegisterJobToWorkerRequest request, CancellationToken cancellationToken)
    {
        addresses.Require(request.WorkerUrl, "worker_url");
        await RouteToQueueAsync(request.JobType, cancellationToken);
        var peer = peers.To(request.WorkerUrl);
        var heartbeat = await peer.CallAsync(ServiceOperations.Heartbeat, cancellationToken);
        var connect = new ConnectToClusterRequest(request.JobType)
        {
            ClusterUrl = await address.GetAsync(cancellationToken),
            BackendArgs = await settings.BackendArgsAsync(cancellationToken),
        };
        await peer.CallAsync(WorkerOperations.ConnectToCluster, connect, cancellationToken);

        // A worker of ours beats by itself, but its next beat may be a while away; one in another language never does.
        var id = WorkerId.Parse(heartbeat.Heartbeat.ServerId.ToString());
        var known = await directory.FindAsync(id, cancellationToken) is { IsSilent: false } worker ? worker : null;
        await directory.BeatAsync(
            id, known?.Url ?? request.WorkerUrl, [.. (known?.Types ?? []).Append(request.JobType).Distinct()],
            known?.BeatsByItself == true ? FirstBeat : TimeSpan.Zero, origin: null, cancellationToken);
    }

    /// <summary>Routes the job types of a worker that came by itself.</summary>
    public async Task RegisterWorkerAsync(RegisterWorkerRequest request, CancellationToken cancellationToken)
    {
        addresses.Require(request.WorkerUrl, "worker_url");
        await Task.WhenAll(request.JobTypes.Select(type => RouteToQueueAsync(type, cancellationToken)));
        await directory.BeatAsync(request.WorkerId, request.WorkerUrl, [.. request.JobTypes], FirstBeat, origin: null, cancellationToken);
    }

    /// <summary>Routes a job type to its queue for the workers of a type. An unknown worker type changes nothing.</summary>
    public async Task RouteToWorkerTypeAsync(RegisterJobSchemaRequest request, CancellationToken cancellationToken)
    {
        if (await workerTypes.ExistsAsync(request.WorkerType, cancellationToken))
        {
            await workerTypes.BindAsync(request.WorkerType, request.JobSchemaName, cancellationToken);
            await RouteToQueueAsync(request.JobSchemaName, cancellationToken);
        }
    }

    /// <summary>Makes a worker type known, and routes its job type, if it has one.</summary>
    public async Task RegisterWorkerTypeAsync(RegisterWorkerTypeRequest request, CancellationToken cancellationToken)
    {
        await workerTypes.SaveAsync(request, cancellationToken);
        if (request.JobType is { } type)
        {
            await RouteToWorkerTypeAsync(new RegisterJobSchemaRequest(type, request.WorkerName), cancellationToken);
        }
    }
}
