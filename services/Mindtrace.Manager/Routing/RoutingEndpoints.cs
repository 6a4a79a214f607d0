using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Manager.Routing;

/// <summary>Registers job types and worker types.</summary>
internal static class RoutingEndpoints
{
    public static void AddRouting(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<JobRouter>();

    public static void MapRouting(this OperationGroup operations)
    {
        operations.Map(RoutingOperations.RegisterJobToWorker, (RegisterJobToWorkerRequest request, JobRouter router, CancellationToken cancellationToken) =>
            router.RouteToWorkerAsync(request, cancellationToken));
        operations.Map(RoutingOperations.RegisterJobToEndpoint, (RegisterJobToEndpointRequest request, JobRouter router, CancellationToken cancellationToken) =>
            router.RouteToEndpointAsync(request, cancellationToken));
        operations.Map(RoutingOperations.RegisterWorkerType, (RegisterWorkerTypeRequest request, JobRouter router, CancellationToken cancellationToken) =>
            router.RegisterWorkerTypeAsync(request, cancellationToken));
        operations.Map(RoutingOperations.RegisterJobSchemaToWorkerType, (RegisterJobSchemaRequest request, JobRouter router, CancellationToken cancellationToken) =>
            router.RouteToWorkerTypeAsync(request, cancellationToken));
    }
}
