using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mindtrace.Services;

/// <summary>Maps the operations of every service, in the order that clients know.</summary>
internal static class ServiceEndpoints
{
    public static void MapService(this OperationGroup operations)
    {
        operations.Map(ServiceOperations.Endpoints, (OperationCatalog catalog, CancellationToken _) =>
            Task.FromResult(new EndpointsResponse([.. catalog.Operations.Select(operation => operation.Name)])));
        operations.Map(ServiceOperations.Status, (CancellationToken _) =>
            Task.FromResult(new StatusResponse(ServerStatus.Available)));
        operations.Map(ServiceOperations.Heartbeat, (ServiceIdentity service, CancellationToken _) =>
            Task.FromResult(new HeartbeatResponse(
                new(ServerStatus.Available, service.ServerId, "Heartbeat check successful."))));
        operations.Map(ServiceOperations.ServerId, (ServiceIdentity service, CancellationToken _) =>
            Task.FromResult(new ServerIdResponse(service.ServerId)));
        operations.Map(ServiceOperations.ClassName, (ServiceIdentity service, CancellationToken _) =>
            Task.FromResult(new ClassNameResponse(service.ClassName)));
        operations.Map(ServiceOperations.PidFile, (PidFile pid, CancellationToken _) =>
            Task.FromResult(new PidFileResponse(pid.FilePath)));
        operations.MapRaw(ServiceOperations.Shutdown, ShutDownAsync);
    }

    private static async Task ShutDownAsync(HttpContext context)
    {
        var lifetime = context.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        context.Response.OnCompleted(() =>
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        });
        var body = "Server shutting down..."u8.ToArray();
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
