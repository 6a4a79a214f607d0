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
        return new ListJobTypesResponse([.. routes.Keys.Union(definitions.Keys).OrderBy(type => type.Value, StringComparer.Ordinal).Select(Known)]);

        KnownJobType Known(JobType type) => routes.TryGetValue(type, out var route)
            ? new KnownJobType(type, route.IsEndpoint ? route.Target : null, HasRoute: true, definitions.GetValueOrDefault(type))
            : new KnownJobType(type, Endpoint: null, HasRoute: false, definitions[type]);
    }
}
