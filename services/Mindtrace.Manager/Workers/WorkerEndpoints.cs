using Mindtrace.Cluster;
using Mindtrace.Manager.Routing;
using Mindtrace.Services;

namespace Mindtrace.Manager.Workers;

/// <summary>Registers, looks up, stops and buries workers.</summary>
internal static class WorkerEndpoints
{
    public static void AddWorkers(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<WorkerStatuses>();
        builder.Services.AddSingleton<LaunchedWorkers>();
        builder.Services.AddSingleton<WorkerDraining>();
        builder.Services.AddSingleton<WorkerExits>();
        builder.Services.AddSingleton<WorkerInquiry>();
        builder.Services.AddSingleton<WorkerAlerts>();
        builder.Services.AddPeerClients();
    }

    public static void MapWorkers(this OperationGroup operations)
    {
        operations.Map(WorkerDirectoryOperations.RegisterWorker, (RegisterWorkerRequest request, JobRouter router, Caller caller, CancellationToken cancellationToken) =>
        {
            caller.RequireToSpeakFor(request.WorkerId);
            return router.RegisterWorkerAsync(request, cancellationToken);
        });
        operations.Map(WorkerDirectoryOperations.GetWorkerStatus, (WorkerIdRequest request, WorkerStatuses workers, CancellationToken cancellationToken) =>
            workers.FindAsync(request.WorkerId, cancellationToken));
        operations.Map(WorkerDirectoryOperations.GetWorkerStatusByUrl, (WorkerUrlRequest request, WorkerStatuses workers, CancellationToken cancellationToken) =>
            workers.FindByUrlAsync(request.WorkerUrl, cancellationToken));
        operations.Map(WorkerDirectoryOperations.QueryWorkerStatus, (WorkerIdRequest request, WorkerStatuses workers, CancellationToken cancellationToken) =>
            workers.QueryAsync(request.WorkerId, cancellationToken));
        operations.Map(WorkerDirectoryOperations.QueryWorkerStatusByUrl, (WorkerUrlRequest request, WorkerStatuses workers, CancellationToken cancellationToken) =>
            workers.QueryByUrlAsync(request.WorkerUrl, cancellationToken));
        operations.Map(WorkerDirectoryOperations.ShutDownWorker, (WorkerIdRequest request, LaunchedWorkers workers, CancellationToken cancellationToken) =>
            workers.ShutDownAsync(request.WorkerId, cancellationToken));
        operations.Map(WorkerDirectoryOperations.WorkerLogs, (WorkerOutputRequest request, LaunchedWorkers workers, CancellationToken cancellationToken) =>
            workers.ReadLogsAsync(request, cancellationToken));
        operations.Map(WorkerDirectoryOperations.DrainWorker, (DrainWorkerRequest request, WorkerDraining draining, CancellationToken cancellationToken) =>
            draining.DrainAsync(request, cancellationToken));
        operations.Map(WorkerDirectoryOperations.ResumeWorker, (WorkerIdRequest request, WorkerDraining draining, CancellationToken cancellationToken) =>
            draining.ResumeAsync(request.WorkerId, cancellationToken));
        operations.Map(WorkerDirectoryOperations.WorkerAlertStartedJob, (WorkerStartedJobRequest alert, WorkerAlerts alerts, Caller caller, CancellationToken cancellationToken) =>
        {
            caller.RequireToSpeakFor(alert.WorkerId);
            return alerts.StartedAsync(alert, cancellationToken);
        });
        operations.Map(WorkerDirectoryOperations.WorkerAlertCompletedJob, (WorkerCompletedJobRequest alert, WorkerAlerts alerts, Caller caller, CancellationToken cancellationToken) =>
        {
            caller.RequireToSpeakFor(alert.WorkerId);
            return alerts.CompletedAsync(alert, cancellationToken);
        });
        operations.Map(WorkerDirectoryOperations.ListWorkers, (WorkerStatuses workers, CancellationToken cancellationToken) =>
            workers.ListAsync(cancellationToken));
        operations.Map(WorkerDirectoryOperations.ReportWorkerExit, (ReportWorkerExitRequest request, WorkerExits exits, CancellationToken cancellationToken) =>
            exits.ReportAsync(request, cancellationToken));
    }
}
