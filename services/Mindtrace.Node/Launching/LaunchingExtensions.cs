using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Node.Logs;
using Mindtrace.Node.Ports;
using Mindtrace.Node.Resources;
using Mindtrace.Node.State;
using Mindtrace.Services;

namespace Mindtrace.Node.Launching;

/// <summary>Launches workers and shuts them down.</summary>
internal static class LaunchingExtensions
{
    public static void AddLaunching(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<LaunchOptions>().BindConfiguration(LaunchOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<HostOptions>().Configure<IOptions<LaunchOptions>>((host, launch) =>
            host.ShutdownTimeout = launch.Value.StopTimeout + TimeSpan.FromSeconds(10));
        services.AddPeerClients();
        services.AddOptions<ResourceOptions>().BindConfiguration(ResourceOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Gpus>();
        services.AddSingleton<NodeReservations>();
        services.AddProblem<NodeFullException>(StatusCodes.Status409Conflict, "node-full", "The node has not enough left.", e => e.Message);
        services.AddSingleton<PortLeases>();
        services.AddSingleton<NodeFolder>();
        services.AddSingleton<Launches>();
        services.AddSingleton<WorkerProbe>();
        services.AddSingleton<ExitReporter>();
        services.AddSingleton<OutputCarrier>();
        services.AddSingleton<WorkerSupervisor>();
        services.AddSingleton<WorkerLauncher>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerLauncher>());
        services.AddProblem<LaunchNotFoundException>(StatusCodes.Status404NotFound, "launch-not-found", "There is no such launch.", e => e.Message);
    }

    public static void MapLaunching(this OperationGroup operations)
    {
        operations.Map(NodeOperations.LaunchWorker, async (LaunchWorkerRequest request, WorkerLauncher launcher, CancellationToken cancellationToken) =>
            new LaunchWorkerResponse(await launcher.BeginAsync(request, cancellationToken)));
        operations.Map(NodeOperations.LaunchWorkerStatus, (LaunchIdRequest request, WorkerLauncher launcher, CancellationToken _) =>
            Task.FromResult(launcher.Status(request.LaunchId)));
        operations.Map(NodeOperations.ShutdownAllWorkers, (WorkerLauncher launcher, CancellationToken cancellationToken) =>
            launcher.StopWorkersAsync(_ => true, cancellationToken));
        operations.Map(NodeOperations.ShutdownWorker, (WorkerNameRequest request, WorkerLauncher launcher, CancellationToken cancellationToken) =>
            launcher.StopWorkersAsync(launch => launch.WorkerName == request.WorkerName, cancellationToken));
        operations.Map(NodeOperations.ShutdownWorkerById, (WorkerIdRequest request, WorkerLauncher launcher, CancellationToken cancellationToken) =>
            launcher.StopWorkersAsync(launch => launch.WorkerId.ToString() == request.WorkerId, cancellationToken));
        operations.Map(NodeOperations.ShutdownWorkerByPort, (WorkerPortRequest request, WorkerLauncher launcher, CancellationToken cancellationToken) =>
            launcher.StopWorkersAsync(launch => launch.Url?.Port == request.WorkerPort, cancellationToken));
        operations.Map(NodeOperations.KillWorker, (WorkerIdRequest request, WorkerLauncher launcher, CancellationToken _) =>
        {
            launcher.KillWorkers(launch => launch.WorkerId.ToString() == request.WorkerId);
            return Task.CompletedTask;
        });
    }
}
