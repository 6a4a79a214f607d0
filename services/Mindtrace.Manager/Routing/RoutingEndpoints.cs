using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.Routing;

/// <summary>Registers job types.</summary>
internal static class RoutingEndpoints
{
    public static void AddRouting(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<JobRouter>();
        builder.Services.AddSingleton<JobPausing>();
        builder.Services.AddSingleton<ClusterClearing>();
    }

    public static void MapRouting(this OperationGroup operations)
    {
        operations.Map(RoutingOperations.RegisterJobToWorker, (RegisterJobToWorkerRequest request, JobRouter router, CancellationToken cancellationToken) =>
            router.RouteToWorkerAsync(request, cancellationToken));
        operations.Map(RoutingOperations.RegisterJobType, (JobTypeDefinition definition, JobRouter router, CancellationToken cancellationToken) =>
            router.DefineAsync(definition, cancellationToken));
        operations.Map(RoutingOperations.ListJobTypes, (JobTypeCatalog types, IJobStore store, CancellationToken cancellationToken) =>
            ListAsync(types, store, cancellationToken));
        operations.Map(RoutingOperations.PauseJobType, (JobTypeRequest request, JobPausing pausing, CancellationToken cancellationToken) =>
            pausing.PauseAsync(request.JobType, cancellationToken));
        operations.Map(RoutingOperations.ResumeJobType, (JobTypeRequest request, JobPausing pausing, CancellationToken cancellationToken) =>
            pausing.ResumeAsync(request.JobType, cancellationToken));
        operations.Map(RoutingOperations.ClearJobSchemaQueue, (JobSchemaNameRequest request, ClusterClearing clearing, CancellationToken cancellationToken) =>
            clearing.ClearQueueAsync(request.JobSchemaName, cancellationToken));
        operations.Map(RoutingOperations.ClearDatabases, (ClusterClearing clearing, CancellationToken cancellationToken) =>
            clearing.ClearAllAsync(cancellationToken));
        operations.Map(RoutingOperations.RegisterJobToEndpoint, (RegisterJobToEndpointRequest request, JobRouter router, CancellationToken cancellationToken) =>
            router.RouteToEndpointAsync(request, cancellationToken));
        operations.Map(RoutingOperations.RegisterJobSchemaToWorkerType, (RegisterJobSchemaRequest request, JobRouter router, CancellationToken cancellationToken) =>
            router.RouteToWorkerTypeAsync(request, cancellationToken));
    }

    private static async Task<ListJobTypesResponse> ListAsync(JobTypeCatalog types, IJobStore store, CancellationToken cancellationToken)
    {
        var routes = await store.ListRoutesAsync(cancellationToken);
        var definitions = (await types.ListAsync(cancellationToken)).ToDictionary(definition => definition.JobType);
        var paused = await types.ListPausedAsync(cancellationToken);
        return new ListJobTypesResponse([.. routes.Keys.Union(definitions.Keys).OrderBy(type => type.Value, StringComparer.Ordinal).Select(Known)]);

        KnownJobType Known(JobType type)
        {
            var route = routes.GetValueOrDefault(type);
            return new KnownJobType(type, route is { IsEndpoint: true } ? route.Target : null, HasRoute: route is not null, definitions.GetValueOrDefault(type))
            {
                IsPaused = paused.Contains(type),
            };
        }
    }
}
